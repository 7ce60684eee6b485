"""How many usage events a second are taken, committed and acknowledged: sender, intake and PostgreSQL (with
fsync and synchronous_commit on) on this machine.

Makes a pot of its own in a new folder and takes it away again. Prints a JSON row a figure with --json. The
aim: 60,000 events/s on 2 cores under 2 GiB. Then the same load again, while single events are sent beside it
and asked for: how long until a meter's usage has them. The aim: 2 s. At the end every acknowledged event is
counted in the database.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click
import uvloop
from _memory import Memory

SOURCE = "https://smsc.bench.example/1"
TYPE = "mail.sent"
EVENT = (
    b'{"specversion":"1.0","id":"%s-%d","source":"' + SOURCE.encode() + b'","type":"' + TYPE.encode() + b'",'
    b'"subject":"+86138%08d","time":"%s","data":{"bytes":%d,"direction":"out","cell":"460-00-%d"}}'
)
KEPT = """
SELECT sum(last_event - first_event + 1)::bigint, pg_total_relation_size('metering_segment')
  FROM metering_segment
"""
METER = "mail"
PROBES_S = 5.0  # how long single events are asked for
SUBJECTS = 100_000
MIB = 1024 * 1024


@dataclass(slots=True)
class Sent:
    """`latencies_ms` of each request, from its first byte to its answer."""

    accepted: int = 0
    again: int = 0
    latencies_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Load:
    port: int
    token: str
    seconds: float
    batch: int
    connections: int


def bodies(name: int, batch: int) -> Iterator[bytes]:
    """Each event is another one: its id, subject, amount and cell."""
    run, number = f"{os.getpid()}-{name}-{time.time_ns()}".encode(), 0
    while True:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z").encode()
        events = [
            EVENT % (run, n, n * 7919 % SUBJECTS, now, n * 31 % 100_000, n % 977)
            for n in range(number, number + batch)
        ]
        number += batch
        yield b"[" + b",".join(events) + b"]"


async def one_connection(load: Load, name: int, until: float, sent: Sent) -> None:
    """One request at a time, as a real sender does; a 429 or 503 is sent again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    for body in bodies(name, load.batch):
        if time.monotonic() >= until:
            break
        began = time.monotonic()
        while True:
            writer.writelines((head(load, body), body))
            status, answer = await read_answer(reader)
            if status == 200:
                break
            sent.again += 1
            await asyncio.sleep(0.2)
        sent.latencies_ms.append((time.monotonic() - began) * 1000)
        sent.accepted += answer["accepted"]
    writer.close()


def head(load: Load, body: bytes) -> bytes:
    return (
        f"POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {load.token}\r\n"
        f"Content-Type: application/cloudevents-batch+json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()


async def one_event(load: Load, number: int) -> str:
    """Sends one event by itself until it is taken; its subject, which no other event has."""
    subject = f"+8613900{number:06d}"
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z").encode()
    event = EVENT % (b"probe", number, 0, now, 1, 0)
    body = b"[" + event.replace(b"+8613800000000", subject.encode()) + b"]"
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    while True:
        writer.writelines((head(load, body), body))
        status, _answer = await read_answer(reader)
        if status == 200:
            writer.close()
            return subject
        await asyncio.sleep(0.2)


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    return int(head.split()[1]), json.loads(await reader.readexactly(length))


async def _send(load: Load) -> Sent:
    sent = Sent()
    until = time.monotonic() + load.seconds
    await asyncio.gather(*(one_connection(load, n, until, sent) for n in range(load.connections)))
    return sent


def send(load: Load, answer: Connection) -> None:
    """A process of its own: gives Sent and the seconds it took."""
    began = time.monotonic()
    sent = uvloop.run(_send(load))
    answer.send((sent, time.monotonic() - began))


@contextmanager
def sending(load: Load) -> Iterator[Connection]:
    """The sender at work beside us; what `send` answers comes through the connection."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    sender = spawn.Process(target=send, args=(load, theirs))
    sender.start()
    try:
        yield ours
    finally:
        sender.join()


def waits_s(load: Load, ours: Connection) -> list[float]:
    """From before an event is sent until its meter's usage (what the API answers) has it; one after the other
    while the load lasts."""
    from hotpot.pot.metering.models import Meter
    from hotpot.pot.metering.usage import usage

    meter = Meter.objects.get(code=METER)
    now = datetime.now(UTC)
    start, end = now - timedelta(hours=1), now + timedelta(hours=1)
    waits: list[float] = []
    while not ours.poll(0.1):
        began = time.monotonic()
        subject = uvloop.run(one_event(load, len(waits)))
        while not usage(meter, start=start, end=end, subjects=[subject]):
            pass
        waits.append(time.monotonic() - began)
    return waits


@contextmanager
def pot(folder: Path) -> Iterator[tuple[str, str]]:
    """A database with one app, meter and token; gives its URL and the token."""
    from hotpot.entry.embedded import embedded_postgres

    os.environ |= {"HOTPOT_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "hotpot.entry.settings"}
    with embedded_postgres(folder, by="hotpot bench") as url:
        import django

        django.setup()
        from hotpot.entry.schema import bring_up_to_date

        bring_up_to_date(url)
        yield url, make_market()


def make_market() -> str:
    from django.conf import settings

    from hotpot.pot.catalog.models import App
    from hotpot.pot.events.wire import Actor
    from hotpot.pot.identity.models import Person
    from hotpot.pot.metering import actions
    from hotpot.pot.party.models import Membership, Party

    now = settings.HOTPOT_CLOCK.now()
    person = Person.objects.create_user("+8613800000000")
    developer = Party.objects.create(kind="developer", name="Bench", slug="bench")
    Membership.objects.create(party=developer, person=person, role="owner", since=now)
    App.objects.create(id="bench", developer=developer, name="Bench", icon="package", manifest={})
    actor = Actor(person.id, developer.id, "cli")
    actions.add_source(actor=actor, app_id="bench", uri=SOURCE, now=now)
    actions.make_meter(
        actor=actor, app_id="bench", code=METER, event_type=TYPE, aggregation="sum", field="bytes",
        unit="MB", exponent=-6, now=now,
    )  # fmt: skip
    _token, text = actions.make_token(
        actor=actor, person=person, app_id="bench", sources=[SOURCE], name="bench", days=1, now=now
    )
    return text


@contextmanager
def intake(port: int) -> Iterator[int]:
    """The real process; gives its id once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hotpot.entry.cli", "run", "intake"],
        env={**os.environ, "HOTPOT_USAGE_PORT": str(port)},
    )
    try:
        asyncio.run(_ready(port))
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


async def _ready(port: int) -> None:
    from hotpot.entry import health

    async with asyncio.timeout(20):
        while await health.web("127.0.0.1", port) != 200:
            await asyncio.sleep(0.1)
    await asyncio.sleep(1)  # The token is known within a second.


@click.command()
@click.option("--seconds", default=15.0, show_default=True, help="How long the load lasts.")
@click.option("--batch", default=500, show_default=True, help="Events in a request.")
@click.option("--connections", default=8, show_default=True, help="Requests under way at a time.")
@click.option("--port", default=18401, show_default=True, help="A free port for the intake.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON row a figure.")
def main(seconds: float, batch: int, connections: int, port: int, as_json: bool) -> None:
    """Send usage as fast as it is taken."""
    import psycopg

    with tempfile.TemporaryDirectory(prefix="hotpot-bench-") as folder:
        data = Path(folder) / "data"
        with pot(data) as (url, token), intake(port) as pid:
            postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
            memory = Memory([pid, postmaster])
            memory.start()
            load = Load(port, token, seconds, batch, connections)
            with sending(load) as ours:
                sent, took = ours.recv()
            memory.stopping.set()
            memory.join()
            with sending(replace(load, seconds=min(seconds, PROBES_S))) as ours:
                waits = waits_s(load, ours)
                beside, _took = ours.recv()
            with psycopg.connect(url) as link:
                row = link.execute(KEPT).fetchone()
    kept, size = row or (0, 0)
    accepted = sent.accepted + beside.accepted + len(waits)
    if kept != accepted:
        raise click.ClickException(f"{accepted} events were acknowledged, {kept} are kept.")
    latencies = sorted(sent.latencies_ms)
    tell("intake.events_per_s", round(sent.accepted / took), "1/s", as_json)
    tell("intake.peak_mib", round(memory.peak / MIB), "MiB", as_json)
    tell("intake.p50_ms", round(latencies[len(latencies) // 2], 1), "ms", as_json)
    tell("intake.p99_ms", round(latencies[int(len(latencies) * 0.99)], 1), "ms", as_json)
    tell("intake.queryable_s", round(max(waits), 2), "s", as_json)
    tell("intake.bytes_per_event", round(size / max(1, kept), 1), "B", as_json)


def tell(name: str, value: float, unit: str, as_json: bool) -> None:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    if as_json:
        click.echo(json.dumps({"name": name, "value": value, "unit": unit, "machine": machine}))
    else:
        click.echo(f"{name:<24} {value:>12,} {unit}")


if __name__ == "__main__":
    main()
