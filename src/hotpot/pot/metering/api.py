"""Meters and what they counted, for the people of an app's developer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from hotpot.kernel.errors import Invalid, NotFound
from hotpot.pot.identity.rules import time_zones
from hotpot.pot.metering import queries
from hotpot.pot.metering.models import Meter

router = Router()

BUCKETS_MAX = 100_000


class MeterOut(Schema):
    """A quantity of 1 is one `unit`; `field` of an event's data times 10^`exponent` is in it."""

    id: int
    app: str = Field(alias="app_id")
    code: str
    event_type: str
    aggregation: Literal["count", "sum", "max", "last", "unique"]
    field: str
    unit: str
    exponent: int
    made_at: datetime
    ended_at: datetime | None


class Asked(Schema):
    """Events whose time lies from `start` up to, not including, `end`."""

    start: datetime
    end: datetime
    granularity: Literal["", "hour", "day", "month"] = Field("", description="Empty: the window as one.")
    zone: str = Field("UTC", description="IANA time zone of the buckets.")
    subject: list[str] = Field([], description="Only these; may be given several times.")
    by_subject: bool = Field(False, description="Each subject by itself.")


class BucketOut(Schema):
    """`start` is null where the window is one bucket, `subject` empty where all are counted together."""

    start: datetime | None
    subject: str
    quantity: Decimal


@router.get("/meters", response=list[MeterOut], operation_id="meters", summary="Meters of the caller's apps")
def meters(request: HttpRequest) -> QuerySet[Meter]:
    return _mine(request).order_by("app_id", "code")


@router.get(
    "/meters/{meter_id}/usage",
    response=list[BucketOut],
    operation_id="meter_usage",
    summary="How much a meter counted; an event is in it within two seconds of its intake",
)
def usage(request: HttpRequest, meter_id: int, asked: Query[Asked]) -> list[queries.Bucket]:
    from hotpot.pot.metering.usage import usage as counted  # Arrow is for who asks, not for every process.

    meter = _mine(request).filter(id=meter_id).first()
    if meter is None:
        raise NotFound(_("There is no such meter among yours."))
    if asked.start.tzinfo is None or asked.end.tzinfo is None:
        raise Invalid(_("Give start and end with their offset, like 2026-10-01T00:00:00+08:00."))
    if asked.zone not in time_zones():
        raise Invalid(_("There is no such time zone. Choose one of the list, such as Asia/Shanghai."))
    found = counted(
        meter,
        start=asked.start,
        end=asked.end,
        granularity=asked.granularity,
        zone=asked.zone,
        subjects=asked.subject,
        by_subject=asked.by_subject,
    )
    if len(found) > BUCKETS_MAX:
        raise Invalid(_("That is too much for one answer. Ask for a shorter time or fewer subjects."))
    return found


def _mine(request: HttpRequest) -> QuerySet[Meter]:
    memberships = request.memberships  # type: ignore[attr-defined]
    return queries.meters_of(developer_ids=[one.party_id for one in memberships])
