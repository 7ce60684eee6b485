"""How many transfers and reserve-then-settle pairs a second the ledger's engine commits, at full durability.

Makes a pot of its own in a new folder, with fsync and synchronous_commit on, and takes it away again.
Every command goes through one operator's account. The sender, the engine and PostgreSQL share this machine.
Prints a JSON row a figure with --json. At the end every acknowledgement is counted in the database, and
every balance is held against what moved.

ledger.batch             transfers in batches of 4,096, in the engine's own process
ledger.http_batch        holds, then their posts, 1,000 commands a request
ledger.http_single       a request to hold and, once that is answered, one to post
ledger.http_single.p99   at a steady 1,500 pairs a second, from the moment each request was due
ledger.row_at_a_time     the work of ledger.batch with one SQL transaction a transfer, 8 connections
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import click
import uvloop

WALLETS = 1000
OPERATOR = "operator:sales"
BATCH = 4096
SUBMITTERS = 4
HTTP_BATCH = 1000
ROW_CONNECTIONS = 8
STEADY_PAIRS_PER_S = 1500
WARM_UP_S = 1.0
DONE = b'"outcome":"done"'
HOLD = (
    b'"key":"%s","source":"wallet:%d","target":"' + OPERATOR.encode() + b'",'
    b'"amount":%d,"asset":"CNY","expires_in_s":3600}'
)
POST = b'"hold":"%s"}'


# --- a pot ----------------------------------------------------------------------------------------


@contextmanager
def pot(folder: Path) -> Iterator[tuple[str, str, int]]:
    """A database with one operator and its customers' wallets; its URL, a token, the operator's id."""
    from hotpot.entry.embedded import embedded_postgres

    os.environ |= {"HOTPOT_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "hotpot.entry.settings"}
    with embedded_postgres(folder, by="hotpot bench") as url:
        import django

        django.setup()
        from hotpot.entry.schema import bring_up_to_date

        bring_up_to_date(url)
        yield url, *make_books()


def make_books() -> tuple[str, int]:
    from django.conf import settings

    from hotpot.pot.events.wire import Actor
    from hotpot.pot.identity.actions import make_token
    from hotpot.pot.identity.models import Person
    from hotpot.pot.ledger.actions import NewAccount, open_accounts
    from hotpot.pot.party.models import Membership, Party

    now = settings.HOTPOT_CLOCK.now()
    person = Person.objects.create_user("+8613800000000")
    operator = Party.objects.create(kind="operator", name="Bench", slug="bench")
    Membership.objects.create(party=operator, person=person, role="finance", since=now)
    wallets = [NewAccount(f"wallet:{n}", "CNY", operator.id, least=-(10**12)) for n in range(WALLETS)]
    open_accounts([NewAccount(OPERATOR, "CNY", operator.id), *wallets], now=now)
    actor = Actor(person.id, operator.id, "cli")
    _token, text = make_token(
        actor, person=person, name="bench", party_id=operator.id, scopes=["ledger"], days=1, now=now
    )
    return text, operator.id


@contextmanager
def serving(port: int) -> Iterator[None]:
    """The real process, until it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hotpot.entry.cli", "run", "ledger"],
        env={**os.environ, "HOTPOT_LEDGER_PORT": str(port)},
    )
    try:
        asyncio.run(_ready(port))
        yield
    finally:
        process.terminate()
        process.wait(20)


async def _ready(port: int) -> None:
    from hotpot.entry import health

    async with asyncio.timeout(20):
        while await health.web("127.0.0.1", port) != 200:
            await asyncio.sleep(0.1)


# --- loads ----------------------------------------------------------------------------------------


async def batches(url: str, seconds: float) -> tuple[int, float]:
    """Transfers done, and per second."""
    from hotpot.kernel.clock import SystemClock
    from hotpot.pot.ledger.engine import Engine
    from hotpot.pot.ledger.wire import Done, Transfer

    engine = Engine(url, SystemClock())
    running = asyncio.create_task(engine.run())
    done = 0

    async def submit(until: float) -> None:
        nonlocal done
        while time.monotonic() < until:
            answers = await engine.submit(
                [
                    Transfer(key=key, source=wallet, target=OPERATOR, amount=5, asset="CNY")
                    for key, wallet in zip(keys(BATCH), wallets(BATCH), strict=True)
                ]
            )
            done += sum(type(answer) is Done for answer in answers)

    await asyncio.gather(*(submit(time.monotonic() + WARM_UP_S) for _ in range(SUBMITTERS)))
    warm, began = done, time.monotonic()
    await asyncio.gather(*(submit(began + seconds) for _ in range(SUBMITTERS)))
    took = time.monotonic() - began
    engine.close()
    await running
    return done, (done - warm) / took


async def rows(url: str, seconds: float) -> tuple[int, float]:
    """Transfers done, and per second, each an INSERT that commits by itself."""
    insert = """
    INSERT INTO ledger_transfer (key, source_id, target_id, amount, memo, time)
    SELECT $1, source.id, target.id, 5, '', $4 FROM ledger_account AS source, ledger_account AS target
     WHERE source.code = $2 AND target.code = $3
    """
    done = 0

    async def write(until: float) -> None:
        nonlocal done
        link = await asyncpg.connect(url)
        statement = await link.prepare(insert)
        while time.monotonic() < until:
            [key], [wallet] = keys(1), wallets(1)
            await statement.fetch(key, wallet, OPERATOR, datetime.now(UTC))
            done += 1
        await link.close()

    began = time.monotonic()
    await asyncio.gather(*(write(began + seconds) for _ in range(ROW_CONNECTIONS)))
    return done, done / (time.monotonic() - began)


def keys(count: int) -> list[str]:
    """In no order, as those of many senders are."""
    text = os.urandom(12 * count).hex()
    return [text[at : at + 24] for at in range(0, 24 * count, 24)]


def wallets(count: int) -> list[str]:
    return [f"wallet:{int(random.random() * WALLETS)}" for _ in range(count)]


class Line(asyncio.Protocol):
    """One connection, one request at a time. `ask` gives the body; bodies are counted, not read."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self._got = b""
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # uvloop's is no asyncio.Transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._got = self._got + data if self._got else data
        head, end, body = self._got.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) >= length and self._answer is not None:
            self._got = b""
            if b" 200 " not in head[:16]:
                self._answer.set_exception(click.ClickException(f"{head!r} {body!r}"))
            else:
                self._answer.set_result(body)


@dataclass(slots=True)
class Sender:
    """Prepared requests: `pairs` are (the request to hold, the request to post)."""

    port: int
    token: str
    pairs: list[tuple[bytes, bytes]] = field(default_factory=list)
    done: int = 0
    latencies_ms: list[float] = field(default_factory=list)

    def prepare_batches(self, count: int) -> None:
        for _ in range(count):
            names = keys(HTTP_BATCH)
            hold = b",".join(b'{"verb":"hold",' + self._hold(key) for key in names)
            post = b",".join(b'{"verb":"post",' + POST % key.encode() for key in names)
            self.pairs.append((self._request("batches", _many(hold)), self._request("batches", _many(post))))

    def prepare_singles(self, count: int) -> None:
        for key in keys(count):
            post = self._request("posts", b"{" + POST % key.encode())
            self.pairs.append((self._request("holds", b"{" + self._hold(key)), post))

    def _hold(self, key: str) -> bytes:
        return HOLD % (key.encode(), int(random.random() * WALLETS), 5)

    def _request(self, path: str, body: bytes) -> bytes:
        return (
            f"POST /v1/ledger/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    async def as_fast_as_it_goes(self, connections: int, seconds: float) -> float:
        """Pairs a second. Raises where the prepared requests ran out."""
        warm = self.done
        began = time.monotonic()
        await asyncio.gather(*(self._pairs(began + seconds) for _ in range(connections)))
        if not self.pairs:
            raise click.ClickException("The prepared requests ran out; take fewer seconds.")
        return (self.done - warm) / (time.monotonic() - began)

    async def _pairs(self, until: float) -> None:
        line = await self._connect()
        while self.pairs and time.monotonic() < until:
            hold, post = self.pairs.pop()
            held = (await line.ask(hold)).count(DONE)
            posted = (await line.ask(post)).count(DONE)
            if held != posted:
                raise click.ClickException(f"Of {held} holds {posted} were posted.")
            self.done += posted
        line.transport.close()

    async def steadily(self, connections: int, pairs_per_s: float, seconds: float) -> None:
        """Each pair is due at its time, whether the one before was quick or slow."""
        began = time.monotonic()
        every = connections / pairs_per_s

        async def one(offset: float) -> None:
            line = await self._connect()
            due = began + offset
            while self.pairs and due < began + seconds:
                await asyncio.sleep(due - time.monotonic())
                hold, post = self.pairs.pop()
                await line.ask(hold)
                middle = time.monotonic()
                posted = (await line.ask(post)).count(DONE)
                self.done += posted
                self.latencies_ms += [(middle - due) * 1000, (time.monotonic() - middle) * 1000]
                due += every
            line.transport.close()

        await asyncio.gather(*(one(number / pairs_per_s) for number in range(connections)))

    async def _connect(self) -> Line:
        loop = asyncio.get_running_loop()
        _transport, line = await loop.create_connection(Line, "127.0.0.1", self.port)
        return line


def _many(commands: bytes) -> bytes:
    return b'{"commands":[' + commands + b"]}"


# --- the figures ----------------------------------------------------------------------------------


async def over_http(sender: Sender, prepare: Callable[[], None], connections: int, seconds: float) -> float:
    prepare()
    gc.collect()
    gc.freeze()
    await sender.as_fast_as_it_goes(connections, WARM_UP_S)
    rate = await sender.as_fast_as_it_goes(connections, seconds)
    sender.pairs.clear()
    return rate


async def audit(url: str, acknowledged: int) -> None:
    """Every acknowledgement is there once, and every balance is the sum of what moved."""
    link = await asyncpg.connect(url)
    there = await link.fetchval("SELECT count(DISTINCT key) FROM ledger_transfer")
    off = await link.fetchval(
        "SELECT count(*) FROM ledger_account AS account WHERE held <> 0 OR balance <>"
        " (SELECT coalesce(sum(amount), 0) FROM ledger_movement WHERE account_id = account.id)"
    )
    await link.close()
    if there != acknowledged or off:
        raise click.ClickException(
            f"{acknowledged} transfers were acknowledged, {there} are there; {off} balances are wrong."
        )


@click.command()
@click.option("--seconds", default=8.0, show_default=True, help="How long each load lasts.")
@click.option("--port", default=18402, show_default=True, help="A free port for the engine.")
@click.option("--only", multiple=True, help="Only these: batch, row_at_a_time, http_batch, http_single.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON row a figure.")
def main(seconds: float, port: int, only: Sequence[str], as_json: bool) -> None:
    """Move money as fast as it is committed."""
    wanted = set(only) or {"batch", "row_at_a_time", "http_batch", "http_single"}
    acknowledged = 0
    with (
        tempfile.TemporaryDirectory(prefix="hotpot-bench-") as folder,
        pot(Path(folder) / "data") as (url, token, _operator),
    ):
        if "batch" in wanted:
            done, rate = uvloop.run(batches(url, seconds))
            acknowledged += done
            tell("ledger.batch.transfers_per_s", round(rate), "1/s", as_json)
        if "row_at_a_time" in wanted:
            done, rate = uvloop.run(rows(url, seconds / 2))
            acknowledged += done
            tell("ledger.row_at_a_time.transfers_per_s", round(rate), "1/s", as_json)
        with serving(port):
            if "http_batch" in wanted:
                sender = Sender(port, token)
                count = round(40_000 / HTTP_BATCH * (seconds + WARM_UP_S))
                rate = uvloop.run(over_http(sender, lambda: sender.prepare_batches(count), 8, seconds))
                acknowledged += sender.done
                tell("ledger.http_batch.pairs_per_s", round(rate), "1/s", as_json)
            if "http_single" in wanted:
                sender = Sender(port, token)
                count = round(10_000 * (seconds + WARM_UP_S))
                rate = uvloop.run(over_http(sender, lambda: sender.prepare_singles(count), 192, seconds))
                tell("ledger.http_single.pairs_per_s", round(rate), "1/s", as_json)
                sender.prepare_singles(round(STEADY_PAIRS_PER_S * seconds) + 100)
                uvloop.run(sender.steadily(64, STEADY_PAIRS_PER_S, seconds))
                latencies = sorted(sender.latencies_ms)
                p99 = latencies[int(len(latencies) * 0.99)]
                tell("ledger.http_single.p50_ms", round(latencies[len(latencies) // 2], 1), "ms", as_json)
                tell("ledger.http_single.p99_ms", round(p99, 1), "ms", as_json)
                acknowledged += sender.done
        asyncio.run(audit(url, acknowledged))


def tell(name: str, value: float, unit: str, as_json: bool) -> None:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    if as_json:
        click.echo(json.dumps({"name": name, "value": value, "unit": unit, "machine": machine}))
    else:
        click.echo(f"{name:<40} {value:>12,} {unit}")


if __name__ == "__main__":
    main()
