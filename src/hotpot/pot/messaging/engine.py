"""The message engine: from the queue to a carrier, and back what carriers bring.

A message that nobody can handle fails alone: what breaks a batch is sought by halves.

Messages are in PostgreSQL before and after every step. What was submitted when we died is submitted again
after its lease, under the same key. Many messages share one transaction (group commit).
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

import asyncpg
import structlog

from hotpot.kernel.clock import Clock
from hotpot.pot.events.steps import Steps, perform
from hotpot.pot.messaging import steps
from hotpot.pot.messaging.carriers import Carrier, CarrierAway
from hotpot.pot.messaging.rules import CANNOT_BE_CARRIED
from hotpot.pot.messaging.simulated.carrier import SimulatedCarrier
from hotpot.pot.messaging.statements import CHANNEL
from hotpot.pot.messaging.wire import Arrivals, Submission, Submitted

BATCH = 500
SENDERS = 2  # While one waits for the carrier, the other writes down what it answered.
LEASE = timedelta(seconds=60)
POLL_S = 1.0
CONNECT_S = 5.0
ANSWER_S = 20.0  # A server that is silent for longer is gone.
HOUSE_EVERY = timedelta(seconds=30)  # in `drain`, whose clock may leap
BACK_OFF_MAX_S = 15.0

# asyncpg raises InternalClientError on a connection that died in the middle of an answer.
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, CarrierAway)

# What one row's content does, whatever the server is like.
POISON = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Engine:
    """One carrier's queue. `pool` is asyncpg's, on the owner's role.

    `lease` is how long a batch is ours: longer than a carrier takes to answer. `home_url` is where people
    look who wrote to nobody; without it they get no answer.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        carrier: Carrier,
        clock: Clock,
        *,
        lease: timedelta = LEASE,
        home_url: str = "",
    ) -> None:
        self._pool = pool
        self._carrier = carrier
        self._clock = clock
        self._lease = lease
        self._home_url = home_url
        self._house_due = clock.now()

    async def send_due(self) -> int:
        """One batch from the queue to the carrier; how many were tried."""
        batch = await self._perform(
            steps.claim(now=self._clock.now(), limit=min(BATCH, self._carrier.window), lease=self._lease)
        )
        if batch:
            await self._submit(batch)
        return len(batch)

    async def _submit(self, batch: Sequence[Submission]) -> None:
        try:
            answers = await self._carrier.submit(batch)
        except CarrierAway as away:
            await self._write_down(
                batch, [Submitted(one.message_id, error=str(away), temporary=True) for one in batch]
            )
            raise
        except Exception as error:
            if not _is_poison(error):
                raise
            await self._submit_apart(batch)
        else:
            await self._write_down(batch, answers)

    async def _submit_apart(self, batch: Sequence[Submission]) -> None:
        """Called while the error is handled. What went out of the batch is known by its key."""
        if len(batch) > 1:
            for part in _halves(batch):
                await self._submit(part)
            return
        log.exception("a message can't be carried", message=batch[0].message_id)
        await self._write_down(batch, [_hopeless(batch[0].message_id)])

    async def _write_down(self, batch: Sequence[Submission], answers: Sequence[Submitted]) -> None:
        try:
            await self._perform(steps.submitted(self._carrier.name, batch, answers, now=self._clock.now()))
        except Exception as error:
            if not _is_poison(error):
                raise
            await self._write_down_apart(batch, answers)

    async def _write_down_apart(self, batch: Sequence[Submission], answers: Sequence[Submitted]) -> None:
        if len(answers) > 1:
            for part in _halves(answers):
                await self._write_down(batch, part)
            return
        if answers[0] == (hopeless := _hopeless(answers[0].message_id)):
            raise RuntimeError(f"the failure of message {hopeless.message_id} can't be written down")
        log.exception("a carrier's answer can't be kept", message=answers[0].message_id)
        await self._write_down(batch, [hopeless])

    async def take_arrivals(self, wait_s: float) -> int:
        """One batch of receipts and messages from phones, acknowledged after our commit; how many."""
        arrivals = await self._carrier.arrivals(wait_s)
        if arrivals:
            await self._take(arrivals)
            await self._carrier.acknowledge(arrivals)
        return len(arrivals)

    async def _take(self, arrivals: Arrivals) -> None:
        now = self._clock.now()
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await perform(connection, steps.settle(arrivals.receipts, now=now))
                await perform(connection, steps.receive(arrivals.inbounds, now=now, home_url=self._home_url))
        except Exception as error:
            if not _is_poison(error):
                raise
            if len(arrivals) == 1:
                log.exception("an arrival can't be kept", arrival=repr(arrivals))
                return
            for part in arrivals.halves():
                await self._take(part)

    async def keep_house(self) -> int:
        """Held receipts and messages past their validity; how many expired."""
        self._house_due = self._clock.now() + HOUSE_EVERY
        return await self._perform(
            steps.keep_house(now=self._clock.now(), limit=BATCH, home_url=self._home_url)
        )

    async def drain(self) -> int:
        """All that can be done at this moment of the clock; how many messages moved."""
        moved = 0
        if self._clock.now() >= self._house_due:
            moved += await self.keep_house()
        while step := await self.send_due() + await self.take_arrivals(0):
            moved += step
        return moved

    async def _perform(self, verb: Steps[T]) -> T:
        async with self._pool.acquire() as connection, connection.transaction():
            return await perform(connection, verb)


def _is_poison(error: Exception) -> bool:
    return isinstance(error, POISON) or not isinstance(error, AWAY)


def _hopeless(message_id: int) -> Submitted:
    return Submitted(message_id, error=CANNOT_BE_CARRIED)


def _halves(batch: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    middle = len(batch) // 2
    return batch[:middle], batch[middle:]


def open_pool(database_url: str, connections_max: int) -> asyncpg.Pool:
    """Connections are given back as they are: nothing here changes their settings."""

    async def leave(_: asyncpg.Connection) -> None:
        return None

    return asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=connections_max,
        reset=leave,
        timeout=CONNECT_S,
        command_timeout=ANSWER_S,
    )


async def run_forever(
    database_url: str,
    carrier: Carrier,
    clock: Clock,
    *,
    beat: Callable[[], None],
    home_url: str,
    lease: timedelta = LEASE,
) -> NoReturn:
    """Until cancelled. A database or carrier that goes away is tried again, ever more slowly.

    `beat` is called about once a second for as long as the work goes on or a connection is tried.
    """
    failures = 0
    while True:
        beat()
        try:
            async with open_pool(database_url, SENDERS + 2) as pool:
                async with asyncio.timeout(CONNECT_S):
                    await carrier.connect()
                failures = 0
                log.info("messages are carried", carrier=carrier.name)
                await _work(Engine(pool, carrier, clock, lease=lease, home_url=home_url), database_url, beat)
        except* AWAY as errors:
            failures += 1
            log.warning("messages wait", carrier=carrier.name, reason=str(errors.exceptions[0]))
        finally:
            await carrier.close()
        await asyncio.sleep(min(0.25 * 2 ** min(failures, 10), BACK_OFF_MAX_S))


async def _work(engine: Engine, database_url: str, beat: Callable[[], None]) -> None:
    woken = asyncio.Event()
    ear = await asyncpg.connect(database_url, timeout=CONNECT_S, command_timeout=ANSWER_S)
    try:
        await ear.add_listener(CHANNEL, lambda *_: woken.set())
        async with asyncio.TaskGroup() as group:
            for _ in range(SENDERS):
                group.create_task(_keep_sending(engine, woken))
            group.create_task(_keep_taking(engine))
            group.create_task(_keep_house(engine, beat))
    finally:
        ear.terminate()


async def _keep_sending(engine: Engine, woken: asyncio.Event) -> NoReturn:
    while True:
        woken.clear()
        if not await engine.send_due():
            await _either(woken, POLL_S)


async def _keep_taking(engine: Engine) -> NoReturn:
    while True:
        await engine.take_arrivals(POLL_S)


async def _keep_house(engine: Engine, beat: Callable[[], None]) -> NoReturn:
    while True:
        beat()
        await engine.keep_house()
        await asyncio.sleep(POLL_S)


async def _either(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


class _Driver:
    """An engine on a loop of its own thread, for callers that live without asyncio."""

    def __init__(self, database_url: str, clock: Clock) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="messaging", daemon=True)
        self._thread.start()
        self._engine = self._call(self._start(database_url, clock))

    async def _start(self, database_url: str, clock: Clock) -> Engine:
        self._pool = await open_pool(database_url, 2)
        self._carrier = SimulatedCarrier(database_url, clock, delay=timedelta(0))
        await self._carrier.connect()
        return Engine(self._pool, self._carrier, clock)

    def run_once(self) -> int:
        return self._call(self._engine.drain())

    def close(self) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        await self._carrier.close()
        await self._pool.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


_drivers: dict[tuple[str, int], _Driver] = {}


def run_once(database_url: str, clock: Clock) -> int:
    """Pushes the queue through the simulated carrier as far as it goes at the clock's moment.

    For a process that holds the clock itself, like the replay; it sees what was committed before. Returns
    how many messages moved. Connections are kept until `close_runs`.
    """
    key = (database_url, id(clock))
    if key not in _drivers:
        _drivers[key] = _Driver(database_url, clock)
    return _drivers[key].run_once()


def close_runs() -> None:
    """Gives back what `run_once` holds."""
    while _drivers:
        _drivers.popitem()[1].close()
