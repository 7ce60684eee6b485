"""A partner's statement, what its lines are made of, and its export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hotpot.kernel.errors import NotFound
from hotpot.kernel.money import Money
from hotpot.pot.billing.pages import parties_of
from hotpot.pot.billing.queries import named
from hotpot.pot.settlement import documents, queries
from hotpot.pot.settlement.models import SHARE
from hotpot.pot.web.sheets import download, harmless
from hotpot.pot.web.tables import Column, Empty, Table, render_table

HEADS = (
    "statement", "operator", "partner", "month", "customer", "app", "item", "terms", "share", "currency",
)  # fmt: skip


@login_required
def statement_pdf(request: HttpRequest, id: int) -> HttpResponse:
    """The self-billed invoice: the statement as the partner's invoice to the operator."""
    sheet = queries.sheet(id, parties_of(request))
    response = HttpResponse(documents.as_pdf(sheet), content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        f'inline; filename="statement-{sheet.month}-{sheet.statement.number}.pdf"'
    )
    return response


@login_required
def statement_line(request: HttpRequest, id: int, line_id: int) -> HttpResponse:
    """What a line's share is the sum of."""
    sheet = queries.sheet(id, parties_of(request))
    line = next((line for line in sheet.lines if line.line.id == line_id), None)
    if line is None:
        raise NotFound(_("This statement has no such line."))
    table = _shares(line)
    if (fragment := render_table(request, table)) is not None:
        return fragment
    number = {"number": sheet.statement.number}
    above = reverse("settlement:statement", args=[sheet.statement.id])
    context = {
        "title": f"{line.customer}, {line.app}",
        "crumbs": [{"label": _("Statement %(number)s") % number, "url": above}],
        "sheet": sheet,
        "line": line,
        "table": table,
    }
    return render(request, "settlement/line.html", context)


@login_required
def statement_csv(request: HttpRequest, id: int) -> HttpResponse:
    """One row a share; with the adjustments they sum to the statement's total."""
    sheet = queries.sheet(id, parties_of(request))
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADS)
    writer.writerows(_rows(sheet))
    return download(file.getvalue(), name=f"statement-{sheet.month}-{sheet.statement.number}")


def _shares(line: queries.Line) -> Table:
    return Table(
        queries.seats_of(line.line),
        [
            Column("number", _("Number"), show=lambda seat: seat.number or _("All of it")),
            Column("item", pgettext("price", "Item"), sortable=True),
            Column("charged", _("Charged"), "money", sortable=True),
            Column("share", _("Share"), "money", sortable=True),
        ],
        Empty("file-text", _("No share on this line")),
        name="shares",
        order="number",
        caption=_("Shares"),
    )


def _rows(sheet: queries.Sheet) -> Iterator[list[Any]]:
    lines = {line.line.id: line for line in sheet.lines}
    parties = [harmless(named(party)) if party else "" for party in (sheet.operator, sheet.partner)]
    for share in queries.shares_of_statement(sheet.statement):
        line = lines[share.statement_line_id or 0]
        yield [
            sheet.statement.number, *parties, line.month, harmless(line.customer), harmless(line.app),
            share.item.code, line.terms, Money(share.amount_minor, share.currency).major, share.currency,
        ]  # fmt: skip
    for line in sheet.lines:
        if line.line.kind != SHARE:
            yield [
                sheet.statement.number, *parties, line.month, "", "", line.line.kind, line.terms,
                line.share.major, line.share.currency,
            ]  # fmt: skip
