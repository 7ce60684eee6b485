"""Terms that nobody signed, tried on months that are closed. A job reckons it."""

from __future__ import annotations

from django.db import models

from hotpot.pot.catalog.models import App
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Party


class TermsTrial(models.Model):
    """What the operator would pay a partner: for all apps and companies, or for one of each."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"  # see `problem`

    operator = models.ForeignKey(Party, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Party, models.CASCADE, related_name="+")
    app = models.ForeignKey(App, models.CASCADE, null=True, related_name="+")
    customer = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")
    terms = models.JSONField()  # as party.terms.written gives it
    state = models.TextField(choices=State.choices, default=State.WAITING)
    done_bp = models.IntegerField(default=0)  # progress in basis points
    problem = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    @property
    def over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)


class TermsTrialSum(models.Model):
    """What a party was given in a month, and what it would have been."""

    trial = models.ForeignKey(TermsTrial, models.CASCADE, related_name="sums")
    period = models.DateField()  # its first day
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    was_minor = models.BigIntegerField()
    would_minor = models.BigIntegerField()
