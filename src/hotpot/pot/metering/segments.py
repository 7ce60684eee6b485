"""The columns of a segment, as Arrow IPC streams. Zstandard makes some 35 bytes of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from hotpot.pot.metering.rules import US_PER_DAY

# Row n is the event numbered first_event + n. `data` is the JSON text as it came.
EVENTS = pa.schema(
    [
        ("id", pa.string()),
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("type", pa.dictionary(pa.int32(), pa.string())),
        ("subject", pa.string()),
        ("time_us", pa.int64()),
        ("received_us", pa.int64()),
        ("data", pa.binary()),
    ]
)
# A row for each event and meter that counts it. `position` is the event's row in EVENTS; `quantity` is in
# 10^-6 of the meter's unit, for a unique meter 63 bits that stand for the value.
USAGE = pa.schema(
    [
        ("position", pa.int32()),
        ("meter", pa.int32()),
        ("subject", pa.string()),
        ("time_us", pa.int64()),
        ("quantity", pa.int64()),
    ]
)
EPOCH = date(1970, 1, 1)
_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd", unify_dictionaries=True)


@dataclass(frozen=True, slots=True)
class Segment:
    """What a row of metering_segment holds."""

    first_event: int
    last_event: int
    received_us: int
    oldest_us: int
    newest_us: int
    keys: bytes
    events: bytes
    usage: bytes

    @property
    def count(self) -> int:
        return self.last_event - self.first_event + 1


def make(first_event: int, received_us: int, keys: bytes, events: pa.Table, usage: pa.Table) -> Segment:
    """`events` are not empty."""
    times = pc.min_max(events["time_us"]).as_py()
    return Segment(
        first_event,
        first_event + events.num_rows - 1,
        received_us,
        times["min"],
        times["max"],
        keys,
        pack(events),
        pack(usage),
    )


def merge(parts: Sequence[Segment]) -> Segment:
    """One segment of neighbours, in order."""
    first = parts[0].first_event
    usages = []
    for part in parts:
        usage = unpack(part.usage)
        position = pc.add(usage["position"], pa.scalar(part.first_event - first, pa.int32()))
        usages.append(usage.set_column(0, USAGE.field(0), position))
    events = pa.concat_tables([unpack(part.events) for part in parts]).unify_dictionaries()
    return make(
        first,
        parts[-1].received_us,
        b"".join([part.keys for part in parts]),
        events.combine_chunks(),
        pa.concat_tables(usages).combine_chunks(),
    )


def pack(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=_OPTIONS) as writer:
        writer.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def unpack(packed: bytes) -> pa.Table:
    with pa.ipc.open_stream(packed) as reader:
        return reader.read_all()


@dataclass(frozen=True, slots=True)
class Tally:
    """How much a meter counted on a day of UTC: events, and the sum of their quantities."""

    meter: int
    day: date
    events: int
    quantity: int


def by_day(usage: pa.Table) -> pa.Table:
    """A row a meter and day, of a table of USAGE."""
    days = pa.table(
        {
            "meter": usage["meter"],
            "day": usage["time_us"].to_numpy() // US_PER_DAY,
            "quantity": usage["quantity"].cast(pa.decimal128(38, 0)),
            "events": pa.repeat(pa.scalar(1, pa.int64()), usage.num_rows),
        }
    )
    return _grouped(days)


def sum_up(days: Sequence[pa.Table]) -> list[Tally]:
    """The tallies of several `by_day` together."""
    if not days:
        return []
    return [
        Tally(row["meter"], EPOCH + timedelta(days=row["day"]), row["events"], int(row["quantity"]))
        for row in _grouped(pa.concat_tables(days)).to_pylist()
    ]


def _grouped(days: pa.Table) -> pa.Table:
    sums = days.group_by(["meter", "day"]).aggregate([("quantity", "sum"), ("events", "sum")])
    return sums.select(["meter", "day", "quantity_sum", "events_sum"]).rename_columns(
        ["meter", "day", "quantity", "events"]
    )
