"""What meters counted: by subject, bucket and zone, the same as a reckoning by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.conftest import make_person, signed_in_client
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.pot.events.wire import Actor
from hotpot.pot.metering import actions, buckets, segments, usage
from hotpot.pot.metering.intake import EPOCH, US
from hotpot.pot.metering.models import Meter, Segment
from hotpot.pot.metering.tests.market import Metered, make_metered
from hotpot.pot.metering.tests.samples import NOW, SOURCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def metered(db: None) -> Metered:
    return make_metered()


def keep(first: int, meter: Meter, *uses: tuple[str, datetime, int]) -> None:
    """A segment of (subject, time, millionths)."""
    times = pa.array([(time - EPOCH) // US for _, time, _ in uses], pa.int64())
    subjects = pa.array([subject for subject, _, _ in uses])
    usage = pa.table(
        [range(len(uses)), [meter.id] * len(uses), subjects, times, [quantity for _, _, quantity in uses]],
        schema=segments.USAGE,
    )
    Segment.objects.create(
        first_event=first, last_event=first + len(uses) - 1, received_at=NOW,
        oldest_us=min(times.to_pylist()), newest_us=max(times.to_pylist()), keys=bytes(16 * len(uses)),
        events=b"", usage=segments.pack(usage),
    )  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_days_are_those_of_the_zone(metered: Metered) -> None:
    keep(
        1,
        metered.sent,
        ("+861", at("2026-10-14T15:59:59+00:00"), 10**6),
        ("+862", at("2026-10-14T16:00:00+00:00"), 10**6),
    )
    keep(3, metered.sent, ("+861", at("2026-10-15T15:59:59+00:00"), 10**6))
    found = usage.usage(
        metered.sent, start=at("2026-10-01T00:00:00+08:00"), end=at("2026-11-01T00:00:00+08:00"),
        granularity="day", zone="Asia/Shanghai",
    )  # fmt: skip
    assert [(one.start, int(one.quantity)) for one in found] == [
        (at("2026-10-14T00:00:00+08:00"), 1),
        (at("2026-10-15T00:00:00+08:00"), 2),
    ]


def test_subjects_are_told_apart_or_chosen(metered: Metered) -> None:
    keep(1, metered.called, ("+861", NOW, 1_500_000), ("+862", NOW, 500_000), ("+861", NOW, 1))
    window = {"start": NOW, "end": NOW + timedelta(seconds=1)}
    each = usage.usage(metered.called, **window, by_subject=True)  # type: ignore[arg-type]
    assert [(one.subject, one.quantity) for one in each] == [
        ("+861", Decimal("1.500001")),
        ("+862", Decimal("0.5")),
    ]
    one = usage.usage(metered.called, **window, subjects=["+862"])  # type: ignore[arg-type]
    assert [(bucket.start, bucket.subject, bucket.quantity) for bucket in one] == [(None, "", Decimal("0.5"))]
    assert usage.usage(metered.sent, **window) == []  # type: ignore[arg-type]


ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from("ab"), st.integers(0, 5), st.integers(0, 3)),
    min_size=1,
    max_size=40,
)


Use = tuple[int, int, int]  # time, event, quantity


def total(uses: list[Use]) -> int:
    return sum(quantity for _, _, quantity in uses)


by_hand: dict[str, Callable[[list[Use]], int]] = {
    "count": total,
    "sum": total,
    "max": lambda uses: max(quantity for _, _, quantity in uses),
    "last": lambda uses: max(uses)[2],
    "unique": lambda uses: len({quantity for _, _, quantity in uses}) * 10**6,
}


@pytest.mark.parametrize("aggregation", Meter.Aggregation.values)
@given(rows=ROWS, cut=st.integers(0, 40))
def test_reducing_in_steps_is_reducing_at_once(aggregation: str, rows: list[Any], cut: int) -> None:
    """And both are what a plain reckoning gives."""
    columns = [(b, s, t, n, q) for n, (b, s, t, q) in enumerate(rows)]
    table = pa.Table.from_pylist(
        [dict(zip(buckets.ROWS.names, row, strict=True)) for row in columns], buckets.ROWS
    )
    parts = [buckets.reduced(table.slice(*span), aggregation) for span in ((0, cut), (cut, len(rows)))]
    found = buckets.counted(buckets.reduced(pa.concat_tables(parts), aggregation), aggregation)
    groups = defaultdict(list)
    for bucket, subject, time, event, quantity in columns:
        groups[bucket, subject].append((time, event, quantity))
    plain = by_hand[aggregation]
    assert {(b, s): q for b, s, q in found} == {key: plain(uses) for key, uses in groups.items()}


@given(
    hours=st.lists(st.integers(0, 24 * 400), min_size=1, max_size=20),
    zone=st.sampled_from(("Europe/Berlin", "Pacific/Kiritimati", "America/New_York")),
)
def test_buckets_follow_the_calendar_of_the_zone(hours: list[int], zone: str) -> None:
    times = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in hours]
    column = pa.chunked_array([pa.array([(time - EPOCH) // US for time in times])])
    local = [time.astimezone(ZoneInfo(zone)) for time in times]
    days = [time.replace(hour=0) for time in local]
    months = [time.replace(day=1) for time in days]
    for granularity, expected in (("day", days), ("month", months)):
        found = buckets.start_of(column, granularity, zone).to_pylist()
        assert found == [(start.astimezone(UTC) - EPOCH) // US for start in expected]


def test_the_api_gives_what_was_counted_to_the_developers_people_only(
    metered: Metered, fixed_clock: SettableClock
) -> None:
    keep(1, metered.called, ("+861", NOW, 1_500_000))
    path = f"/api/v1/meters/{metered.called.id}/usage"
    asked = {"start": "2026-10-15T00:00:00Z", "end": "2026-10-16T00:00:00Z", "granularity": "hour"}
    client = signed_in_client(metered.owner)
    assert [one["code"] for one in client.get("/api/v1/meters").json()] == ["called", "sent"]
    [bucket] = client.get(path, asked).json()
    assert (bucket["start"], Decimal(bucket["quantity"])) == ("2026-10-15T01:00:00Z", Decimal("1.5"))
    assert client.get(path, asked | {"start": "2026-10-15T00:00:00"}).status_code == 422
    assert client.get(path, asked | {"zone": "Moon/Sea"}).status_code == 422
    stranger = signed_in_client(make_person())
    assert stranger.get("/api/v1/meters").json() == []
    assert stranger.get(path, asked).status_code == 404


def test_a_meter_means_what_it_meant(metered: Metered) -> None:
    same = {
        "actor": metered.actor,
        "app_id": "mail",
        "code": "sent",
        "event_type": "mail.sent",
        "unit": "mail",
        "now": NOW,
    }
    assert actions.make_meter(**same, aggregation="count") == metered.sent  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        actions.make_meter(**same, aggregation="sum", field="n")  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        actions.make_meter(**same, aggregation="sum")  # type: ignore[arg-type]
    ended = actions.end_meter(actor=metered.actor, meter_id=metered.sent.id, now=NOW)
    assert ended.ended_at == NOW


def test_only_the_developers_people_may_make_things(metered: Metered) -> None:
    stranger = Actor(make_person().id, None, "page")
    with pytest.raises(Forbidden):
        actions.add_source(actor=stranger, app_id="mail", uri="https://x.example", now=NOW)
    with pytest.raises(NotFound):
        actions.make_token(
            actor=metered.actor, person=metered.owner, app_id="mail", sources=["https://x.example"], name="x",
            days=1, now=NOW,
        )  # fmt: skip
    with pytest.raises(Invalid):
        actions.add_source(actor=metered.actor, app_id="mail", uri="/apps/other", now=NOW)
    assert actions.add_source(actor=metered.actor, app_id="mail", uri=SOURCE, now=NOW).app_id == "mail"
