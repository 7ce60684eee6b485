"""Puts everything that the plans read into an engine: of one operator, one snapshot, one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hotpot.kernel.period import Month
from hotpot.pot.billing.tax_rates import TAX_CUSTOMERS, spans_of
from hotpot.pot.catalog.models import PriceItem
from hotpot.pot.catalog.pricing import Item
from hotpot.pot.catalog.queries import item_of
from hotpot.pot.close import sources, tables, usage
from hotpot.pot.close.engines import shape
from hotpot.pot.close.scope import Scope, spans
from hotpot.pot.metering.queries import watermark
from hotpot.pot.metering.usage import meters_table
from hotpot.pot.rating import inputs as rating
from hotpot.pot.rating.engines import Engine
from hotpot.pot.rating.inputs import days_since_epoch
from hotpot.pot.settlement import terms as agreements


def read(engine: Engine, scope: Scope, *, now: datetime) -> None:
    _read_periods(engine, scope)
    for name, query in {
        "subscriptions": sources.SUBSCRIPTIONS,
        "seats": sources.SEATS,
        "suspensions": sources.SUSPENSIONS,
        "redemptions": sources.REDEMPTIONS,
        "kinds": sources.KINDS,
        "booked": sources.BOOKED,
    }.items():
        _read(engine, name, query, scope.params)
    _read_prices(engine, scope)
    _read_tax(engine, scope, now)
    _read_shared(engine, scope)


def _read(engine: Engine, name: str, query: str, params: dict[str, Any]) -> None:
    engine.put(name, tables.fetch(query, params, shape(name)))


def _read_periods(engine: Engine, scope: Scope) -> None:
    engine.put("calendar", scope.calendar())
    engine.put("touched", scope.touched)
    months = spans({*scope.months, *scope.shared_months})
    days = [ends - first for first, ends in zip(months["period"], months["ends"], strict=True)]
    engine.put("periods", pa.table(months | {"days": days}))


def _read_prices(engine: Engine, scope: Scope) -> None:
    _read(engine, "prices", sources.PRICES, scope.params)
    for name, found in rating.item_tables(_items(engine.table("prices"))).items():
        engine.put(name, pa.Table.from_pylist(found, shape(name)))
    zones = pc.unique(engine.table("subscriptions")["zone"]).to_pylist()
    engine.put("months", pa.Table.from_pylist(rating.month_rows(), shape("months")))
    offsets = rating.zone_rows(zones, scope.months[0].first_day, scope.months[-1].next().first_day)
    engine.put("zones", pa.Table.from_pylist(offsets, shape("zones")))
    engine.put("meters", meters_table())
    usage.read(engine, scope, until=watermark())


def _items(prices: pa.Table) -> Iterator[tuple[int, str, dict[int, Item]]]:
    """Each price with its items, as they were written."""
    known = dict(zip(prices["price"].to_pylist(), prices["currency"].to_pylist(), strict=True))
    found: dict[int, dict[int, Item]] = {price: {} for price in known}
    for row in PriceItem.objects.filter(price_id__in=known):
        found[row.price_id][row.id] = item_of(row)
    for price, items in found.items():
        yield price, known[price], items


def _read_tax(engine: Engine, scope: Scope, now: datetime) -> None:
    customers = tables.fetch(TAX_CUSTOMERS, {"moment": now}, shape("tax_customers"))
    engine.put("tax_customers", customers)
    places = set(customers["place"].to_pylist())
    engine.put("tax_rates", rows(
        "tax_rates",
        (
            (one.place, one.tax_class, days_since_epoch(one.starts_on), days_since_epoch(one.ends_on),
             one.rate_bp, one.inclusive)
            for one in spans_of(scope.operator_id, places)
        ),
    ))  # fmt: skip


def _read_shared(engine: Engine, scope: Scope) -> None:
    months = {"months": [month.first_day for month in scope.shared_months]}
    params = scope.params | months
    _read(engine, "booked_families", sources.BOOKED_FAMILIES, params)
    _read(engine, "booked_shares", sources.BOOKED_SHARES, params)
    if scope.customer_id is None:
        _read(engine, "booked_adjustments", sources.BOOKED_ADJUSTMENTS, params)
    else:
        engine.put("booked_adjustments", shape("booked_adjustments").empty_table())
    _read_terms(engine, scope)


def _read_terms(engine: Engine, scope: Scope) -> None:
    """Agreements in force in each month, and what was billed in others that their tiers look back at."""
    versions = agreements.of_operator(scope.operator_id)
    for name, table in agreements.tables(versions, scope.shared_months).items():
        engine.put(name, table)
    since = min(agreements.looks_back_to(versions, month) for month in scope.shared_months)
    others = [month for month in _from(since, scope.shared_months[-1]) if month not in scope.shared_months]
    past = {"months": [month.first_day for month in others]}
    _read(engine, "booked_past", sources.BOOKED_FAMILIES, scope.params | past)


def _from(month: Month, until: Month) -> Iterator[Month]:
    while month < until:
        yield month
        month = month.next()


def rows(name: str, values: Iterable[tuple[Any, ...]]) -> pa.Table:
    """A table in a shape, of tuples in the order of its columns."""
    columns = shape(name)
    found = list(values)
    arrays = [pa.array([row[n] for row in found], field.type) for n, field in enumerate(columns)]
    return pa.table(arrays, schema=columns)
