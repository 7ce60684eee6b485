"""How much was used; and usage in bulk, for the close."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection, transaction

from hotpot.pot.access.readers import as_system
from hotpot.pot.metering import segments
from hotpot.pot.metering.models import Meter, Segment

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


def watermark() -> int:
    """The number of the last event: all up to it are committed and visible, none can appear among them.

    Numbers are given by the one intake in the order of its commits, without gaps.
    """
    with as_system():
        newest = Segment.objects.order_by("-first_event").values_list("last_event", flat=True).first()
    return newest or 0


def meters_table() -> pa.Table:
    """How each meter's quantities make one: sum them, take the greatest, the last by (time_us, event), or
    count the different ones."""
    with as_system():
        rows = list(Meter.objects.values_list("app_id", "code", "aggregation", "unit").order_by("id"))
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=METERS)


def usage_batches(window: Window) -> Iterator[pa.RecordBatch]:
    """Rows of USAGE, one for each event and meter, in batches of one segment; memory stays bounded."""
    names = _Names.read()
    with transaction.atomic(), as_system(), connection.chunked_cursor() as cursor:
        cursor.execute(
            WINDOW,
            {
                "after": window.after,
                "until": window.until,
                "start_us": window.start_us,
                "end_us": window.end_us,
            },
        )
        while rows := cursor.fetchmany(SEGMENTS_PER_FETCH):
            for first, packed in rows:
                yield from _within(window, first, segments.unpack(packed), names).to_batches()


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


def _within(window: Window, first: int, usage: pa.Table, names: _Names) -> pa.Table:
    event = pc.add(usage["position"].cast(pa.int64()), first)
    wanted = pc.and_(
        pc.and_(
            pc.greater_equal(usage["time_us"], window.start_us), pc.less(usage["time_us"], window.end_us)
        ),
        pc.and_(pc.greater(event, window.after), pc.less_equal(event, window.until)),
    )
    if not pc.all(wanted).as_py():
        usage, event = usage.filter(wanted), event.filter(wanted)
    place = names.row.take(usage["meter"].combine_chunks())
    return pa.Table.from_arrays(
        [
            event,
            usage["subject"],
            pa.DictionaryArray.from_arrays(place, names.apps),
            pa.DictionaryArray.from_arrays(place, names.codes),
            usage["time_us"],
            usage["quantity"],
            event,
        ],
        schema=USAGE,
    )
