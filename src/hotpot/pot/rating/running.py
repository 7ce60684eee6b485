"""Runs the plans: on any engine, and on DuckDB over subscriptions that are at hand, for what-if questions.

A close reads its tables from the database as a whole; see `close`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa

from hotpot.kernel.period import Month
from hotpot.pot.rating import inputs, plans
from hotpot.pot.rating.engines import Engine, Shapes, duckdb_engine
from hotpot.pot.rating.rules import Held, Use

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# As plans.CHARGE: subscription, item, seat, period, quantity, basis, amount_minor, currency.
Row = tuple[int, int, int | None, int, int, int, int, str]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Tenant:
    """A subscription with what its tables say besides."""

    held: Held
    app: str
    customer: int


def charge(engine: Engine) -> None:
    """Runs the stages over the tables of plans.SHAPES, which the engine holds; `charges` is the answer.

    What must come out empty is not asked for.
    """
    rows: dict[str, int] = {}
    for name, plan in plans.STAGES.items():
        if name in plans.OF_METERED and not rows["metered"]:
            engine.keep_nothing(name)
        else:
            rows[name] = engine.keep(name, plan)


def charged(
    tenants: Sequence[Tenant], usage: pa.Table, months: Sequence[Month], *, advance: bool = False
) -> list[Row]:
    """What these subscriptions should pay for these months; `usage` in the columns of plans.SHAPES."""
    rows = tables_of(tenants, months, advance=advance)
    with duckdb_engine(shapes()) as engine:
        for name in plans.SHAPES.keys() - {"usage"}:
            engine.put(name, pa.Table.from_pylist(rows[name], shapes().schema(name)))
        engine.put("usage", usage)
        charge(engine)
        return [tuple(row.values()) for row in engine.table("charges").to_pylist()]


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
    return pa.Table.from_pylist(rows, shapes().schema("usage"))


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
        "redemptions": [
            {"subscription": held.id, "coupon_code": code, "starts": _day(day)}
            for code, day in held.redeemed.items()
        ],
        "meters": [
            {"app": tenant.app, "meter": meter, "aggregation": aggregation}
            for meter, aggregation in held.meters.items()
        ],
    }  # fmt: skip


@cache
def shapes() -> Shapes:
    """Made when they are first asked for: the stages are planned for it."""
    return Shapes(plans.stage_shapes())


def _day(day: date | None) -> Any:
    return None if day is None else inputs.days_since_epoch(day)


def _us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
