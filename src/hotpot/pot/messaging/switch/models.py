"""What the switch decides by. Registered by hotpot.pot.messaging.models."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from hotpot.pot.party.models import Party


class Route(models.Model):
    """Messages that fit may go by `carrier`; see routing.Route, which has the same fields."""

    name = models.TextField(unique=True)
    carrier = models.TextField()  # CarrierAccount.name, or "simulated"
    priority = models.SmallIntegerField(default=0)  # less goes first
    operator = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")  # the number's home
    prefix = models.TextField(default="", blank=True)  # of the number, with its '+'
    customer = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")
    interface = models.ForeignKey("messaging.Interface", models.CASCADE, null=True, related_name="+")
    message_class = models.TextField(default="", blank=True)
    days = models.SmallIntegerField(default=127)  # a bit a day of the week, Monday the first
    from_minute = models.SmallIntegerField(default=0)  # of the day where the number is
    to_minute = models.SmallIntegerField(default=1440)
    parts_max = models.SmallIntegerField(default=255)
    weight = models.SmallIntegerField(null=True)  # share of the traffic; NULL: the price decides
    price_e4 = models.IntegerField(default=0)  # a part, in 1/10000 of the currency: what it costs us
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=127), name="route_has_a_day"),
            models.CheckConstraint(
                condition=Q(from_minute__gte=0, from_minute__lt=1440, to_minute__gte=1, to_minute__lte=1440)
                & ~Q(from_minute=F("to_minute")),
                name="route_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(price_e4__gte=0) & (Q(weight=None) | Q(weight__gte=0)),
                name="route_price_and_weight",
            ),
        ]


class CarrierHealth(models.Model):
    """Whether a carrier can be reached: told by the engine that holds its connections, when it changes."""

    name = models.TextField(primary_key=True)
    is_up = models.BooleanField()
    reason = models.TextField(blank=True)
    since = models.DateTimeField()


class SwitchToken(models.Model):
    """Replaced by a trigger whenever what the switch knows of a topic changes; see known.py."""

    topic = models.TextField(primary_key=True)
    token = models.UUIDField()
