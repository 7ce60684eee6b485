"""Double entry for any asset. The database guards it too: see migrations/0002_guards.py and 0004.

What moved is told by two kinds of rows: postings of entries (many legs) and transfers (two legs in one row,
for what machines move thousands of times a second). `Movement` is both in one view.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from hotpot.pot.party.models import Party


class Account(models.Model):
    """`balance` is the sum of its postings: debits positive, credits negative, in the asset's unit.

    Assets: an ISO 4217 code (minor units), "bytes", "messages", "seconds".
    `least` is the lowest balance that it may fall to, holds included; NULL = no limit. The trigger
    `not_below_least` refuses less at the end of the statement, or of the transaction that put it off.
    The account stands in the books of `party`; `counterparty` is whom it is about, and may look too.
    """

    code = models.TextField(unique=True)  # "operator:3:revenue"
    asset = models.TextField()
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="accounts")
    counterparty = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    least = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(default=0)  # moved by the triggers on postings and transfers only
    held = models.BigIntegerField(default=0)  # of open holds; moved by the trigger on holds only
    opened_at = models.DateTimeField(db_default=Now())


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


class Transfer(models.Model):
    """`amount` moved from `source` (credited) to `target` (debited). Rows are only ever added.

    A hold that is posted adds one with the key "hold:<the hold's key>": the trigger on holds writes it.
    Its id comes from the postings' sequence, so that ids order an account's movements of both kinds.
    """

    key = models.TextField()
    # Guarded by the trigger that books it, once a statement; a foreign key would be asked once a row.
    source = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    target = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    amount = models.BigIntegerField()  # positive
    memo = models.TextField()
    time = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # `unique=True` would add an index for LIKE, which nobody asks and each row would pay for.
            models.UniqueConstraint(fields=["key"], name="transfer_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "time"], name="transfers_from"),
            models.Index(fields=["target", "time"], name="transfers_to"),
        ]


class Movement(models.Model):
    """What moved on one account: a posting, or a transfer's leg. Read only; unique per account."""

    account = models.ForeignKey(Account, models.DO_NOTHING, related_name="movements")
    amount = models.BigIntegerField()  # debit positive, credit negative
    key = models.TextField()  # of the entry or transfer
    memo = models.TextField()
    time = models.DateTimeField()
    entry = models.ForeignKey(Entry, models.DO_NOTHING, null=True, related_name="+")  # NULL: a transfer

    class Meta:
        managed = False
        db_table = "ledger_movement"


class Hold(models.Model):
    """An amount set aside on `source` for `target` until it is posted, voided or expires."""

    class State(models.TextChoices):
        OPEN = "open"
        POSTED = "posted"
        VOIDED = "voided"

    key = models.TextField()
    # Guarded by the trigger, as a transfer's are.
    source = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    target = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    amount = models.BigIntegerField()  # positive
    memo = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True)
    posted = models.BigIntegerField(null=True)  # of `amount`; the rest became free

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="hold_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_positive"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | Q(~Q(state="open"), ended_at__isnull=False),
                name="hold_ended_once",
            ),
            models.CheckConstraint(
                condition=Q(state="posted", posted__gt=0, posted__lte=F("amount"))
                | Q(~Q(state="posted"), posted=None),
                name="posted_hold_has_amount",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], condition=Q(state="open", expires_at__isnull=False), name="open_holds"
            )
        ]
