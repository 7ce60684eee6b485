"""Apps, the offers that operators make of them, and what an offer costs from which day on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hotpot.pot.party.models import Party


class App(models.Model):
    """An app as its newest manifest describes it. `id` is the manifest's: "approvals"."""

    id = models.SlugField(primary_key=True)
    developer = models.ForeignKey(Party, models.PROTECT, related_name="apps")
    name = models.TextField()
    name_zh = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    summary_zh = models.TextField(blank=True)
    icon = models.TextField()  # a Lucide icon's name
    colour = models.TextField(default="#c0392b")  # of its tile
    manifest = models.JSONField()
    listed_at = models.DateTimeField(null=True)  # seen by everybody from then on


class Offer(models.Model):
    """An operator sells an app."""

    app = models.ForeignKey(App, models.PROTECT, related_name="offers")
    operator = models.ForeignKey(Party, models.PROTECT, related_name="offers")
    name = models.TextField()
    name_zh = models.TextField(blank=True)
    made_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)  # no new orders from that day on

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "app", "name"], name="one_offer_per_name")
        ]


class Price(models.Model):
    """A monthly fee per seat from a day on, until the next price's day. Rows are only ever added."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="prices")
    starts_on = models.DateField()
    fee_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offer", "starts_on"], name="one_price_per_day"),
            models.CheckConstraint(condition=Q(fee_minor__gte=0), name="fee_not_negative"),
        ]
