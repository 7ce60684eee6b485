"""When the courier tries, and when it leaves an interface alone. Its desk is a stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from hotpot.conftest import NOW
from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.gateway.courier import PARKED_AFTER, Courier, Silent
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.wire import Interface, Notice

OURS = 7
PATIENCE_S = 20.0
PAUSED = Silent(NOW, 3, "away", NOW + PARKED_AFTER)


class OneNotice:
    """A desk at which one notice waits until it was told. Nothing is kept: verbs are known by their names."""

    def __init__(self, silent: Silent | None = None) -> None:
        self.silences = {} if silent is None else {OURS: silent}
        self.waits = True
        self.clock = SettableClock(NOW)
        self.looked: list[Callable[[], None]] = []
        self.came: list[Callable[[int], None]] = []
        self.figures = SimpleNamespace(told=0)
        interface = SimpleNamespace(id=OURS, kind="smpp", name="Acme")
        self.guests = SimpleNamespace(by_id={OURS: SimpleNamespace(interface=interface)})
        self.read = asyncio.Event()
        self.read.set()

    async def perform(self, verb: Any) -> Any:
        match verb.gi_code.co_name:
            case "_to_tell":
                return [OURS] if self.waits else []
            case "pending":
                return [SimpleNamespace(id=1)] if self.waits else []
            case "_silences":
                found = dict(self.silences)
                await self.read.wait()
                return found
            case "_heard":
                self.waits = False
                self.silences.clear()
            case "_is_silent":
                silent = verb.gi_frame.f_locals["silent"]
                self.silences[OURS] = silent
        return None


class Teller:
    """Does with each try what the test says."""

    kind = "smpp"

    def __init__(self, *tries: Callable[[], bool]) -> None:
        self._tries = list(tries)
        self.count = 0
        self.done = asyncio.Event()

    def listens(self, _interface: Interface) -> bool:
        return True

    async def tell(self, _interface: Interface, notices: Sequence[Notice]) -> Collection[int]:
        self.count += 1
        await asyncio.sleep(0)
        if not self._tries.pop(0)():
            raise ConnectionError("it broke")
        self.done.set()
        return [notice.id for notice in notices]


@asynccontextmanager
async def running(desk: OneNotice, teller: Teller) -> AsyncIterator[Courier]:
    courier = Courier(cast("Desk", desk), [cast("Any", teller)])
    work = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


def breaks() -> bool:
    return False


def takes() -> bool:
    return True


async def test_who_comes_while_the_old_connection_fails_is_told_at_once() -> None:
    """The clock stands still: no pause would ever end."""
    desk = OneNotice()

    def breaks_as_another_comes() -> bool:
        desk.came[0](OURS)
        return False

    teller = Teller(breaks_as_another_comes, takes)
    async with running(desk, teller):
        await asyncio.wait_for(teller.done.wait(), PATIENCE_S)
    assert desk.silences == {}


async def test_who_comes_ends_the_pause_whatever_is_read_meanwhile() -> None:
    desk = OneNotice(PAUSED)
    desk.read.clear()
    teller = Teller(takes)
    async with running(desk, teller):
        await asyncio.sleep(0.01)
        desk.came[0](OURS)
        desk.read.set()
        await asyncio.wait_for(teller.done.wait(), PATIENCE_S)


async def test_who_comes_and_takes_nothing_is_put_off_again() -> None:
    desk = OneNotice(PAUSED)
    teller = Teller(breaks)
    async with running(desk, teller):
        desk.came[0](OURS)
        async with asyncio.timeout(PATIENCE_S):
            while desk.silences[OURS].tries == PAUSED.tries:
                await asyncio.sleep(0.01)
    assert teller.count == 1
    assert desk.silences[OURS].reason == "it broke"


async def test_who_was_left_alone_for_good_stays_so() -> None:
    desk = OneNotice(replace(PAUSED, next_at=None, parked_at=NOW))
    teller = Teller(takes)
    async with running(desk, teller):
        desk.came[0](OURS)
        await asyncio.sleep(0.3)
    assert teller.count == 0


async def test_a_pause_read_while_its_round_ends_it_is_over() -> None:
    """What was read before the notices were taken must not come back after."""
    desk = OneNotice()
    teller = Teller(takes, takes)
    async with running(desk, teller) as courier:
        await asyncio.wait_for(teller.done.wait(), PATIENCE_S)
        async with asyncio.timeout(PATIENCE_S):
            while desk.waits or courier._rounds:
                await asyncio.sleep(0.01)
        # A round of which the reader of silences still has the old word.
        courier._rounds[OURS] = asyncio.create_task(asyncio.sleep(0))
        desk.silences[OURS] = PAUSED
        desk.read.clear()
        desk.looked[0]()
        await asyncio.sleep(0.05)
        del courier._rounds[OURS]
        desk.silences.clear()
        desk.waits = True
        teller.done.clear()
        desk.read.set()
        await asyncio.wait_for(teller.done.wait(), PATIENCE_S)
