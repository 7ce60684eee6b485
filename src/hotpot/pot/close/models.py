"""Runs of the close: when, how far, and with what result."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Party


class CloseRun(models.Model):
    """One try at closing an operator's month. What it books is one transaction; this row only tells of it."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"  # something must be mended first: see `problem`
        FAILED = "failed"

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    period = models.DateField()  # its first day
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    step = models.TextField(blank=True)  # of hotpot.pot.close.rules.Step
    done_bp = models.IntegerField(default=0)  # progress in basis points
    figures = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["operator", "-period", "-id"], name="runs_by_operator")]
