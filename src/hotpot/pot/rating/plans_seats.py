"""Seats become charges: pure plans over tables, the same on DuckDB and on Spark.

Days are whole numbers since 1970-01-01, spans end before `ends`, and amounts are minor units, so that
only integers meet. A plan's parameters are the names of the tables that it reads: see SHAPES.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

SHAPES = {
    # The month that is closed: one row.
    "period": {"first": "int64", "ends": "int64", "days": "int64"},
    "calendar": {"day": "int64"},  # each day of it
    "seats": {"seat": "int64", "subscription": "int64", "starts": "int64", "ends": "int64"},
    "subscriptions": {
        "subscription": "int64", "offer": "int64", "app": "string", "customer": "int64", "operator": "int64",
        "integrator": "int64", "developer": "int64", "starts": "int64", "ends": "int64",
    },
    "prices": {
        "price": "int64", "offer": "int64", "starts": "int64", "fee_minor": "int64", "currency": "string",
    },
    "suspensions": {"subscription": "int64", "starts": "int64", "ends": "int64"},
    "charged": {"seat": "int64", "price": "int64"},  # in this period already
}  # fmt: skip


def floored(amount: ir.IntegerValue, divisor: ir.IntegerValue | int) -> ir.IntegerValue:
    """The whole part of amount / divisor, exact for amounts from 0 to 2^62; above, engines raise.

    Engines divide by way of doubles, which guess wrong above 2^53. The guess is off by little, and its
    remainder is small enough for the second division to mend it.
    """
    guess = amount // divisor
    return guess + (amount - guess * divisor) // divisor


def prorated(fee_minor: ir.IntegerValue, days: ir.IntegerValue, of_days: ir.IntegerValue) -> ir.IntegerValue:
    """fee x days / of_days, rounded half up once: what kernel.money.round_to_minor gives."""
    return floored(2 * fee_minor * days + of_days, 2 * of_days)


def charges(
    seats: ir.Table,
    subscriptions: ir.Table,
    prices: ir.Table,
    suspensions: ir.Table,
    calendar: ir.Table,
    charged: ir.Table,
    period: ir.Table,
) -> ir.Table:
    """One charge a seat and price for the days that the seat was there and not suspended.

    Leaves out what is charged already, and prices that are free.
    """
    used = _used(seats, subscriptions, _in_force(prices), period)
    lost = _lost(used, _suspended_days(suspensions, calendar))
    used = used.left_join(lost, ["seat", "price"]).drop("seat_right", "price_right")
    used = used.mutate(days=used.ends - used.starts - used.lost.fill_null(0))
    used = used.filter(used.days > 0, used.fee_minor > 0).anti_join(charged, ["seat", "price"])
    return used.select(
        "subscription", "seat", "price", "app", "customer", "operator", "integrator", "developer", "days",
        days_in_period=used.period_days,
        fee_minor=used.fee_minor,
        amount_minor=prorated(used.fee_minor, used.days, used.period_days),
        currency=used.currency,
    ).order_by("subscription", "seat", "price")  # fmt: skip


def _in_force(prices: ir.Table) -> ir.Table:
    """Each price from its day to the next price's day."""
    following = ibis.window(group_by=prices.offer, order_by=prices.starts)
    return prices.mutate(ends=prices.starts.lead().over(following))


def _used(seats: ir.Table, subscriptions: ir.Table, prices: ir.Table, period: ir.Table) -> ir.Table:
    """The span in which seat, subscription, price and period meet."""
    subscriptions = subscriptions.rename(subscription_starts="starts", subscription_ends="ends")
    prices = prices.rename(price_starts="starts", price_ends="ends")
    period = period.rename(period_ends="ends", period_days="days")
    met = seats.inner_join(subscriptions, "subscription").inner_join(prices, "offer").cross_join(period)
    met = met.mutate(
        starts=ibis.greatest(met.starts, met.subscription_starts, met.price_starts, met.first),
        ends=ibis.least(
            met.period_ends,
            met.ends.fill_null(met.period_ends),
            met.subscription_ends.fill_null(met.period_ends),
            met.price_ends.fill_null(met.period_ends),
        ),
    )
    return met.filter(met.starts < met.ends)


def _suspended_days(suspensions: ir.Table, calendar: ir.Table) -> ir.Table:
    """Day by day, so that suspensions that overlap count once."""
    met = suspensions.cross_join(calendar)
    met = met.filter(met.starts <= met.day, met.ends.isnull() | (met.day < met.ends))
    return met.select("subscription", "day").distinct()


def _lost(used: ir.Table, suspended: ir.Table) -> ir.Table:
    """How many suspended days each span holds; spans without any are left out."""
    met = used.inner_join(suspended, "subscription")
    met = met.filter(met.starts <= met.day, met.day < met.ends)
    return met.group_by("seat", "price").agg(lost=met.count())
