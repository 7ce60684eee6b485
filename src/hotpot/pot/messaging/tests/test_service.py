"""A carrier in service while its connection breaks: what it said and what it was given stays known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import asyncpg
import pytest
from django.db import connection

from hotpot.kernel.clock import SettableClock
from hotpot.pot.events.steps import perform
from hotpot.pot.messaging import actions, engine, outward, service
from hotpot.pot.messaging.carriers import CarrierAway
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.queue import Queue
from hotpot.pot.messaging.service import Service
from hotpot.pot.messaging.switch.models import CarrierHealth
from hotpot.pot.messaging.wire import Arrivals, Outbound, Submission, Submitted

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
PATIENCE_S = 20
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


class Brittle:
    """A carrier that answers when a test says so, and whose connection breaks when a test says so."""

    name = "simulated"
    uncertain_for = timedelta(minutes=5)
    answers_within = timedelta(minutes=5)
    may_repeat = True

    def __init__(self) -> None:
        self.given: list[int] = []
        self.breaks = False  # with the next submission
        self.there = True
        self.away = ""
        self._answers: asyncio.Queue[Submitted] = asyncio.Queue()

    @property
    def room(self) -> int:
        return 10 if self.there else 0

    def parts_of(self, text: str, alphabet: str) -> int:
        return 1

    async def connect(self) -> None:
        if not self.there:
            raise CarrierAway("nobody there")
        self.breaks = False

    async def close(self) -> None:
        """Nothing is held."""

    async def submit(self, batch: Sequence[Submission]) -> None:
        if self.breaks:
            raise CarrierAway("the link broke")
        self.given += [one.message_id for one in batch]

    def says(self, answer: Submitted) -> None:
        self._answers.put_nowait(answer)

    async def arrivals(self, wait_s: float) -> Arrivals:
        try:
            return Arrivals(answers=(await asyncio.wait_for(self._answers.get(), max(wait_s, 0.01)),))
        except TimeoutError:
            return Arrivals()

    async def acknowledge(self, arrivals: Arrivals) -> None:
        """It asks for none."""


@pytest.fixture
def carrier() -> Brittle:
    return Brittle()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with engine.open_pool(database_url, 4) as opened:
        yield opened


@pytest.fixture
async def unserved(pool: asyncpg.Pool, carrier: Brittle) -> AsyncIterator[Service]:
    """Not started yet: a service that runs takes what is due at any moment."""
    clock = SettableClock(NOW)
    one = Service(Queue(pool, carrier, clock), clock)
    yield one
    await one.stop()


@pytest.fixture
async def served(unserved: Service) -> Service:
    unserved.start()
    return unserved


async def aside(call: Callable[..., T], *given: object) -> T:
    """Django in a thread of its own, which gives its connection back."""

    def called() -> T:
        try:
            return call(*given)
        finally:
            connection.close()

    return await asyncio.to_thread(called)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():
            await asyncio.sleep(0.02)


def queued(count: int) -> list[int]:
    numbers = [f"+861380013800{place}" for place in range(count)]
    return actions.send([Outbound(f"test/{number}", number, "Hello") for number in numbers], now=NOW)


async def is_waiting_for_a_lock(watching: asyncpg.Connection) -> bool:
    waits = "wait_event_type = 'Lock' AND datname = current_database()"
    return bool(await watching.fetchval(f"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {waits})"))


async def test_an_answer_outlives_the_connection_that_brought_it(
    database_url: str, pool: asyncpg.Pool, carrier: Brittle, served: Service
) -> None:
    """Its message stays sent, and doesn't go again when its lease is over."""
    [first, second] = await aside(queued, 2)
    served.wake()

    async def both_went() -> bool:
        return len(carrier.given) == 2

    await until(both_went)
    watching = await asyncpg.connect(database_url)
    try:
        async with watching.transaction():
            await watching.execute("SELECT FROM messaging_message WHERE id = $1 FOR UPDATE", first)
            carrier.says(Submitted(first, ref="7"))
            await until(lambda: is_waiting_for_a_lock(watching))
            carrier.breaks = True
            served.hand([Submission(second, "+8613800138001", "1069", "Hello", 1, NOW + timedelta(hours=1))])

            async def began_again() -> bool:
                return not carrier.breaks

            await until(began_again)
    finally:
        await watching.close()

    async def is_sent() -> bool:
        return await aside(lambda: Message.objects.get(pk=first).state) == "sent"

    await until(is_sent)
    assert carrier.given.count(first) == 1


async def test_what_is_handed_over_while_nobody_is_there_goes_back_to_the_queue(
    pool: asyncpg.Pool, carrier: Brittle, unserved: Service
) -> None:
    [message_id] = await aside(queued, 1)
    async with pool.acquire() as link, link.transaction():
        batch = await perform(link, outward.claim(now=NOW, limit=10, lease=timedelta(minutes=5)))
    assert [one.message_id for one in batch] == [message_id]
    carrier.breaks = True
    unserved.start()

    async def is_connected() -> bool:
        return not carrier.breaks

    await until(is_connected)
    carrier.there = False
    carrier.breaks = True
    unserved.hand(batch)

    async def is_free() -> bool:
        return await aside(lambda: Message.objects.get(pk=message_id).handed_at) is None

    await until(is_free)
    unserved.hand(batch)  # It tries to connect by now.

    async def is_given_back() -> bool:
        return unserved.queue.handed == 0

    await until(is_given_back)
    assert carrier.given == []


async def test_who_is_woken_while_looking_looks_again(
    monkeypatch: pytest.MonkeyPatch, served: Service
) -> None:
    monkeypatch.setattr(service, "POLL_S", 3600.0)
    looks = 0

    async def look(*, repeats: bool = True) -> int:
        nonlocal looks
        looks += 1
        if looks == 1:
            served.wake()  # Something came just behind what was looked at.
        return 0

    monkeypatch.setattr(served.queue, "send_due", look)
    served.wake()

    async def looked_again() -> bool:
        return looks >= 2

    await until(looked_again)


async def test_the_switch_is_told_though_a_transaction_was_in_vain(
    pool: asyncpg.Pool, carrier: Brittle, served: Service
) -> None:
    carrier.away = "nobody there"
    async with pool.acquire() as link:
        turned_back = link.transaction()
        await turned_back.start()
        await perform(link, served.health())
        await turned_back.rollback()
        await perform(link, served.health())
    held = await aside(lambda: CarrierHealth.objects.get(name=carrier.name))
    assert (held.is_up, held.reason) == (False, "nobody there")
