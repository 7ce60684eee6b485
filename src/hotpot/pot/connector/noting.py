"""Why enterprises' systems are told no, kept by a process that has a desk."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from hotpot.pot.connector.problems import Met, noted
from hotpot.pot.messaging.gateway.desk import Busy, Desk
from hotpot.pot.messaging.wire import Interface


async def note(desk: Desk, interface: Interface, met: Sequence[Met]) -> None:
    """A desk that is busy is left alone: only the page would have it."""
    if met:
        with suppress(Busy):
            await desk.perform(noted(interface, met, now=desk.clock.now()))
