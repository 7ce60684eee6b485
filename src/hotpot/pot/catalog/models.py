"""Apps, the offers that operators make of them, and what an offer costs from which day on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hotpot.pot.catalog.pricing import KINDS, USAGE
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
    """What an offer costs from a day on, until the next price's day: its items. Rows are only ever added."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="prices")
    starts_on = models.DateField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offer", "starts_on"], name="one_price_per_day")
        ]


class PriceItem(models.Model):
    """One item of a price; `params` are as pricing.KINDS[kind] says. Rows are only ever added."""

    price = models.ForeignKey(Price, models.PROTECT, related_name="items")
    code = models.TextField()  # names it within the price: "seats", "calls"
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    meter = models.TextField(null=True)  # of which usage it counts
    params = models.JSONField()
    advance = models.BooleanField(default=False)  # charged before the month begins
    tax_class = models.TextField(default="standard")
    label = models.TextField(blank=True)
    label_zh = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["price", "code"], name="one_item_per_code"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="kind_of_price_item"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(USAGE), meter__isnull=False)
                | (~Q(kind__in=sorted(USAGE)) & Q(meter=None)),
                name="usage_has_a_meter",
            ),
        ]
