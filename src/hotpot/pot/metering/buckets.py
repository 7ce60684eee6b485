"""How a meter's quantities become one a subject and bucket of time. Reducing may be done in steps: parts
first, then what is left of them, in any order, with the same result."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

# What is reduced: a row an event, and after that a row a bucket and subject (and value, where unique).
ROWS = pa.schema(
    [
        ("bucket", pa.int64()),  # its start, microseconds since 1970 UTC; 0 where all is one
        ("subject", pa.string()),
        ("time_us", pa.int64()),
        ("event", pa.int64()),
        ("quantity", pa.decimal128(38, 0)),  # 10^-6 of the meter's unit
    ]
)
_KEY = ["bucket", "subject"]


def start_of(times_us: pa.ChunkedArray, granularity: str, zone: str) -> pa.ChunkedArray:
    """Where the bucket of each time begins on the calendar of an IANA time zone."""
    local = times_us.cast(pa.timestamp("us", zone))
    return pc.floor_temporal(local, unit=granularity).cast(pa.int64())


def reduced(rows: pa.Table, aggregation: str) -> pa.Table:
    """`rows` and the result are ROWS."""
    if aggregation == "last":
        return _last(rows)
    key = [*_KEY, "quantity"] if aggregation == "unique" else _KEY
    wanted = [("time_us", "max"), ("event", "max")]
    if aggregation != "unique":
        wanted.append(("quantity", "max" if aggregation == "max" else "sum"))
    grouped = rows.group_by(key).aggregate(wanted)
    names = [name.removesuffix("_max").removesuffix("_sum") for name in grouped.column_names]
    return grouped.rename_columns(names).select(ROWS.names).cast(ROWS)


def _last(rows: pa.Table) -> pa.Table:
    ordered = rows.sort_by([("time_us", "ascending"), ("event", "ascending")])
    numbered = ordered.append_column("row", pa.array(range(ordered.num_rows), pa.int64()))
    return ordered.take(numbered.group_by(_KEY).aggregate([("row", "max")])["row_max"])


def counted(rows: pa.Table, aggregation: str) -> Sequence[tuple[int, str, int]]:
    """(bucket, subject, quantity) of what was reduced, in this order."""
    if aggregation == "unique":
        values = rows.group_by(_KEY).aggregate([("quantity", "count")])
        rows = values.set_column(
            values.column_names.index("quantity_count"),
            "quantity",
            pc.multiply(values["quantity_count"], 1_000_000),
        )
    ordered = rows.select([*_KEY, "quantity"]).sort_by([(name, "ascending") for name in _KEY])
    return [(row["bucket"], row["subject"], int(row["quantity"])) for row in ordered.to_pylist()]
