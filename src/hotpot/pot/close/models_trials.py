"""Terms that nobody signed, tried on months that are closed."""

from __future__ import annotations

from django.db import models

from hotpot.pot.catalog.models import App
from hotpot.pot.party.models import Party
from hotpot.pot.rating.models import AnyTrial


class TermsTrial(AnyTrial):
    """What the operator would pay a partner: for all apps and companies, or for one of each."""

    operator = models.ForeignKey(Party, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Party, models.CASCADE, related_name="+")
    app = models.ForeignKey(App, models.CASCADE, null=True, related_name="+")
    customer = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")
    terms = models.JSONField()  # as party.terms.written gives it


class TermsTrialSum(models.Model):
    """What a party was given in a month, and what it would have been."""

    trial = models.ForeignKey(TermsTrial, models.CASCADE, related_name="sums")
    period = models.DateField()  # its first day
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    was_minor = models.BigIntegerField()
    would_minor = models.BigIntegerField()
