"""What a close says of itself, and the entries it books. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotpot.kernel.money import Money
from hotpot.pot.ledger.rules import Entry, Posting, credit, debit


class Step(StrEnum):
    """In the order in which a close goes through them."""

    READING = "reading"
    CHARGING = "charging"
    SHARING = "sharing"
    BILLING = "billing"
    BOOKING = "booking"
    DONE = "done"


# How far a close has come when a step begins, in basis points.
DONE_BP: Mapping[Step, int] = {
    Step.READING: 0,
    Step.CHARGING: 2_500,
    Step.SHARING: 4_000,
    Step.BILLING: 5_000,
    Step.BOOKING: 5_500,
    Step.DONE: 10_000,
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What one run books in one currency. operator_minor + partners_minor = charged_minor = billed_minor."""

    currency: str
    charges: int = 0
    seats: int = 0
    charged_minor: int = 0
    bills: int = 0
    billed_minor: int = 0
    operator_minor: int = 0
    partners_minor: int = 0
    statements: int = 0
    stated_minor: int = 0


@dataclass(frozen=True, slots=True)
class Amount:
    """A bill's or a statement's total, by the party that it goes to."""

    party_id: int
    party: str
    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class CloseFigures:
    """The result of one operator's close. `state` is that of models.CloseRun: "done" or "refused".

    A refused one has booked nothing; `problem` says why and how to mend it.
    """

    operator_id: int
    operator: str  # its slug
    month: str
    dry_run: bool
    state: str
    problem: str = ""
    sums: tuple[Sums, ...] = ()
    bills: tuple[Amount, ...] = ()
    statements: tuple[Amount, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    def __add__(self, other: CloseFigures) -> CloseFigures:
        """A later run of the same close adds to it."""
        return replace(
            other,
            sums=merged([*self.sums, *other.sums]),
            bills=(*self.bills, *other.bills),
            statements=(*self.statements, *other.statements),
            seconds=self.seconds + other.seconds,
        )


def merged(sums: Iterable[Sums]) -> tuple[Sums, ...]:
    """One a currency."""
    found: dict[str, dict[str, Any]] = {}
    for one in sums:
        known = found.setdefault(one.currency, {})
        for name in Sums.__slots__[1:]:
            known[name] = known.get(name, 0) + getattr(one, name)
    return tuple(Sums(currency, **values) for currency, values in sorted(found.items()))


def bill_key(operator_id: int, number: int) -> str:
    """The key of the entry that books a bill."""
    return f"bill:{operator_id}:{number}"


def revenue(operator_id: int, currency: str) -> str:
    return f"operator:{operator_id}:revenue:{currency}"


def receivable(operator_id: int, customer_id: int, currency: str) -> str:
    return f"operator:{operator_id}:receivable:{customer_id}:{currency}"


def payable(operator_id: int, partner_id: int, currency: str) -> str:
    return f"operator:{operator_id}:payable:{partner_id}:{currency}"


def bill_entry(
    *,
    operator_id: int,
    customer_id: int,
    number: int,
    total: Money,
    parts: Mapping[int, int],
    time: datetime,
) -> Entry:
    """What the customer owes, and to whom of the parties it goes: `parts` in minor units by party."""
    postings: list[Posting] = [debit(receivable(operator_id, customer_id, total.currency), total)]
    for party_id, minor in sorted(parts.items()):
        account = (
            revenue(operator_id, total.currency)
            if party_id == operator_id
            else payable(operator_id, party_id, total.currency)
        )
        if minor:
            postings.append(credit(account, Money(minor, total.currency)))
    return Entry(bill_key(operator_id, number), f"Bill {number}", time, tuple(postings))
