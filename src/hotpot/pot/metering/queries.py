"""Which meters there are, and how far usage came in. What they counted is in `usage`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from hotpot.pot.access.readers import as_system
from hotpot.pot.metering.models import Meter, Refusal, Segment, Tally


def watermark() -> int:
    """The number of the last event: all up to it are committed and visible, none can appear among them.

    Numbers are given by the one intake in the order of its commits, without gaps.
    """
    with as_system():
        newest = Segment.objects.order_by("-first_event").values_list("last_event", flat=True).first()
    return newest or 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """`quantity` is in the meter's unit; `start` is None where the window is one bucket, `subject` empty
    where all are summed."""

    start: datetime | None
    subject: str
    quantity: Decimal


def meters_of(*, developer_ids: Iterable[int]) -> QuerySet[Meter]:
    return Meter.objects.filter(app__developer_id__in=developer_ids).select_related("app")


def tallies_since(day: date) -> QuerySet[Tally]:
    """What the reader's meters counted on each day of UTC from then on, the newest first."""
    return (
        Tally.objects.filter(day__gte=day)
        .select_related("meter")
        .order_by("-day", "meter__app_id", "meter__code")
    )


def refusals_since(day: date) -> QuerySet[Refusal]:
    """What the reader's parties were refused on each day of UTC from then on, the newest first."""
    return Refusal.objects.filter(day__gte=day).order_by("-day", "-last_at")
