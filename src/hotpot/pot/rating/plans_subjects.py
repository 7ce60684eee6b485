"""Whose use an event tells of: a phone number's seat in an app, or a subscription by name."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hotpot.pot.rating.plans_time import at, midnights

BY_NAME = "subscription:"  # a subject may name the subscription itself
COLUMNS = ("app", "subject", "subscription", "seat", "starts_us", "ends_us")


def metered(held: ir.Table, meters: ir.Table, zones: ir.Table) -> ir.Table:
    """Items that count usage, with the days and the instants within their price."""
    items = held.filter(held.meter.notnull())
    items = items.mutate(
        starts=ibis.greatest(items.starts, items.price_starts), ends=ibis.least(items.ends, items.price_ends)
    )
    items = items.filter(items.starts < items.ends)
    items = items.left_join(meters, ["app", "meter"]).drop("app_right", "meter_right")
    items = items.mutate(aggregation=items.aggregation.fill_null("sum"))
    known = midnights([(items, "starts"), (items, "ends")], zones)
    return at(at(items, "starts", known), "ends", known)


def spans(metered: ir.Table, subscriptions: ir.Table, seats: ir.Table, zones: ir.Table) -> ir.Table:
    """From when to when a subject in an app means which subscription, and which seat of it (or null)."""
    # A day more at both ends: where another seat of the number is in another zone, days begin elsewhere.
    asked = metered.agg(asked_from=metered.starts.min() - 1, asked_to=metered.ends.max() + 1)
    apps = subscriptions.semi_join(metered, "subscription").select("app").distinct()
    held = subscriptions.semi_join(apps, "app").cross_join(asked)
    held = held.select(
        "subscription", "app", "zone",
        held_from=ibis.greatest(held.starts, held.asked_from),
        held_to=ibis.least(held.ends.fill_null(held.asked_to), held.asked_to),
    )  # fmt: skip
    by_seat = seats.inner_join(held, "subscription")
    by_seat = by_seat.select(
        "app", "subscription", "seat", "zone", subject=by_seat.number,
        starts=ibis.greatest(by_seat.starts, by_seat.held_from),
        ends=ibis.least(by_seat.ends.fill_null(by_seat.held_to), by_seat.held_to),
    )  # fmt: skip
    by_name = held.select(
        "app", "subscription", "zone", seat=ibis.null("int64"),
        subject=ibis.literal(BY_NAME) + held.subscription.cast("string"),
        starts=held.held_from, ends=held.held_to,
    )  # fmt: skip
    by_seat = _instants(by_seat, zones)
    return ibis.union(_one_at_a_time(by_seat), _instants(by_name, zones)[COLUMNS], distinct=False)


def _instants(spans: ir.Table, zones: ir.Table) -> ir.Table:
    spans = spans.filter(spans.starts < spans.ends)
    known = midnights([(spans, "starts"), (spans, "ends")], zones)
    return at(at(spans, "starts", known), "ends", known).drop("starts", "ends")


def matched(metered: ir.Table, spans: ir.Table, usage: ir.Table) -> ir.Table:
    """Each event with each item that counts it. Events of nobody's seat meet none."""
    met = usage.select("event", "app", "subject", "meter", "time_us", "quantity").inner_join(
        spans, ["app", "subject"]
    )
    met = met.filter(met.starts_us <= met.time_us, met.time_us < met.ends_us)
    met = met.select("event", "subscription", "seat", "meter", "time_us", "quantity")
    items = metered.rename(item_starts_us="starts_us", item_ends_us="ends_us")
    met = met.inner_join(items, ["subscription", "meter"])
    met = met.filter(met.item_starts_us <= met.time_us, met.time_us < met.item_ends_us)
    return met.mutate(seat=met.per_seat.ifelse(met.seat, ibis.null("int64")))


def _one_at_a_time(spans: ir.Table) -> ir.Table:
    """Where spans of one number in one app overlap, the seat with the higher id has the days."""
    several = spans.group_by("app", "subject").agg(held=spans.count())
    several = several.filter(several.held > 1).select("app", "subject")
    alone = spans.anti_join(several, ["app", "subject"])
    shared = spans.semi_join(several, ["app", "subject"])
    borders = ibis.union(
        shared.select("app", "subject", border=shared.starts_us),
        shared.select("app", "subject", border=shared.ends_us),
        distinct=True,
    )
    in_order = ibis.window(group_by=["app", "subject"], order_by="border")
    pieces = borders.mutate(until=borders.border.lead().over(in_order))
    met = pieces.filter(pieces.until.notnull()).inner_join(shared, ["app", "subject"])
    met = met.filter(met.starts_us <= met.border, met.until <= met.ends_us)
    newest = ibis.window(group_by=["app", "subject", "border"], order_by=ibis.desc("seat"))
    met = met.mutate(place=ibis.row_number().over(newest)).filter(lambda found: found.place == 0)
    pieces = met.mutate(starts_us=met.border, ends_us=met.until)
    return ibis.union(alone.select(*COLUMNS), pieces.select(*COLUMNS), distinct=False)
