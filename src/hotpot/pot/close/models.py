"""Runs of the close: when, how far, with what result; and what was touched since the last one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hotpot.pot.close.models_trials import TermsTrial as TermsTrial
from hotpot.pot.close.models_trials import TermsTrialSum as TermsTrialSum
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Party


class CloseRun(models.Model):
    """One try at closing an operator's month. What it books is one transaction; this row only tells of it.

    A run of one customer closes that customer's month, not the operator's. A dry run books nothing.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"  # something must be mended first: see `problem`
        FAILED = "failed"

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    period = models.DateField()  # its first day
    dry_run = models.BooleanField(default=False)
    engine = models.TextField(default="duckdb")  # of hotpot.pot.close.rules.EngineName
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    step = models.TextField(blank=True)  # of hotpot.pot.close.rules.Step
    done_bp = models.IntegerField(default=0)  # progress in basis points
    received = models.BigIntegerField(default=0)  # usage received above this came later than the run
    figures = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["operator", "-period", "-id"], name="runs_by_operator"),
            models.Index(
                fields=["operator", "period"],
                condition=Q(state="done", dry_run=False, customer=None),
                name="closed_months",
            ),
        ]


class Outcome(models.Model):
    """What a dry run would write to a party: the sum of its new bill or statement beside what is booked."""

    class Paper(models.TextChoices):
        BILL = "bill"
        STATEMENT = "statement"

    run = models.ForeignKey(CloseRun, models.CASCADE, related_name="outcomes")
    paper = models.TextField(choices=Paper.choices)
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    booked_minor = models.BigIntegerField()  # of the month already
    minor = models.BigIntegerField()  # would come on top


class Touched(models.Model):
    """Something that is charged or shared changed, from a day on. Triggers write it, a close takes it away.

    Without a subscription, what is charged stays, and shares of all periods since are reckoned anew.
    """

    operator = models.ForeignKey(Party, models.CASCADE, db_index=False, related_name="+")
    subscription_id = models.BigIntegerField(null=True)
    since = models.DateField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["operator", "subscription_id"], name="touched_subscriptions")
        ]
