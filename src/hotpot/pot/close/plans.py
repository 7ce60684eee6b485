"""What is due, and what is left to book of it: pure plans, the same on DuckDB and on Spark.

A close books the difference between what should be and what is booked. So closing twice books nothing,
and a backdated order, late usage, a corrected price and a fee to give back are all one thing.
A plan's parameters are the names of the tables that it reads: see SHAPES.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hotpot.pot.catalog.pricing import MICRO, ON_SUMS, USAGE
from hotpot.pot.settlement import plans_shares as sharing

KEY = ("subscription", "item", "seat", "period", "currency")

_FAMILIES = sharing.SHAPES["families"]
_CHARGES = {
    "subscription": "int64", "item": "int64", "seat": "int64", "period": "int64", "quantity": "int64",
    "basis": "int64", "amount_minor": "int64", "currency": "string",
}  # fmt: skip
_SUMS = (
    "charges", "seats", "charged_minor", "bills", "billed_minor", "operator_minor", "partners_minor",
    "statements", "stated_minor",
)  # fmt: skip
_SHARES = {
    "subscription": "int64", "item": "int64", "period": "int64", "party": "int64", "terms": "int64",
    "amount_minor": "int64", "currency": "string",
}  # fmt: skip
_ADJUSTMENTS = {
    "partner": "int64", "terms": "int64", "period": "int64", "kind": "string",
    "amount_minor": "int64", "currency": "string",
}  # fmt: skip
SHAPES = {
    # Which months may be due: `whole` of every subscription, else of those that were touched; `ahead` only
    # for what is paid in advance.
    "calendar": {"period": "int64", "ends": "int64", "whole": "boolean", "ahead": "boolean"},
    "subscriptions": {
        "subscription": "int64", "offer": "int64", "app": "string", "customer": "int64", "operator": "int64",
        "integrator": "int64", "developer": "int64", "zone": "string", "starts": "int64", "ends": "int64",
        "ours": "boolean",  # may be due; others are there for their seats
    },
    "touched": {"subscription": "int64", "since": "int64"},
    "charges": _CHARGES,  # what should be charged
    # What is booked already of what is due; `advance` tells of the item.
    "booked": _CHARGES | {"advance": "boolean"},
    "new_charges": _CHARGES | {"seats": "int64", "customer": "int64"},
    "booked_families": _FAMILIES,
    "kinds": {"item": "int64", "kind": "string", "tax_class": "string", "advance": "boolean"},
    "families": _FAMILIES,
    "booked_past": _FAMILIES,  # of other months that tiers look back at
    "owed": _SHARES,  # what should be shared
    "booked_shares": _SHARES,
    "new_shares": _SHARES,
    "adjustments": _ADJUSTMENTS,
    "booked_adjustments": _ADJUSTMENTS,
    "new_adjustments": _ADJUSTMENTS,
    "without_terms": {
        "app": "string", "partner": "int64", "period": "int64", "currency": "string",
        "charged_minor": "int64",
    },
    "totals": {"currency": "string"} | dict.fromkeys(_SUMS, "int64"),
}  # fmt: skip


def due(subscriptions: ir.Table, calendar: ir.Table, touched: ir.Table) -> ir.Table:
    """Every subscription's whole month and its month ahead, and touched ones' earlier months."""
    ours = subscriptions.filter(subscriptions.ours)
    held = ours.select("subscription", "starts", held_until="ends").left_join(
        touched.group_by("subscription").agg(since=touched.since.min()), "subscription"
    )
    met = held.drop("subscription_right").cross_join(calendar)
    here = (met.starts < met.ends) & (met.held_until.isnull() | (met.held_until > met.period))
    changed = met.since.notnull() & (met.since < met.ends)
    return met.filter((met.whole & here) | changed).select("subscription", "period", advance=met.ahead)


def new_charges(charges: ir.Table, booked: ir.Table, due: ir.Table, subscriptions: ir.Table) -> ir.Table:
    """What should be charged less what is. `seats` counts a seat that comes to its item, or goes."""
    asked = booked.inner_join(due.rename(ahead="advance"), ["subscription", "period"])
    asked = asked.filter(~asked.ahead | asked.advance)
    both = _signed(charges, 1).union(_signed(asked, -1))
    left = both.group_by(*KEY).agg(
        quantity=both.quantity.sum(),
        basis=both.basis.max(),
        amount_minor=both.amount_minor.sum(),
        seats=both.seats.sum(),
    )
    left = left.filter((left.amount_minor != 0) | (left.quantity != 0))
    left = left.inner_join(subscriptions.select("subscription", "customer"), "subscription")
    return left.select(*_CHARGES, "seats", "customer")


def _signed(charges: ir.Table, sign: int) -> ir.Table:
    return charges.select(
        "subscription", "item", "seat", "period",
        quantity=charges.quantity * sign,
        basis=charges.basis,
        amount_minor=charges.amount_minor * sign,
        currency=charges.currency,
        seats=ibis.ifelse(charges.seat.isnull(), 0, sign).cast("int64"),
    )  # fmt: skip


def families(
    booked_families: ir.Table, bill_lines: ir.Table, kinds: ir.Table, subscriptions: ir.Table
) -> ir.Table:
    """All that is billed of each family of the touched periods, this close's lines included.

    quantity / basis are full units for who is paid by the unit, as in sources.BOOKED_FAMILIES: of usage, what
    was counted (a line's basis is what of it was priced); a minimum or a discount has none.
    """
    parties = subscriptions.select("subscription", "starts", "app", "operator", "integrator", "developer")
    new = bill_lines.inner_join(parties, "subscription").inner_join(kinds.select("item", "kind"), "item")
    counted, summed = new.kind.isin(sorted(USAGE)), new.kind.isin(sorted(ON_SUMS))
    new = new.mutate(
        quantity=ibis.ifelse(summed, 0, new.quantity),
        basis=ibis.ifelse(counted, MICRO, ibis.ifelse(summed, 1, new.basis)),
        amount_minor=new.net_minor,
        credited_minor=ibis.literal(0, "int64"),
        written_off_minor=ibis.literal(0, "int64"),
    ).select(*_FAMILIES)
    both = booked_families.union(new)
    sums = {name: both[name].sum() for name in _SUMMED} | {"basis": both.basis.max()}
    summed = both.group_by(*(name for name in _FAMILIES if name not in sums)).agg(**sums)
    return summed.select(*_FAMILIES)


_SUMMED = ("seats", "quantity", "amount_minor", "credited_minor", "written_off_minor")


def past(booked_past: ir.Table, families: ir.Table) -> ir.Table:
    """All that tiers look back at: of months that are shared anew, with what this close bills of them."""
    return booked_past.union(families).select(*_FAMILIES)


def new_shares(owed: ir.Table, booked_shares: ir.Table) -> ir.Table:
    """What should be shared less what is, by the terms that give it."""
    return _left(owed, booked_shares, _SHARES)


def new_adjustments(adjustments: ir.Table, booked_adjustments: ir.Table) -> ir.Table:
    """The same of adjustments of whole periods."""
    return _left(adjustments, booked_adjustments, _ADJUSTMENTS)


def _left(should: ir.Table, booked: ir.Table, shape: dict[str, str]) -> ir.Table:
    less = booked.mutate(amount_minor=-booked.amount_minor)
    both = should.select(*shape).union(less.select(*shape))
    names = [name for name in shape if name != "amount_minor"]
    left = both.group_by(*names).agg(amount_minor=both.amount_minor.sum())
    return left.filter(left.amount_minor != 0).select(*shape)


def totals(new_charges: ir.Table, bills: ir.Table, new_shares: ir.Table, statements: ir.Table) -> ir.Table:
    """What is new, a currency each: see rules.Sums."""
    own = new_shares.filter(new_shares.terms.isnull())
    partners = new_shares.filter(new_shares.terms.notnull())
    parts = (
        _summed(
            new_charges,
            charges=new_charges.count(),
            seats=new_charges.seat.nunique(),
            charged_minor=new_charges.amount_minor.sum(),
        ),
        _summed(bills, bills=bills.count(), billed_minor=bills.total_minor.sum()),
        _summed(own, operator_minor=own.amount_minor.sum()),
        _summed(partners, partners_minor=partners.amount_minor.sum()),
        _summed(statements, statements=statements.count(), stated_minor=statements.total_minor.sum()),
    )
    every = ibis.union(*parts)
    return every.group_by("currency").agg(**{name: every[name].sum() for name in _SUMS}).order_by("currency")


def _summed(rows: ir.Table, **values: ir.IntegerScalar) -> ir.Table:
    told = rows.group_by("currency").agg(**values)
    every = {name: told[name] if name in values else ibis.literal(0) for name in _SUMS}
    return told.select("currency", **{name: value.cast("int64") for name, value in every.items()})
