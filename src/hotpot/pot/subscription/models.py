"""Orders, subscriptions, seats, and the entitlements that follow from them.

Days are days of the customer's own calendar. `ends_on` is exclusive everywhere.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hotpot.pot.catalog.models import App, Offer
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Member, Party


class Order(models.Model):
    """A company, or its integrator for it, asks for an offer."""

    customer = models.ForeignKey(Party, models.PROTECT, related_name="orders")
    offer = models.ForeignKey(Offer, models.PROTECT)
    placed_by_party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    placed_by = models.ForeignKey(Person, models.PROTECT, null=True)
    placed_at = models.DateTimeField()
    starts_on = models.DateField()
    key = models.TextField(unique=True)  # makes a retry harmless


class Subscription(models.Model):
    """What runs: the four parties are kept here, so that each sees it and is paid by it."""

    order = models.OneToOneField(Order, models.PROTECT)
    app = models.ForeignKey(App, models.PROTECT)
    offer = models.ForeignKey(Offer, models.PROTECT)
    customer = models.ForeignKey(Party, models.PROTECT, related_name="subscriptions")
    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    integrator = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    developer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "app"], condition=Q(ends_on=None), name="one_open_subscription"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="subscription_span"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=[party], name=f"subscription_by_{party}")
            for party in ("operator", "integrator", "developer")
        ]


class Redemption(models.Model):
    """A customer entered the code of a coupon (catalog.pricing.Coupon): it counts from that month on.

    Once a customer, whatever becomes of the subscription. Rows are only ever added.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="redemptions")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+")
    code = models.TextField()
    starts_on = models.DateField()
    redeemed_by = models.ForeignKey(Person, models.PROTECT, null=True)
    redeemed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offer", "code", "customer"], name="redeemed_once")
        ]
        indexes: ClassVar = [models.Index(fields=["subscription"], name="redemptions_by_subscription")]


class Suspension(models.Model):
    """No use and no fee from a day on, until it is lifted."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="suspensions")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.TextField()
    suspended_by = models.ForeignKey(Person, models.PROTECT, null=True)
    suspended_at = models.DateTimeField()


class Seat(models.Model):
    """A phone number may use the app from a day on; one seat a day, which a trigger holds."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="seats")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    number = models.TextField()  # E.164
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="seats")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    assigned_by = models.ForeignKey(Person, models.PROTECT, null=True)
    assigned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscription", "number"], condition=Q(ends_on=None), name="one_open_seat"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="seat_span"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["number", "subscription"], name="seats_by_number")]


class Entitlement(models.Model):
    """ "May this number use this function now": one row to look up, kept by the seat verbs.

    Instants are UTC; `ends_at` is exclusive. `limit` is how much a month, NULL = as much as it likes.
    """

    number = models.TextField()
    app = models.ForeignKey(App, models.CASCADE)
    function = models.TextField()
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="entitlements")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    limit = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["number", "app", "function", "starts_at"],
                include=["ends_at", "limit", "customer"],
                name="entitled",
            )
        ]


class Stop(models.Model):
    """Use has ended for now, whatever seats say: of one app of an operator's, or of all (`app` NULL).

    `cause` names what asked for it ("budget:7"); one stop a cause at a time. See stops.py.
    """

    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    app = models.ForeignKey(App, models.PROTECT, null=True, related_name="+")
    cause = models.TextField()
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause"], condition=Q(lifted_at=None), name="one_stop_a_cause")
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer"], condition=Q(lifted_at=None), name="stops_of_customer")
        ]


class SeatImport(models.Model):
    """A CSV of seats on its way: what was taken, and what was wrong with the rest, line by line.

    Lines are taken a few thousand at a time; `lines_done` moves in the transaction of what they did.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="imports")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    starts_on = models.DateField()
    content = models.TextField(blank=True)  # emptied when it is finished
    started_by = models.ForeignKey(Person, models.PROTECT, null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    lines = models.IntegerField(default=0)
    lines_done = models.IntegerField(default=0)
    assigned = models.IntegerField(default=0)
    problems = ArrayField(models.TextField(), default=list)
