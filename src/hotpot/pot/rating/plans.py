"""What should be charged: pure plans over tables, the same on DuckDB and on Spark.

Days are whole numbers since 1970-01-01 of the customer's own calendar, spans end before `ends`, instants
are microseconds UTC (`_us`), amounts minor units (`_minor`) or millionths of one (`_micro`), quantities
millionths of the meter's unit. A plan's parameters are the names of the tables that it reads: see SHAPES.
`rules.py` says the same for one subscription at a time, step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

import ibis
import ibis.expr.types as ir

from hotpot.pot.rating.plans_fees import fees, pauses
from hotpot.pot.rating.plans_subjects import metered, spans
from hotpot.pot.rating.plans_sums import sums
from hotpot.pot.rating.plans_usage import (
    calls,
    counts,
    gauges,
    in_use,
    percentages,
    seat_counts,
    tallies,
    usages,
)

SHAPES = {
    # What is asked for, each subscription and period once. `advance`: only what is charged in advance.
    "due": {"subscription": "int64", "period": "int64", "advance": "boolean"},
    "periods": {"period": "int64", "ends": "int64", "days": "int64"},
    "months": {"month": "int64", "first": "int64", "ends": "int64"},  # all there are: inputs.month_rows
    # Spans of one UTC offset, around all periods by two days at least (inputs.zone_rows).
    "zones": {"zone": "string", "from_us": "int64", "to_us": "int64", "offset_us": "int64"},
    "subscriptions": {
        "subscription": "int64", "offer": "int64", "app": "string", "customer": "int64", "operator": "int64",
        "zone": "string", "starts": "int64", "ends": "int64",
    },
    "seats": {
        "seat": "int64", "subscription": "int64", "number": "string", "starts": "int64", "ends": "int64",
        "assigned_us": "int64",
    },
    "suspensions": {"subscription": "int64", "starts": "int64", "ends": "int64"},
    "prices": {"price": "int64", "offer": "int64", "starts": "int64", "currency": "string"},
    # `items` and the five that follow are made of catalog.pricing.Item by inputs.item_tables.
    "items": {
        "item": "int64", "price": "int64", "code": "string", "kind": "string", "meter": "string",
        "advance": "boolean", "per_seat": "boolean", "proration": "string", "scale": "int64",
        "phase_by_day": "boolean", "phase_after": "int64", "phase_lasts": "int64",
        "amount_minor": "int64", "price_micro": "int64", "rate_bp": "int64",
        "floor_minor": "int64", "cap_minor": "int64", "included": "int64", "included_per_seat": "boolean",
        "first_step": "int64", "step": "int64", "connect_micro": "int64",
        "coupon_periods": "int64", "coupon_code": "string",  # of one that must be redeemed
        "begun_from": "int64", "begun_until": "int64",  # only for subscriptions that began on these days
    },
    "redemptions": {"subscription": "int64", "coupon_code": "string", "starts": "int64"},
    # How quantities of an app's meter make one: count, sum, max, last or unique (metering.models.Meter).
    "meters": {"app": "string", "meter": "string", "aggregation": "string"},
    # From above `above` up to `up_to` (null: without end).
    "tiers": {
        "item": "int64", "above": "int64", "up_to": "int64", "price_micro": "int64", "flat_minor": "int64",
    },
    "rates": {"item": "int64", "rate": "int64", "price_micro": "int64"},  # rate 0: outside all windows
    "slots": {"item": "int64", "slot": "int64", "rate": "int64"},  # quarters of the week from Monday 00:00
    "counted": {"item": "int64", "of": "int64"},  # which fees a minimum, bundle or coupon speaks of
    "bundled": {"item": "int64", "app": "string"},
    "usage": {
        "event": "int64", "subject": "string", "app": "string", "meter": "string", "time_us": "int64",
        "quantity": "int64",
    },
}  # fmt: skip

CHARGE = ("subscription", "item", "seat", "period", "quantity", "basis", "amount_minor", "currency")
KEPT = (
    "subscription", "item", "period", "period_ends", "period_days", "nth", "zone", "app", "customer",
    "operator",
    "price", "currency", "code", "kind", "meter", "per_seat", "proration", "scale", "begun", "starts", "ends",
    "price_starts", "price_ends", "amount_minor", "price_micro", "rate_bp", "floor_minor", "cap_minor",
    "included", "included_per_seat", "first_step", "step", "connect_micro", "coupon_periods",
)  # fmt: skip


def held(
    due: ir.Table,
    periods: ir.Table,
    months: ir.Table,
    subscriptions: ir.Table,
    prices: ir.Table,
    items: ir.Table,
    redemptions: ir.Table,
) -> ir.Table:
    """Each item of a subscription and period, with the days on which it holds.

    `starts` to `ends` is subscription ∩ phase ∩ period; `price_starts` to `price_ends` the price.
    `nth`: the how manieth period it is, from 0: of the subscription, or since its coupon was redeemed.
    """
    due = due.rename(asks_advance="advance")
    subscriptions = _dated(subscriptions.rename(begun="starts", ended="ends"), months)
    periods = periods.rename(period_ends="ends", period_days="days")
    periods = periods.inner_join(months.select(period="first", period_month="month"), "period")
    met = due.inner_join(subscriptions, "subscription").inner_join(periods, "period")
    met = met.inner_join(_in_force(prices), "offer").inner_join(items, "price")
    met = met.filter(
        met.begun_from.isnull() | (met.begun_from <= met.begun),
        met.begun_until.isnull() | (met.begun <= met.begun_until),
    )
    met = _redeemed(met, redemptions, months)
    met = _phased(met.filter(~met.asks_advance | met.advance | met.kind.isin(["bundle", "coupon"])), months)
    met = met.mutate(
        starts=ibis.greatest(met.begun, met.period, met.phase_starts),
        ends=ibis.least(
            met.period_ends, met.ended.fill_null(met.period_ends), met.phase_ends.fill_null(met.period_ends)
        ),
        price_ends=met.price_ends.fill_null(met.period_ends),
        nth=met.period_month - met.redeemed_month.fill_null(met.begun_month),
    )
    return met.filter(met.starts < met.ends, met.price_starts < met.period_ends, met.period < met.price_ends)


def _redeemed(met: ir.Table, redemptions: ir.Table, months: ir.Table) -> ir.Table:
    """Without coupons whose code was not redeemed by the end of the period."""
    in_month = [months["first"] <= redemptions.starts, redemptions.starts < months.ends]
    found = redemptions.inner_join(months, in_month)
    found = found.select("subscription", "coupon_code", redeemed_month="month")
    met = met.left_join(found, ["subscription", "coupon_code"])
    met = met.drop("subscription_right", "coupon_code_right")
    return met.filter(met.coupon_code.isnull() | (met.redeemed_month <= met.period_month))


def _in_force(prices: ir.Table) -> ir.Table:
    """Each price from its day to the next price's day."""
    following = ibis.window(group_by=prices.offer, order_by=prices.starts)
    return prices.mutate(price_ends=prices.starts.lead().over(following)).rename(price_starts="starts")


def _dated(subscriptions: ir.Table, months: ir.Table) -> ir.Table:
    """With the month and the day of the month on which each began."""
    begun = subscriptions.select("begun").distinct()
    begun = begun.inner_join(months, [months.first <= begun.begun, begun.begun < months.ends])
    begun = begun.select("begun", begun_month="month", begun_day=begun.begun - begun.first)
    return subscriptions.inner_join(begun, "begun")


def _phased(met: ir.Table, months: ir.Table) -> ir.Table:
    """With the days of the subscription's life in which the item holds; without an end, that is null."""
    later = met.mutate(
        starts_month=met.begun_month + met.phase_by_day.ifelse(0, met.phase_after),
        ends_month=met.begun_month + met.phase_by_day.ifelse(0, met.phase_after + met.phase_lasts),
    )
    first = months.select(starts_month="month", first="first", before="ends")
    until = months.select(ends_month="month", until_first="first", until_before="ends")
    later = later.inner_join(first, "starts_month").left_join(until, "ends_month").drop("ends_month_right")
    # The same day of a later month, or its last one where it has none such.
    return later.mutate(
        phase_starts=later.phase_by_day.ifelse(
            later.begun + later.phase_after, ibis.least(later["first"] + later.begun_day, later.before - 1)
        ),
        phase_ends=later.phase_by_day.ifelse(
            later.begun + later.phase_after + later.phase_lasts,
            ibis.least(later.until_first + later.begun_day, later.until_before - 1),
        ),
    )


def charges(fees: ir.Table, usages: ir.Table, sums: ir.Table) -> ir.Table:
    """All that is due: one row a subscription, item, seat (null unless by the seat) and period.

    What comes to nothing is left out. `quantity` and `basis` say what the amount was reckoned of.
    """
    found = ibis.union(fees, usages, sums, distinct=False)
    return found.filter(found.amount_minor != 0).order_by(*CHARGE[:4])


# Run in this order, each result kept under its name for those that follow; the last are the charges.
STAGES: dict[str, Callable[..., ir.Table]] = {
    "pauses": pauses,
    "held": held,
    "fees": fees,
    "metered": metered,
    "in_use": in_use,
    "spans": spans,
    "tallies": tallies,
    "gauges": gauges,
    "seat_counts": seat_counts,
    "counts": counts,
    "percentages": percentages,
    "calls": calls,
    "usages": usages,
    "sums": sums,
    "charges": charges,
}

# Stages that have no rows where none is metered.
OF_METERED = frozenset(
    ("in_use", "spans", "tallies", "gauges", "seat_counts", "counts", "percentages", "calls", "usages")
)


def stage_shapes() -> dict[str, dict[str, str]]:
    """SHAPES, and those of the tables that the stages make."""
    shapes = dict(SHAPES)
    for name, plan in STAGES.items():
        read = {table: ibis.table(shapes[table], name=table) for table in signature(plan).parameters}
        shapes[name] = {column: str(type) for column, type in plan(**read).schema().items()}
    return shapes
