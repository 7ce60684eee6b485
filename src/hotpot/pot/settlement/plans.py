"""Charges become shares, shares become statements: pure plans, the same on DuckDB and on Spark.

A plan's parameters are the names of the tables that it reads: see SHAPES.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hotpot.kernel.money import BP_PER_WHOLE
from hotpot.pot.billing.plans import CHARGES
from hotpot.pot.rating.arithmetic import floored

SHAPES = {
    "unshared": CHARGES,  # charges of the period without shares, new ones included
    # The operator's agreements with a version in force on the first day of the period; app NULL = all.
    "agreements": {
        "terms": "int64", "agreement": "int64", "partner": "int64", "app": "string", "starts": "int64",
        "share_bp": "int64", "fixed_minor": "int64", "fixed_currency": "string",
    },
    "parts": {
        "charge": "int64", "subscription": "int64", "party": "int64", "terms": "int64",
        "amount_minor": "int64", "currency": "string", "foreign": "boolean",
    },
    "shares": {
        "id": "int64", "charge": "int64", "party": "int64", "terms": "int64", "amount_minor": "int64",
        "currency": "string",
    },
    # Partners' shares that stand on no statement yet, with what they are shares of.
    "unstated": {
        "id": "int64", "party": "int64", "terms": "int64", "share_minor": "int64", "currency": "string",
        "customer": "int64", "app": "string", "seat": "int64", "days": "int64", "charged_minor": "int64",
    },
    "statement_lines": {
        "id": "int64", "partner": "int64", "currency": "string", "customer": "int64", "app": "string",
        "terms": "int64", "seats": "int64", "seat_days": "int64", "charged_minor": "int64",
        "share_minor": "int64",
    },
    "statements": {"id": "int64", "partner": "int64", "currency": "string", "total_minor": "int64"},
    "bill_parts": {"charge": "int64", "party": "int64", "amount_minor": "int64"},
    "lines_by_charge": {"charge": "int64", "bill": "int64"},
}  # fmt: skip


def partner_parts(unshared: ir.Table, agreements: ir.Table) -> ir.Table:
    """What each partner's terms give of each charge, rounded down: the operator takes the rest."""
    terms = _terms(_pairs(unshared), _newest(agreements))
    charges = _by_partner(unshared).inner_join(terms, ["app", "partner"])
    by_bp = floored(charges.amount_minor * charges.share_bp, BP_PER_WHOLE)
    by_day = floored(charges.fixed_minor * charges.days, charges.days_in_period)
    return charges.select(
        charge=charges.id,
        subscription=charges.subscription,
        party=charges.partner,
        terms=charges.terms,
        amount_minor=ibis.coalesce(by_bp, by_day),
        currency=charges.currency,
        foreign=(charges.fixed_currency != charges.currency).fill_null(False),
    ).order_by("charge", "party")


def without_terms(unshared: ir.Table, agreements: ir.Table) -> ir.Table:
    """Partners whom no agreement pays, with what was charged for their apps or customers."""
    terms = _terms(_pairs(unshared), _newest(agreements))
    left = _by_partner(unshared).anti_join(terms, ["app", "partner"])
    return (
        left.group_by("app", "partner", "currency")
        .agg(charged_minor=left.amount_minor.sum())
        .order_by("app", "partner", "currency")
    )


def excesses(unshared: ir.Table, parts: ir.Table) -> ir.Table:
    """Charges whose partners' parts are more than the charge."""
    sums = parts.group_by("charge").agg(parts_minor=parts.amount_minor.sum())
    met = unshared.inner_join(sums, unshared.id == sums.charge)
    return met.filter(met.parts_minor > met.amount_minor).select(
        "charge", "subscription", "amount_minor", "parts_minor", "currency", "days", "days_in_period"
    ).order_by("charge")  # fmt: skip


def all_shares(unshared: ir.Table, parts: ir.Table) -> ir.Table:
    """The partners' parts, and the rest for the operator: together each charge's amount."""
    given = parts.group_by("charge").agg(given=parts.amount_minor.sum())
    met = unshared.left_join(given, unshared.id == given.charge)
    rest = met.select(
        charge=met.id,
        party=met.operator,
        terms=ibis.null("int64"),
        amount_minor=met.amount_minor - met.given.fill_null(0),
        currency=met.currency,
    )
    return rest.union(parts.select("charge", "party", "terms", "amount_minor", "currency")).order_by(
        "charge", "party"
    )


def parts_of_bills(bill_parts: ir.Table, lines_by_charge: ir.Table) -> ir.Table:
    """What each party gets of each bill: the credits of its entry."""
    met = bill_parts.inner_join(lines_by_charge, "charge")
    return met.group_by("bill", "party").agg(amount_minor=met.amount_minor.sum()).order_by("bill", "party")


def new_unstated(shares: ir.Table, unshared: ir.Table) -> ir.Table:
    """The partners' new shares with what they are shares of, in the shape of `unstated`."""
    met = shares.inner_join(unshared, shares.charge == unshared.id)
    met = met.filter(met.terms.notnull())
    return met.select(
        "id", "party", "terms", share_minor=met.amount_minor, currency=met.currency, customer=met.customer,
        app=met.app, seat=met.seat, days=met.days, charged_minor=met.amount_minor_right,
    ).order_by("id")  # fmt: skip


def statement_lines(unstated: ir.Table) -> ir.Table:
    """One line a customer, app and version of the terms."""
    return (
        unstated.rename(partner="party")
        .group_by("partner", "currency", "customer", "app", "terms")
        .agg(
            seats=unstated.seat.nunique(),
            seat_days=unstated.days.sum(),
            charged_minor=unstated.charged_minor.sum(),
            share_minor=unstated.share_minor.sum(),
        )
        .order_by("partner", "currency", "customer", "app", "terms")
    )


def statements(statement_lines: ir.Table) -> ir.Table:
    """One statement a partner and currency."""
    return (
        statement_lines.group_by("partner", "currency")
        .agg(total_minor=statement_lines.share_minor.sum())
        .order_by("partner", "currency")
    )


def lines_of_statements(statement_lines: ir.Table, statements: ir.Table) -> ir.Table:
    """Which statement a line stands on."""
    met = statement_lines.inner_join(statements, ["partner", "currency"])
    return met.select(
        "id", statement=met.id_right, customer=met.customer, app=met.app, terms=met.terms, seats=met.seats,
        seat_days=met.seat_days, charged_minor=met.charged_minor, share_minor=met.share_minor,
    ).order_by("id")  # fmt: skip


def stated_shares(unstated: ir.Table, statement_lines: ir.Table) -> ir.Table:
    """Which line a share stands on."""
    met = unstated.rename(partner="party").inner_join(
        statement_lines, ["partner", "currency", "customer", "app", "terms"]
    )
    return met.select(share=met.id, line=met.id_right).order_by("share")


def _by_partner(charges: ir.Table) -> ir.Table:
    """Each charge once for each partner of its subscription."""
    by_integrator = charges.mutate(partner=charges.integrator)
    by_developer = charges.mutate(partner=charges.developer)
    both = by_integrator.filter(by_integrator.partner != by_integrator.developer).union(by_developer)
    return both.filter(both.partner.notnull(), both.partner != both.operator)


def _pairs(charges: ir.Table) -> ir.Table:
    return _by_partner(charges).select("app", "partner").distinct()


def _newest(agreements: ir.Table) -> ir.Table:
    """The version in force of each agreement: the last that has begun."""
    newest_first = ibis.window(group_by=agreements.agreement, order_by=agreements.starts.desc())
    numbered = agreements.mutate(age=ibis.row_number().over(newest_first))
    return numbered.filter(numbered.age == 0).drop("age", "starts")


def _terms(pairs: ir.Table, agreements: ir.Table) -> ir.Table:
    """Terms for the app go before terms for all apps."""
    own = agreements.filter(agreements.app.notnull()).select("app", "partner", own_terms="terms")
    general = agreements.filter(agreements.app.isnull()).select("partner", general_terms="terms")
    met = pairs.left_join(own, ["app", "partner"]).drop("app_right", "partner_right")
    met = met.left_join(general, "partner").drop("partner_right")
    met = met.select("app", "partner", terms=ibis.coalesce(met.own_terms, met.general_terms))
    values = agreements.select("terms", "share_bp", "fixed_minor", "fixed_currency")
    return met.inner_join(values, "terms")
