"""New charges become lines and bills: pure plans over tables, the same on DuckDB and on Spark.

A plan's parameters are the names of the tables that it reads: see SHAPES. `first_` tables hold one row:
the first of the ids that were reserved.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

LINE = ("customer", "currency", "period", "subscription", "item")

_LINES = {
    "customer": "int64", "currency": "string", "period": "int64", "subscription": "int64", "item": "int64",
    "quantity": "int64", "basis": "int64", "seats": "int64", "charged_minor": "int64",
    "amount_minor": "int64", "tax_class": "string",
}  # fmt: skip
_TAXED = _LINES | {"net_minor": "int64", "tax_minor": "int64", "tax_rate_bp": "int64"}
_BILLS = {
    "customer": "int64", "currency": "string", "net_minor": "int64", "tax_minor": "int64",
    "total_minor": "int64",
}  # fmt: skip
SHAPES = {
    "lines": _LINES,  # `amount_minor` as priced: plans_tax makes `taxed` of them
    "taxed": _TAXED,
    "bills": {"id": "int64"} | _BILLS,
    "bill_lines": {"id": "int64", "bill": "int64"} | _TAXED,
    "charges_of_lines": {
        "line": "int64", "subscription": "int64", "item": "int64", "seat": "int64", "period": "int64",
        "customer": "int64", "quantity": "int64", "basis": "int64", "amount_minor": "int64",
        "currency": "string",
    },
    "first_bill": {"first": "int64"},
    "first_line": {"first": "int64"},
}  # fmt: skip


def lines(new_charges: ir.Table, kinds: ir.Table) -> ir.Table:
    """One line a subscription, item and period, as priced."""
    summed = new_charges.group_by(*LINE).agg(
        quantity=new_charges.quantity.sum(),
        basis=new_charges.basis.max(),
        seats=new_charges.seats.sum(),
        charged_minor=new_charges.amount_minor.sum(),
        amount_minor=new_charges.amount_minor.sum(),
    )
    return summed.inner_join(kinds.select("item", "tax_class"), "item").select(*_LINES)


def bills(taxed: ir.Table, first_bill: ir.Table) -> ir.Table:
    """One bill a customer and currency; below zero it is a credit note."""
    summed = taxed.group_by("customer", "currency").agg(
        net_minor=taxed.net_minor.sum(), tax_minor=taxed.tax_minor.sum(), total_minor=taxed.amount_minor.sum()
    )
    return numbered(summed, first_bill, ("customer", "currency")).select("id", *_BILLS)


def bill_lines(taxed: ir.Table, bills: ir.Table, first_line: ir.Table) -> ir.Table:
    """Which bill a line stands on; earlier periods come after the bill's own."""
    met = taxed.inner_join(bills.select("customer", "currency", bill="id"), ["customer", "currency"])
    order = ("customer", "currency", met.period.desc(), "subscription", "item")
    return numbered(met, first_line, order).select("id", "bill", *_TAXED)


def charges_of_lines(new_charges: ir.Table, bill_lines: ir.Table) -> ir.Table:
    """Which line a charge stands on."""
    met = new_charges.inner_join(bill_lines.select(*LINE, line="id"), list(LINE))
    return met.select(
        "line", "subscription", "item", "seat", "period", "customer", "quantity", "basis", "amount_minor",
        "currency",
    ).order_by("line", "seat")  # fmt: skip


def numbered(rows: ir.Table, first: ir.Table, order: tuple[str | ir.Value, ...]) -> ir.Table:
    """With an `id` that counts from `first`, in this order."""
    counted = rows.mutate(place=ibis.row_number().over(ibis.window(order_by=order)))
    met = counted.cross_join(first)
    return met.mutate(id=met["first"] + met["place"])
