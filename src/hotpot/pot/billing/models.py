"""Bills: what a customer owes an operator, and credit notes: what it no longer owes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from hotpot.kernel.period import local_day
from hotpot.pot.catalog.models import PriceItem
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Party
from hotpot.pot.rating.models import pointer
from hotpot.pot.subscription.models import Subscription


class Bill(models.Model):
    """`number` counts without gaps per operator and kind. Rows are only ever added.

    The total of a credit note is zero or below. `corrects` is the bill that it takes back from.
    """

    class Kind(models.TextChoices):
        BILL = "bill"
        CREDIT_NOTE = "credit_note"

    operator = models.ForeignKey(Party, models.PROTECT, related_name="bills_issued")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="bills")
    kind = models.TextField(choices=Kind.choices, default=Kind.BILL)
    number = models.IntegerField()
    period = models.DateField()  # the month whose close made it: its first day
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    issued_at = models.DateTimeField()
    due_on = models.DateField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "kind", "number"], name="one_bill_number"),
            models.CheckConstraint(
                condition=Q(total_minor=F("net_minor") + F("tax_minor")), name="total_is_net_and_tax"
            ),
            models.CheckConstraint(
                condition=Q(kind="bill", total_minor__gte=0) | Q(kind="credit_note", total_minor__lte=0),
                name="credit_note_gives",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-period"], name="bills_by_customer"),
            models.Index(fields=["operator", "period"], name="bills_by_operator"),
        ]

    @property
    def issued_on(self) -> date:
        """By the calendar of who issued it."""
        return local_day(self.issued_at, ZoneInfo(self.operator.time_zone))


class BillLine(models.Model):
    """One subscription, item and period. A period before the bill's own makes it an adjustment.

    `quantity` and `seats` are what this line adds to earlier lines of the same; `basis` is the whole that
    a quantity is part of (days of the month), where the item is prorated.
    """

    bill = pointer(Bill, related_name="lines")
    subscription = pointer(Subscription)
    item = pointer(PriceItem)
    period = models.DateField()  # its first day
    quantity = models.BigIntegerField()
    basis = models.BigIntegerField()
    seats = models.IntegerField()
    charged_minor = models.BigIntegerField()  # the sum of its charges: as priced, tax included or not
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    tax_rate_bp = models.IntegerField(default=0)
    tax_class = models.TextField(default="standard")
    amount_minor = models.BigIntegerField()  # gross

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_minor=F("net_minor") + F("tax_minor")), name="amount_is_net_and_tax"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["bill"], name="lines_by_bill"),
            models.Index(fields=["subscription", "period"], name="lines_by_subscription"),
        ]


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
            models.CheckConstraint(condition=Q(rate_bp__range=(0, 10_000)), name="tax_rate_bp"),
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
