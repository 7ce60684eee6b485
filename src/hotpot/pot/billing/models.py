"""Bills: what a customer owes an operator for a period."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hotpot.pot.catalog.models import Price
from hotpot.pot.identity.models import Person
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


class TaxRate(models.Model):
    """What an operator adds to its prices, or finds in them, from a day on. Rows are only ever added.

    By class of goods and by the customer's place: an ISO 3166 country ("ES"), or a part of one that goes
    before it ("ES-CN").
    """

    operator = models.ForeignKey(Party, models.PROTECT, related_name="tax_rates")
    place = models.TextField()
    tax_class = models.TextField()
    starts_on = models.DateField()
    rate_bp = models.IntegerField()
    inclusive = models.BooleanField()  # prices contain it
    written_by = models.ForeignKey(Person, models.PROTECT, null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator", "place", "tax_class", "starts_on"], name="one_tax_rate_a_day"
            ),
            models.CheckConstraint(condition=models.Q(rate_bp__range=(0, 10_000)), name="tax_rate_bp"),
        ]


class CreditNote(models.Model):
    """Why a bill of the kind "credit_note" was written by hand; one that a close wrote has no such row."""

    bill = models.OneToOneField(Bill, models.PROTECT, primary_key=True, related_name="credit_note")
    key = models.TextField(unique=True)
    reason = models.TextField()
    written_by = models.ForeignKey(Person, models.PROTECT, null=True)


class CreditedLine(models.Model):
    """Which line of the bill a credit note's line takes back, whole or in part."""

    line = models.OneToOneField(BillLine, models.PROTECT, primary_key=True, related_name="credited")
    corrects = models.ForeignKey(BillLine, models.PROTECT, related_name="credits")
