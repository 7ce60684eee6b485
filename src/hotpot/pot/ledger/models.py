"""Double entry for any asset. The database guards it too: see migrations/0002_guards.py."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from hotpot.pot.party.models import Party


class Account(models.Model):
    """`balance` is the sum of its postings: debits positive, credits negative, in the asset's unit.

    Assets: an ISO 4217 code (minor units), "bytes", "messages", "seconds".
    `least` is the lowest balance that it may fall to, holds included; NULL = no limit.
    The account stands in the books of `party`; `counterparty` is whom it is about, and may look too.
    """

    code = models.TextField(unique=True)  # "operator:3:revenue"
    asset = models.TextField()
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="accounts")
    counterparty = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    least = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(default=0)  # moved by the trigger on postings only
    held = models.BigIntegerField(default=0)  # of open holds; moved by the trigger on holds only
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(least=None) | Q(least__lte=F("balance") - F("held")),
                name="not_below_least",
            )
        ]


class Entry(models.Model):
    """Postings that sum to zero per asset. Rows are only ever added; `key` makes a retry harmless."""

    key = models.TextField(unique=True)
    memo = models.TextField()
    time = models.DateTimeField()  # when it happened
    booked_at = models.DateTimeField(db_default=Now())
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")


class Posting(models.Model):
    """One line of an entry. Rows are only ever added."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    amount = models.BigIntegerField()  # debit positive, credit negative

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(amount=0), name="posting_not_zero")]


class Hold(models.Model):
    """An amount set aside on `source` for `target` until it is posted, voided or expires."""

    class State(models.TextChoices):
        OPEN = "open"
        POSTED = "posted"
        VOIDED = "voided"

    key = models.TextField(unique=True)
    source = models.ForeignKey(Account, models.PROTECT, related_name="+")
    target = models.ForeignKey(Account, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()  # positive
    memo = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True)  # what was posted of it

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_positive"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | Q(~Q(state="open"), ended_at__isnull=False),
                name="hold_ended_once",
            ),
            models.CheckConstraint(
                condition=Q(state="posted", entry__isnull=False) | Q(~Q(state="posted"), entry=None),
                name="posted_hold_has_entry",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="open_holds")
        ]
