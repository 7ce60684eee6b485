"""Lines become taxed lines: a pure plan over tables, the same on DuckDB and on Spark.

The rate is that of the customer's place on the last day of the line's period: tax falls due when the
service is done. An adjustment of an earlier month is taxed as that month was.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hotpot.kernel.money import BP_PER_WHOLE
from hotpot.pot.rating.arithmetic import floored

SHAPES = {
    # What a line needs; further columns pass through. `amount_minor` is as priced.
    "lines": {"customer": "int64", "period": "int64", "tax_class": "string", "amount_minor": "int64"},
    "periods": {"period": "int64", "ends": "int64"},
    "tax_rates": {  # tax.spans: one row a place, class and span of days; `ends` is exclusive
        "place": "string", "tax_class": "string", "starts": "int64", "ends": "int64", "rate_bp": "int64",
        "inclusive": "boolean",
    },
    "tax_customers": {"customer": "int64", "place": "string", "liable": "boolean"},
}  # fmt: skip


def taxed(lines: ir.Table, periods: ir.Table, tax_rates: ir.Table, tax_customers: ir.Table) -> ir.Table:
    """`lines` with net_minor, tax_minor, tax_rate_bp; `amount_minor` becomes net + tax.

    The pure twin is tax.taxed. Where no rate is in force, nothing is taxed: rate 0, net = price.
    """
    rated = _rated(lines, periods, tax_rates, tax_customers)
    whole = ibis.ifelse(rated.inclusive, BP_PER_WHOLE + rated.rate_bp, BP_PER_WHOLE)
    part = floored(2 * rated.amount_minor.abs() * rated.rate_bp + whole, 2 * whole)
    rated = rated.mutate(part_minor=ibis.ifelse(rated.amount_minor < 0, -part, part))
    rated = rated.mutate(
        net_minor=ibis.ifelse(rated.inclusive, rated.amount_minor - rated.part_minor, rated.amount_minor),
        tax_minor=ibis.ifelse(rated.liable, rated.part_minor, 0),
        tax_rate_bp=ibis.ifelse(rated.liable, rated.rate_bp, 0),
    )
    return rated.mutate(amount_minor=rated.net_minor + rated.tax_minor).select(
        *lines.columns, "net_minor", "tax_minor", "tax_rate_bp"
    )


def _rated(lines: ir.Table, periods: ir.Table, tax_rates: ir.Table, tax_customers: ir.Table) -> ir.Table:
    """Each line with `rate_bp`, `inclusive` and `liable`. A place and class have one rate a day, so that
    no line is doubled."""
    days = periods.select("period", last_day=periods.ends - 1)
    whose = tax_customers.select("customer", "place", "liable")
    met = lines.left_join(days, "period").drop("period_right")
    met = met.left_join(whose, "customer").drop("customer_right")
    rates = tax_rates.select(
        "rate_bp", "inclusive", rate_place="place", rate_class="tax_class", rate_starts="starts",
        rate_ends="ends",
    )  # fmt: skip
    met = met.left_join(
        rates,
        [
            met.place == rates.rate_place,
            met.tax_class == rates.rate_class,
            met.last_day >= rates.rate_starts,
            met.last_day < rates.rate_ends,
        ],
    )
    return met.mutate(
        rate_bp=met.rate_bp.fill_null(0),
        inclusive=met.inclusive.fill_null(False),
        liable=met.liable.fill_null(True),
    )
