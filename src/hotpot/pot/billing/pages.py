"""A bill's files, and what one of its lines is made of. The page itself is the console's, which knows what
was paid."""

from __future__ import annotations

import io

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound
from hotpot.kernel.money import Money
from hotpot.pot.billing import documents, queries
from hotpot.pot.rating.models import Charge
from hotpot.pot.web.sheets import download
from hotpot.pot.web.shown import NOTHING
from hotpot.pot.web.tables import Column, Empty, Table, render_table


@login_required
def bill_pdf(request: HttpRequest, id: int) -> HttpResponse:
    sheet = documents.sheet(id, parties_of(request))
    response = HttpResponse(documents.as_pdf(sheet), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{_file_name(sheet)}.pdf"'
    return response


@login_required
def bill_csv(request: HttpRequest, id: int) -> HttpResponse:
    """One row a line; the amounts sum to the bill's total."""
    sheet = documents.sheet(id, parties_of(request))
    file = io.StringIO(newline="")
    documents.write_csv(sheet, file)
    return download(file.getvalue(), name=_file_name(sheet))


@login_required
def bill_charges_csv(request: HttpRequest, id: int) -> HttpResponse:
    """One row a charge, down to the seat; the amounts sum to the bill's total, tax apart."""
    sheet = documents.sheet(id, parties_of(request))
    file = io.StringIO(newline="")
    documents.write_charges_csv(sheet, file)
    return download(file.getvalue(), name=f"{_file_name(sheet)}-charges")


@login_required
def bill_line(request: HttpRequest, id: int, line_id: int) -> HttpResponse:
    """The charges that a line is the sum of."""
    sheet = documents.sheet(id, parties_of(request))
    line = next((line for line in sheet.lines if line.row.id == line_id), None)
    if line is None:
        raise NotFound(_("This bill has no such line."))
    table = _charges(line)
    if (fragment := render_table(request, table)) is not None:
        return fragment
    above = {"label": f"{sheet.title} {sheet.number}", "url": reverse("billing:bill", args=[id])}
    context = {"title": line.label, "crumbs": [above], "sheet": sheet, "line": line, "table": table}
    return render(request, "billing/line.html", context)


def parties_of(request: HttpRequest) -> list[int]:
    """In whose name the reader may look."""
    return [membership.party_id for membership in request.memberships]  # type: ignore[attr-defined]


def _charges(line: documents.Line) -> Table:
    return Table(
        queries.charges_of(line.row),
        [
            Column("seat__number", _("Number"), "phone", sortable=True, filterable=True),
            Column("period", _("Month"), show=lambda row: f"{row.period:%Y-%m}", sortable=True),
            Column("quantity", _("Quantity"), "number", sortable=True, show=_quantity),
            Column("id", _("How it came about"), show=_how),
            Column("amount_minor", _("Amount"), "money", sortable=True),
        ],
        Empty("receipt", _("No charge on this line")),
        name="charges",
        order="seat__number",
        caption=_("Charges"),
        filter_hint=_("Filter by number"),
    )


def _quantity(charge: Charge) -> str:
    found = documents.quantity_of(charge)
    return NOTHING if found is None else f"{found:,f}"


def _how(charge: Charge) -> str:
    """As one would write it on paper, where it is a part of a fee or of a sum: 15.00 × 15 / 31 = 7.26 CNY."""
    fee_minor, rate_bp = (charge.item.params.get(name) for name in ("amount_minor", "rate_bp"))
    amount = Money(charge.amount_minor, charge.currency)
    if charge.cause == Charge.Cause.CREDIT:
        return str(amount)
    if charge.item.kind in {"bundle", "coupon"} and rate_bp is not None:
        words = {
            "rate": documents.rate(rate_bp),
            "base": Money(charge.quantity, charge.currency),
            "amount": amount,
        }
        return _("%(rate)s off %(base)s = %(amount)s") % words
    if charge.item.kind != "fee" or fee_minor is None:
        return str(amount)
    fee = Money(fee_minor, charge.currency)
    return f"{fee.major:,f} × {charge.quantity} / {charge.basis} = {amount}"


def _file_name(sheet: documents.Sheet) -> str:
    return f"{'credit-note' if sheet.is_credit else 'bill'}-{sheet.number}"
