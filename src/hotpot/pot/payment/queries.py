"""What customers and operators look at: states of bills, who owes how much for how long, payments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from hotpot.pot.billing.models import Bill
from hotpot.pot.party.models import Party
from hotpot.pot.payment import owed, rules
from hotpot.pot.payment.models import BankLine, Chargeback, Payment
from hotpot.pot.payment.wire import CHARGED_BACK, PARTLY_CHARGED_BACK

BUCKETS = len(rules.AGES) + 1


def state_of_bill(bill: Bill, open_minor: int, today: date) -> str:
    """paid, open, overdue; of a credit note: waiting or used."""
    if bill.kind == Bill.Kind.CREDIT_NOTE:
        return "waiting" if open_minor else "used"
    if open_minor == 0:
        return "paid"
    return "overdue" if bill.due_on < today else "open"


def bills_with_open(**filters: Any) -> QuerySet[Any]:
    """Each with `open_minor`."""
    return owed.with_open(Bill.objects.filter(**filters)).select_related("customer", "operator")


@dataclass(slots=True)
class Aged:
    """What one customer owes, by how long it is overdue: see rules.age_of for the buckets."""

    customer: Party
    currency: str
    buckets: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    credit_minor: int = 0  # credit notes that wait, as a positive amount

    @property
    def total_minor(self) -> int:
        return sum(self.buckets)

    @property
    def overdue_minor(self) -> int:
        return sum(self.buckets[1:])

    @property
    def pk(self) -> int:
        return self.customer.pk


def aging(operator_id: int, today: date) -> list[Aged]:
    """One row a customer and currency with something open, the most first."""
    found: dict[tuple[int, str], Aged] = {}
    for bill in bills_with_open(operator_id=operator_id).exclude(open_minor=0).iterator(chunk_size=2_000):
        row = found.setdefault((bill.customer_id, bill.currency), Aged(bill.customer, bill.currency))
        open_minor: int = bill.open_minor
        if open_minor > 0:
            row.buckets[rules.age_of(bill.due_on, today)] += open_minor
        else:
            row.credit_minor -= open_minor
    return sorted(found.values(), key=lambda one: (-one.total_minor, one.customer.pk, one.currency))


def by_bucket(rows: Iterable[Aged], currency: str) -> list[int]:
    sums = [0] * BUCKETS
    for row in rows:
        if row.currency == currency:
            sums = [one + more for one, more in zip(sums, row.buckets, strict=True)]
    return sums


def payments_of(**filters: Any) -> QuerySet[Any]:
    """Each with `taken_back_minor`: what its provider took back."""
    backs = Chargeback.objects.filter(payment=OuterRef("pk")).order_by().values("payment")
    sums = Subquery(backs.annotate(sum=Sum("amount_minor")).values("sum"))
    taken_back = Coalesce(sums, 0, output_field=BigIntegerField())
    rows = Payment.objects.filter(**filters).annotate(taken_back_minor=taken_back)
    return rows.select_related("customer", "operator")


def state_of_payment(payment: Any) -> str:
    """Its own state, charged_back or partly_charged_back. Of one that `payments_of` gave."""
    if payment.taken_back_minor == 0:
        return str(payment.state)
    return CHARGED_BACK if payment.taken_back_minor == payment.amount_minor else PARTLY_CHARGED_BACK


def unmatched_lines(operator_id: int) -> QuerySet[BankLine]:
    return BankLine.objects.filter(operator_id=operator_id, state=BankLine.State.UNMATCHED)
