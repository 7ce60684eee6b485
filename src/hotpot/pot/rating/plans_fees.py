"""Fees by time: so much a month, a seat or a subscription; and what is charged once."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hotpot.pot.rating.arithmetic import MICRO, floored, prorated
from hotpot.pot.rating.plans_time import at, midnights

KEY = ("subscription", "item", "seat", "period")
FOR_EVER = 2**31  # a day that no period reaches


def fees(held: ir.Table, seats: ir.Table, pauses: ir.Table, zones: ir.Table) -> ir.Table:
    """Charges of the kinds "fee" and "once"."""
    monthly = _used(held.filter(held.kind == "fee"), seats)
    return ibis.union(
        _by_day(_priced(monthly.filter(monthly.proration == "day")), pauses),
        _by_second(_priced(monthly.filter(monthly.proration == "second")), pauses, zones),
        _whole_months(monthly.filter(monthly.proration == "month"), pauses),
        _once(_used(held.filter(held.kind == "once"), seats)),
        distinct=False,
    )


def pauses(suspensions: ir.Table) -> ir.Table:
    """Suspensions of a subscription as spans that don't meet, so that each day counts once."""
    spans = suspensions.mutate(ends=suspensions.ends.fill_null(FOR_EVER))
    spans = spans.filter(spans.starts < spans.ends)
    order = {"group_by": "subscription", "order_by": ["starts", "ends"]}
    spans = spans.mutate(reached=spans.ends.max().over(ibis.cumulative_window(**order)))
    spans = spans.mutate(before=spans.reached.lag().over(ibis.window(**order)))
    spans = spans.mutate(new=(spans.before.isnull() | (spans.before < spans.starts)).ifelse(1, 0))
    spans = spans.mutate(island=spans.new.sum().over(ibis.cumulative_window(**order)))
    return (
        spans.group_by("subscription", "island")
        .agg(pause_starts=spans.starts.min(), pause_ends=spans.ends.max())
        .drop("island")
    )


def _used(held: ir.Table, seats: ir.Table) -> ir.Table:
    """Each seat's days within the item's; a fee of the subscription has no seat.

    `opens`: the span begins where the seat, or the subscription, does.
    """
    columns = (
        "subscription", "item", "period", "period_ends", "period_days", "code", "zone", "currency",
        "proration", "amount_minor", "price_starts", "price_ends", "starts", "ends",
    )  # fmt: skip
    own = ("seat", "number", "assigned_us", "opens")
    met = held.filter(held.per_seat).select(*columns)
    met = met.inner_join(seats.rename(seat_starts="starts", seat_ends="ends"), "subscription")
    by_seat = met.mutate(
        opens=met.starts <= met.seat_starts,
        starts=ibis.greatest(met.starts, met.seat_starts),
        ends=ibis.least(met.ends, met.seat_ends.fill_null(met.ends)),
    )
    whole = held.filter(~held.per_seat)
    whole = whole.mutate(
        seat=ibis.null("int64"),
        number=ibis.null("string"),
        assigned_us=ibis.null("int64"),
        opens=whole.starts == whole.begun,
    )
    used = ibis.union(by_seat.select(*columns, *own), whole.select(*columns, *own), distinct=False)
    return used.filter(used.starts < used.ends)


def _priced(used: ir.Table) -> ir.Table:
    """Within the days of the price."""
    used = used.mutate(
        opens=used.opens & (used.price_starts <= used.starts),
        starts=ibis.greatest(used.starts, used.price_starts),
        ends=ibis.least(used.ends, used.price_ends),
    )
    return used.filter(used.starts < used.ends)


def lost_days(used: ir.Table, pauses: ir.Table) -> ir.Table:
    """With `lost`: the suspended days of each span. Needs the key, `zone`, `starts` and `ends`."""
    lost = _paused(used, pauses)
    return _less(used, lost.mutate(lost=lost.pause_ends - lost.pause_starts))


def _by_day(used: ir.Table, pauses: ir.Table) -> ir.Table:
    used = lost_days(used, pauses)
    used = used.mutate(quantity=used.ends - used.starts - used.lost, basis=used.period_days)
    return _prorated(used)


def _by_second(used: ir.Table, pauses: ir.Table, zones: ir.Table) -> ir.Table:
    """From midnight to midnight, or from the moment of a seat that was given on its first day."""
    used = used.mutate(following=used.starts + 1)
    lost = _paused(used, pauses)
    days = [(used, name) for name in ("starts", "following", "ends", "period", "period_ends")]
    known = midnights([*days, (lost, "pause_starts"), (lost, "pause_ends")], zones)
    for name in ("starts", "following", "ends", "period", "period_ends"):
        used = at(used, name, known)
    today = used.opens & (used.assigned_us < used.following_us) & (used.assigned_us > used.starts_us)
    used = used.mutate(from_us=today.fill_null(False).ifelse(used.assigned_us, used.starts_us))
    for name in ("pause_starts", "pause_ends"):
        lost = at(lost, name, known)
    begun = used.select("subscription", "item", "period", "from_us", seat_key=used.seat.fill_null(0))
    lost = lost.mutate(seat_key=lost.seat.fill_null(0))
    lost = lost.inner_join(begun, ["subscription", "item", "period", "seat_key"])
    seconds = _seconds(lost.pause_ends_us) - _seconds(ibis.greatest(lost.pause_starts_us, lost.from_us))
    used = _less(used, lost.mutate(lost=ibis.greatest(seconds, 0)))
    used = used.mutate(
        quantity=_seconds(used.ends_us) - _seconds(used.from_us) - used.lost,
        basis=_seconds(used.period_ends_us) - _seconds(used.period_us),
    )
    return _prorated(used)


def _seconds(instant_us: ir.IntegerValue) -> ir.IntegerValue:
    return floored(instant_us, MICRO)


def _whole_months(used: ir.Table, pauses: ir.Table) -> ir.Table:
    """The fee of the price on the first day of use, once for each number, however often it comes and goes."""
    used = lost_days(used, pauses)
    used = used.filter(used.lost < used.ends - used.starts)
    used = used.filter(used.price_starts <= used.starts, used.starts < used.price_ends)
    by_number = ibis.window(
        group_by=["subscription", "period", "code", used.number.fill_null("")], order_by=["starts", "seat"]
    )
    used = used.mutate(place=ibis.row_number().over(by_number))
    return _flat(used.filter(used.place == 0))


def _once(used: ir.Table) -> ir.Table:
    return _flat(used.filter(used.opens, used.price_starts <= used.starts, used.starts < used.price_ends))


def _paused(used: ir.Table, pauses: ir.Table) -> ir.Table:
    """The suspended part of each span."""
    met = used.select(*KEY, "zone", "starts", "ends").inner_join(pauses, "subscription")
    met = met.mutate(
        pause_starts=ibis.greatest(met.starts, met.pause_starts),
        pause_ends=ibis.least(met.ends, met.pause_ends),
    )
    return met.filter(met.pause_starts < met.pause_ends)


def _less(used: ir.Table, lost: ir.Table) -> ir.Table:
    """With `lost`: what of each span is not charged. No join meets the null of a seat, so it counts as 0."""
    lost = lost.group_by("subscription", "item", "period", seat_key=lost.seat.fill_null(0)).agg(
        lost=lost.lost.sum().cast("int64")
    )
    used = used.mutate(seat_key=used.seat.fill_null(0))
    joined = used.left_join(lost, ["subscription", "item", "period", "seat_key"])
    return joined.select(*used.columns, lost=joined.lost.fill_null(0))


def _prorated(used: ir.Table) -> ir.Table:
    used = used.filter(used.quantity > 0)
    amount = prorated(used.amount_minor, used.quantity, used.basis)
    return used.select(*KEY, "quantity", "basis", amount_minor=amount, currency=used.currency)


def _flat(used: ir.Table) -> ir.Table:
    one = ibis.literal(1, "int64")
    return used.select(*KEY, quantity=one, basis=one, amount_minor=used.amount_minor, currency=used.currency)
