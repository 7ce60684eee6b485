"""A bill or credit note as it is read, printed and sent: everything on it, as it was when it was issued."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TextIO

from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot import paper
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import references
from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.billing.queries import app_names, bills_of, charges_of_bill
from hotpot.pot.catalog.models import PriceItem
from hotpot.pot.catalog.pricing import MICRO, ON_SUMS
from hotpot.pot.paper import Block, Facts, Grid, Head, Notes, Paper, Side, Sides, Sum, Sums
from hotpot.pot.party.invoicing import details_in_force
from hotpot.pot.party.models import InvoiceDetails
from hotpot.pot.rating.models import Charge
from hotpot.pot.web import shown
from hotpot.pot.web.sheets import harmless

CSV_HEADS = (
    "kind", "number", "issued", "due", "operator", "customer", "month", "app", "item", "line_month", "seats",
    "net", "tax_rate", "tax", "amount", "currency",
)  # fmt: skip

CHARGE_HEADS = (
    "kind", "bill", "month", "app", "item", "number", "quantity", "basis", "amount", "currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a subscription in one month; another month than the bill's is an adjustment of it."""

    row: BillLine
    app: str
    item: str
    month: Month
    net: Money
    tax: Money
    amount: Money

    @property
    def label(self) -> str:
        return f"{self.app} – {self.item}"


@dataclass(frozen=True, slots=True)
class TaxSum:
    """What stands on a document for one rate."""

    rate_bp: int
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Sheet:
    """`net` + `tax` = `total`, as the sums of the lines and of the taxes are."""

    bill: Bill
    issuer: InvoiceDetails
    receiver: InvoiceDetails
    month: Month
    net: Money
    tax: Money
    total: Money
    lines: Sequence[Line]
    taxes: Sequence[TaxSum]
    reason: str  # of a credit note

    @property
    def is_credit(self) -> bool:
        return self.bill.kind == Bill.Kind.CREDIT_NOTE

    @property
    def title(self) -> str:
        return _("Credit note") if self.is_credit else _("Bill")

    @property
    def number(self) -> str:
        return f"{self.bill.operator_id}-{self.month.year}-{self.bill.number:06d}"

    @property
    def reference(self) -> str:
        return references.bill_reference(self.bill.operator_id, self.bill.number)

    def notes(self) -> list[str]:
        """What the law and the reader want said."""
        said = []
        if self.receiver.tax_status == InvoiceDetails.TaxStatus.REVERSE_CHARGE:
            said.append(_("Reverse charge: the receiver accounts for the tax."))
        if self.receiver.tax_status == InvoiceDetails.TaxStatus.EXEMPT:
            said.append(_("Exempt from tax."))
        if self.reason:
            said.append(_("Reason: %(reason)s") % {"reason": self.reason})
        return said


def sheet(bill_id: int, party_ids: Iterable[int]) -> Sheet:
    """Raises NotFound for a bill that is not theirs."""
    bill = (
        bills_of(party_ids)
        .select_related("operator", "customer", "corrects", "credit_note")
        .filter(id=bill_id)
        .first()
    )
    if bill is None:
        raise NotFound(_("There is no such bill, or it is not yours."))
    rows = list(BillLine.objects.filter(bill=bill).select_related("subscription").order_by("period", "id"))
    lines = [_line(row, bill.currency, names) for names in [_names(rows)] for row in rows]
    return Sheet(
        bill=bill,
        issuer=details_in_force(bill.operator, bill.issued_at),
        receiver=details_in_force(bill.customer, bill.issued_at),
        month=Month.of(bill.period),
        net=Money(bill.net_minor, bill.currency),
        tax=Money(bill.tax_minor, bill.currency),
        total=Money(bill.total_minor, bill.currency),
        lines=sorted(lines, key=lambda line: (line.month != Month.of(bill.period), line.month)),
        taxes=_taxes(rows, bill.currency),
        reason=bill.credit_note.reason if hasattr(bill, "credit_note") else "",
    )


def rate(bp: int) -> str:
    """6 %, 12.5 %."""
    return f"{bp / 100:g} %"


def as_pdf(one: Sheet) -> bytes:
    """In the language of the receiver's papers, whoever asks."""
    with override(one.receiver.language):
        # Names of apps and items follow the language, so they are looked up again.
        with as_system():
            again = sheet(one.bill.id, [one.bill.operator_id])
        return paper.pdf(_paper(again))


def write_csv(one: Sheet, file: TextIO) -> None:
    """One row a line; the amounts sum to the total."""
    writer = csv.writer(file)
    writer.writerow(CSV_HEADS)
    writer.writerows(_rows(one))


def write_charges_csv(one: Sheet, file: TextIO) -> None:
    """One row a charge, down to the seat; the amounts sum to what was charged before tax, or with it where
    the price contains it."""
    apps = {line.row.subscription.app_id: harmless(line.app) for line in one.lines}
    writer = csv.writer(file)
    writer.writerow(CHARGE_HEADS)
    for charge in charges_of_bill(one.bill):
        number = charge.seat.number if charge.seat else ""
        writer.writerow([
            one.bill.kind, one.bill.number, Month.of(charge.period), apps[charge.subscription.app_id],
            harmless(charge.item.code), number, quantity_of(charge), charge.basis,
            Money(charge.amount_minor, charge.currency).major, charge.currency,
        ])  # fmt: skip


def quantity_of(charge: Charge) -> Decimal | None:
    """Days of a fee, units of a meter; None where the charge follows from a sum of others."""
    if charge.item.kind in ON_SUMS:
        return None
    return Decimal(charge.quantity) / MICRO if charge.item.meter else Decimal(charge.quantity)


# --- what a sheet is made of ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Names:
    apps: dict[str, str]
    items: dict[int, str]


def _names(rows: Sequence[BillLine]) -> _Names:
    """As the system: a price that was changed since isn't shown in the catalogue any more."""
    with as_system():
        apps = app_names(row.subscription.app_id for row in rows)
        items = {
            one.id: item_word(one) for one in PriceItem.objects.filter(id__in={row.item_id for row in rows})
        }
    return _Names(apps, items)


def item_word(item: PriceItem) -> str:
    """What it is called in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    return (item.label_zh if chinese else "") or item.label or item.code


def _line(row: BillLine, currency: str, names: _Names) -> Line:
    return Line(
        row, names.apps[row.subscription.app_id], names.items.get(row.item_id, ""), Month.of(row.period),
        Money(row.net_minor, currency), Money(row.tax_minor, currency), Money(row.amount_minor, currency),
    )  # fmt: skip


def _taxes(rows: Sequence[BillLine], currency: str) -> list[TaxSum]:
    sums: dict[int, tuple[int, int]] = {}
    for row in rows:
        net, tax = sums.get(row.tax_rate_bp, (0, 0))
        sums[row.tax_rate_bp] = (net + row.net_minor, tax + row.tax_minor)
    return [TaxSum(bp, Money(net, currency), Money(tax, currency)) for bp, (net, tax) in sorted(sums.items())]


def _rows(one: Sheet) -> Iterator[list[Any]]:
    bill = one.bill
    for line in one.lines:
        yield [
            bill.kind, bill.number, bill.issued_on, bill.due_on, harmless(one.issuer.legal_name),
            harmless(one.receiver.legal_name), one.month, harmless(line.app), harmless(line.item), line.month,
            line.row.seats, line.net.major, f"{line.row.tax_rate_bp / 100:g}", line.tax.major,
            line.amount.major, bill.currency,
        ]  # fmt: skip


def _paper(one: Sheet) -> Paper:
    bill = one.bill
    facts = [
        (_("Number"), one.number),
        (_("Period"), f"{_day(one.month.first_day)} – {_day(one.month.last_day)}"),
        (_("Issued"), _day(bill.issued_on)),
    ]
    if one.is_credit:
        if bill.corrects is not None:
            facts.append((_("Corrects bill"), str(bill.corrects.number)))
    else:
        facts.append((_("Due on"), _day(bill.due_on)))
    return Paper(
        language="zh" if one.receiver.language.startswith("zh") else "en",
        day=bill.issued_on.isoformat(),
        title=one.title,
        subtitle=one.number,
        author=one.issuer.legal_name,
        page=_("Page {page} of {pages}"),
        blocks=[
            Sides(
                side(pgettext("sender", "From"), one.issuer), side(pgettext("receiver", "To"), one.receiver)
            ),
            Facts(facts),
            _grid(one),
            Sums(_sums(one)),
            _tax_grid(one),
            *_last(one),
        ],
    )


def _sums(one: Sheet) -> list[Sum]:
    return [
        Sum(_("Net"), str(one.net)),
        Sum(_("Tax"), str(one.tax)),
        Sum(_("Credited in all") if one.is_credit else _("Total due"), str(one.total), strong=True),
    ]


def _last(one: Sheet) -> list[Block]:
    pay = [] if one.is_credit else [Facts(_how_to_pay(one), _("How to pay"), boxed=True)]
    notes = one.notes()
    return [*pay, *([Notes(notes)] if notes else [])]


def side(heading: str, details: InvoiceDetails) -> Side:
    """A party on a paper: its name, address and tax number."""
    lines = [line for line in details.address.splitlines() if line.strip()]
    if details.tax_number:
        lines.append(_("Tax number: %(number)s") % {"number": details.tax_number})
    return Side(heading, details.legal_name, lines)


def _grid(one: Sheet) -> Grid:
    heads = [
        Head(_("Item"), grow=True), Head(_("Month")), Head(_("Seats"), number=True),
        Head(_("Net"), number=True), Head(_("Rate"), number=True), Head(_("Tax"), number=True),
        Head(_("Amount"), number=True),
    ]  # fmt: skip
    rows = [
        [
            line.label, str(line.month), str(line.row.seats or ""), f"{line.net.major:,f}",
            rate(line.row.tax_rate_bp), f"{line.tax.major:,f}", f"{line.amount.major:,f}",
        ]
        for line in one.lines
    ]  # fmt: skip
    adjusted = _("Adjustment of an earlier month")
    return Grid(
        heads, rows, ["" if line.month == one.month or one.is_credit else adjusted for line in one.lines]
    )


def _tax_grid(one: Sheet) -> Grid:
    heads = [Head(_("Rate"), grow=True), Head(_("Net"), number=True), Head(_("Tax"), number=True)]
    rows = [[rate(sum.rate_bp), f"{sum.net.major:,f}", f"{sum.tax.major:,f}"] for sum in one.taxes]
    return Grid(heads, rows, title=_("Tax by rate"))


def _how_to_pay(one: Sheet) -> list[tuple[str, str]]:
    issuer = one.issuer
    bank = " ".join(word for word in (issuer.bank_name, issuer.bank_bic) if word)
    told = [
        (_("Amount"), str(one.total)),
        (_("Due on"), _day(one.bill.due_on)),
        (_("Reference"), references.grouped(one.reference)),
    ]
    if issuer.bank_account:
        told.append((_("Bank account"), issuer.bank_account))
    if bank:
        told.append((_("Bank"), bank))
    return told


def _day(day: Any) -> str:
    return shown.plain_day(day)
