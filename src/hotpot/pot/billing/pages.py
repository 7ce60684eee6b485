"""A bill, what its lines are made of, and its export."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing import queries
from hotpot.pot.rating.models import Charge
from hotpot.pot.web.tables import Column, Empty, Table, render_table

HEADS = (
    "bill", "operator", "customer", "month", "app", "item", "number", "quantity", "basis", "amount",
    "currency",
)  # fmt: skip


@login_required
def bill(request: HttpRequest, id: int) -> HttpResponse:
    sheet = queries.sheet(id, parties_of(request))
    title = _("Bill %(number)s") % {"number": sheet.bill.number}
    return render(request, "billing/bill.html", {"title": title, "sheet": sheet})


@login_required
def bill_line(request: HttpRequest, id: int, line_id: int) -> HttpResponse:
    """What a line's amount is the sum of: where the item is charged by the seat, each seat."""
    sheet = queries.sheet(id, parties_of(request))
    line = next((line for line in sheet.lines if line.line.id == line_id), None)
    if line is None:
        raise NotFound(_("This bill has no such line."))
    table = _charges(line)
    if (fragment := render_table(request, table)) is not None:
        return fragment
    number = {"number": sheet.bill.number}
    context = {
        "title": line.app,
        "crumbs": [
            {"label": _("Bill %(number)s") % number, "url": reverse("billing:bill", args=[sheet.bill.id])}
        ],
        "sheet": sheet,
        "line": line,
        "table": table,
    }
    return render(request, "billing/line.html", context)


@login_required
def bill_csv(request: HttpRequest, id: int) -> HttpResponse:
    """One row a charge; the amounts sum to the bill's total, tax apart."""
    sheet = queries.sheet(id, parties_of(request))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="bill-{sheet.month}-{sheet.bill.number}.csv"'
    )
    # Spreadsheets take a file for UTF-8 only with this mark at its beginning.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(HEADS)
    writer.writerows(_rows(sheet))
    return response


def parties_of(request: HttpRequest) -> list[int]:
    """In whose name the reader may look."""
    return [membership.party_id for membership in request.memberships]  # type: ignore[attr-defined]


def _charges(line: queries.Line) -> Table:
    return Table(
        queries.charges_of(line.line),
        [
            Column("seat__number", _("Number"), "phone", sortable=True, filterable=True),
            Column("quantity", _("Quantity"), "number", sortable=True),
            Column("id", _("How it came about"), show=_how),
            Column("amount_minor", _("Amount"), "money", sortable=True),
        ],
        Empty("receipt", _("No charge on this line")),
        name="charges",
        order="seat__number",
        caption=_("Charges"),
        filter_hint=_("Filter by number"),
    )


def _how(charge: Charge) -> str:
    """As one would write it on paper, where it is a part of a fee: 15.00 × 15 / 31 = 7.26 CNY."""
    fee_minor = charge.item.params.get("amount_minor")
    amount = Money(charge.amount_minor, charge.currency)
    if charge.item.kind != "fee" or fee_minor is None:
        return str(amount)
    fee = Money(fee_minor, charge.currency)
    return f"{fee.major:,f} × {charge.quantity} / {charge.basis} = {amount}"


def _rows(sheet: queries.Sheet) -> Iterator[list[Any]]:
    apps = {line.line.subscription.app_id: line.app for line in sheet.lines}
    names = [plain(queries.named(party)) if party else "" for party in (sheet.operator, sheet.customer)]
    for charge in queries.charges_of_bill(sheet.bill):
        app = plain(apps[charge.subscription.app_id])
        number = charge.seat.number if charge.seat else ""
        yield [
            sheet.bill.number, *names, Month.of(charge.period), app, charge.item.code, number,
            charge.quantity, charge.basis, Money(charge.amount_minor, charge.currency).major, charge.currency,
        ]  # fmt: skip


def plain(text: str) -> str:
    """A spreadsheet would run a name that begins like a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
