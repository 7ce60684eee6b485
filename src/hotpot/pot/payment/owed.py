"""What is owed: bills with what is open of them, credit that waits, wallets. Amounts are minor units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from hotpot.kernel.money import Money
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import accounts
from hotpot.pot.billing.models import Bill
from hotpot.pot.ledger.models import Account
from hotpot.pot.payment.models import Clearing


@dataclass(frozen=True, slots=True)
class Sides:
    """An operator and its customer, in one currency: what each verb here is about."""

    operator_id: int
    customer_id: int
    currency: str

    @property
    def parties(self) -> list[int]:
        return [self.operator_id, self.customer_id]

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)


def sides_of(bill: Bill) -> Sides:
    return Sides(bill.operator_id, bill.customer_id, bill.currency)


def lock(sides: Sides) -> None:
    """One verb at a time moves what they owe each other; to the end of the transaction."""
    name = f"payment:{sides.operator_id}:{sides.customer_id}:{sides.currency}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def with_open(bills: QuerySet[Bill]) -> QuerySet[Any]:
    """Each with `open_minor`: its total less its clearings. A credit note's is negative until it is used."""
    cleared = Clearing.objects.filter(bill=OuterRef("pk")).order_by().values("bill")
    sums = Subquery(cleared.annotate(sum=Sum("amount_minor")).values("sum"))
    open_minor = ExpressionWrapper(F("total_minor") - Coalesce(sums, 0), output_field=BigIntegerField())
    return bills.annotate(open_minor=open_minor)


def owed_bills(sides: Sides, *, first: Iterable[int] = ()) -> list[Any]:
    """Bills with something to pay: `first` in their order, then what was due the longest."""
    order = {bill: n for n, bill in enumerate(first)}
    bills = with_open(_between(sides)).filter(open_minor__gt=0)
    return sorted(bills, key=lambda bill: (order.get(bill.pk, len(order)), bill.due_on, bill.number))


def waiting_credits(sides: Sides) -> list[Any]:
    """Credit notes that are not used up, the oldest first."""
    return list(with_open(_between(sides)).filter(open_minor__lt=0).order_by("issued_at", "id"))


def open_minor(bill_id: int) -> int:
    found = with_open(Bill.objects.filter(id=bill_id)).values_list("open_minor", flat=True).first()
    return int(found or 0)


def in_wallet(sides: Sides) -> int:
    """What the customer left with the operator."""
    code = accounts.wallet(sides.operator_id, sides.customer_id, sides.currency).code
    with as_system():
        balance = Account.objects.filter(code=code).values_list("balance", flat=True).first()
    return -(balance or 0)


def clear(rows: Iterable[Clearing], *, now: datetime) -> None:
    """Adds clearings in one statement; the trigger under it refuses more than a bill's total."""
    ready = list(rows)
    for row in ready:
        row.at = now
    Clearing.objects.bulk_create(ready)


def _between(sides: Sides) -> QuerySet[Bill]:
    return Bill.objects.filter(
        operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency
    )
