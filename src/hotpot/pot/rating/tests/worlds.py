"""The same subscriptions for the pure rules and, as tables, for the plans; and the engine that runs these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from inspect import signature
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from hotpot.kernel.period import Month
from hotpot.pot.rating import inputs, plans
from hotpot.pot.rating.rules import Held, Use, owner
from hotpot.pot.rating.rules_sums import charges

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = tuple[int, int, int | None, int, int, int, int, str]
SQL_TYPES = {"int64": "BIGINT", "string": "VARCHAR", "boolean": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Tenant:
    """A subscription with what its tables say besides; `offer` is its own, so that ids stay apart."""

    held: Held
    app: str
    customer: int


@cache
def sql() -> dict[str, tuple[str, dict[str, str]]]:
    """Each stage's query on DuckDB, and its columns."""
    shapes = plans.stage_shapes()
    found = {}
    for name, plan in plans.STAGES.items():
        read = {table: ibis.table(shapes[table], name=table) for table in signature(plan).parameters}
        found[name] = (str(ibis.to_sql(plan(**read), dialect="duckdb")), shapes[name])
    return found


def run_plans(tables: dict[str, list[dict[str, Any]]]) -> list[Row]:
    with duckdb.connect() as database:
        database.execute("SET threads TO 1")
        for name, shape in plans.SHAPES.items():
            schema = ibis.schema(shape).to_pyarrow()
            database.register(name, pa.Table.from_pylist(tables[name], schema=schema))
        for name, (query, shape) in sql().items():
            columns = ", ".join(
                f'"{column}"::{SQL_TYPES[type]} AS "{column}"' for column, type in shape.items()
            )
            database.execute(f"CREATE TEMP TABLE {name} AS SELECT {columns} FROM ({query})")
        return database.execute("FROM charges").fetchall()


def tables_of(
    tenants: Sequence[Tenant], uses: Iterable[tuple[str, Use]], months: Sequence[Month], advance: bool = False
) -> dict[str, list[dict[str, Any]]]:
    """As the close would read them. A version's price id is made of its subscription's id."""
    firsts = [month.first_day for month in months]
    ends = [month.next().first_day for month in months]
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in plans.SHAPES}
    for month in months:
        rows["periods"].append(
            {"period": _day(month.first_day), "ends": _day(month.next().first_day), "days": month.days}
        )
    rows["months"] = inputs.month_rows()
    zones = [str(tenant.held.zone) for tenant in tenants]
    rows["zones"] = inputs.zone_rows(zones, min(firsts), max(ends))
    prices = []
    for tenant in tenants:
        held = tenant.held
        rows["due"] += [
            {"subscription": held.id, "period": _day(first), "advance": advance} for first in firsts
        ]
        rows["subscriptions"].append(
            {
                "subscription": held.id, "offer": held.id, "app": tenant.app, "customer": tenant.customer,
                "operator": 1, "zone": str(held.zone), "starts": _day(held.starts), "ends": _day(held.ends),
            }
        )  # fmt: skip
        rows["seats"] += [
            {
                "seat": seat.id, "subscription": held.id, "number": seat.number, "starts": _day(seat.starts),
                "ends": _day(seat.ends), "assigned_us": _us(seat.assigned_at) if seat.assigned_at else None,
            }
            for seat in held.seats
        ]  # fmt: skip
        rows["suspensions"] += [
            {"subscription": held.id, "starts": _day(start), "ends": _day(end)}
            for start, end in held.suspensions
        ]
        for place, version in enumerate(held.versions):
            price = held.id * 100 + place
            prices.append((price, version.currency, version.items))
            rows["prices"].append(
                {
                    "price": price,
                    "offer": held.id,
                    "starts": _day(version.starts),
                    "currency": version.currency,
                }
            )
    rows["meters"] = [
        {"app": app, "meter": meter, "aggregation": aggregation}
        for app, meter, aggregation in sorted(
            {(tenant.app, *pair) for tenant in tenants for pair in tenant.held.meters.items()}
        )
    ]
    rows |= inputs.item_tables(prices)
    rows["usage"] = [
        {
            "event": use.event, "subject": use.subject, "app": app, "meter": use.meter,
            "time_us": _us(use.at), "quantity": use.quantity,
        }
        for app, use in uses
    ]  # fmt: skip
    return rows


def by_rules(
    tenants: Sequence[Tenant], uses: Iterable[tuple[str, Use]], months: Sequence[Month], advance: bool = False
) -> list[Row]:
    everyone = [(tenant.app, tenant.held) for tenant in tenants]
    theirs: dict[int, tuple[Use, ...]] = {tenant.held.id: () for tenant in tenants}
    for app, use in uses:
        if (found := owner(use, app, everyone)) is not None:
            theirs[found[0].id] += (use,)
    return sorted(
        (
            (
                tenant.held.id, row.item, row.seat, _day(row.period), row.quantity, row.basis,
                row.amount_minor, row.currency,
            )
            for tenant in tenants
            for month in months
            for row in charges(replace(tenant.held, uses=theirs[tenant.held.id]), month, advance=advance)
        ),
        key=in_order,
    )  # fmt: skip


def in_order(row: Row) -> tuple[int, int, int, int]:
    return row[0], row[1], row[2] or 0, row[3]


def _day(day: date | None) -> Any:
    return None if day is None else inputs.days_since_epoch(day)


def _us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
