"""What is tried on closed months, and what it would have paid. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from hotpot.kernel.period import Month
from hotpot.pot.party.terms import Model


@dataclass(frozen=True, slots=True)
class Proposal:
    """Terms that nobody signed yet, in the place of an `agreement`'s or as an agreement of their own."""

    operator: int
    payer: int
    partner: int
    terms: Model
    currency: str | None
    app: str | None = None
    customer: int | None = None
    agreement: int = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """A party's month: what it was given, and what it would have been."""

    month: Month
    party_id: int
    party: str
    currency: str
    was_minor: int
    would_minor: int

    @property
    def more_minor(self) -> int:
        return self.would_minor - self.was_minor
