"""Charges: what was charged for one item in one period, and how that came about."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from hotpot.pot.catalog.models import PriceItem
from hotpot.pot.party.models import Party
from hotpot.pot.subscription.models import Seat, Subscription


def pointer(to: type[models.Model] | str, **options: Any) -> Any:
    """A foreign key without a trigger a row: a million rows are held against their parents as one set.

    See docs/decisions/close.md.
    """
    return models.ForeignKey(
        to,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        **{"related_name": "+"} | options,
    )


class Charge(models.Model):
    """What a close added to what was booked before of a subscription, item, seat and period.

    The rated charges of such a key sum to what it costs; a correction is a further row, often negative.
    `quantity` counts what is charged, out of `basis` where the item is prorated. Rows are only ever added.
    """

    class Cause(models.TextChoices):
        RATED = "rated"
        CREDIT = "credit"  # given back by a credit note; never rated anew

    period = models.DateField()  # its first day, in the customer's calendar
    subscription = pointer(Subscription)
    item = pointer(PriceItem)
    seat = pointer(Seat, null=True)  # where the item is charged by the seat
    customer = pointer(Party)
    operator = pointer(Party)
    quantity = models.BigIntegerField()
    basis = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    cause = models.TextField(choices=Cause.choices, default=Cause.RATED)
    # Of billing.BillLine, a room above: a charge is written together with its line.
    line_id = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(cause="rated") | Q(amount_minor__lte=0), name="credit_gives")
        ]
