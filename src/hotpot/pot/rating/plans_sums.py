"""What depends on the other charges of a period: minimum commitments, bundles and coupons."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hotpot.kernel.money import BP_PER_WHOLE
from hotpot.pot.rating.arithmetic import prorated
from hotpot.pot.rating.plans_fees import lost_days

KEY = ("subscription", "item", "period")


def sums(
    held: ir.Table,
    fees: ir.Table,
    usages: ir.Table,
    subscriptions: ir.Table,
    pauses: ir.Table,
    counted: ir.Table,
    bundled: ir.Table,
) -> ir.Table:
    """Charges of the kinds "minimum", "bundle" and "coupon", on fees and usage."""
    charged = ibis.union(fees, usages, distinct=False)
    priced = held.select("item", "price").distinct()
    held = held.filter(held.kind.isin(["minimum", "bundle", "coupon"]))
    held = held.mutate(
        opens=(held.price_starts <= held.starts) & (held.starts < held.price_ends),
        starts=ibis.greatest(held.starts, held.price_starts),
        ends=ibis.least(held.ends, held.price_ends),
    )
    held = _with_base(held.filter(held.starts < held.ends), charged, counted)
    return ibis.union(
        _topped_up(held.filter(held.kind == "minimum"), pauses),
        _capped(_offs(held, subscriptions, bundled), charged, priced),
        distinct=False,
    )


def _with_base(held: ir.Table, charged: ir.Table, counted: ir.Table) -> ir.Table:
    """`base`: what the fees come to of which the item speaks."""
    met = charged.rename(of="item").inner_join(counted, "of")
    base = met.group_by(*KEY).agg(base=met.amount_minor.sum().cast("int64"))
    met = held.left_join(base, list(KEY))
    return met.mutate(base=met.base.fill_null(0)).drop(*(f"{name}_right" for name in KEY))


def _topped_up(held: ir.Table, pauses: ir.Table) -> ir.Table:
    """What is missing to the committed amount, which counts by the day."""
    held = lost_days(held.mutate(seat=ibis.null("int64")), pauses)
    held = held.mutate(days=held.ends - held.starts - held.lost)
    held = held.filter(held.days > 0)
    held = held.mutate(committed=prorated(held.amount_minor, held.days, held.period_days))
    missing = ibis.greatest(held.committed - held.base, 0)
    return _row(held, quantity=held.base, basis=held.committed, amount_minor=missing)


def _offs(held: ir.Table, subscriptions: ir.Table, bundled: ir.Table) -> ir.Table:
    """`off`: each discount by itself."""
    coupons = held.filter(held.kind == "coupon")
    coupons = coupons.filter(coupons.coupon_periods.isnull() | (coupons.nth < coupons.coupon_periods))
    bundles = _complete(held.filter(held.kind == "bundle"), subscriptions, bundled)
    rated = ibis.union(
        coupons.filter(coupons.rate_bp.notnull()).select(*bundles.columns), bundles, distinct=False
    )
    fixed = coupons.filter(coupons.amount_minor.notnull(), coupons.opens)
    columns = (*KEY, "price", "base", "currency", "basis", "off")
    whole = ibis.literal(BP_PER_WHOLE, "int64")
    return ibis.union(
        rated.mutate(basis=rated.rate_bp, off=prorated(rated.base, rated.rate_bp, whole)).select(*columns),
        fixed.mutate(basis=fixed.amount_minor, off=ibis.least(fixed.amount_minor, fixed.base)).select(
            *columns
        ),
        distinct=False,
    )


def _complete(bundles: ir.Table, subscriptions: ir.Table, bundled: ir.Table) -> ir.Table:
    """Bundles all of whose other apps the customer had on the subscription's last day in the period."""
    wanted = bundled.group_by("item").agg(wanted=bundled.count())
    others = subscriptions.select(
        "customer", "operator", other_app="app", other_starts="starts", other_ends="ends"
    )
    met = bundles.select(*KEY, "customer", "operator", last=bundles.ends - 1)
    met = met.inner_join(bundled.rename(other_app="app"), "item")
    met = met.inner_join(others, ["customer", "operator", "other_app"])
    met = met.filter(
        met.other_starts <= met["last"], met.other_ends.isnull() | (met["last"] < met.other_ends)
    )
    there = met.group_by(*KEY).agg(there=met.other_app.nunique()).inner_join(wanted, "item")
    return bundles.semi_join(there.filter(there.there == there.wanted), list(KEY))


def _capped(offs: ir.Table, charged: ir.Table, priced: ir.Table) -> ir.Table:
    """Discounts in the order of the price's items, none of them beyond what the price's fees come to."""
    of_price = ["subscription", "price", "period"]
    fees = charged.inner_join(priced, "item").semi_join(offs, of_price)
    fees = fees.group_by(*of_price).agg(fees=fees.amount_minor.sum().cast("int64"))
    offs = offs.inner_join(fees, of_price)
    in_order = ibis.cumulative_window(group_by=of_price, order_by="item")
    offs = offs.mutate(reached=offs.off.sum().over(in_order).cast("int64"))
    off = ibis.least(offs.reached, offs.fees) - ibis.least(offs.reached - offs.off, offs.fees)
    return _row(offs, quantity=offs.base, basis=offs.basis, amount_minor=-off)


def _row(held: ir.Table, **values: ir.Value) -> ir.Table:
    key = (*KEY[:2], "seat", KEY[2])
    held = held.mutate(seat=ibis.null("int64"))
    return held.mutate(**values).select(*key, "quantity", "basis", "amount_minor", "currency")
