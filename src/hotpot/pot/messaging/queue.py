"""One carrier's queue: from the database to the carrier, and back what the carrier brings.

A message that nobody can handle fails alone: what breaks a batch is sought by halves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import TypeVar

import asyncpg
import structlog

from hotpot.kernel.clock import Clock
from hotpot.pot.events.steps import Steps, perform
from hotpot.pot.messaging import outward, steps
from hotpot.pot.messaging.carriers import Carrier, CarrierAway
from hotpot.pot.messaging.rules import CANNOT_BE_CARRIED
from hotpot.pot.messaging.wire import Arrivals, Submission, Submitted

BATCH = 500

# asyncpg raises InternalClientError on a connection that died in the middle of an answer.
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, CarrierAway)

# What one row's content does, whatever the server is like.
POISON = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)

T = TypeVar("T")
Noticed = Callable[[Collection[int]], None]
log = structlog.get_logger(__name__)


class Queue:
    """`pool` is asyncpg's, on the owner's role. `noticed` is told which interfaces have new notices."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        carrier: Carrier,
        clock: Clock,
        *,
        home_url: str = "",
        noticed: Noticed = lambda _: None,
    ) -> None:
        self.carrier = carrier
        self._pool = pool
        self._clock = clock
        self._home_url = home_url
        self._noticed = noticed
        self._handed: list[Submission] = []
        self._under_way: dict[int, Submission] = {}

    @property
    def room(self) -> int:
        """How many messages more the carrier takes now."""
        return self.carrier.room - len(self._handed)

    @property
    def lease(self) -> timedelta:
        """How long a claim is ours: until an answer can't come any more, and then for doubt's time."""
        return self.carrier.answers_within + self.carrier.uncertain_for

    @property
    def handed(self) -> int:
        """How many wait to go, that were handed over and not claimed."""
        return len(self._handed)

    def hand(self, submissions: Sequence[Submission]) -> None:
        """They are stored as claimed, and go with the next `send_handed`."""
        self._handed += submissions

    async def send_handed(self) -> int:
        """All that was handed over; how many."""
        batch, self._handed = self._handed, []
        await self._send(batch)
        return len(batch)

    async def give_back(self) -> None:
        """What was handed over and not sent is claimed again by whoever comes next."""
        batch, self._handed = self._handed, []
        if batch:
            self._under_way.update((one.message_id, one) for one in batch)
            await self._take(Arrivals(answers=tuple(_busy(one, "the engine stopped") for one in batch)))

    async def send_due(self, *, repeats: bool = True) -> int:
        """One batch from the database to the carrier, as it has room; how many were tried. See `claim`."""
        limit = min(BATCH, self.room)
        if limit <= 0:
            return 0
        batch = await self._perform(
            outward.claim(
                self.carrier.name, now=self._clock.now(), limit=limit, lease=self.lease, repeats=repeats
            )
        )
        await self._send(batch)
        return len(batch)

    async def _send(self, batch: Sequence[Submission]) -> None:
        if batch:
            self._under_way.update((one.message_id, one) for one in batch)
            await self._submit(batch)

    async def _submit(self, batch: Sequence[Submission]) -> None:
        try:
            await self.carrier.submit(batch)
        except CarrierAway as away:
            await self._take(Arrivals(answers=tuple(_busy(one, str(away)) for one in batch)))
            raise
        except Exception as error:
            if not _is_poison(error):
                raise
            await self._submit_apart(batch)

    async def _submit_apart(self, batch: Sequence[Submission]) -> None:
        """Called while the error is handled. What went out of the batch is known by its key."""
        if len(batch) > 1:
            for part in _halves(batch):
                await self._submit(part)
            return
        log.exception("a message can't be carried", message=batch[0].message_id)
        await self._take(Arrivals(answers=(_hopeless(batch[0].message_id),)))

    async def take_arrivals(self, wait_s: float) -> int:
        """One batch of what the carrier brings, acknowledged to it after our commit; how many."""
        arrivals = await self.carrier.arrivals(wait_s)
        if arrivals:
            await self.take(arrivals)
        return len(arrivals)

    async def take(self, arrivals: Arrivals) -> None:
        """Writes them down; to be called again with the same ones where it fails."""
        await self._take(arrivals)
        await self.carrier.acknowledge(arrivals)

    async def _take(self, arrivals: Arrivals) -> None:
        try:
            noticed = await self._perform(self._taken(arrivals))
        except Exception as error:
            if not _is_poison(error):
                raise
            await self._take_apart(arrivals)
            return
        for one in arrivals.answers:
            self._under_way.pop(one.message_id, None)
        if noticed:
            self._noticed(noticed)

    def _taken(self, arrivals: Arrivals) -> Steps[set[int]]:
        now = self._clock.now()
        # A message that was claimed again after its lease may be answered twice: nobody waits for the second.
        answers = [one for one in arrivals.answers if not one.error or one.message_id in self._under_way]
        told = yield from outward.submitted(
            self.carrier.name,
            [self._under_way[one.message_id] for one in answers if one.error],
            answers,
            receipts=arrivals.receipts,
            now=now,
            uncertain_for=self.carrier.uncertain_for,
        )
        replies = yield from steps.receive(arrivals.inbounds, now=now, home_url=self._home_url)
        return told | steps.noticed(replies)

    async def _take_apart(self, arrivals: Arrivals) -> None:
        """Called while the error is handled."""
        if len(arrivals) > 1:
            for one in arrivals.apart():
                await self._take(one)
        elif arrivals.answers:
            log.exception("a carrier's answer can't be kept", answer=repr(arrivals.answers[0]))
            hopeless = _hopeless(arrivals.answers[0].message_id)
            if arrivals.answers[0] == hopeless:
                raise RuntimeError(f"the failure of message {hopeless.message_id} can't be written down")
            await self._take(Arrivals(answers=(hopeless,)))
        else:
            log.exception("an arrival can't be kept", arrival=repr(arrivals))

    async def adopt(self) -> None:
        """Messages without an answer and receipts without a message find each other."""
        noticed = await self._perform(
            outward.adopt(
                self.carrier.name,
                now=self._clock.now(),
                answered_within=self.carrier.answers_within,
                parts_of=self.carrier.parts_of,
            )
        )
        if noticed:
            self._noticed(noticed)

    async def _perform(self, verb: Steps[T]) -> T:
        async with self._pool.acquire() as connection, connection.transaction():
            return await perform(connection, verb)


def _is_poison(error: Exception) -> bool:
    return isinstance(error, POISON) or not isinstance(error, AWAY)


def _hopeless(message_id: int) -> Submitted:
    return Submitted(message_id, error=CANNOT_BE_CARRIED)


def _busy(submission: Submission, reason: str) -> Submitted:
    return Submitted(submission.message_id, error=reason, temporary=True)


def _halves(batch: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    middle = len(batch) // 2
    return batch[:middle], batch[middle:]
