"""Bills: what a customer owes an operator for a period."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hotpot.pot.catalog.models import Price
from hotpot.pot.party.models import Party
from hotpot.pot.rating.models import Charge
from hotpot.pot.subscription.models import Subscription


class Bill(models.Model):
    """`number` counts without gaps per operator. Rows are only ever added."""

    operator = models.ForeignKey(Party, models.PROTECT, related_name="bills_issued")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="bills")
    number = models.IntegerField()
    period = models.DateField()  # its first day
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "number"], name="one_bill_number")
        ]
        indexes: ClassVar = [models.Index(fields=["customer", "-period"], name="bills_by_customer")]


class BillLine(models.Model):
    """One subscription at one price."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="lines")
    subscription = models.ForeignKey(Subscription, models.PROTECT)
    price = models.ForeignKey(Price, models.PROTECT)
    fee_minor = models.BigIntegerField()  # a seat, a full month
    seats = models.IntegerField()
    seat_days = models.IntegerField()
    amount_minor = models.BigIntegerField()


class BilledCharge(models.Model):
    """A charge stands on one bill line, once."""

    charge = models.OneToOneField(Charge, models.PROTECT, primary_key=True, related_name="billed")
    line = models.ForeignKey(BillLine, models.PROTECT, related_name="charges")
