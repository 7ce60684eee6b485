"""Families become shares by the terms that hold: pure plans, the same on DuckDB and on Spark.

A *family* is what one subscription was charged for one price item in one period. `shares` says what each
party should have of each family over all closes together: a close books the difference to what it finds
booked. The shares of a family sum to its amount. `rules_shares` is the same in plain Python, and
`sharing.reckon` runs the plans in their order.

Level one: the operator pays the integrator and the developer of the subscription. Further levels: a
partner passes a part of its own share on, by agreements in which it is the payer. That gives two rows under
these terms: what the other gets, and the same amount taken from the payer.

Whole numbers only: days since 1970-01-01, minor units, and 10^-6 minor units ("micro") before the one
rounding, the last step of a part. A plan's parameters are the names of the tables that it reads: see SHAPES.
Plans are small and steps name their columns: an expression that holds others grows by each of their uses.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hotpot.kernel.money import BP_PER_WHOLE

MICRO = 1_000_000  # of these are one minor unit
FAMILY = ("subscription", "item", "period")

_FAMILIES = {
    "subscription": "int64", "item": "int64", "kind": "string", "period": "int64",
    "starts": "int64",  # the subscription's first day
    "app": "string", "customer": "int64", "operator": "int64", "integrator": "int64", "developer": "int64",
    # As rated, credits left out: quantity / basis is the number of full units (seats and months, messages).
    "seats": "int64", "quantity": "int64", "basis": "int64",
    # Net of tax and of credits; what credits took off it, and what was written off, both positive.
    "amount_minor": "int64", "credited_minor": "int64", "written_off_minor": "int64", "currency": "string",
}  # fmt: skip
# One row an agreement and touched period in which it holds: `terms.rows` makes them.
_TERMS = {
    "id": "int64",  # of the row
    "terms": "int64", "agreement": "int64", "operator": "int64", "payer": "int64", "partner": "int64",
    "period": "int64",
    "scope_app": "string", "scope_customer": "int64",  # "" and 0 are all of them
    "kinds": "string",  # "|seat|usage|": of these price items only; "" is all
    "of_share": "boolean",  # of what the payer itself gets; else of what was charged
    "kept": "boolean",  # the terms say what the payer keeps: the partner gets what is left
    "share_bp": "int64", "unit_micro": "int64", "tiered": "boolean",  # one of the three
    "volume_from": "int64",  # tiers count what was charged since that day
    "intro_from": "int64",  # subscriptions that began then or later are under the introductory terms
    "intro_bp": "int64", "intro_micro": "int64",
    "cost_bp": "int64", "cost_micro": "int64",  # taken off before sharing: of the charge, and a unit
    "gross": "boolean",  # credits are not taken off before sharing
    "bad_debts": "boolean",  # what was written off is taken off before sharing
    "rest": "string",  # who has what is below a minor unit: payer, partner; or nearest
    "currency": "string",  # of the amounts in these terms; NULL where there are none
}  # fmt: skip
_IDS = 1 << 40  # above every id
_CONTEXT = ("operator", "payer", "period", "app", "customer")  # what decides which terms hold
_KEY = (*FAMILY, "operator", "payer", "partner", "currency")
_CLAIM = (
    *_KEY, "was", "held_minor", "starts", "quantity", "basis", "amount_minor", "credited_minor",
    "written_off_minor",
)  # fmt: skip
_VALUES = (
    "agreement", "of_share", "kept", "share_bp", "unit_micro", "tiered", "volume_from", "intro_from",
    "intro_bp", "intro_micro", "cost_bp", "cost_micro", "gross", "bad_debts", "rest",
)  # fmt: skip
_TYPES = {**_FAMILIES, **_TERMS, "was": "int64", "held_minor": "int64"}
_ASKED = {name: _TYPES[name] for name in (*_KEY, "terms", "agreement")} | {
    "sign": "int64", "limit_minor": "int64", "asked_minor": "int64",
}  # fmt: skip
_BASED = {name: _TYPES[name] for name in (*_KEY, "was", "terms", *_VALUES)} | {
    "sign": "int64", "limit_minor": "int64", "base_micro": "int64", "bp": "int64", "for_units": "int64",
}  # fmt: skip

SHAPES = {
    "families": _FAMILIES,  # all families of each touched period
    "past": _FAMILIES,  # all families of the months before that tiers look back at; empty where none do
    "terms": _TERMS,
    # Marginal: share_bp of what lies between starts_minor and ends_minor (NULL: no end).
    "steps": {"terms": "int64", "starts_minor": "int64", "ends_minor": "int64", "share_bp": "int64"},
    # Guarantees and caps of a month, by the version of the terms: it holds `days` of the month's `of_days`.
    "bounds": {
        "terms": "int64", "agreement": "int64", "operator": "int64", "payer": "int64", "partner": "int64",
        "period": "int64", "days": "int64", "of_days": "int64", "guarantee_minor": "int64",
        "cap_minor": "int64", "currency": "string",
    },
    # A family, a partner, and the values of the terms between them. `was` is the family's own period, where
    # a later one looks back at it; `held_minor` is what the payer itself has of the family.
    "claims": {name: _TYPES[name] for name in (*_CLAIM, "terms", *_VALUES)},
    # Sizes, with `sign`: what there is to share, and what the terms give of it, as `bp` or `for_units`.
    "based": _BASED,
    "based_before": _BASED,
    "asked": _ASKED,
    # What payers give of each family: on one level, and on all levels.
    "level": {name: _TYPES[name] for name in (*_KEY, "terms")} | {"part_minor": "int64"},
    "levels": {name: _TYPES[name] for name in (*_KEY, "terms")} | {"part_minor": "int64"},
    "owed": {  # what `shares` gave
        "subscription": "int64", "item": "int64", "period": "int64", "party": "int64", "terms": "int64",
        "amount_minor": "int64", "currency": "string",
    },
}  # fmt: skip


# Who may claim a part of what


def claims(families: ir.Table, terms: ir.Table) -> ir.Table:
    """Level one: each family once for each partner whom an agreement of the operator pays for it."""
    return _under_terms(_of_operators(families).mutate(was=_.period), terms, ("partner",))


def claims_before(past: ir.Table, terms: ir.Table) -> ir.Table:
    """The same of past families, under the tiers of each later month that looks back at them."""
    tiered = terms.filter(terms.tiered)
    looking = tiered.group_by("period").agg(since=tiered.volume_from.min())
    families = past.rename(was="period")
    seen = families.inner_join(looking, [families.was >= looking.since, families.was < looking.period])
    return _under_terms(_of_operators(seen), terms, ("partner",)).filter(_.tiered & (_.was >= _.volume_from))


def passed_on(level: ir.Table, families: ir.Table, terms: ir.Table) -> ir.Table:
    """The next level: each family once for each agreement in which somebody who got a part of it pays."""
    held = level.select(*FAMILY, "part_minor", payer=level.partner)
    held = held.semi_join(terms, "payer").group_by(*FAMILY, "payer")
    held = held.agg(held_minor=_.part_minor.sum().cast("int64"))
    met = held.inner_join(families, list(FAMILY))
    return _under_terms(met.mutate(was=_.period), terms, ())


def without_terms(families: ir.Table, terms: ir.Table) -> ir.Table:
    """Partners of an operator whom no agreement pays, with what was charged for their apps or customers."""
    of = _of_operators(families)
    left = of.anti_join(_matched(of, terms, ("partner",)), [*_CONTEXT, "partner"])
    return (
        left.group_by("app", "partner", "period", "currency")
        .agg(charged_minor=left.amount_minor.sum().cast("int64"))
        .order_by("app", "partner", "period", "currency")
    )


def _of_operators(families: ir.Table) -> ir.Table:
    by_integrator = families.mutate(partner=families.integrator)
    by_developer = families.mutate(partner=families.developer)
    other = by_developer.integrator.isnull() | (by_developer.integrator != by_developer.developer)
    both = ibis.union(by_integrator, by_developer.filter(other))
    both = both.filter(both.partner.notnull(), both.partner != both.operator)
    return both.mutate(payer=both.operator, held_minor=both.amount_minor)


def _matched(claims: ir.Table, terms: ir.Table, partner: tuple[str, ...]) -> ir.Table:
    """For each context the terms that hold for it, one a partner: those for the customer and the app go
    before those for the customer, these before those for the app, these before those for all."""
    contexts = claims.select(*_CONTEXT, *partner).distinct()
    every_app, every_customer = ibis.literal(""), ibis.literal(0, "int64")
    scopes = ibis.union(
        contexts.mutate(scope_app=contexts.app, scope_customer=contexts.customer, width=0),
        contexts.mutate(scope_app=every_app, scope_customer=contexts.customer, width=1),
        contexts.mutate(scope_app=contexts.app, scope_customer=every_customer, width=2),
        contexts.mutate(scope_app=every_app, scope_customer=every_customer, width=3),
    )
    known = terms.select("operator", "payer", "partner", "period", "scope_app", "scope_customer", "id")
    on = ["operator", "payer", "period", "scope_app", "scope_customer", *partner]
    met = scopes.inner_join(known, on)
    # The narrowest: width and id in one number, which is quicker than a window over small groups.
    ranked = met.mutate(ranked=met.width * _IDS + met.id)
    narrowest = ranked.group_by(*_CONTEXT, "partner").agg(ranked=ranked.ranked.min())
    return narrowest.mutate(id=narrowest.ranked % _IDS).drop("ranked")


def _under_terms(claims: ir.Table, terms: ir.Table, partner: tuple[str, ...]) -> ir.Table:
    """Claims with the values of the terms that hold for them, as far as these reach."""
    met = claims.inner_join(_matched(claims, terms, partner), [*_CONTEXT, *partner])
    # By the row's id alone: an optimizer that sees the period here joins all claims with all terms first.
    met = met.inner_join(terms.select("id", "terms", "kinds", *_VALUES, own_currency=terms.currency), "id")
    reached = (met.kinds == "") | met.kinds.contains(ibis.literal("|") + met.kind + ibis.literal("|"))
    # An amount means nothing in another currency; a percentage does, whatever its guarantee is in.
    priced = met.unit_micro.notnull() | met.tiered | (met.cost_micro > 0)
    reached &= ~priced | (met.own_currency == met.currency).fill_null(False)
    return met.filter(reached).select(*SHAPES["claims"])


# How much


def based(claims: ir.Table) -> ir.Table:
    """What there is to share of each claim after costs, and what the terms that hold give of it."""
    charged = (
        claims.amount_minor
        + ibis.ifelse(claims.gross, claims.credited_minor, 0)
        - ibis.ifelse(claims.bad_debts, claims.written_off_minor, 0)
    )
    based = claims.mutate(paid_minor=charged)
    based = based.mutate(shared_minor=ibis.ifelse(based.of_share, based.held_minor, based.paid_minor))
    based = based.mutate(sign=based.shared_minor.sign().cast("int64"), size_minor=based.shared_minor.abs())
    there = ibis.ifelse(based.payer == based.operator, based.shared_minor, based.held_minor)
    new = (based.starts >= based.intro_from).fill_null(False)
    based = based.mutate(
        limit_minor=ibis.greatest(there * based.sign, 0),
        bp=ibis.ifelse(new, based.intro_bp, based.share_bp),
        rate_micro=ibis.ifelse(new, based.intro_micro, based.unit_micro),
        off_bp=ibis.ifelse(based.of_share, 0, based.cost_bp),
        off_micro=ibis.ifelse(based.of_share, 0, based.cost_micro),
    )
    based = _for_units(based, "unit_costs", based.off_micro)
    costs = based.size_minor * based.off_bp * (MICRO // BP_PER_WHOLE) + based.unit_costs
    based = based.mutate(base_micro=ibis.greatest(based.size_minor * MICRO - costs, 0))
    return _for_units(based, "for_units", based.rate_micro).select(*_BASED)


def _for_units(based: ir.Table, name: str, rate_micro: ir.IntegerValue) -> ir.Table:
    """With a rate for each full unit and the broken one; where a part of the price was credited or written
    off, for that part of the units less. Nothing for what is below zero."""
    units = based.mutate(
        rate=ibis.ifelse(based.sign > 0, rate_micro, 0),
        units=ibis.greatest(based.quantity, 0),
        full=ibis.greatest(based.amount_minor + based.credited_minor, 1),
    )
    units = units.mutate(paid=ibis.greatest(ibis.least(units.paid_minor, units.full), 0))
    units = _divided(units, "whole", units.units, units.basis)
    units = _divided(units, "broken", units.rate * (units.units - units.whole * units.basis), units.basis)
    units = units.mutate(together=units.rate * units.whole + units.broken)
    units = _times_over(units, name, units.together, units.paid, units.full)
    return units.drop("rate", "units", "full", "paid", "whole", "broken", "together")


def asked(based: ir.Table, based_before: ir.Table, steps: ir.Table) -> ir.Table:
    """What the terms give, before it is known whether there is enough."""
    return ibis.union(
        _simple(based.filter(~based.tiered)), _tiered(based.filter(based.tiered), based_before, steps)
    )


def _simple(based: ir.Table) -> ir.Table:
    """A percentage of the base, or an amount for each unit that was paid; or what these leave of it."""
    asked = _divided(based, "whole", based.base_micro, BP_PER_WHOLE)
    asked = _divided(
        asked, "broken", (asked.base_micro - asked.whole * BP_PER_WHOLE) * asked.bp, BP_PER_WHOLE
    )
    asked = asked.mutate(said=ibis.coalesce(asked.whole * asked.bp + asked.broken, asked.for_units))
    left = ibis.greatest(asked.base_micro - asked.said, 0)
    asked = asked.mutate(said=ibis.ifelse(asked.kept, left, asked.said))
    # The rounding point: to minor units, as the agreement says.
    nearest = ibis.ifelse(asked.rest == "nearest", MICRO // 2, 0)
    up = ibis.ifelse(asked.rest == "partner", MICRO - 1, nearest)
    return _divided(asked, "asked_minor", asked.said + up, MICRO).select(*_ASKED)


def _tiered(now: ir.Table, before: ir.Table, steps: ir.Table) -> ir.Table:
    """Tiers look at all that the terms cover in a month together; each family then gets its part of that
    by largest remainder, the earlier subscription first where they are equal."""
    now = _volume(now)
    met = now.inner_join(_earned(now, _volume(before), steps), ["terms", "period"])
    met = met.mutate(volume=met.volume_minor.abs(), whole=ibis.greatest(met.of_minor.abs(), 1))
    met = _times_over(met, "down", met.volume, met.earned_minor, met.whole)
    left = _wide(met.volume) * _wide(met.earned_minor) - _wide(met.down) * _wide(met.whole)
    met = met.mutate(left=left.cast("int64"))
    below = (met.volume_minor < 0) & (met.left > 0)  # Below zero, too, a part is rounded down first.
    met = met.mutate(
        floor_minor=ibis.ifelse(met.volume_minor < 0, 0 - met.down - below.cast("int64"), met.down),
        left=ibis.ifelse(below, met.whole - met.left, met.left),
    )
    month = ibis.window(group_by=["terms", "period"])
    largest = ibis.window(
        group_by=["terms", "period"], order_by=[met.left.desc(), met.subscription, met.item]
    )
    met = met.mutate(
        missing=met.of_minor.sign().cast("int64") * met.earned_minor
        - met.floor_minor.sum().over(month).cast("int64"),
        place=ibis.row_number().over(largest),
    )
    part = met.floor_minor + (met.place < met.missing).cast("int64")
    return met.mutate(asked_minor=part * met.sign).select(*_ASKED)


def _volume(based: ir.Table) -> ir.Table:
    sized = _divided(based, "whole", based.base_micro, MICRO)
    return sized.mutate(volume_minor=sized.sign * sized.whole).drop("whole")


def _earned(now: ir.Table, before: ir.Table, steps: ir.Table) -> ir.Table:
    """What a month's volume `of_minor` earns on top of the volume of the months before: its size."""
    month = now.group_by("terms", "period").agg(of_minor=now.volume_minor.sum().cast("int64"))
    trailing = before.group_by("terms", "period").agg(from_minor=before.volume_minor.sum().cast("int64"))
    month = month.left_join(trailing, ["terms", "period"]).drop("terms_right", "period_right")
    month = month.mutate(from_minor=month.from_minor.fill_null(0))
    month = month.inner_join(steps, "terms")
    gained = _within(month, month.from_minor + month.of_minor) - _within(month, month.from_minor)
    month = month.mutate(gained_bp=gained * month.share_bp)
    month = month.group_by("terms", "period", "of_minor").agg(earned_bp=month.gained_bp.sum().cast("int64"))
    return _divided(month, "earned_minor", month.earned_bp.abs(), BP_PER_WHOLE).drop("earned_bp")


def _within(steps: ir.Table, volume: ir.IntegerValue) -> ir.IntegerValue:
    """As much of a volume as lies in a step."""
    ends = steps.ends_minor.fill_null(1 << 62)
    return ibis.greatest(ibis.least(volume, ends) - steps.starts_minor, 0)


def level(asked: ir.Table) -> ir.Table:
    """Nobody gets more of a family than there is of it; the older agreement goes first."""
    asked = asked.mutate(wanted_minor=ibis.least(asked.asked_minor, asked.limit_minor))
    older = ibis.cumulative_window(group_by=[*FAMILY, "payer"], order_by=["agreement", "partner"])
    asked = asked.mutate(so_far=asked.wanted_minor.sum().over(older).cast("int64"))
    left = ibis.greatest(asked.limit_minor - (asked.so_far - asked.wanted_minor), 0)
    part = asked.sign * ibis.least(asked.wanted_minor, left)
    return asked.mutate(part_minor=part).select(*SHAPES["level"])


# What comes of it


def shares(families: ir.Table, levels: ir.Table) -> ir.Table:
    """What each party should have of each family; `terms` is NULL on the operator's own part.

    A partner's row under terms in which it is the payer is below zero: what it passes on. Rows of nothing
    are left out.
    """
    no_terms = ibis.null("int64")
    taken_under = ibis.ifelse(levels.payer == levels.operator, no_terms, levels.terms)
    every = ibis.union(
        families.select(*FAMILY, "currency", party="operator", terms=no_terms, amount_minor="amount_minor"),
        levels.select(*FAMILY, "currency", party="partner", terms="terms", amount_minor="part_minor"),
        levels.select(
            *FAMILY, "currency", party="payer", terms=taken_under, amount_minor=0 - levels.part_minor
        ),
    )
    summed = every.group_by(*FAMILY, "party", "terms", "currency").agg(
        amount_minor=every.amount_minor.sum().cast("int64")
    )
    return summed.filter(summed.amount_minor != 0).select(*SHAPES["owed"]).order_by(*FAMILY, "party", "terms")


def adjustments(owed: ir.Table, terms: ir.Table, bounds: ir.Table) -> ir.Table:
    """What guarantees add to a partner's month and caps take from it, each for the days its version holds;
    the payer's side is the operator's revenue, or, where a partner passes on, a row of its own with the sign
    reversed."""
    shared = owed.inner_join(terms.select("terms", "period", "agreement"), ["terms", "period"])
    sums = shared.group_by("agreement", "period", "currency", partner="party").agg(
        shared_minor=shared.amount_minor.sum().cast("int64")
    )
    met = bounds.left_join(sums, ["agreement", "period", "currency", "partner"])
    met = met.select(*SHAPES["bounds"], shared=met.shared_minor.fill_null(0))
    missing = ibis.greatest(met.guarantee_minor.fill_null(met.shared) - met.shared, 0)
    above = ibis.greatest(met.shared - met.cap_minor.fill_null(met.shared), 0)
    # The rounding point: what is below a minor unit is neither added nor taken.
    met = _divided(met, "added_minor", missing * met.days, met.of_days)
    met = _divided(met, "taken_minor", above * met.days, met.of_days)
    both = ibis.union(
        met.mutate(kind=ibis.literal("guarantee"), amount_minor=met.added_minor),
        met.mutate(kind=ibis.literal("cap"), amount_minor=0 - met.taken_minor),
    )
    both = both.filter(both.amount_minor != 0)
    theirs = both.select("partner", "terms", "period", "kind", "amount_minor", "currency")
    passed_on = both.filter(both.payer != both.operator)
    payers = passed_on.select(
        "terms", "period", "kind", "currency", partner=passed_on.payer,
        amount_minor=0 - passed_on.amount_minor,
    ).select(theirs.columns)  # fmt: skip
    return ibis.union(theirs, payers).order_by("partner", "terms", "period", "kind")


# Arithmetic in steps


def _divided(table: ir.Table, name: str, amount: ir.IntegerValue, divisor: ir.IntegerValue | int) -> ir.Table:
    """With a column that is floor(amount / divisor), exact up to 2^62: see rating.plans.floored."""
    table = table.mutate(dividend=amount, divisor=divisor)
    table = table.mutate(guess=table.dividend // table.divisor)
    mended = table.guess + (table.dividend - table.guess * table.divisor) // table.divisor
    return table.mutate(**{name: mended.cast("int64")}).drop("dividend", "divisor", "guess")


def _times_over(
    table: ir.Table, name: str, amount: ir.IntegerValue, number: ir.IntegerValue, of: ir.IntegerValue
) -> ir.Table:
    """With a column that is floor(amount x number / of), exact for factors from 0 to 2^62 whose result
    fits: the product needs decimals of 38 digits; the quotient is guessed in doubles and then mended."""
    table = table.mutate(product=_wide(amount) * _wide(number), over=of)
    ratio = table["product"].cast("float64") / table.over.cast("float64")
    table = table.mutate(about=ratio.floor().cast("int64"))
    left = (table["product"] - _wide(table.about) * _wide(table.over)).cast("int64")
    table = _divided(table, "more", left, table.over)
    return table.mutate(**{name: table.about + table.more}).drop("product", "over", "about", "more")


def _wide(value: ir.IntegerValue) -> ir.DecimalValue:
    return value.cast("decimal(19, 0)")
