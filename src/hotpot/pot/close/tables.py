"""Carries tables between PostgreSQL and Arrow by COPY, inside the caller's own transaction.

Another connection (as ADBC opens one) would see another state of the books than the one that is written.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.db import connection
from pyarrow import csv

_WRITE = csv.WriteOptions(include_header=False)

# A block of ids of one table; nobody else draws from its sequence while the lock is held.
RESERVE = """
SELECT setval(sequence, nextval(sequence) + %(count)s - 1) - %(count)s + 1
  FROM (SELECT pg_get_serial_sequence(%(table)s, 'id')::regclass AS sequence) AS drawn
"""
LOCK = "hotpot.ids:"


def fetch(query: str, params: Mapping[str, Any], columns: pa.Schema) -> pa.Table:
    """The rows of `query`, whose columns are called as in `columns`; further ones are left out."""
    buffer = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)", params) as copy,
    ):
        for rows in copy:
            buffer.write(rows)
    buffer.seek(0)
    converting = csv.ConvertOptions(
        column_types=columns, include_columns=columns.names, null_values=[""], true_values=["t"],
        false_values=["f"], strings_can_be_null=True, quoted_strings_can_be_null=False,
    )  # fmt: skip
    return csv.read_csv(buffer, convert_options=converting)


def store(name: str, table: pa.Table) -> None:
    """Adds rows to the table `name`; the columns are called alike on both sides."""
    if not table.num_rows:
        return
    # Arrow's writer of CSV makes garbage of a batch without rows (26.0.1).
    table = pa.Table.from_batches([rows for rows in table.to_batches() if rows.num_rows], table.schema)
    buffer = io.BytesIO()
    csv.write_csv(table, buffer, _WRITE)
    columns = ", ".join(table.column_names)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {name} ({columns}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(buffer.getbuffer())


def reserve(name: str, count: int) -> int:
    """The first of `count` ids in a row that only this caller uses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [LOCK + name])
        try:
            cursor.execute(RESERVE, {"table": name, "count": count})
            return int(cursor.fetchone()[0])
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK + name])


def numbered(table: pa.Table, column: str, first: int) -> pa.Table:
    """With a column that counts from `first`."""
    counted = pa.array(range(first, first + table.num_rows), pa.int64())
    return table.append_column(column, counted)


def filled(table: pa.Table, **values: str | int) -> pa.Table:
    """With columns of one value each."""
    for name, value in values.items():
        table = table.append_column(name, pa.repeat(value, table.num_rows))
    return table
