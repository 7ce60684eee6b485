"""Runs plans on DuckDB, inside this process.

A plan is compiled once a process: Ibis takes longer over it than DuckDB over a small month.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import signature
from types import TracebackType
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from hotpot.pot.billing import plans as billing
from hotpot.pot.rating import plans_seats as rating
from hotpot.pot.settlement import plans as settlement

Plan = Callable[..., Any]
SHAPES: dict[str, dict[str, str]] = {**rating.SHAPES, **billing.SHAPES, **settlement.SHAPES}


@cache
def _process_database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@cache
def shape(name: str) -> pa.Schema:
    """The columns of a table that plans read."""
    return ibis.schema(SHAPES[name]).to_pyarrow()


@cache
def compiled(plan: Plan) -> tuple[str, pa.Schema]:
    """Its SQL for DuckDB and the columns that come out."""
    tables = {name: ibis.table(SHAPES[name], name=name) for name in signature(plan).parameters}
    expression = plan(**tables)
    return str(ibis.to_sql(expression, dialect="duckdb")), expression.schema().to_pyarrow()


class Reckoner:
    """Holds the tables of one close, by name, and answers plans over them."""

    def __enter__(self) -> Reckoner:
        self._database = _process_database().cursor()
        self._tables: dict[str, pa.Table] = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def put(self, name: str, table: pa.Table) -> pa.Table:
        """Makes `table` known to plans as `name`; columns are brought into its shape."""
        wanted = shape(name)
        self._tables[name] = table.select(wanted.names).cast(wanted)
        self._database.register(name, self._tables[name])
        return self._tables[name]

    def table(self, name: str) -> pa.Table:
        return self._tables[name]

    def run(self, plan: Plan) -> pa.Table:
        sql, columns = compiled(plan)
        # Sums come out of DuckDB in 128 bits; what doesn't fit into 64 is refused by the cast.
        return self._database.sql(sql).to_arrow_table().select(columns.names).cast(columns)
