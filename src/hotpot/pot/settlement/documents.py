"""A statement on paper: the invoice that the operator writes for its partner (self-billing).

The operator's statements are numbered without gaps, and so are these invoices: they bear the same numbers.
"""

from __future__ import annotations

from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from hotpot.kernel.money import Money
from hotpot.pot import paper
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing.documents import side
from hotpot.pot.paper import Facts, Grid, Head, Notes, Paper, Sides, Sum, Sums
from hotpot.pot.party.invoicing import details_in_force
from hotpot.pot.party.models import InvoiceDetails
from hotpot.pot.settlement import queries
from hotpot.pot.settlement.payouts import withheld_of
from hotpot.pot.settlement.queries import Sheet
from hotpot.pot.web import shown


def as_pdf(sheet: Sheet) -> bytes:
    """In the language of the partner's papers, whoever asks."""
    statement = sheet.statement
    with as_system():
        details = details_in_force(statement.partner, statement.issued_at)
        with override(details.language):
            # Names of apps and terms follow the language, so they are looked up again.
            again = queries.sheet(statement.id, [statement.partner_id])
            return paper.pdf(_paper(again, details))


def _paper(sheet: Sheet, partner: InvoiceDetails) -> Paper:
    statement = sheet.statement
    operator = details_in_force(statement.operator, statement.issued_at)
    kept = Money(withheld_of(statement), statement.currency)
    below = statement.total_minor < 0
    return Paper(
        language="zh" if (get_language() or "").startswith("zh") else "en",
        day=statement.issued_on.isoformat(),
        title=_("Self-billed credit note") if below else _("Self-billed invoice"),
        subtitle=f"{statement.operator_id}-{sheet.month.year}-{statement.number:06d}",
        author=partner.legal_name,
        page=_("Page {page} of {pages}"),
        blocks=[
            Sides(side(pgettext("sender", "From"), partner), side(pgettext("receiver", "To"), operator)),
            Facts([
                (_("Statement number"), str(statement.number)),
                (_("Period"), str(sheet.month)),
                (_("Issued"), shown.plain_day(statement.issued_on)),
            ]),
            _grid(sheet),
            Sums([
                Sum(_("Share in all"), str(sheet.total)),
                *([Sum(_("Tax withheld"), str(-kept))] if kept else []),
                Sum(_("Paid to the partner"), str(sheet.total - kept), strong=True),
            ]),
            Notes([_("Written by the operator in the partner's name, as agreed.")]),
        ],
    )  # fmt: skip


def _grid(sheet: Sheet) -> Grid:
    heads = [
        Head(_("Company"), grow=True), Head(_("App")), Head(_("Month")), Head(_("Terms"), grow=True),
        Head(_("Seats"), number=True), Head(_("Charged"), number=True), Head(_("Share"), number=True),
    ]  # fmt: skip
    rows = [
        [
            line.label, line.app, str(line.month), line.terms, str(line.line.seats or ""),
            f"{line.charged.major:,f}", f"{line.share.major:,f}",
        ]
        for line in sheet.lines
    ]  # fmt: skip
    adjusted = _("Adjustment of an earlier month")
    return Grid(heads, rows, [adjusted if line.adjusts else "" for line in sheet.lines])
