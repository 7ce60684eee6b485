"""Where plans run: DuckDB inside this process, or a Spark cluster (spark.py). Both give the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from inspect import signature
from typing import Any, Protocol

import duckdb
import ibis
import pyarrow as pa

from hotpot.pot.billing import plans as billing
from hotpot.pot.billing import plans_tax as tax
from hotpot.pot.close import plans as close
from hotpot.pot.close.rules import EngineName
from hotpot.pot.rating import plans as rating
from hotpot.pot.settlement import plans as settlement
from hotpot.pot.settlement import plans_shares as sharing

Plan = Callable[..., Any]
ROWS_AT_ONCE = 500_000
# The first that names a table gives its shape: `lines` have more columns than tax asks for.
SHAPES: Mapping[str, Mapping[str, str]] = (
    tax.SHAPES | rating.stage_shapes() | sharing.SHAPES | settlement.SHAPES | billing.SHAPES | close.SHAPES
)


class Engine(Protocol):
    """Holds the tables of one close by name. A kept table has its plan's columns, in the shape's types."""

    def put(self, name: str, table: pa.Table) -> pa.Table:
        """Makes rows known to plans as `name`, brought into its shape."""

    def put_batches(self, name: str, batches: Iterable[pa.RecordBatch]) -> None:
        """The same of more rows than one would hold twice; they may have further columns."""

    def keep(self, name: str, plan: Plan) -> int:
        """Runs a plan and keeps what it gives as `name`; how many rows that is."""

    def run(self, plan: Plan) -> pa.Table:
        """What a plan gives, as Arrow."""

    def table(self, name: str) -> pa.Table:
        """The rows of a table."""


@cache
def shape(name: str) -> pa.Schema:
    """The columns of a table that plans read."""
    return ibis.schema(SHAPES[name]).to_pyarrow()


def read_by(plan: Plan) -> tuple[str, ...]:
    """The names of the tables that a plan reads."""
    return tuple(signature(plan).parameters)


def expression(plan: Plan) -> Any:
    return plan(**{name: ibis.table(SHAPES[name], name=name) for name in read_by(plan)})


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


_TYPES = {"int64": "BIGINT", "string": "VARCHAR", "boolean": "BOOLEAN"}


@cache
def _compiled(plan: Plan) -> str:
    """Once a process: Ibis takes longer over a plan than DuckDB over a small month.

    Sums come out of DuckDB in 128 bits; what doesn't fit into 64 is refused by the cast.
    """
    expr = expression(plan)
    types = {name: _TYPES[str(kind).lstrip("!")] for name, kind in expr.schema().items()}
    columns = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in types.items())
    return f"SELECT {columns} FROM ({ibis.to_sql(expr, dialect='duckdb')})"


@cache
def _process_database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


class DuckDb:
    """Plans in this process, as many at a time as the machine has cores."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def put(self, name: str, table: pa.Table) -> pa.Table:
        wanted = shape(name)
        table = table.select(wanted.names).cast(wanted)
        self._drop(name)
        self._database.register(name, table)
        return table

    def put_batches(self, name: str, batches: Iterable[pa.RecordBatch]) -> None:
        """Drawn in this thread: in one of DuckDB's, Django's connection would be another."""
        self._drop(name)
        types = ", ".join(f'"{column}" {_TYPES[kind]}' for column, kind in SHAPES[name].items())
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({types})")
        columns = ", ".join(f'CAST("{column}" AS {_TYPES[kind]})' for column, kind in SHAPES[name].items())
        for rows in gathered(batches):
            self._database.register("coming", rows)
            self._database.execute(f"INSERT INTO {name} SELECT {columns} FROM coming")
            self._database.unregister("coming")

    def keep(self, name: str, plan: Plan) -> int:
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {_compiled(plan)}")
        (count,) = self._database.execute(f"SELECT count(*) FROM {name}").fetchall()[0]
        return int(count)

    def run(self, plan: Plan) -> pa.Table:
        return self._database.sql(_compiled(plan)).to_arrow_table()

    def table(self, name: str) -> pa.Table:
        return self._database.sql(f"FROM {name}").to_arrow_table()

    def _drop(self, name: str) -> None:
        """Whatever is called so; a table that came from outside is a view."""
        self._database.execute(f"DROP VIEW IF EXISTS {name}")


@contextmanager
def open_engine(name: EngineName) -> Iterator[Engine]:
    """Each close has tables of its own, which go with it."""
    if name is EngineName.SPARK:
        from hotpot.pot.close.spark import spark_engine

        with spark_engine() as engine:
            yield engine
        return
    database = _process_database().cursor()
    try:
        yield DuckDb(database)
    finally:
        database.close()
