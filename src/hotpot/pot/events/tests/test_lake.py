"""A day of the record as Parquet."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from django.db import transaction

from hotpot.pot.events import lake
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.jobs import fill_lake
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor

DAY = date(2026, 10, 5)
MIDNIGHT = datetime(2026, 10, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def happen(subject: str, at: datetime) -> None:
    with transaction.atomic():
        record(Actor(5, 2, "page"), Fact("task.opened", subject, [2], {"名": "报销"}, [5]), now=at)


def test_a_day_holds_its_own_events_only(tmp_path: Path) -> None:
    happen("before", MIDNIGHT - timedelta(microseconds=1))
    happen("first", MIDNIGHT)
    happen("last", MIDNIGHT + timedelta(days=1, microseconds=-1))
    happen("after", MIDNIGHT + timedelta(days=1))
    written = lake.write_day(tmp_path, DAY)
    assert written.path == tmp_path / "events" / "day=2026-10-05" / "events.parquet"
    rows = pq.ParquetFile(written.path).read().to_pylist()
    assert [row["subject"] for row in rows] == ["first", "last"]
    assert rows[0]["time"] == MIDNIGHT
    assert (rows[0]["party_ids"], rows[0]["person_ids"]) == ([2], [5])
    assert json.loads(rows[0]["data"]) == {"名": "报销"}


def test_writing_again_replaces_the_file_and_leaves_no_other(tmp_path: Path) -> None:
    happen("one", MIDNIGHT)
    lake.write_day(tmp_path, DAY)
    happen("two", MIDNIGHT)
    written = lake.write_day(tmp_path, DAY)
    assert written.events == 2
    assert [path.name for path in written.path.parent.iterdir()] == ["events.parquet"]


def test_a_crash_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happen("one", MIDNIGHT)
    written = lake.write_day(tmp_path, DAY)
    monkeypatch.setattr(lake, "_batches", lambda day: iter(lambda: 1 / 0, None))
    with pytest.raises(ZeroDivisionError):
        lake.write_day(tmp_path, DAY)
    assert pq.ParquetFile(written.path).metadata.num_rows == 1
    assert [path.name for path in written.path.parent.iterdir()] == ["events.parquet"]


def test_the_night_job_fills_yesterday(settings: Any, tmp_path: Path) -> None:
    settings.HOTPOT_DATA = tmp_path
    happen("one", MIDNIGHT)
    fill_lake(timestamp=int((MIDNIGHT + timedelta(days=1, hours=2)).timestamp()))
    query = f"SELECT day, count(*) FROM read_parquet('{tmp_path}/lake/events/*/*.parquet') GROUP BY day"
    assert duckdb.connect().execute(query).fetchall() == [(DAY, 1)]


def test_days_are_found_by_their_events() -> None:
    happen("one", MIDNIGHT)
    happen("two", MIDNIGHT + timedelta(days=3))
    assert lake.days_with_events(DAY, DAY + timedelta(days=2)) == [DAY]
    with transaction.atomic():
        record(SYSTEM_ACTOR, Fact("close.ended", "x", []), now=MIDNIGHT)
    assert lake.days_with_events(DAY, DAY + timedelta(days=3)) == [DAY, DAY + timedelta(days=3)]
