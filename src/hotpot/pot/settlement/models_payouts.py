"""Disputes about statements, and what is paid out of them. Written by verbs alone, as the system."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Party


class Dispute(models.Model):
    """A partner says that a statement, or one line of it, is wrong. `state` is that of the newest step."""

    class State(models.TextChoices):
        OPEN = "open"  # the operator's turn
        ANSWERED = "answered"  # the partner's turn
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    statement = models.ForeignKey("settlement.Statement", models.PROTECT, related_name="disputes")
    line_id = models.BigIntegerField(null=True)  # a line of it; NULL is all of it
    state = models.TextField(choices=State.choices, default=State.OPEN)
    since = models.DateTimeField()
    correction = models.OneToOneField(  # the statement that puts it right
        "settlement.Statement", models.PROTECT, null=True, related_name="corrects"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["statement", "line_id"],
                condition=Q(state__in=["open", "answered"]),
                nulls_distinct=False,
                name="one_open_dispute",
            )
        ]


class DisputeStep(models.Model):
    """Who said what, and to which state it moved the dispute. Rows are only ever added."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="steps")
    state = models.TextField(choices=Dispute.State.choices)
    words = models.TextField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True)
    at = models.DateTimeField()


class PayoutAccount(models.Model):
    """Where a partner wants its money. The number is sealed; `ends` is enough of it to know it by.

    A new one counts once a second person of the partner confirmed it, or after some days, so that nobody
    alone turns a payout away unseen. The newest that counts is used.
    """

    party = models.ForeignKey(Party, models.PROTECT, related_name="payout_accounts")
    holder = models.TextField()
    sealed = models.BinaryField()
    ends = models.TextField()
    is_iban = models.BooleanField()
    bic = models.TextField(blank=True)
    bank_name = models.TextField(blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("written_by")),
                name="confirmed_by_somebody_else",
            )
        ]


class PayoutRun(models.Model):
    """One file for the bank: an operator's payouts of a day in one currency."""

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    number = models.IntegerField()  # counts without gaps per operator
    currency = models.CharField(max_length=3)
    pay_on = models.DateField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "number"], name="one_payout_run_number")
        ]


class Payout(models.Model):
    """What one partner is paid in a run: gross = withheld + amount. Ordered until the bank says more."""

    class State(models.TextChoices):
        ORDERED = "ordered"
        PAID = "paid"
        FAILED = "failed"  # never left, or came back: its statements wait for the next run

    run = models.ForeignKey(PayoutRun, models.PROTECT, related_name="payouts")
    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Party, models.PROTECT, related_name="payouts")
    account = models.ForeignKey(PayoutAccount, models.PROTECT, related_name="+")
    gross_minor = models.BigIntegerField()
    withheld_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    state = models.TextField(choices=State.choices, default=State.ORDERED)
    since = models.DateTimeField()
    words = models.TextField(blank=True)  # the bank's: its reference, or why it failed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "partner"], name="one_payout_per_partner"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, withheld_minor__gte=0)
                & Q(gross_minor=models.F("withheld_minor") + models.F("amount_minor")),
                name="payout_adds_up",
            ),
        ]


class PaidStatement(models.Model):
    """A statement is in one payout at a time; `released` where that failed."""

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="statements")
    statement = models.ForeignKey("settlement.Statement", models.PROTECT, related_name="payouts")
    withheld_minor = models.BigIntegerField()
    released = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["statement"], condition=Q(released=False), name="a_statement_is_paid_once"
            )
        ]
