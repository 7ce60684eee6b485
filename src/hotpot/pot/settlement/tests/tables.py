"""Rules' values as tables, and a small engine over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from inspect import signature
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from hotpot.pot.settlement import terms as tables
from hotpot.pot.settlement.plans_shares import SHAPES
from hotpot.pot.settlement.rules_shares import Family, Held
from hotpot.pot.settlement.sharing import reckon
from hotpot.pot.settlement.terms import day_number


@cache
def compiled(plan: Callable[..., Any], dialect: str) -> tuple[str, pa.Schema]:
    read = {name: ibis.table(SHAPES[name], name=name) for name in signature(plan).parameters}
    expression = plan(**read)
    return str(ibis.to_sql(expression, dialect=dialect)), expression.schema().to_pyarrow()


class Duck:
    """DuckDB, in this process."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self._database = duckdb.connect()
        self._tables: dict[str, pa.Table] = {}

    def put(self, name: str, table: pa.Table) -> pa.Table:
        wanted = ibis.schema(SHAPES[name]).to_pyarrow()
        self._tables[name] = table.select(wanted.names).cast(wanted)
        self.known(name, self._tables[name])
        return self._tables[name]

    def known(self, name: str, table: pa.Table) -> None:
        self._database.register(name, table)

    def keep(self, name: str, plan: Callable[..., Any]) -> int:
        return int(self.put(name, self.run(plan)).num_rows)

    def table(self, name: str) -> pa.Table:
        return self._tables[name]

    def run(self, plan: Callable[..., Any]) -> pa.Table:
        sql, columns = compiled(plan, self.dialect)
        return self.answer(sql).select(columns.names).cast(columns)

    def answer(self, sql: str) -> pa.Table:
        return self._database.sql(sql).to_arrow_table()


def reckoned(
    engine: Duck, families: Sequence[Family], past: Sequence[Family], held: Sequence[Held]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What the plans say: shares and adjustments, as tuples of their columns."""
    months = sorted({family.month for family in families})
    engine.put("families", family_table(families))
    engine.put("past", family_table(past))
    for name, table in tables.tables(held, months).items():
        engine.put(name, table)
    owed, adjustments = reckon(engine)
    return [tuple(row.values()) for row in owed.to_pylist()], [
        tuple(row.values()) for row in adjustments.to_pylist()
    ]


def family_table(families: Sequence[Family]) -> pa.Table:
    rows = [
        {
            "subscription": one.subscription, "item": one.item, "kind": one.kind,
            "period": day_number(one.month.first_day), "starts": day_number(one.starts_on), "app": one.app,
            "customer": one.customer, "operator": one.operator, "integrator": one.integrator,
            "developer": one.developer, "seats": 0, "quantity": one.quantity, "basis": one.basis,
            "amount_minor": one.amount_minor, "credited_minor": one.credited_minor,
            "written_off_minor": one.written_off_minor, "currency": one.currency,
        }
        for one in families
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=ibis.schema(SHAPES["families"]).to_pyarrow())
