"""The engine on a real database: every message ends once, whatever goes away in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import asyncpg
import pytest
from django.conf import settings
from django.db import connection

from hotpot.kernel.clock import SettableClock, SystemClock
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.steps import perform
from hotpot.pot.messaging import actions, engine, steps
from hotpot.pot.messaging.carriers import CarrierAway
from hotpot.pot.messaging.models import AirMessage, HeldReceipt, Message
from hotpot.pot.messaging.rules import CANNOT_BE_CARRIED
from hotpot.pot.messaging.simulated import phones
from hotpot.pot.messaging.simulated.carrier import SimulatedCarrier
from hotpot.pot.messaging.wire import Arrivals, Inbound, Outbound, Receipt, Submission, Submitted

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
NUMBER = "+8613800138000"
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def clock() -> Iterator[SettableClock]:
    yield SettableClock(NOW)
    engine.close_runs()


async def aside(call: Callable[..., T], *given: Any) -> T:
    """Django in a thread of its own, which gives its connection back."""

    def called() -> T:
        try:
            return call(*given)
        finally:
            connection.close()

    return await asyncio.to_thread(called)


def states() -> list[str]:
    return list(Message.objects.filter(direction="out").order_by("id").values_list("state", flat=True))


def event_types() -> list[str]:
    return list(EventRow.objects.order_by("sequence").values_list("type", flat=True))


def queue(*numbers: str, now: datetime = NOW, **given: Any) -> list[int]:
    outbound = [
        Outbound(f"test/{place}/{number}", number, "Hello", **given) for place, number in enumerate(numbers)
    ]
    return actions.send(outbound, now=now)


def test_a_message_goes_out_and_its_answer_comes_back(url: str, clock: SettableClock) -> None:
    [asked] = queue(NUMBER, ask="task/1", app_id="approvals")
    assert engine.run_once(url, clock) > 0
    assert states() == ["delivered"]
    [shown] = phones.on_screen(NUMBER, now=NOW)
    assert shown.access_number == Message.objects.get(pk=asked).access_number
    phones.answer(NUMBER, shown.access_number, "1 fine", now=NOW)
    engine.run_once(url, clock)
    engine.run_once(url, clock)
    replied = EventRow.objects.get(type="message.replied")
    assert (replied.data["ask"], replied.data["text"], replied.way) == ("task/1", "1 fine", "sms")
    assert event_types() == ["message.sent", "message.delivered", "message.replied"]


def test_numbers_that_behave_badly(url: str, clock: SettableClock) -> None:
    queue("+8613800100001", "+8613800100002", "+8613800100003", "+8613800100004", "+8613800100005")
    engine.run_once(url, clock)
    assert states() == ["failed", "failed", "queued", "sent", "sent"]
    for _ in range(4):
        clock.move_to(clock.now() + timedelta(seconds=20))
        engine.run_once(url, clock)
    assert states() == ["failed", "failed", "delivered", "delivered", "sent"]
    clock.move_to(NOW + timedelta(hours=49))
    engine.run_once(url, clock)
    assert states() == ["failed", "failed", "delivered", "delivered", "expired"]
    errors = [event.data.get("error") for event in EventRow.objects.filter(type="message.failed")]
    assert sorted(map(str, errors)) == ["UNDELIV", "unknown number"]


def test_a_message_that_is_not_due_waits(url: str, clock: SettableClock) -> None:
    queue(NUMBER)
    Message.objects.update(due_at=NOW + timedelta(minutes=1))
    engine.run_once(url, clock)
    assert states() == ["queued"]
    clock.move_to(NOW + timedelta(minutes=1))
    engine.run_once(url, clock)
    assert states() == ["delivered"]


async def test_a_receipt_may_overtake_the_answer_to_its_submission(url: str) -> None:
    await aside(queue, NUMBER)
    link = await asyncpg.connect(url)
    try:
        batch = await perform(link, steps.claim(now=NOW, limit=10, lease=timedelta(minutes=1)))
        receipt = Receipt("swift", "77", True, NOW)
        await perform(link, steps.settle([receipt, receipt], now=NOW))
        assert await aside(states) == ["queued"]
        taken = [Submitted(batch[0].message_id, ref="77")]
        await perform(link, steps.submitted("swift", batch, taken, now=NOW))
        await perform(link, steps.settle([receipt], now=NOW))
    finally:
        await link.close()
    assert await aside(states) == ["delivered"]
    assert await aside(HeldReceipt.objects.count) == 0
    assert await aside(event_types) == ["message.sent", "message.delivered"]


class Forgetful(SimulatedCarrier):
    """Takes the first batch and dies before it answers."""

    died = False

    async def submit(self, batch: Sequence[Submission]) -> None:
        await super().submit(batch)
        if not self.died:
            self.died = True
            self._answers.clear()
            raise CarrierAway("the line went dead")


async def test_what_a_carrier_took_before_it_died_is_not_sent_twice(url: str) -> None:
    await aside(queue, *[f"+86138001{n:05}" for n in range(100, 160)])
    clock = SettableClock(NOW)
    carrier = Forgetful(url, clock, delay=timedelta(0))
    await carrier.connect()
    async with asyncpg.create_pool(url, min_size=1, max_size=2) as pool:
        one = engine.Drive(pool, carrier, clock)
        with pytest.raises(CarrierAway):
            await one.drain()
        clock.move_to(NOW + timedelta(minutes=2))
        await one.drain()
    await carrier.close()
    assert await aside(states) == ["delivered"] * 60
    assert await aside(AirMessage.objects.count) == 60
    assert await aside(lambda: event_types().count("message.delivered")) == 60


async def run_until(url: str, finished: Callable[[], bool], *, cuts: int) -> int:
    """Runs the real engine until `finished`; first the database cuts its connections some times."""
    beats: list[None] = []
    named = f"{url}&application_name=engine"
    work = asyncio.create_task(
        engine.Engine(named, settings.SECRET_KEY, SystemClock()).run_forever(beat=lambda: beats.append(None))
    )
    try:
        async with asyncio.timeout(60):
            for _ in range(cuts):
                await asyncio.sleep(0.15)
                await cut_connections(url)
            while not await aside(finished):
                await asyncio.sleep(0.1)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    return len(beats)


async def cut_connections(url: str) -> None:
    """What a restart of the database does to the engine; Django's own connection is spared."""
    link = await asyncpg.connect(url, server_settings={"application_name": "test"})
    try:
        await link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name = 'engine'"
        )
    finally:
        await link.close()


async def test_nothing_is_lost_or_doubled_when_the_database_goes_away(url: str) -> None:
    count = 3000
    numbers = [f"+861390{n:07}" for n in range(1_000_100, 1_000_100 + count)]

    def finished() -> bool:
        return set(Message.objects.values_list("state", flat=True)) == {"delivered"}

    await aside(lambda: queue(*numbers, now=SystemClock().now()))
    beats = await run_until(url, finished, cuts=6)
    assert beats > 1, "it began again"
    assert await aside(AirMessage.objects.count) == count
    assert await aside(lambda: event_types().count("message.delivered")) == count


class Fussy(SimulatedCarrier):
    """Its code fails on one number, and one answer of it can't be stored."""

    async def submit(self, batch: Sequence[Submission]) -> None:
        if any(one.number.endswith("7") for one in batch):
            raise ValueError("this number has too many sevens")
        await super().submit(batch)
        odd = {one.message_id for one in batch if one.number.endswith("8")}
        self._answers = [
            Submitted(one.message_id, "a\0b") if one.message_id in odd else one for one in self._answers
        ]

    async def arrivals(self, wait_s: float) -> Arrivals:
        """A message from nowhere comes with all that is true, for as long as nobody takes it."""
        found = await super().arrivals(wait_s)
        if self.poison and found:
            self.poison -= 1
            odd = Inbound(self.name, "x", "+86\0", "10690000", "?", NOW)
            return Arrivals(found.receipts, (odd, *found.inbounds), answers=found.answers)
        return found

    async def acknowledge(self, arrivals: Arrivals) -> None:
        kept = tuple(one for one in arrivals.inbounds if one.ref.isdecimal())
        await super().acknowledge(Arrivals(arrivals.receipts, kept))

    poison = 1


async def test_plans_are_made_anew_as_tables_grow(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PLANS_LAST_S", 0.05)
    asked = "SELECT count(*) FROM messaging_message"
    async with engine.open_pool(url, 1) as pool, pool.acquire() as connection:
        await connection.fetch(asked)
        async with asyncio.timeout(20):
            while asked in [
                row[0] for row in await connection.fetch("SELECT statement FROM pg_prepared_statements")
            ]:
                await asyncio.sleep(0.05)


async def test_one_poisoned_message_stops_no_other(url: str, clock: SettableClock) -> None:
    numbers = [f"+861380013800{last}" for last in range(10)]
    await aside(lambda: queue(*numbers))
    carrier = Fussy(url, clock, delay=timedelta(0))
    await carrier.connect()
    async with engine.open_pool(url, 2) as pool:
        await aside(lambda: phones.answer(NUMBER, "10690000", "hello", now=NOW))
        await engine.Drive(pool, carrier, clock).drain()
    await carrier.close()
    found = await aside(lambda: dict(Message.objects.filter(direction="out").values_list("number", "state")))
    ends = {number[-1]: state for number, state in found.items()}
    assert {last for last, state in ends.items() if state == "failed"} == {"7", "8"}
    assert {last for last, state in ends.items() if state == "delivered"} == set("01234569")
    errors = await aside(lambda: set(Message.objects.filter(state="failed").values_list("error", flat=True)))
    assert errors == {CANNOT_BE_CARRIED}
    texts = await aside(lambda: list(Message.objects.filter(direction="in").values_list("text", flat=True)))
    assert texts == ["hello"]
