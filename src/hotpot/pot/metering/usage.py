"""How much was used; and usage in bulk, for the close: from the segments, by columns."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection, transaction

from hotpot.pot.access.readers import as_system
from hotpot.pot.metering import buckets, segments
from hotpot.pot.metering.models import Meter, Segment
from hotpot.pot.metering.queries import Bucket
from hotpot.pot.metering.rules import MICROS

# What the close reads. `subject` is an E.164 number or "subscription:<id>"; `quantity` is in 10^-6 of the
# meter's unit; `received` grows in the order of commits.
USAGE = pa.schema(
    [
        ("event", pa.int64()),
        ("subject", pa.string()),
        ("app", pa.dictionary(pa.int32(), pa.string())),
        ("meter", pa.dictionary(pa.int32(), pa.string())),
        ("time_us", pa.int64()),
        ("quantity", pa.int64()),
        ("received", pa.int64()),
    ]
)
METERS = pa.schema(
    [
        ("app", pa.string()),
        ("meter", pa.string()),
        ("aggregation", pa.string()),  # count, sum, max, last or unique
        ("unit", pa.string()),
    ]
)
ROWS_PER_GROUP = 1 << 20
SEGMENTS_PER_FETCH = 16
LOOKED_AT = 30  # segments in which the last events are looked for
PARTS_AT_ONCE = 64  # reduced to one when there are more: memory stays bounded
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Differences of growing numbers take no room and no time: twice as fast as writing the numbers.
PARQUET: Mapping[str, Any] = {
    "compression": "zstd",
    "use_dictionary": ["app", "meter"],
    "column_encoding": {"event": "DELTA_BINARY_PACKED", "received": "DELTA_BINARY_PACKED"},
}

# Segments that may hold what a window asks for, in the order of their commits.
WINDOW = """
SELECT first_event, usage FROM metering_segment
 WHERE last_event > %(after)s AND first_event <= %(until)s
   AND newest_us >= %(start_us)s AND oldest_us < %(end_us)s
 ORDER BY first_event
"""


@dataclass(frozen=True, slots=True)
class Window:
    """Events whose time lies in [start_us, end_us), microseconds since 1970 UTC, and that came after the
    event `after` and not after the event `until`."""

    start_us: int
    end_us: int
    after: int = 0
    until: int = 2**62


def meters_table() -> pa.Table:
    """How each meter's quantities make one: sum them, take the greatest, the last by (time_us, event), or
    count the different ones."""
    with as_system():
        rows = list(Meter.objects.values_list("app_id", "code", "aggregation", "unit").order_by("id"))
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=METERS)


def last_events(sources: Sequence[str], *, limit: int) -> list[dict[str, Any]]:
    """The newest events of these sources among the last segments, the newest first."""
    wanted = pa.array(sources, pa.string())
    found: list[dict[str, Any]] = []
    with as_system():
        newest = list(
            Segment.objects.order_by("-first_event").values_list("first_event", "events")[:LOOKED_AT]
        )
    for first, packed in newest:
        table = segments.unpack(bytes(packed))
        table = table.append_column("event", pa.array(range(first, first + table.num_rows), pa.int64()))
        table = table.filter(pc.is_in(table["source"].cast(pa.string()), wanted))
        found += reversed(table.slice(max(0, table.num_rows - limit)).to_pylist())
        if len(found) >= limit:
            break
    return [_shown(one) for one in found[:limit]]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    times = {
        "time": EPOCH + timedelta(microseconds=row["time_us"]),
        "received_at": EPOCH + timedelta(microseconds=row["received_us"]),
    }
    return row | times | {"data": (row["data"] or b"").decode()}


def usage(
    meter: Meter,
    *,
    start: datetime,
    end: datetime,
    granularity: str = "",
    zone: str = "UTC",
    subjects: Sequence[str] = (),
    by_subject: bool = False,
) -> list[Bucket]:
    """How much `meter` counted of events whose time lies in [start, end), as committed now.

    granularity: hour, day or month, on the calendar of `zone` (IANA); empty for the window as one.
    subjects: only these, where any are given. by_subject: each by itself, else all together.
    """
    window = Window(_us(start), _us(end))
    wanted = pa.array(subjects, pa.string())
    parts = []
    for first, rows in _segments_in(window):
        rows = rows.filter(pc.equal(rows["meter"], meter.id))
        rows = rows.filter(pc.is_in(rows["subject"], wanted)) if subjects else rows
        rows = _only(window, first, rows)[0]
        if rows.num_rows:
            parts.append(_bucketed(rows, first, granularity, zone, meter.aggregation, by_subject))
        if len(parts) > PARTS_AT_ONCE:
            parts = [buckets.reduced(pa.concat_tables(parts), meter.aggregation)]
    if not parts:
        return []
    found = buckets.reduced(pa.concat_tables(parts), meter.aggregation)
    return [
        Bucket(
            EPOCH + timedelta(microseconds=at) if granularity else None,
            subject,
            Decimal(quantity).scaleb(-MICROS),
        )
        for at, subject, quantity in buckets.counted(found, meter.aggregation)
    ]


def _bucketed(
    rows: pa.Table, first: int, granularity: str, zone: str, aggregation: str, by_subject: bool
) -> pa.Table:
    count = rows.num_rows
    start = buckets.start_of(rows["time_us"], granularity, zone) if granularity else pa.repeat(0, count)
    table = pa.table(
        [
            start,
            rows["subject"] if by_subject else pa.repeat("", count),
            rows["time_us"],
            pc.add(rows["position"].cast(pa.int64()), first),
            rows["quantity"].cast(pa.decimal128(38, 0)),
        ],
        schema=buckets.ROWS,
    )
    return buckets.reduced(table, aggregation)


def _us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def usage_batches(window: Window) -> Iterator[pa.RecordBatch]:
    """Rows of USAGE, one for each event and meter, in batches of one segment; memory stays bounded."""
    names = _Names.read()
    for first, rows in _segments_in(window):
        yield from _named(*_only(window, first, rows), names).to_batches()


def _segments_in(window: Window) -> Iterator[tuple[int, pa.Table]]:
    """The number of its first event and the rows of segments.USAGE of each segment that may matter."""
    with transaction.atomic(), as_system(), connection.chunked_cursor() as cursor:
        cursor.execute(WINDOW, asdict(window))
        while rows := cursor.fetchmany(SEGMENTS_PER_FETCH):
            for first, packed in rows:
                yield first, segments.unpack(packed)


def export_usage(folder: Path, window: Window) -> Path:
    """Writes the window's rows of USAGE to a Parquet file in `folder` and gives its path.

    A file of the same name is replaced. Row groups hold about a million rows.
    """
    path = folder / f"usage-{window.start_us}-{window.end_us}-{window.after}-{window.until}.parquet"
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with pq.ParquetWriter(aside, USAGE, **PARQUET) as writer:
            for table in _gathered(usage_batches(window)):
                writer.write_table(table, row_group_size=ROWS_PER_GROUP)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        if count >= ROWS_PER_GROUP:
            yield pa.Table.from_batches(waiting, USAGE)
            waiting, count = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting, USAGE)


@dataclass(frozen=True, slots=True)
class _Names:
    """The app and code of each meter, as dictionaries; `row` finds a meter's place in them."""

    row: pa.Array  # meter id -> place
    apps: pa.Array
    codes: pa.Array

    @classmethod
    def read(cls) -> _Names:
        with as_system():
            rows = list(Meter.objects.order_by("id").values_list("id", "app_id", "code"))
        place = [0] * (rows[-1][0] + 1 if rows else 0)
        for number, (id_, _app, _code) in enumerate(rows):
            place[id_] = number
        return cls(
            pa.array(place, pa.int32()),
            pa.array([app for _id, app, _code in rows], pa.string()),
            pa.array([code for _id, _app, code in rows], pa.string()),
        )


def _only(window: Window, first: int, rows: pa.Table) -> tuple[pa.Table, pa.ChunkedArray]:
    """Rows that lie in the window, and the number of each one's event."""
    event = pc.add(rows["position"].cast(pa.int64()), first)
    wanted = pc.and_(
        pc.and_(pc.greater_equal(rows["time_us"], window.start_us), pc.less(rows["time_us"], window.end_us)),
        pc.and_(pc.greater(event, window.after), pc.less_equal(event, window.until)),
    )
    if pc.all(wanted, min_count=0).as_py():
        return rows, event
    return rows.filter(wanted), event.filter(wanted)


def _named(rows: pa.Table, event: pa.ChunkedArray, names: _Names) -> pa.Table:
    place = names.row.take(rows["meter"].combine_chunks())
    return pa.Table.from_arrays(
        [
            event,
            rows["subject"],
            pa.DictionaryArray.from_arrays(place, names.apps),
            pa.DictionaryArray.from_arrays(place, names.codes),
            rows["time_us"],
            rows["quantity"],
            event,
        ],
        schema=USAGE,
    )
