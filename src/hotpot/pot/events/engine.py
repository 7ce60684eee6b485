"""The relay: carries the record to NATS in the order of its commits.

PostgreSQL keeps the promise, NATS only carries: the relay's place moves after the server of NATS has an
event, so a crash in between repeats some. Whoever listens knows a repetition by the event's id.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NoReturn

import asyncpg
import nats
import nats.errors
import structlog
from nats.aio.client import Client

from hotpot.kernel.waiting import is_set_within
from hotpot.pot.events import statements
from hotpot.pot.events.rules import read_after
from hotpot.pot.events.steps import perform
from hotpot.pot.events.wire import Event

READER = "relay"
SUBJECT = "hotpot.events"
SOURCE = "/hotpot"  # CloudEvents "source"
BATCH = 500
POLL_S = 1.0
CONNECT_S = 5.0
ANSWER_S = 20.0  # A server that is silent for longer is gone.
FLUSH_S = 5
BACK_OFF_MAX_S = 15.0

# asyncpg raises InternalClientError on a connection that died in the middle of an answer.
AWAY = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    nats.errors.Error,
)

log = structlog.get_logger(__name__)


class Relay:
    """`link` is a connection of its own on the owner's role."""

    def __init__(self, link: asyncpg.Connection, carrier: Client) -> None:
        self._link = link
        self._carrier = carrier

    async def carry(self) -> int:
        """The next batch; how many events it held."""
        [[txid, sequence]] = await self._link.fetch(statements.PLACE, READER)
        events, _ = await perform(self._link, read_after(txid, sequence, None, BATCH))
        if events:
            await self._publish(events)
            await self._link.fetch(statements.MOVE, READER, events[-1].txid, events[-1].sequence)
        return len(events)

    async def _publish(self, events: Sequence[Event]) -> None:
        for event in events:
            body = json.dumps(event.cloudevent(SOURCE), ensure_ascii=False, separators=(",", ":"))
            await self._carrier.publish(f"{SUBJECT}.{event.type}", body.encode())
        await self._carrier.flush(FLUSH_S)


async def run_forever(database_url: str, nats_url: str, *, beat: Callable[[], None]) -> NoReturn:
    """Until cancelled. PostgreSQL or NATS that goes away is tried again, ever more slowly.

    `beat` is called at least each second while the work goes on, and before each try of a connection.
    """
    failures = 0
    while True:
        beat()
        try:
            async with _connected(database_url, nats_url) as (link, carrier):
                failures = 0
                await _work(link, carrier, beat)
        except AWAY as error:
            failures += 1
            log.warning("events wait", reason=str(error) or type(error).__name__)
        await asyncio.sleep(min(0.25 * 2 ** min(failures, 10), BACK_OFF_MAX_S))


@contextlib.asynccontextmanager
async def _connected(database_url: str, nats_url: str) -> AsyncIterator[tuple[asyncpg.Connection, Client]]:
    link = await asyncpg.connect(database_url, timeout=CONNECT_S, command_timeout=ANSWER_S)
    try:
        # A lost server ends the work, so that nothing piles up in a client that believes in its return.
        carrier = await nats.connect(nats_url, allow_reconnect=False, connect_timeout=5, error_cb=_silent)
        try:
            yield link, carrier
        finally:
            await carrier.close()
    finally:
        link.terminate()


async def _silent(_: Exception) -> None:
    """The failure that matters is raised where we wait for it."""


async def _work(link: asyncpg.Connection, carrier: Client, beat: Callable[[], None]) -> None:
    woken = asyncio.Event()
    while not await link.fetchval(statements.BE_THE_ONLY_ONE, READER):
        beat()
        await asyncio.sleep(POLL_S)
    await link.add_listener(statements.CHANNEL, lambda *_: woken.set())
    log.info("events are carried")
    relay = Relay(link, carrier)
    while True:
        beat()
        woken.clear()
        if not await relay.carry():
            await is_set_within(woken, POLL_S)
        elif carrier.is_closed:
            raise nats.errors.ConnectionClosedError
