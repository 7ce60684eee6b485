"""The message engine: every carrier's queue, and those who hand messages straight to them.

Messages are in PostgreSQL before and after every step; what is handed on is marked there first. Many messages
share one transaction (group commit). Carriers that are set up, changed or taken away are followed.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

import asyncpg
import structlog

from hotpot.kernel.clock import Clock
from hotpot.kernel.vault import Vault
from hotpot.kernel.waiting import is_set_within
from hotpot.pot.events.steps import BY_INDEX, Steps, perform
from hotpot.pot.messaging import outward, steps
from hotpot.pot.messaging.accounts import PURPOSE
from hotpot.pot.messaging.carriers import Carrier
from hotpot.pot.messaging.chosen import chosen
from hotpot.pot.messaging.queue import AWAY, BATCH, POISON, Noticed, Queue
from hotpot.pot.messaging.service import Service
from hotpot.pot.messaging.simulated.carrier import SimulatedCarrier
from hotpot.pot.messaging.statements import CHANNEL
from hotpot.pot.messaging.wire import Handing

__all__ = ["AWAY", "BACK_OFF_MAX_S", "CONNECT_S", "POISON", "Engine", "close_runs", "open_pool", "run_once"]

SWITCH_CHANNEL = "hotpot_switch"  # PostgreSQL NOTIFY: carriers or routes changed
CONNECTIONS_MAX = 12
POLL_S = 1.0
LOOK_S = 10.0  # for changed carriers, also without a NOTIFY
HOUSE_S = 5.0
GIVEN_AWAY = 2_000  # messages of a carrier that is away, to others, at once
CONNECT_S = 5.0
ANSWER_S = 20.0  # A server that is silent for longer is gone.
PLANS_LAST_S = 10  # Tables grow; a plan made while one was small would answer ever more slowly.
HOUSE_EVERY = timedelta(seconds=30)  # in `drain`, whose clock may leap
BACK_OFF_MAX_S = 15.0

T = TypeVar("T")
log = structlog.get_logger(__name__)


def _nobody(interface_ids: object) -> None: ...


class Engine:
    """All carriers. `noticed` is told, after a commit, which interfaces have new notices.

    `home_url` is where people look who wrote to nobody; without it they get no answer.
    """

    def __init__(
        self,
        database_url: str,
        secret_key: str,
        clock: Clock,
        *,
        home_url: str = "",
        noticed: Noticed = _nobody,
    ) -> None:
        self._url = database_url
        self._vault = Vault(secret_key, PURPOSE)
        self._clock = clock
        self._home_url = home_url
        self._noticed = noticed
        self._services: dict[str, Service] = {}
        self._accounts: Mapping[str, object] = {}
        self._changed = asyncio.Event()

    # Straight on.

    def handing(self) -> Handing:
        """The room there is now, for `door.accept`; to be given to `take` after the commit."""
        rooms = {name: service.queue.room for name, service in self._services.items()}
        leases = [service.queue.lease for service in self._services.values()]
        return Handing(rooms, self._clock.now() + max(leases, default=timedelta(0)))

    def take(self, handing: Handing) -> None:
        """What was accepted is committed: it goes to its carriers."""
        for carrier, submissions in handing.submissions.items():
            if (service := self._services.get(carrier)) is not None:  # else its lease brings it back
                service.hand(submissions)

    # Its life.

    async def run_forever(self, *, beat: Callable[[], None]) -> NoReturn:
        """Until cancelled. A database or carrier that goes away is tried again, ever more slowly.

        `beat` is called about once a second for as long as the work goes on or a connection is tried.
        """
        failures = 0
        while True:
            beat()
            try:
                async with open_pool(self._url, CONNECTIONS_MAX) as pool:
                    failures = 0
                    await self._work(pool, beat)
            except* AWAY as errors:
                failures += 1
                log.warning("messages wait", reason=str(errors.exceptions[0]))
            await asyncio.sleep(min(0.25 * 2 ** min(failures, 10), BACK_OFF_MAX_S))

    async def _work(self, pool: asyncpg.Pool, beat: Callable[[], None]) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(_keep(self._listen, CONNECT_S))
            group.create_task(_keep(lambda: self._house(pool), HOUSE_S))
            group.create_task(_keep(self._adopt, POLL_S))
            group.create_task(self._follow(pool))
            while True:
                beat()
                await asyncio.sleep(POLL_S)

    async def _listen(self) -> None:
        """Until the connection is lost."""
        ear = await asyncpg.connect(self._url, timeout=CONNECT_S, command_timeout=ANSWER_S)
        try:
            gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            ear.add_termination_listener(lambda _: gone.cancel())
            await ear.add_listener(CHANNEL, lambda *_: self._wake())
            await ear.add_listener(SWITCH_CHANNEL, lambda *_: self._changed.set())
            self._changed.set()
            self._wake()
            await asyncio.wait([gone])
        finally:
            ear.terminate()

    def _wake(self) -> None:
        for service in self._services.values():
            service.wake()

    async def _follow(self, pool: asyncpg.Pool) -> NoReturn:
        """Starts, stops and replaces carriers as their accounts say."""
        try:
            while True:
                self._changed.clear()
                with contextlib.suppress(*AWAY):
                    await self._look(pool)
                await is_set_within(self._changed, LOOK_S)
        finally:
            await asyncio.gather(*(service.stop() for service in self._services.values()))
            self._services = {}

    async def _look(self, pool: asyncpg.Pool) -> None:
        async with pool.acquire() as connection:
            found = await chosen(connection, self._vault)
        for name in [name for name in self._services if found.get(name) != self._accounts.get(name)]:
            await self._services.pop(name).stop()
        self._accounts = found
        for name, account in found.items():
            if name not in self._services:
                carrier = account.carrier(self._url, self._clock)
                queue = Queue(pool, carrier, self._clock, home_url=self._home_url, noticed=self._noticed)
                self._services[name] = Service(queue, self._clock)
                self._services[name].start()

    async def _house(self, pool: asyncpg.Pool) -> None:
        """What is due now and then."""
        now = self._clock.now()
        verb = steps.keep_house(now=now, limit=BATCH, home_url=self._home_url)
        _, noticed = await _perform(pool, verb)
        self._noticed(noticed)
        for name, service in list(self._services.items()):
            await _perform(pool, service.health())
            if service.queue.carrier.away:
                await self._give_away(pool, name)
        for name in await _perform(pool, outward.waited_for()):
            if name not in self._services:
                await self._give_away(pool, name)

    async def _adopt(self) -> None:
        """Before anything is given to a carrier again, what it says of it is looked at."""
        for service in list(self._services.values()):
            await service.queue.adopt()

    async def _give_away(self, pool: asyncpg.Pool, carrier: str) -> None:
        moved = await _perform(pool, outward.give_to_others(carrier, now=self._clock.now(), limit=GIVEN_AWAY))
        if moved:
            log.warning("messages go by other carriers", carrier=carrier, messages=moved)
            self._wake()


async def _keep(work: Callable[[], Coroutine[Any, Any, None]], pause_s: float) -> NoReturn:
    while True:
        try:
            await work()
        except AWAY as error:
            log.warning("the database is away", reason=str(error))
        await asyncio.sleep(pause_s)


async def _perform(pool: asyncpg.Pool, verb: Steps[T]) -> T:
    async with pool.acquire() as connection, connection.transaction():
        return await perform(connection, verb)


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
        server_settings=BY_INDEX,
        max_cached_statement_lifetime=PLANS_LAST_S,
    )


class Drive:
    """One carrier's queue, moved on by hand: for a process that holds the clock itself."""

    def __init__(self, pool: asyncpg.Pool, carrier: Carrier, clock: Clock, *, home_url: str = "") -> None:
        self.queue = Queue(pool, carrier, clock, home_url=home_url)
        self._pool = pool
        self._clock = clock
        self._house_due = clock.now()

    async def drain(self) -> int:
        """All that can be done at this moment of the clock; how many messages moved."""
        moved = 0
        if self._clock.now() >= self._house_due:
            self._house_due = self._clock.now() + HOUSE_EVERY
            expired, _ = await _perform(self._pool, steps.keep_house(now=self._clock.now(), limit=BATCH))
            moved += expired
        while step := await self.queue.send_due() + await self.queue.take_arrivals(0):
            moved += step
        return moved


class _Driver:
    """A drive on a loop of its own thread, for callers that live without asyncio."""

    def __init__(self, database_url: str, clock: Clock) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="messaging", daemon=True)
        self._thread.start()
        self._drive = self._call(self._start(database_url, clock))

    async def _start(self, database_url: str, clock: Clock) -> Drive:
        self._pool = await open_pool(database_url, 2)
        self._carrier = SimulatedCarrier(database_url, clock, delay=timedelta(0))
        await self._carrier.connect()
        return Drive(self._pool, self._carrier, clock)

    def run_once(self) -> int:
        return self._call(self._drive.drain())

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
