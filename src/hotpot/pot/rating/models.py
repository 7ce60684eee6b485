"""Charges: what one seat costs in one period, and how that came about."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hotpot.pot.catalog.models import Price
from hotpot.pot.party.models import Party
from hotpot.pot.subscription.models import Seat, Subscription


class Charge(models.Model):
    """`amount_minor` = fee x days / days_in_period, rounded half up once, here.

    A change of price within the period makes one charge a price. Rows are only ever added.
    """

    period = models.DateField()  # its first day
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="charges")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="charges")
    price = models.ForeignKey(Price, models.PROTECT)
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    integrator = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    developer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    days = models.SmallIntegerField()
    days_in_period = models.SmallIntegerField()
    fee_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "period", "price"], name="one_charge"),
            models.CheckConstraint(
                condition=Q(days__gt=0, days__lte=models.F("days_in_period")), name="charge_days"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["period", "customer"], name="charges_by_period")]
