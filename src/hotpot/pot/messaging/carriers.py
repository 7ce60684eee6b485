"""What the engine asks of a carrier, whatever its protocol."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from hotpot.pot.messaging.wire import Arrivals, Submission


class CarrierAway(Exception):
    """The carrier can't be reached now; what was given to it is tried again."""


class Carrier(Protocol):
    """The links to one carrier. Each verb may raise CarrierAway; the engine connects again after a pause."""

    @property
    def name(self) -> str:
        """Unique in an installation; messages keep it beside the carrier's own reference."""
        ...

    @property
    def room(self) -> int:
        """How many submissions more it takes now; 0 while it can't be reached."""
        ...

    @property
    def away(self) -> str:
        """Why it can't be reached, for longer than a short break; empty while it can."""
        ...

    @property
    def answers_within(self) -> timedelta:
        """After so long a submission has its answer, or will have none."""
        ...

    @property
    def uncertain_for(self) -> timedelta:
        """How long after that one waits for a receipt, before a message without an answer is sent again."""
        ...

    @property
    def may_repeat(self) -> bool:
        """Whether it had the time, since it was connected, to tell of what it has from before."""
        ...

    def parts_of(self, text: str, alphabet: str) -> int:
        """How many parts a text has there. `alphabet` is one of text.Alphabet; empty: as the text needs."""
        ...

    async def connect(self) -> None: ...

    async def close(self) -> None: ...

    async def submit(self, batch: Sequence[Submission]) -> None:
        """Takes them on; the answer to each comes with the arrivals.

        A `Submission.key` seen before is a repetition after a crash of ours.
        """
        ...

    async def arrivals(self, wait_s: float) -> Arrivals:
        """The next answers, receipts and messages from phones; empty when `wait_s` seconds brought none.

        Receipts and messages that are not acknowledged come again.
        """
        ...

    async def acknowledge(self, arrivals: Arrivals) -> None:
        """They are in our own database: the carrier may forget them."""
        ...
