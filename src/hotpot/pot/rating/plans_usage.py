"""Usage becomes charges: by unit, tiers, packages, percentages, increments and times of day."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hotpot.kernel.money import BP_PER_WHOLE
from hotpot.pot.catalog.pricing import SEATS
from hotpot.pot.rating.arithmetic import MICRO, floored, priced, rounded, rounded_up
from hotpot.pot.rating.plans_subjects import matched

KEY = ("subscription", "item", "seat", "period")
ITEM = ("subscription", "item", "period")
BY_EVENT = ("percent", "timed")  # kinds that price each event by itself
SUMMED = ("sum", "count")
QUARTER_US = 15 * 60 * MICRO
QUARTERS_PER_DAY, QUARTERS_PER_WEEK = 96, 672
FIRST_MONDAY = 3  # 1970-01-01 was a Thursday
MOST = 2**62


def in_use(metered: ir.Table, seats: ir.Table) -> ir.Table:
    """How many seats were there on a day of the item's, where the item asks for it."""
    asked = metered.filter(metered.included_per_seat | (metered.meter == SEATS))
    asked = asked.select("subscription", "item", "period", asked_from="starts", asked_to="ends")
    met = seats.inner_join(asked, "subscription")
    ends = ibis.least(met.ends.fill_null(met.asked_to), met.asked_to)
    met = met.filter(ibis.greatest(met.starts, met.asked_from) < ends)
    return met.group_by("subscription", "item", "period").agg(in_use=met.count())


def tallies(metered: ir.Table, spans: ir.Table, usage: ir.Table) -> ir.Table:
    """What each item counted whose price goes by the sum of its events."""
    items = metered.filter(~metered.kind.isin(BY_EVENT), metered.aggregation.isin(SUMMED))
    events = matched(items, spans, usage)
    return events.group_by(*KEY).agg(quantity=events.quantity.sum().cast("int64"))


def gauges(metered: ir.Table, spans: ir.Table, usage: ir.Table) -> ir.Table:
    """What each item counted whose meter takes the greatest, the last or the different values."""
    items = metered.filter(~metered.kind.isin(BY_EVENT), ~metered.aggregation.isin(SUMMED))
    events = matched(items, spans, usage)
    newest = ibis.window(group_by=list(KEY), order_by=[ibis.desc("time_us"), ibis.desc("event")])
    events = events.mutate(place=ibis.row_number().over(newest))
    found = events.group_by(*KEY, "aggregation").agg(
        greatest=events.quantity.max(),
        last=events.quantity.max(where=events.place == 0),
        different=events.quantity.nunique() * MICRO,
    )
    return found.select(
        *KEY,
        quantity=ibis.cases(
            (found.aggregation == "max", found.greatest),
            (found.aggregation == "last", found["last"]),
            else_=found.different,
        ),
    )


def percentages(metered: ir.Table, spans: ir.Table, usage: ir.Table) -> ir.Table:
    """Of each event's amount, from the floor to the cap; events of nothing, or less, cost nothing."""
    events = matched(metered.filter(metered.kind == "percent"), spans, usage)
    events = events.filter(events.quantity > 0)
    events = events.mutate(of=events.quantity * events.scale)
    events = events.mutate(whole=floored(events.of, BP_PER_WHOLE))
    events = events.mutate(part=(events.of - events.whole * BP_PER_WHOLE) * events.rate_bp)
    events = events.mutate(carried=floored(events.part, BP_PER_WHOLE))
    events = events.mutate(
        micro=events.whole * events.rate_bp + events.carried,
        rest=(events.part - events.carried * BP_PER_WHOLE) * (MICRO // BP_PER_WHOLE),
        floor=events.floor_minor * MICRO,
        cap=events.cap_minor * MICRO,
    )
    outside = (events.micro < events.floor) | (events.cap.notnull() & (events.micro >= events.cap))
    events = events.mutate(
        micro=ibis.greatest(events.floor, ibis.least(events.micro, events.cap.fill_null(events.micro))),
        rest=outside.ifelse(0, events.rest),
    )
    return _summed(events, events.quantity.sum(), events.quantity.sum())


def calls(metered: ir.Table, spans: ir.Table, slots: ir.Table, zones: ir.Table, usage: ir.Table) -> ir.Table:
    """Events in whole increments, counted for each window of local time in which they begin."""
    events = matched(metered.filter(metered.kind == "timed"), spans, usage)
    events = _with_rate(events.filter(events.quantity > 0), slots, zones)
    over = ibis.greatest(events.quantity - events.first_step, 0)
    events = events.mutate(billed=events.first_step + rounded_up(over, events.step) * events.step)
    return events.group_by(*KEY, "rate").agg(
        billed=events.billed.sum().cast("int64"),
        quantity=events.quantity.sum().cast("int64"),
        calls=events.count(),
    )


def seat_counts(metered: ir.Table, in_use: ir.Table) -> ir.Table:
    """What items counted whose meter is the seats themselves."""
    items = metered.filter(metered.meter == SEATS).select(*ITEM)
    seats = in_use.inner_join(items, list(ITEM))
    return seats.select(*ITEM, seat=ibis.null("int64"), quantity=seats.in_use * MICRO)[*KEY, "quantity"]


def counts(
    metered: ir.Table, in_use: ir.Table, tallies: ir.Table, gauges: ir.Table, seat_counts: ir.Table
) -> ir.Table:
    """What each item counted whose price goes by one quantity, and `billable`: beyond what is included."""
    items = metered.select(
        *ITEM, "kind", "per_seat", "currency", "price_micro", "amount_minor", "included",
        "included_per_seat", "step",
    )  # fmt: skip
    found = ibis.union(tallies, gauges, seat_counts, distinct=False)
    found = _with_allowance(found.inner_join(items, list(ITEM)), in_use)
    return found.mutate(billable=ibis.greatest(found.quantity - found.allowance, 0))


def usages(
    metered: ir.Table,
    in_use: ir.Table,
    counts: ir.Table,
    percentages: ir.Table,
    calls: ir.Table,
    tiers: ir.Table,
    rates: ir.Table,
) -> ir.Table:
    """Charges of all kinds that have a meter."""
    return ibis.union(
        _by_unit(counts),
        _graduated(counts, tiers),
        _by_volume(counts, tiers),
        _by_package(counts),
        _charged(percentages),
        _timed(metered, calls, rates, in_use),
        distinct=False,
    )


def _with_allowance(counts: ir.Table, in_use: ir.Table) -> ir.Table:
    """`allowance`: what is included, once or for each seat. Products that 62 bits don't hold stop there."""
    counts = counts.left_join(in_use, ["subscription", "item", "period"])
    counts = counts.drop("subscription_right", "item_right", "period_right")
    seats = ibis.least(
        counts.in_use.fill_null(0), floored(ibis.literal(MOST), ibis.greatest(counts.included, 1))
    )
    shared = counts.included_per_seat & ~counts.per_seat
    return counts.mutate(allowance=shared.ifelse(counts.included * seats, counts.included)).drop("in_use")


def _by_unit(counts: ir.Table) -> ir.Table:
    counts = counts.filter(counts.kind == "unit")
    micro, _rest = priced(counts.billable, counts.price_micro)
    return _charged(counts.mutate(micro=micro))


def _graduated(counts: ir.Table, tiers: ir.Table) -> ir.Table:
    """Each tier's part at the tier's price, and the flat amounts of all that are reached."""
    met = counts.filter(counts.kind == "graduated").drop("price_micro").inner_join(tiers, "item")
    met = met.filter(met.above < met.billable)
    micro, rest = priced(ibis.least(met.billable, met.up_to.fill_null(MOST)) - met.above, met.price_micro)
    met = met.mutate(micro=micro + met.flat_minor * MICRO, rest=rest)
    return _charged(_summed(met, met.quantity.max(), met.billable.max()))


def _by_volume(counts: ir.Table, tiers: ir.Table) -> ir.Table:
    """All at the price of the tier in which the sum lies."""
    met = counts.filter(counts.kind == "volume").drop("price_micro").inner_join(tiers, "item")
    met = met.filter(met.above < met.billable, met.billable <= met.up_to.fill_null(MOST))
    micro, _rest = priced(met.billable, met.price_micro)
    return _charged(met.mutate(micro=micro + met.flat_minor * MICRO))


def _by_package(counts: ir.Table) -> ir.Table:
    counts = counts.filter(counts.kind == "package")
    return counts.select(
        *KEY, "quantity", basis=counts.billable,
        amount_minor=rounded_up(counts.billable, counts.step) * counts.amount_minor,
        currency=counts.currency,
    )  # fmt: skip


def _timed(metered: ir.Table, calls: ir.Table, rates: ir.Table, in_use: ir.Table) -> ir.Table:
    items = metered.select(*ITEM, "per_seat", "currency", "included", "included_per_seat", "connect_micro")
    by_rate = _with_allowance(calls.inner_join(items, list(ITEM)), in_use)
    by_rate = _dearest_free(by_rate.inner_join(rates, ["item", "rate"]))
    return _charged(_summed(by_rate, by_rate.quantity.sum(), by_rate.billable.sum()))


def _with_rate(events: ir.Table, slots: ir.Table, zones: ir.Table) -> ir.Table:
    """`rate`: the window of its local beginning, or 0. Only items with windows ask for local times."""
    plain = events.anti_join(slots, "item").mutate(rate=ibis.literal(0, "int64"))
    windowed = events.semi_join(slots, "item").inner_join(zones, "zone")
    windowed = windowed.filter(windowed.from_us <= windowed.time_us, windowed.time_us < windowed.to_us)
    quarter = floored(windowed.time_us + windowed.offset_us, QUARTER_US) + FIRST_MONDAY * QUARTERS_PER_DAY
    windowed = windowed.mutate(slot=quarter % QUARTERS_PER_WEEK).left_join(slots, ["item", "slot"])
    windowed = windowed.mutate(rate=windowed.rate.fill_null(0))
    return ibis.union(plain, windowed.select(*plain.columns), distinct=False)


def _dearest_free(by_rate: ir.Table) -> ir.Table:
    """What is included covers the dearest first, so that neither order nor arrival of events matters."""
    dearest = ibis.cumulative_window(
        group_by=list(KEY), order_by=[ibis.desc("price_micro"), ibis.asc("rate")]
    )
    ranked = by_rate.mutate(reached=by_rate.billed.sum().over(dearest).cast("int64"))
    ranked = ranked.mutate(
        billable=ibis.least(ranked.billed, ibis.greatest(ranked.reached - ranked.allowance, 0))
    )
    micro, rest = priced(ranked.billable, ranked.price_micro)
    return ranked.mutate(micro=micro + ranked.calls * ranked.connect_micro, rest=rest)


def _summed(parts: ir.Table, quantity: ir.Value, billable: ir.Value) -> ir.Table:
    """One row a key of exact parts: whole millionths of a minor unit, and the millionths of those."""
    summed = parts.group_by(*KEY, "currency").agg(
        micro=parts.micro.sum().cast("int64"), rest=parts.rest.sum().cast("int64"),
        quantity=quantity, billable=billable,
    )  # fmt: skip
    return summed.mutate(micro=summed.micro + floored(summed.rest, MICRO))


def _charged(counts: ir.Table) -> ir.Table:
    """The one rounding point of usage."""
    return counts.select(
        *KEY, quantity=counts.quantity.cast("int64"), basis=counts.billable.cast("int64"),
        amount_minor=rounded(counts.micro), currency=counts.currency,
    )  # fmt: skip
