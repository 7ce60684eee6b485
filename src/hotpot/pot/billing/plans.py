"""Charges become bills: pure plans over tables, the same on DuckDB and on Spark.

A plan's parameters are the names of the tables that it reads: see SHAPES.
"""

from __future__ import annotations

import ibis.expr.types as ir

CHARGES = {
    "id": "int64", "subscription": "int64", "seat": "int64", "price": "int64", "app": "string",
    "customer": "int64", "operator": "int64", "integrator": "int64", "developer": "int64", "days": "int64",
    "days_in_period": "int64", "fee_minor": "int64", "amount_minor": "int64", "currency": "string",
}  # fmt: skip
LINES = {
    "id": "int64", "customer": "int64", "currency": "string", "subscription": "int64", "price": "int64",
    "fee_minor": "int64", "seats": "int64", "seat_days": "int64", "amount_minor": "int64",
}  # fmt: skip
SHAPES = {
    "unbilled": CHARGES,  # charges of the period that stand on no bill yet, new ones included
    "lines": LINES,
    "bills": {"id": "int64", "customer": "int64", "currency": "string", "total_minor": "int64"},
}


def bill_lines(unbilled: ir.Table) -> ir.Table:
    """One line a subscription and price."""
    return (
        unbilled.group_by("customer", "currency", "subscription", "price")
        .agg(
            fee_minor=unbilled.fee_minor.max(),
            seats=unbilled.seat.nunique(),
            seat_days=unbilled.days.sum(),
            amount_minor=unbilled.amount_minor.sum(),
        )
        .order_by("customer", "currency", "subscription", "price")
    )


def bills(lines: ir.Table) -> ir.Table:
    """One bill a customer and currency."""
    return (
        lines.group_by("customer", "currency")
        .agg(total_minor=lines.amount_minor.sum())
        .order_by("customer", "currency")
    )


def lines_of_bills(lines: ir.Table, bills: ir.Table) -> ir.Table:
    """Which bill a line stands on."""
    met = lines.inner_join(bills, ["customer", "currency"])
    return met.select(
        "id", bill=met.id_right, subscription=met.subscription, price=met.price, fee_minor=met.fee_minor,
        seats=met.seats, seat_days=met.seat_days, amount_minor=met.amount_minor,
    ).order_by("id")  # fmt: skip


def billed_charges(unbilled: ir.Table, lines: ir.Table) -> ir.Table:
    """Which line a charge stands on."""
    met = unbilled.inner_join(lines, ["customer", "currency", "subscription", "price"])
    return met.select(charge=met.id, line=met.id_right).order_by("charge")
