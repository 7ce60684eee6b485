"""What a close says of itself, and the entries it books. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotpot.pot.billing import accounts
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.ledger.rules import Entry, Posting
from hotpot.pot.settlement.accounts import payable


class Step(StrEnum):
    """In the order in which a close goes through them."""

    READING = "reading"
    CHARGING = "charging"
    BILLING = "billing"
    SHARING = "sharing"
    BOOKING = "booking"
    DONE = "done"


class EngineName(StrEnum):
    """Where the plans of a close run."""

    DUCKDB = "duckdb"
    SPARK = "spark"


# How far a close has come when a step begins, in basis points.
DONE_BP: Mapping[Step, int] = {
    Step.READING: 0,
    Step.CHARGING: 2_500,
    Step.BILLING: 4_000,
    Step.SHARING: 5_000,
    Step.BOOKING: 5_500,
    Step.DONE: 10_000,
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What one run books in one currency. operator_minor + partners_minor is what is billed without tax."""

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


def bill_entry(operator_id: int, bill: Mapping[str, Any], time: datetime) -> Entry:
    """What the customer owes, of which the tax is the state's. A credit note is the mirror image."""
    currency, number, is_bill = bill["currency"], bill["number"], bill["kind"] == "bill"
    legs = (
        (accounts.receivable(operator_id, bill["customer"], currency), bill["total_minor"]),
        (accounts.revenue(operator_id, currency), -bill["net_minor"]),
        (accounts.tax(operator_id, currency), -bill["tax_minor"]),
    )
    key = f"{'bill' if is_bill else 'credit'}:{operator_id}:{number}"
    return Entry(key, f"{'Bill' if is_bill else 'Credit note'} {number}", time, _postings(legs))


def statement_entry(operator_id: int, paper: Mapping[str, Any], time: datetime) -> Entry:
    """What a partner gets of the operator's revenue; below zero, what it gives back."""
    currency, number, minor = paper["currency"], paper["number"], paper["total_minor"]
    legs = (
        (accounts.revenue(operator_id, currency), minor),
        (payable(operator_id, paper["partner"], currency), -minor),
    )
    return Entry(f"statement:{operator_id}:{number}", f"Statement {number}", time, _postings(legs))


def _postings(legs: Iterable[tuple[NewAccount, int]]) -> tuple[Posting, ...]:
    return tuple(Posting(account.code, minor, account.asset) for account, minor in legs if minor)
