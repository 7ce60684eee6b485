"""The lake: each day of the record as one Parquet file, for those who reckon over years.

`DATA/lake/events/day=YYYY-MM-DD/events.parquet`, a Hive-style partition that DuckDB and Spark both read.
A day is one of UTC, by the event's own time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction

ROWS_PER_GROUP = 20_000

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("type", pa.string()),
        ("subject", pa.string()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
        ("sequence", pa.int64()),
        ("person_id", pa.int64()),
        ("party_id", pa.int64()),
        ("way", pa.string()),
        ("party_ids", pa.list_(pa.int64())),
        ("person_ids", pa.list_(pa.int64())),
        ("data", pa.string()),  # JSON
    ]
)

# One day of the record in the order in which it was written.
DAY = """
SELECT id::text, type, subject, time, recorded_at, sequence, person_id, party_id, way, party_ids, person_ids,
       data::text
  FROM events_event
 WHERE time >= %s AND time < %s
 ORDER BY sequence
"""


@dataclass(frozen=True, slots=True)
class Written:
    day: date
    events: int
    path: Path


def write_day(lake: Path, day: date) -> Written:
    """Writes the day's file, in the place of an older one. Whoever reads sees the old or the new, whole."""
    folder = lake / "events" / f"day={day.isoformat()}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "events.parquet"
    aside = folder / f".events.parquet.{os.getpid()}"
    try:
        events = 0
        with pq.ParquetWriter(aside, SCHEMA, compression="zstd") as writer:
            for batch in _batches(day):
                writer.write_batch(batch)
                events += batch.num_rows
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return Written(day, events, path)


def _batches(day: date) -> Iterator[pa.RecordBatch]:
    start = datetime.combine(day, time.min, UTC)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(DAY, [start, start + timedelta(days=1)])
        while rows := cursor.fetchmany(ROWS_PER_GROUP):
            yield _batch(rows)


def _batch(rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, kind.type) for column, kind in zip(columns, SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def days_with_events(since: date, until: date) -> list[date]:
    """Days from `since` to `until`, both included, that have events."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT (time AT TIME ZONE 'UTC')::date FROM events_event"
            " WHERE time >= %s AND time < %s ORDER BY 1",
            [
                datetime.combine(since, time.min, UTC),
                datetime.combine(until + timedelta(days=1), time.min, UTC),
            ],
        )
        return [row[0] for row in cursor.fetchall()]
