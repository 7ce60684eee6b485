"""The notification engine: tells what is due, by push or mail; what goes by SMS it releases to carriers.

Notices are in PostgreSQL before and after every step. What was tried when we died is tried again after its
lease, with the same tag and the same Message-ID, so that phones and mail programs show it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NoReturn, TypeVar

import asyncpg
import structlog

from hotpot.kernel.clock import Clock
from hotpot.kernel.waiting import is_set_within
from hotpot.pot.events.steps import Steps, perform
from hotpot.pot.notification import steps
from hotpot.pot.notification.keys import vapid_key
from hotpot.pot.notification.outgoing import Outgoing
from hotpot.pot.notification.push import Push, Signature
from hotpot.pot.notification.statements import CHANNEL
from hotpot.pot.notification.steps import Taken
from hotpot.pot.notification.wire import Due, Tried, Way

BATCH = 64
TELLERS = 2  # While one waits for push services, the other takes what is next.
LEASE = timedelta(minutes=5)
POLL_S = 1.0
CONNECT_S = 5.0
ANSWER_S = 20.0  # A server that is silent for longer is gone.
BACK_OFF_MAX_S = 15.0

# asyncpg raises InternalClientError on a connection that died in the middle of an answer.
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Engine:
    """`pool` is asyncpg's, on the owner's role. `lease` is longer than any way takes to answer."""

    def __init__(
        self, pool: asyncpg.Pool, outgoing: Outgoing, clock: Clock, *, lease: timedelta = LEASE
    ) -> None:
        self._pool = pool
        self._outgoing = outgoing
        self._house = outgoing.house
        self._clock = clock
        self._lease = lease
        self._push: Push | None = None

    async def fold(self) -> int:
        """What was held until now is told; how many notices that were."""
        return await self._perform(steps.fold(self._house, now=self._clock.now()))

    async def tell_due(self) -> int:
        """One batch of what is due; how many were looked at."""
        claimed = await self._perform(
            steps.claim(self._house, now=self._clock.now(), limit=BATCH, lease=self._lease)
        )
        pushes = [one for one in claimed.taken if one.due.way is Way.PUSH]
        mails = [one for one in claimed.taken if one.due.way is Way.MAIL]
        await asyncio.gather(self._tell(pushes, self._by_push), self._tell(mails, self._by_mail))
        return claimed.looked_at

    async def drain(self) -> int:
        """All that can be done at this moment of the clock; how many notices moved."""
        moved = await self.fold()
        while step := await self.tell_due():
            moved += step
        return moved

    async def _tell(
        self,
        taken: Sequence[Taken],
        way: Callable[[Sequence[Due], datetime], Awaitable[Sequence[Tried]]],
    ) -> None:
        if not taken:
            return
        try:
            outcomes = await way([one.due for one in taken], self._clock.now())
        except Exception as error:
            if isinstance(error, AWAY):
                raise
            log.exception("a way is broken", way=taken[0].due.way)
            outcomes = [Tried(f"broken: {error}", later=True)] * len(taken)
        await self._perform(steps.tried(taken, outcomes, now=self._clock.now()))

    async def _by_push(self, dues: Sequence[Due], now: datetime) -> Sequence[Tried]:
        if self._push is None:
            key = await self._perform(vapid_key(self._outgoing.secret_key, now=now))
            signature = Signature(key, self._outgoing.contact)
            self._push = Push(signature, self._outgoing.outward)
        return await asyncio.gather(*(self._push.tell(due, now) for due in dues))

    async def _by_mail(self, dues: Sequence[Due], now: datetime) -> Sequence[Tried]:
        assert self._outgoing.mail is not None  # `claim` gives no mails to a house that has no server.
        return await self._outgoing.mail.tell(dues, now)

    async def _perform(self, verb: Steps[T]) -> T:
        async with self._pool.acquire() as connection, connection.transaction():
            return await perform(connection, verb)


async def run_forever(
    database_url: str,
    outgoing: Outgoing,
    clock: Clock,
    *,
    beat: Callable[[], None],
    lease: timedelta = LEASE,
) -> NoReturn:
    """Until cancelled. A database that goes away is tried again, ever more slowly.

    `beat` is called about once a second for as long as the work goes on or a connection is tried.
    """
    failures = 0
    while True:
        beat()
        try:
            async with open_pool(database_url) as pool:
                failures = 0
                log.info("notices are told", mail=outgoing.mail is not None)
                await _work(Engine(pool, outgoing, clock, lease=lease), database_url, beat)
        except* AWAY as errors:
            failures += 1
            log.warning("notices wait", reason=str(errors.exceptions[0]))
        await asyncio.sleep(min(0.25 * 2 ** min(failures, 10), BACK_OFF_MAX_S))


def open_pool(database_url: str) -> asyncpg.Pool:
    return asyncpg.create_pool(
        database_url, min_size=1, max_size=TELLERS + 1, timeout=CONNECT_S, command_timeout=ANSWER_S
    )


async def _work(engine: Engine, database_url: str, beat: Callable[[], None]) -> None:
    woken = asyncio.Event()
    ear = await asyncpg.connect(database_url, timeout=CONNECT_S, command_timeout=ANSWER_S)
    try:
        await ear.add_listener(CHANNEL, lambda *_: woken.set())
        async with asyncio.TaskGroup() as group:
            for _ in range(TELLERS):
                group.create_task(_keep_telling(engine, woken))
            group.create_task(_keep_folding(engine, beat))
    finally:
        ear.terminate()


async def _keep_telling(engine: Engine, woken: asyncio.Event) -> NoReturn:
    while True:
        woken.clear()
        if not await engine.tell_due():
            await is_set_within(woken, POLL_S)


async def _keep_folding(engine: Engine, beat: Callable[[], None]) -> NoReturn:
    while True:
        beat()
        if not await engine.fold():
            await asyncio.sleep(POLL_S)
