"""What the engine asks of a carrier, whatever its protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hotpot.pot.messaging.wire import Arrivals, Submission, Submitted


class CarrierAway(Exception):
    """The carrier can't be reached now; what was given to it is tried again."""


class Carrier(Protocol):
    """One link to one carrier. Each verb may raise CarrierAway; the engine connects again after a pause."""

    @property
    def name(self) -> str:
        """Unique in an installation; messages keep it beside the carrier's own reference."""
        ...

    @property
    def window(self) -> int:
        """How many submissions it takes at once."""
        ...

    async def connect(self) -> None: ...

    async def close(self) -> None: ...

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Submitted]:
        """Its answer to each. A `Submission.key` seen before is a repetition after a crash of ours."""
        ...

    async def arrivals(self, wait_s: float) -> Arrivals:
        """The next receipts and messages from phones; empty when `wait_s` seconds brought none.

        What is not acknowledged comes again.
        """
        ...

    async def acknowledge(self, arrivals: Arrivals) -> None:
        """They are in our own database: the carrier may forget them."""
        ...
