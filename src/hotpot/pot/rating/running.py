"""Runs the plans on DuckDB, in memory, over subscriptions that are at hand: for what-if questions.

A close reads its tables from the database as a whole; see `close`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from inspect import signature
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from hotpot.kernel.period import Month
from hotpot.pot.rating import inputs, plans
from hotpot.pot.rating.rules import Held, Use

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SQL_TYPES = {"int64": "BIGINT", "string": "VARCHAR", "boolean": "BOOLEAN"}
# As plans.CHARGE: subscription, item, seat, period, quantity, basis, amount_minor, currency.
Row = tuple[int, int, int | None, int, int, int, int, str]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Tenant:
    """A subscription with what its tables say besides."""

    held: Held
    app: str
    customer: int


def charged(
    tenants: Sequence[Tenant], usage: pa.Table, months: Sequence[Month], *, advance: bool = False
) -> list[Row]:
    """What these subscriptions should pay for these months; `usage` in the columns of plans.SHAPES."""
    rows = tables_of(tenants, months, advance=advance)
    tables = {
        name: pa.Table.from_pylist(rows[name], schema=_schema(name))
        for name in plans.SHAPES
        if name != "usage"
    }
    return _run(tables | {"usage": usage.select(_schema("usage").names).cast(_schema("usage"))})


def tables_of(
    tenants: Sequence[Tenant], months: Sequence[Month], *, advance: bool = False
) -> dict[str, Rows]:
    """The rows that the plans read, without usage. Each subscription's offer is called as itself."""
    rows: dict[str, Rows] = {name: [] for name in plans.SHAPES}
    rows["periods"] = [
        {"period": _day(month.first_day), "ends": _day(month.next().first_day), "days": month.days}
        for month in months
    ]
    rows["months"] = inputs.month_rows()
    rows["zones"] = inputs.zone_rows(
        (str(tenant.held.zone) for tenant in tenants),
        min(month.first_day for month in months),
        max(month.last_day for month in months) + timedelta(days=1),
    )
    versions = [(tenant, version) for tenant in tenants for version in tenant.held.versions]
    for price, (tenant, version) in enumerate(versions):
        rows["prices"].append(
            {
                "price": price, "offer": tenant.held.id, "starts": _day(version.starts),
                "currency": version.currency,
            }
        )  # fmt: skip
    rows |= inputs.item_tables(
        (price, version.currency, version.items) for price, (_tenant, version) in enumerate(versions)
    )
    for tenant in tenants:
        for name, found in _rows_of(tenant, months, advance).items():
            rows[name] += found
    rows["meters"] = list({(row["app"], row["meter"]): row for row in rows["meters"]}.values())
    return rows


def usage_table(uses: Iterable[tuple[str, Use]]) -> pa.Table:
    """Events, each with its app."""
    rows = [
        {
            "event": use.event, "subject": use.subject, "app": app, "meter": use.meter,
            "time_us": _us(use.at), "quantity": use.quantity,
        }
        for app, use in uses
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_schema("usage"))


def _rows_of(tenant: Tenant, months: Sequence[Month], advance: bool) -> dict[str, Rows]:
    held = tenant.held
    return {
        "due": [
            {"subscription": held.id, "period": _day(month.first_day), "advance": advance} for month in months
        ],
        "subscriptions": [
            {
                "subscription": held.id, "offer": held.id, "app": tenant.app, "customer": tenant.customer,
                "operator": 0, "zone": str(held.zone), "starts": _day(held.starts), "ends": _day(held.ends),
            }
        ],
        "seats": [
            {
                "seat": seat.id, "subscription": held.id, "number": seat.number, "starts": _day(seat.starts),
                "ends": _day(seat.ends), "assigned_us": _us(seat.assigned_at) if seat.assigned_at else None,
            }
            for seat in held.seats
        ],
        "suspensions": [
            {"subscription": held.id, "starts": _day(start), "ends": _day(end)}
            for start, end in held.suspensions
        ],
        "meters": [
            {"app": tenant.app, "meter": meter, "aggregation": aggregation}
            for meter, aggregation in held.meters.items()
        ],
    }  # fmt: skip


def _run(tables: dict[str, pa.Table]) -> list[Row]:
    with duckdb.connect() as database:
        for name, table in tables.items():
            database.register(name, table)
        for statement in _statements():
            database.execute(statement)
        found: list[Row] = database.execute("FROM charges").fetchall()
        return found


@cache
def _statements() -> list[str]:
    """Each stage as a table of its own; sums come out of DuckDB in 128 bits, which must fit into 64."""
    shapes = plans.stage_shapes()
    found = []
    for name, plan in plans.STAGES.items():
        read = {table: ibis.table(shapes[table], name=table) for table in signature(plan).parameters}
        query = ibis.to_sql(plan(**read), dialect="duckdb")
        columns = ", ".join(
            f'"{column}"::{SQL_TYPES[type]} AS "{column}"' for column, type in shapes[name].items()
        )
        found.append(f"CREATE TEMP TABLE {name} AS SELECT {columns} FROM ({query})")
    return found


@cache
def _schema(name: str) -> pa.Schema:
    return ibis.schema(plans.SHAPES[name]).to_pyarrow()


def _day(day: date | None) -> Any:
    return None if day is None else inputs.days_since_epoch(day)


def _us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
