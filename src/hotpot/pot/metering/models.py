"""What may be counted, who may write it, and the events themselves in segments."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Length

from hotpot.pot.catalog.models import App
from hotpot.pot.metering.rules import EXPONENT_MAX, EXPONENT_MIN, KEY_BYTES


class Source(models.Model):
    """Where events of an app come from: the `source` of their CloudEvents. It belongs to one app."""

    uri = models.TextField(unique=True)
    app = models.ForeignKey(App, models.PROTECT, related_name="usage_sources")
    made_at = models.DateTimeField()


class Meter(models.Model):
    """What of an app is counted. Its meaning never changes; another meaning is another meter."""

    class Aggregation(models.TextChoices):
        COUNT = "count"  # how many events
        SUM = "sum"  # of the field
        MAX = "max"  # the greatest value of the field
        LAST = "last"  # the value of the latest event
        UNIQUE = "unique"  # how many different values of the field

    app = models.ForeignKey(App, models.PROTECT, related_name="meters")
    code = models.SlugField()
    event_type = models.TextField()
    aggregation = models.TextField(choices=Aggregation.choices)
    field = models.TextField(blank=True)  # of the event's data; empty for count
    unit = models.TextField()  # "GB", "message": what a quantity of 1 is
    exponent = models.SmallIntegerField(default=0)  # the field's value times 10^exponent is in `unit`
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # counts nothing that comes from then on

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["app", "code"], name="one_meter_per_code"),
            models.CheckConstraint(
                condition=Q(exponent__range=(EXPONENT_MIN, EXPONENT_MAX)), name="exponent_in_range"
            ),
            models.CheckConstraint(
                condition=(Q(aggregation="count") & Q(field="")) | (~Q(aggregation="count") & ~Q(field="")),
                name="field_unless_counted",
            ),
        ]


class Segment(models.Model):
    """Events that were committed together (or lay side by side, after a merge), in columns.

    Events are numbered without gaps in the order of their commits; a segment holds first to last.
    """

    first_event = models.BigIntegerField(primary_key=True)
    last_event = models.BigIntegerField()
    received_at = models.DateTimeField()  # of the newest of its events
    oldest_us = models.BigIntegerField()  # the least and the greatest event time,
    newest_us = models.BigIntegerField()  # microseconds since 1970 UTC
    keys = models.BinaryField()  # 16 bytes an event, by which a repetition is known
    events = models.BinaryField()  # Arrow IPC: segments.EVENTS
    usage = models.BinaryField()  # Arrow IPC: segments.USAGE

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_event__gte=F("first_event")), name="segment_holds_an_event"
            ),
            models.CheckConstraint(
                condition=Q(
                    last_event=F("first_event") + Length("keys", function="octet_length") / KEY_BYTES - 1
                ),
                name="segment_has_a_key_an_event",
            ),
            ExclusionConstraint(
                name="no_event_in_two_segments",
                expressions=[
                    (
                        Func(
                            "first_event",
                            "last_event",
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]


class Submission(models.Model):
    """Events that an app of this pot recorded in its own transaction, until the intake has taken them."""

    app = models.ForeignKey(App, models.PROTECT)
    events = models.BinaryField()  # a JSON array of CloudEvents
    at = models.DateTimeField()


class Tally(models.Model):
    """How many events a meter counted on a day of UTC, by the events' own time."""

    meter = models.ForeignKey(Meter, models.PROTECT)
    day = models.DateField()
    events = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=38, decimal_places=0)  # their sum, in millionths of the unit

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meter", "day"], name="one_tally_per_day"),
        ]


class Refusal(models.Model):
    """How many events of a party were refused for one reason on a day of UTC, and the last of them."""

    party_id = models.BigIntegerField()
    code = models.TextField()
    day = models.DateField()
    events = models.BigIntegerField()
    last_at = models.DateTimeField()
    last_source = models.TextField()
    last_type = models.TextField()
    last_event = models.TextField()  # its id
    last_message = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party_id", "code", "day"], name="one_refusal_per_reason"),
        ]
