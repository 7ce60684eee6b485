"""Brings interfaces their notices: each interface in order, all beside each other.

Who doesn't take them is tried again after ever longer pauses for a day, and is then left alone until somebody
takes its `Silence` away. However many notices wait, no more than a window of each interface is in memory.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

import structlog

from hotpot.kernel.waiting import is_set_within
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging import door
from hotpot.pot.messaging.gateway import statements
from hotpot.pot.messaging.gateway.desk import Busy, Desk
from hotpot.pot.messaging.gateway.face import Teller
from hotpot.pot.messaging.wire import Interface, Notice

WINDOW = 500  # notices of one interface at a time
ROUNDS_MAX = 500  # interfaces that are told at a time
POLL_S = 0.2
TELL_S = 60.0
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=10)
PARKED_AFTER = timedelta(days=1)
REASON_CHARACTERS_MAX = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Silent:
    """See models.Silence. `next_at` is None once it is parked."""

    since: datetime
    tries: int
    reason: str
    next_at: datetime | None
    parked_at: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        return self.next_at is None or self.next_at > now


def silent_again(before: Silent | None, reason: str, now: datetime) -> Silent:
    """After one more try that failed."""
    since, tries = (before.since, before.tries + 1) if before else (now, 1)
    reason = reason[:REASON_CHARACTERS_MAX]
    if now - since >= PARKED_AFTER:
        return Silent(since, tries, reason, None, now)
    return Silent(since, tries, reason, now + min(FIRST_PAUSE * (1 << min(tries - 1, 16)), LONGEST_PAUSE))


class Courier:
    def __init__(self, desk: Desk, tellers: Sequence[Teller]) -> None:
        self._desk = desk
        self._tellers = {teller.kind: teller for teller in tellers}
        self._silences: dict[int, Silent] = {}
        self._rounds: dict[int, asyncio.Task[None]] = {}
        self._newly_here: set[int] = set()  # connected since they were last told something
        self._woken = asyncio.Event()
        self._look = True
        desk.looked.append(self._look_again)
        desk.came.append(self._came)

    def _came(self, interface_id: int) -> None:
        """Somebody listens now who didn't before: no pause any more, nor for what fails just now over the
        connection that was there before."""
        self._newly_here.add(interface_id)
        self._woken.set()

    def stir(self, interface_ids: Collection[int]) -> None:
        """These have new notices. A round that is on looks again before it ends, and once after."""
        if any(id not in self._rounds for id in interface_ids):
            self._woken.set()

    def _look_again(self) -> None:
        self._look = True
        self._woken.set()

    async def run(self) -> NoReturn:
        """Until cancelled."""
        try:
            while True:
                with contextlib.suppress(Busy):
                    await self._start_rounds()
                self._woken.clear()
                await is_set_within(self._woken, POLL_S)
        finally:
            rounds = list(self._rounds.values())
            for one in rounds:
                one.cancel()
            await asyncio.gather(*rounds, return_exceptions=True)

    async def _start_rounds(self) -> None:
        if self._look:
            await self._learn_silences()
        now = self._desk.clock.now()
        for interface_id in await self._desk.perform(_to_tell()):
            teller, interface = self._who_tells(interface_id)
            if teller is None or interface is None or self._is_left_alone(interface_id, now):
                continue
            if len(self._rounds) >= ROUNDS_MAX:
                return
            self._rounds[interface_id] = asyncio.create_task(self._round(interface_id, teller))

    async def _learn_silences(self) -> None:
        """Of interfaces whose round is on meanwhile, that round knows better than what was read."""
        self._look = False
        begun = set(self._rounds)
        read = await self._desk.perform(_silences())
        known = {id: silent for id, silent in self._silences.items() if id in begun}
        self._silences = {id: silent for id, silent in read.items() if id not in begun} | known

    def _is_left_alone(self, interface_id: int, now: datetime) -> bool:
        if interface_id in self._rounds:
            return True
        silent = self._silences.get(interface_id)
        if silent is None or (interface_id in self._newly_here and silent.parked_at is None):
            return False
        return silent.lasts(now)

    def _who_tells(self, interface_id: int) -> tuple[Teller | None, Interface | None]:
        guest = self._desk.guests.by_id.get(interface_id)
        teller = self._tellers.get(guest.interface.kind) if guest else None
        if guest is None or teller is None or not teller.listens(guest.interface):
            return None, None
        return teller, guest.interface

    async def _round(self, interface_id: int, teller: Teller) -> None:
        """Until nothing is left, or one isn't taken."""
        try:
            while (interface := self._who_tells(interface_id)[1]) is not None:
                notices = await self._desk.perform(door.pending(interface_id, limit=WINDOW))
                if not notices:
                    self._woken.set()  # for what came since
                    return
                if not await self._tell(teller, interface, notices):
                    return
        except Busy:
            pass  # The database is away: what wasn't written down comes again.
        except Exception:
            log.exception("a round of the courier failed", interface=interface_id)
        finally:
            del self._rounds[interface_id]

    async def _tell(self, teller: Teller, interface: Interface, notices: Sequence[Notice]) -> bool:
        """Whether all were taken."""
        self._newly_here.discard(interface.id)
        told: Collection[int] = ()
        reason = "not all were taken"
        try:
            async with asyncio.timeout(TELL_S):
                told = await teller.tell(interface, notices)
        except TimeoutError:
            reason = f"no answer within {TELL_S:g} s"
        except Exception as error:
            reason = str(error) or type(error).__name__
        if told:
            await self._desk.perform(_heard(interface.id, told, was_silent=interface.id in self._silences))
            self._silences.pop(interface.id, None)
            self._desk.figures.told += len(told)
        if len(told) == len(notices):
            return True
        if interface.id in self._newly_here:
            self._woken.set()
        elif teller.listens(interface):
            await self._put_off(interface, reason)
        return False

    async def _put_off(self, interface: Interface, reason: str) -> None:
        silent = silent_again(self._silences.get(interface.id), reason, self._desk.clock.now())
        self._silences[interface.id] = silent
        log.info("an interface isn't heard", interface=interface.name, reason=reason, tries=silent.tries)
        await self._desk.perform(_is_silent(interface.id, silent))


def _to_tell() -> Steps[list[int]]:
    rows = yield Call(statements.TO_TELL)
    return [row[0] for row in rows]


def _silences() -> Steps[dict[int, Silent]]:
    rows = yield Call(statements.SILENCES)
    return {row[0]: Silent(*row[1:]) for row in rows}


def _heard(interface_id: int, told: Collection[int], *, was_silent: bool) -> Steps[None]:
    yield from door.told(list(told))
    if was_silent:
        yield Call(statements.IS_HEARD, (interface_id,))


def _is_silent(interface_id: int, silent: Silent) -> Steps[None]:
    given = (silent.since, silent.tries, silent.reason, silent.next_at, silent.parked_at)
    yield Call(statements.IS_SILENT, (interface_id, *given))
