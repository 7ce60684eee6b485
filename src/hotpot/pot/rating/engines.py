"""Where plans run: what an engine does, and DuckDB inside this process. (Spark: close.spark.)"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from inspect import signature
from typing import Any, Protocol

import duckdb
import ibis
import pyarrow as pa

Plan = Callable[..., Any]
ROWS_AT_ONCE = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Columns of tables by name, as Ibis calls their types. A plan's parameters name the tables it reads."""

    tables: Mapping[str, Mapping[str, str]]

    @cache  # noqa: B019 - of the few that live as long as their process
    def schema(self, name: str) -> pa.Schema:
        return ibis.schema(self.tables[name]).to_pyarrow()

    def nothing(self, name: str) -> pa.Table:
        """No row of a table."""
        return self.schema(name).empty_table()

    @cache  # noqa: B019 - Ibis takes longer over a plan than an engine over a small month
    def compiled(self, plan: Plan, dialect: str, types: tuple[str, str, str], quote: str) -> str:
        """As SQL, each column in its type (`types`: of whole numbers, texts, truths): engines sum whole
        numbers in 128 bits; what doesn't fit into 64 is refused by the cast."""
        named = dict(zip(("int64", "string", "boolean"), types, strict=True))
        expr = plan(**{name: ibis.table(self.tables[name], name=name) for name in signature(plan).parameters})
        columns = ", ".join(
            f"CAST({quote}{name}{quote} AS {named[str(kind).lstrip('!')]}) AS {quote}{name}{quote}"
            for name, kind in expr.schema().items()
        )
        return f"SELECT {columns} FROM ({ibis.to_sql(expr, dialect=dialect)})"


class Engine(Protocol):
    """Holds the tables of one reckoning by name; a kept one has its plan's columns, in the shape's types."""

    def put(self, name: str, table: pa.Table) -> pa.Table:
        """Makes rows known to plans as `name`, brought into its shape."""

    def put_batches(self, name: str, batches: Iterable[pa.RecordBatch]) -> None:
        """The same of more rows than one would hold twice; they may have further columns."""

    def keep(self, name: str, plan: Plan) -> int:
        """Runs a plan and keeps what it gives as `name`; how many rows that is."""

    def keep_nothing(self, name: str) -> None:
        """Keeps no row as `name`: a small month is mostly the planning of queries."""

    def run(self, plan: Plan) -> pa.Table:
        """What a plan gives, as Arrow."""

    def table(self, name: str) -> pa.Table:
        """The rows of a table."""


def gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """In tables of about ROWS_AT_ONCE."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= ROWS_AT_ONCE:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


_TYPES = ("BIGINT", "VARCHAR", "BOOLEAN")
_SQL_TYPES = dict(zip(("int64", "string", "boolean"), _TYPES, strict=True))


class DuckDb:
    """Plans in this process, as many threads as the machine has cores."""

    def __init__(self, database: duckdb.DuckDBPyConnection, shapes: Shapes) -> None:
        self._database = database
        self._shapes = shapes

    def put(self, name: str, table: pa.Table) -> pa.Table:
        wanted = self._shapes.schema(name)
        table = table.select(wanted.names).cast(wanted)
        self._database.execute(f"DROP VIEW IF EXISTS {name}")
        self._database.register(name, table)
        return table

    def put_batches(self, name: str, batches: Iterable[pa.RecordBatch]) -> None:
        """Drawn in this thread: in one of DuckDB's, Django's connection would be another."""
        shape = self._shapes.tables[name]
        self._database.execute(f"DROP VIEW IF EXISTS {name}")
        types = ", ".join(f'"{column}" {_SQL_TYPES[kind]}' for column, kind in shape.items())
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({types})")
        columns = ", ".join(f'CAST("{column}" AS {_SQL_TYPES[kind]})' for column, kind in shape.items())
        for rows in gathered(batches):
            self._database.register("coming", rows)
            self._database.execute(f"INSERT INTO {name} SELECT {columns} FROM coming")
            self._database.unregister("coming")

    def keep(self, name: str, plan: Plan) -> int:
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {self._compiled(plan)}")
        (count,) = self._database.execute(f"SELECT count(*) FROM {name}").fetchall()[0]
        return int(count)

    def keep_nothing(self, name: str) -> None:
        self.put(name, self._shapes.nothing(name))

    def run(self, plan: Plan) -> pa.Table:
        return self._database.sql(self._compiled(plan)).to_arrow_table()

    def table(self, name: str) -> pa.Table:
        return self._database.sql(f"FROM {name}").to_arrow_table()

    def _compiled(self, plan: Plan) -> str:
        return self._shapes.compiled(plan, "duckdb", _TYPES, '"')


@cache
def _process_database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@contextmanager
def duckdb_engine(shapes: Shapes) -> Iterator[DuckDb]:
    """Each reckoning has tables of its own, which go with it."""
    database = _process_database().cursor()
    try:
        yield DuckDb(database, shapes)
    finally:
        database.close()
