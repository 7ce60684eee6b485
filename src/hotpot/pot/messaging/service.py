"""A carrier in service: connected again and again, its queue served, until it is stopped. asyncio."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn, TypeVar

import structlog

from hotpot.kernel.clock import Clock
from hotpot.kernel.waiting import is_set_within
from hotpot.pot.events.steps import Steps
from hotpot.pot.messaging.carriers import CarrierAway
from hotpot.pot.messaging.flow import BackOff
from hotpot.pot.messaging.queue import AWAY, BATCH, Queue
from hotpot.pot.messaging.switch.routing import carrier_is
from hotpot.pot.messaging.wire import Arrivals, Submission

POLL_S = 1.0
CONNECT_S = 5.0
BACK_OFF_MAX_S = 15.0

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Service:
    def __init__(self, queue: Queue, clock: Clock) -> None:
        self.queue = queue
        self._clock = clock
        self._woken = asyncio.Event()
        self._may_wait = True  # whether the database may hold something that is due
        self._arrived = Arrivals()  # came from the carrier, and isn't known to be written down
        self._task: asyncio.Task[NoReturn] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """What was not sent goes back to the queue at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """Something is due, or will be found to be."""
        self._may_wait = True
        self._woken.set()

    def hand(self, submissions: Sequence[Submission]) -> None:
        self.queue.hand(submissions)
        self._woken.set()

    def health(self) -> Steps[None]:
        """Tells the switch whether the carrier is there; to be asked now and then."""
        away = self.queue.carrier.away
        yield from carrier_is(self.queue.carrier.name, up=not away, reason=away, now=self._clock.now())

    async def _run(self) -> NoReturn:
        carrier, back_off = self.queue.carrier, BackOff(longest_s=BACK_OFF_MAX_S)
        try:
            while True:
                try:
                    await self.queue.give_back()  # handed over while there was no connection
                    async with asyncio.timeout(CONNECT_S):
                        await carrier.connect()
                    log.info("messages are carried", carrier=carrier.name)
                    back_off.succeeded()
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self._keep_sending())
                        group.create_task(self._keep_taking())
                except* AWAY as errors:
                    log.warning("messages wait", carrier=carrier.name, reason=str(errors.exceptions[0]))
                except* Exception:
                    log.exception("a carrier's queue failed, and begins again", carrier=carrier.name)
                await asyncio.sleep(back_off.failed())
        finally:
            await self._leave()

    async def _leave(self) -> None:
        """Takes the last answers, and gives back what was never sent."""
        with contextlib.suppress(*AWAY):
            await self.queue.carrier.close()
            await self.queue.give_back()
            await self.queue.take(self._arrived)
            while await self.queue.take_arrivals(0):
                pass

    async def _keep_sending(self) -> NoReturn:
        while True:
            self._woken.clear()
            if not (self._may_wait or self.queue.handed) or not await self._patiently(self._send):
                await self._rest()

    async def _send(self) -> int:
        if self.queue.handed:
            return await self.queue.send_handed()
        room = min(BATCH, self.queue.room)
        if room <= 0:
            return 0
        self._may_wait = False  # unless somebody wakes us while we look
        sent = await self.queue.send_due(repeats=self.queue.carrier.may_repeat)
        self._may_wait |= sent > 0
        return sent

    async def _rest(self) -> None:
        if not await is_set_within(self._woken, POLL_S):
            self._may_wait = True

    async def _keep_taking(self) -> NoReturn:
        while True:
            if self._arrived:
                await self._take_arrived()
            self._arrived = await self.queue.carrier.arrivals(POLL_S)

    async def _take_arrived(self) -> None:
        """Where the connection breaks in the middle of it, it is written down with the next: an answer that
        got lost would have its message sent again."""
        try:
            await self._patiently(lambda: self.queue.take(self._arrived))
        except Exception:  # Nobody can write it down, or only the carrier doesn't know yet that we did.
            self._arrived = Arrivals()
            raise
        self._arrived = Arrivals()
        self._woken.set()

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Again and again while the database is away: what a carrier said must not be forgotten."""
        back_off = BackOff(first_s=0.1, longest_s=2.0)
        while True:
            try:
                return await work()
            except CarrierAway:
                raise
            except AWAY as error:
                log.warning("the database is away", reason=str(error))
                await asyncio.sleep(back_off.failed())
