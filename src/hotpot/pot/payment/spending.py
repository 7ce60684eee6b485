"""What a month has come to so far. Whoever reckons it (the close, from seats and usage) tells it here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.payment.models import Budget, Spending
from hotpot.pot.payment.owed import Sides


def spent_by_app(sides: Sides, month: Month) -> dict[str, int]:
    """App id -> minor units before tax. An app that cost nothing so far is left out."""
    rows = Spending.objects.filter(
        operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency,
        period=month.first_day,
    )  # fmt: skip
    return dict(rows.values_list("app_id", "amount_minor"))


@transaction.atomic
def note_spending(sides: Sides, month: Month, by_app: Mapping[str, int], *, now: datetime) -> None:
    """Replaces what was known of the month, and judges the customer's budgets by it in the same transaction:
    a hard limit that is reached stops use when this returns."""
    # Here, because budgets read what is kept here.
    from hotpot.pot.payment.budgets import watch_customer

    with as_system():
        Spending.objects.filter(
            operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency,
            period=month.first_day,
        ).delete()  # fmt: skip
        Spending.objects.bulk_create(
            Spending(
                operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency,
                app_id=app, period=month.first_day, amount_minor=amount, counted_at=now,
            )
            for app, amount in sorted(by_app.items()) if amount
        )  # fmt: skip
        watch_customer(sides, now=now)


def watched() -> list[Sides]:
    """Whose spending has to be counted: customers with a budget, and their operators."""
    rows = Budget.objects.values_list("operator_id", "customer_id", "currency").distinct()
    return [Sides(*row) for row in rows.order_by("operator_id", "customer_id", "currency")]
