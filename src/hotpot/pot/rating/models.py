"""Charges: what was charged for one item in one period, and how that came about."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from hotpot.pot.catalog.models import Offer, PriceItem
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.identity.models import Person
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


class AnyTrial(models.Model):
    """Something that nobody agreed on, tried on what is over. A job reckons it for who asked."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"  # see `problem`

    state = models.TextField(choices=State.choices, default=State.WAITING)
    done_bp = models.IntegerField(default=0)  # progress in basis points
    problem = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)


class Trial(AnyTrial):
    """A price that nobody set, tried on a month: what it would have brought."""

    operator = models.ForeignKey(Party, models.CASCADE, related_name="+")
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="+")
    period = models.DateField()  # its first day
    price = models.JSONField()  # as Pricing.as_json gives it

    @property
    def pricing(self) -> Pricing:
        return Pricing.read(self.price)


class TrialSum(models.Model):
    """What the price of a trial would have brought from a customer, beside what was booked."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="sums")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    new_minor = models.BigIntegerField()
    booked_minor = models.BigIntegerField()
