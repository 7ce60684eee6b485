"""What it costs to ask how each member wants to be told, and how fast pushes go out.

Makes a pot of its own in a new folder (embedded PostgreSQL, fsync and synchronous_commit on) and takes it
away again. The push service is on the same machine and answers at once; each push is encrypted and signed.

`notices.messages.per_s` is messages straight to the queue of SMS, in batches, by people who chose nothing;
`notices.unchosen.per_s` the same people and batches through the choice. `notices.push.per_s` is pushes from
the queue to the service's answers, written down. Prints a JSON row a figure with --json.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
PEOPLE = 1_000
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
_keys = itertools.count()


def rates_of_telling(people: Sequence[Any], batch: int, rounds: int) -> dict[str, float]:
    """Messages a second, the median of rounds that take turns."""
    from hotpot.pot.messaging import actions as messaging
    from hotpot.pot.messaging.wire import Outbound
    from hotpot.pot.notification import actions
    from hotpot.pot.notification.wire import Notice

    def outbound() -> list[tuple[int, Outbound]]:
        chosen = itertools.islice(itertools.cycle(people), next(_keys) * batch % PEOPLE, None)
        return [
            (one.id, Outbound(f"{next(_keys)}", one.number, "12 CNY. Reply 1 to agree.", app_id="bench"))
            for one in itertools.islice(chosen, batch)
        ]

    ways: dict[str, Callable[[list[tuple[int, Outbound]]], object]] = {
        "messages": lambda given: messaging.send([one for _, one in given], now=NOW),
        "unchosen": lambda given: actions.tell([Notice(one, id) for id, one in given], now=NOW),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            given = outbound()
            began = time.perf_counter()
            way(given)
            took[name].append(time.perf_counter() - began)
    return {name: batch / statistics.median(times[1:]) for name, times in took.items()}


async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
    writer.close()


async def rate_of_pushes(url: str, queue: Callable[[str], int]) -> float:
    from hotpot.kernel.clock import SettableClock
    from hotpot.kernel.reach import EVERYWHERE
    from hotpot.pot.messaging.gateway.outward import Outward
    from hotpot.pot.notification.engine import Engine, open_pool
    from hotpot.pot.notification.outgoing import Outgoing

    server = await asyncio.start_server(answer_all, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, open_pool(url) as pool:
        count = await asyncio.to_thread(queue, origin)
        ways = Outgoing("http://127.0.0.1", "bench", "mailto:ops@pot.example", outward=Outward(EVERYWHERE))
        engine = Engine(pool, ways, SettableClock(NOW))
        began = time.perf_counter()
        while await engine.tell_due():
            pass
        return count / (time.perf_counter() - began)


def queue_pushes(people: Sequence[Any], origin: str) -> int:
    """One for each of them, all of whom want pushes from now on."""
    from hotpot.pot.messaging.wire import Outbound
    from hotpot.pot.notification import actions
    from hotpot.pot.notification.models import Browser, Choice, Habits
    from hotpot.pot.notification.wire import Notice

    Habits.objects.bulk_create(Habits(person=one, changed_at=NOW) for one in people)
    Choice.objects.bulk_create(Choice(person=one, ways=["push", "sms"], pace="now") for one in people)
    Browser.objects.bulk_create(
        Browser(person=one, endpoint=f"{origin}/{one.id}", p256dh=P256DH, auth=AUTH, made_at=NOW)
        for one in people
    )
    notices = [
        Notice(Outbound(f"{next(_keys)}", one.number, "12 CNY", app_id="bench"), one.id) for one in people
    ]
    return len(actions.tell(notices, now=NOW))


@click.command()
@click.option("--batch", default=100, show_default=True, help="Messages sent at once.")
@click.option("--rounds", default=40, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON row a figure.")
def main(batch: int, rounds: int, as_json: bool) -> None:
    from hotpot.entry.embedded import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="hotpot-bench-") as folder:
        data = Path(folder)
        os.environ |= {"HOTPOT_DATA": folder, "DJANGO_SETTINGS_MODULE": "hotpot.entry.settings"}
        with embedded_postgres(data, by="hotpot bench") as url:
            import django

            django.setup()
            from hotpot.entry.schema import bring_up_to_date
            from hotpot.pot.identity.models import Person

            bring_up_to_date(url)
            people = Person.objects.bulk_create(
                Person(number=f"+86139{n:08}", password="!") for n in range(PEOPLE)
            )
            rates = rates_of_telling(people, batch, rounds)
            rates["push"] = asyncio.run(rate_of_pushes(url, lambda origin: queue_pushes(people, origin)))
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    for name, rate in rates.items():
        row = {"name": f"notices.{name}.per_s", "value": round(rate), "unit": "1/s", "machine": machine}
        click.echo(json.dumps(row) if as_json else f"{row['name']}: {row['value']}")


if __name__ == "__main__":
    main()
