"""New shares become lines and statements: pure plans, the same on DuckDB and on Spark.

What should be shared is `plans_shares`; a close books the difference, see close.plans. A plan's parameters
are the names of the tables that it reads: see SHAPES.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hotpot.pot.billing.plans import numbered

SHARE = "share"  # the kind of a line that isn't an adjustment
LINE = ("partner", "currency", "kind", "period", "customer", "app", "terms")

_LINES = {
    "partner": "int64", "currency": "string", "kind": "string", "period": "int64", "customer": "int64",
    "app": "string", "terms": "int64", "seats": "int64", "charged_minor": "int64", "share_minor": "int64",
}  # fmt: skip
SHAPES = {
    "stated": _LINES,
    "statements": {"id": "int64", "partner": "int64", "currency": "string", "total_minor": "int64"},
    "statement_lines": {"id": "int64", "statement": "int64"} | _LINES,
    "shares_of_lines": {
        "subscription": "int64", "item": "int64", "period": "int64", "party": "int64", "terms": "int64",
        "amount_minor": "int64", "currency": "string", "statement_line": "int64",
    },
    "first_statement": {"first": "int64"},
    "first_statement_line": {"first": "int64"},
}  # fmt: skip


def stated(
    new_shares: ir.Table, families: ir.Table, booked_shares: ir.Table, new_adjustments: ir.Table
) -> ir.Table:
    """One line a customer, app, period and version of the terms; and the adjustments of whole periods.

    `charged_minor` is what came to be shared since the shares that are booked.
    """
    before = booked_shares.group_by("subscription", "item", "period").agg(
        before_minor=booked_shares.amount_minor.sum()
    )
    met = _partners(new_shares, families).left_join(before, ["subscription", "item", "period"])
    met = met.mutate(came_minor=met.of_minor - met.before_minor.fill_null(0))
    lines = met.group_by(*LINE).agg(
        seats=met.seats.max(), charged_minor=met.came_minor.sum(), share_minor=met.amount_minor.sum()
    )
    adjusted = new_adjustments.select(
        "partner", "currency", "kind", "period",
        customer=ibis.null("int64"), app=ibis.null("string"), terms=new_adjustments.terms,
        seats=ibis.literal(0, "int64"), charged_minor=ibis.literal(0, "int64"),
        share_minor=new_adjustments.amount_minor,
    )  # fmt: skip
    return lines.select(*_LINES).union(adjusted)


def statements(stated: ir.Table, first_statement: ir.Table) -> ir.Table:
    """One statement a partner and currency."""
    summed = stated.group_by("partner", "currency").agg(total_minor=stated.share_minor.sum())
    return numbered(summed, first_statement, ("partner", "currency")).select(
        "id", "partner", "currency", "total_minor"
    )


def statement_lines(stated: ir.Table, statements: ir.Table, first_statement_line: ir.Table) -> ir.Table:
    """Which statement a line stands on; earlier periods and adjustments come last."""
    met = stated.inner_join(statements.select("partner", "currency", statement="id"), ["partner", "currency"])
    order = ("partner", "currency", met.kind != SHARE, met.period.desc(), "customer", "app", "terms", "kind")
    return numbered(met, first_statement_line, order).select("id", "statement", *_LINES)


def shares_of_lines(new_shares: ir.Table, families: ir.Table, statement_lines: ir.Table) -> ir.Table:
    """Which line a partner's share stands on; the operator's own stands on none."""
    own = new_shares.filter(new_shares.terms.isnull()).mutate(statement_line=ibis.null("int64"))
    lines = statement_lines.select(*LINE, statement_line="id")
    theirs = _partners(new_shares, families).inner_join(lines, list(LINE))
    theirs = theirs.mutate(party=theirs.partner)
    columns = list(SHAPES["shares_of_lines"])
    return own.select(columns).union(theirs.select(columns))


def _partners(new_shares: ir.Table, families: ir.Table) -> ir.Table:
    """Partners' new shares with what they are shares of."""
    of = families.select(
        "subscription", "item", "period", "customer", "app", "seats", of_minor="amount_minor"
    )
    shares = new_shares.filter(new_shares.terms.notnull()).rename(partner="party")
    met = shares.inner_join(of, ["subscription", "item", "period"])
    return met.mutate(kind=ibis.literal(SHARE))
