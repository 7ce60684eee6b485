"""A bill as both sides see it: the document, what is open of it, what it was settled with, and the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.pot.billing import documents, references
from hotpot.pot.billing.documents import Line, Sheet
from hotpot.pot.billing.models import Bill
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import MoneyField, ReasonForm
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, checked, page
from hotpot.pot.party.models import InvoiceDetails, Party
from hotpot.pot.party.rules import Right
from hotpot.pot.payment import credits, owed
from hotpot.pot.payment.models import Clearing, Dunning
from hotpot.pot.payment.owed import sides_of
from hotpot.pot.payment.queries import state_of_bill
from hotpot.pot.web.shown import NOTHING, day
from hotpot.pot.web.tables import Column, Empty, Table


class KeyedForm(ReasonForm):
    """A reason, how much, and the key that makes a second press of the button harmless."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, most: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            currency=most.currency,
            label=_("Amount in %(currency)s") % {"currency": most.currency},
            initial=most.major,
        )
        self.fields["key"].initial = uuid4().hex
        self.order_fields(["amount", "reason"])


class RefundForm(KeyedForm):
    to_wallet = forms.BooleanField(
        label=gettext_lazy("Into the customer's wallet instead of its bank account"), required=False
    )


class CreditForm(ReasonForm):
    """How much of each line; nothing in any of them is the whole bill."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, left: Mapping[int, tuple[str, Money]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = left
        for line, (label, amount) in left.items():
            self.fields[f"line-{line}"] = MoneyField(
                currency=amount.currency,
                required=False,
                label=label,
                help_text=_("%(amount)s at most") % {"amount": amount},
            )
        self.fields["key"].initial = uuid4().hex
        self.order_fields([*(f"line-{line}" for line in left), "reason"])

    def amounts(self) -> dict[int, int] | None:
        """Minor units by line, None for all."""
        given = {line: self.cleaned_data.get(f"line-{line}") for line in self.lines}
        return {line: money.minor for line, money in given.items() if money} or None


@area("operator", "customer")
def bill(request: ConsoleRequest, id: int) -> HttpResponseBase:
    sheet = documents.sheet(id, [request.party.id])
    open_minor = owed.open_minor(id)
    dialogs = _dialogs(request, sheet, open_minor)
    return page(
        request,
        f"{sheet.title} {sheet.bill.number}",
        crumbs=[(_("Bills"), reverse("console:bills"))],
        state=state_of_bill(sheet.bill, open_minor, request.today),
        actions=_actions(request, sheet, open_minor, dialogs),
        figures=_figures(sheet, open_minor),
        sections=[
            Section(template="billing/bill.html", data=_shown(sheet)),
            Section(_("Lines of the bill"), table=_lines(sheet), id="lines"),
            Section(
                _("What it was settled with"),
                table=_clearings(sheet.bill),
                id="clearings",
            ),
            *_dunnings(sheet.bill),
        ],
        dialogs=dialogs,
        live="books",
    )


@require_POST
@area("operator", act=Right.MONEY)
def credit(request: ConsoleRequest, id: int) -> HttpResponseBase:
    sheet = documents.sheet(id, [request.party.id])
    form = checked(CreditForm(request.POST, left=_left(sheet)))
    note = credits.credit_bill(
        actor=request.actor, bill_id=id, amounts=form.amounts(), reason=form.cleaned_data["reason"],
        key=form.cleaned_data["key"], now=request.clock.now(),
    )  # fmt: skip
    return done(
        request,
        _("Credit note %(number)s was issued.") % {"number": note.number},
        reverse("billing:bill", args=[note.id]),
    )


@require_POST
@area("operator", act=Right.MONEY)
def write_off(request: ConsoleRequest, id: int) -> HttpResponseBase:
    sheet = documents.sheet(id, [request.party.id])
    form = checked(KeyedForm(request.POST, most=sheet.total))
    credits.write_off(
        actor=request.actor, bill_id=id, amount_minor=form.cleaned_data["amount"].minor,
        reason=form.cleaned_data["reason"], key=form.cleaned_data["key"], now=request.clock.now(),
    )  # fmt: skip
    return done(request, _("Written off."), reverse("billing:bill", args=[id]))


@require_POST
@area("operator", act=Right.MONEY)
def refund(request: ConsoleRequest, id: int) -> HttpResponseBase:
    """What a credit note still owes the customer."""
    sheet = documents.sheet(id, [request.party.id])
    form = checked(RefundForm(request.POST, most=sheet.total))
    credits.refund(
        actor=request.actor, sides=sides_of(sheet.bill), amount_minor=form.cleaned_data["amount"].minor,
        reason=form.cleaned_data["reason"], key=form.cleaned_data["key"], now=request.clock.now(),
        credit_note_id=id, to_wallet=form.cleaned_data["to_wallet"],
    )  # fmt: skip
    return done(request, _("The money was given back."), reverse("billing:bill", args=[id]))


# --- what the page is made of ---------------------------------------------------------------------


def _actions(request: ConsoleRequest, sheet: Sheet, open_minor: int, dialogs: list[Dialog]) -> list[Action]:
    files = [
        Action(_("PDF"), reverse("billing:bill_pdf", args=[sheet.bill.id]), icon="download"),
        Action(_("CSV"), reverse("billing:bill_csv", args=[sheet.bill.id]), icon="download", tone="quiet"),
        Action(
            _("Seats as CSV"),
            reverse("billing:bill_charges_csv", args=[sheet.bill.id]),
            icon="download",
            tone="quiet",
        ),
    ]
    verbs = [Action(one.title, dialog=one.id, tone="danger" if one.danger else "") for one in dialogs]
    if request.party.kind == Party.Kind.CUSTOMER and open_minor > 0 and request.may(Right.MONEY):
        url = f"{reverse('console:customer:pay', args=[sheet.bill.operator_id])}?bill={sheet.bill.id}"
        verbs.append(Action(_("Pay now"), url, icon="credit-card", tone="primary"))
    return [*files, *verbs]


def _figures(sheet: Sheet, open_minor: int) -> list[Figure]:
    open_word = _("Not used yet") if sheet.is_credit else pgettext("amount", "Open")
    figures = [
        Figure(_("Total"), sheet.total),
        Figure(open_word, Money(abs(open_minor), sheet.bill.currency), "#clearings"),
    ]
    if not sheet.is_credit:
        figures.append(Figure(_("Due on"), day(sheet.bill.due_on)))
        figures.append(Figure(_("Reference"), references.grouped(sheet.reference)))
    return figures


def _shown(sheet: Sheet) -> dict[str, Any]:
    bill = sheet.bill
    facts: list[tuple[str, object]] = [
        (_("Number"), sheet.number),
        (_("Period"), f"{sheet.month.first_day} – {sheet.month.last_day}"),
        (_("Issued"), day(bill.issued_on)),
    ]
    if bill.corrects is not None:
        facts.append((_("Corrects bill"), bill.corrects.number))
    total_label = _("Credited in all") if sheet.is_credit else _("Total due")
    facts.append((_("Net"), sheet.net))
    facts += [
        (_("Tax at %(rate)s of %(net)s") % {"rate": documents.rate(one.rate_bp), "net": one.net}, one.tax)
        for one in sheet.taxes
    ]
    facts.append((total_label, sheet.total))
    return {
        "sender": _side(sheet.issuer),
        "receiver": _side(sheet.receiver),
        "facts": facts,
        "notes": sheet.notes(),
    }


def _lines(sheet: Sheet) -> Table:
    """Each opens what made it. The bill's own CSV is beside its PDF."""

    def month(line: Line) -> str:
        if sheet.is_credit or line.month == sheet.month:
            return str(line.month)
        return _("%(month)s, adjusted") % {"month": line.month}

    return Table(
        sheet.lines,
        [
            Column("label", _("Item"), sortable=True, filterable=True),
            Column("month", _("Month"), show=month),
            Column("row__seats", _("Seats"), "number", show=lambda line: line.row.seats or NOTHING),
            Column("net", _("Net"), "money"),
            Column("row__tax_rate_bp", _("Rate"), show=lambda line: documents.rate(line.row.tax_rate_bp)),
            Column("tax", _("Tax"), "money"),
            Column("amount", _("Amount"), "money", sortable=True),
        ],
        Empty("receipt", _("No line")),
        name="lines",
        order="row__id",
        href=lambda line: reverse("billing:bill_line", args=[sheet.bill.pk, line.row.pk]),
        caption=_("Lines of the bill"),
    )


def _side(details: InvoiceDetails) -> dict[str, Any]:
    lines = [line for line in details.address.splitlines() if line.strip()]
    if details.tax_number:
        lines.append(_("Tax number: %(number)s") % {"number": details.tax_number})
    return {"name": details.legal_name, "lines": lines}


def _clearings(bill: Bill) -> Table:
    return Table(
        Clearing.objects.filter(bill=bill).select_related(
            "against", "write_off", "refund", "payment", "chargeback__payment"
        ),
        [
            Column("at", _("When"), "time", sortable=True),
            Column("id", _("With"), show=cause_of),
            Column(
                "amount_minor", _("Amount"), "money", show=lambda row: Money(row.amount_minor, bill.currency)
            ),
        ],
        Empty("coins", _("Nothing yet"), _("Payments, credit and write-offs appear here.")),
        name="clearings",
        order="-at",
    )


def cause_of(row: Clearing) -> str:
    """What a part of a bill was settled with, in words."""
    if row.payment is not None:
        return _("Payment %(reference)s") % {"reference": row.payment.reference}
    if row.chargeback is not None:
        return _("Payment %(reference)s, taken back") % {"reference": row.chargeback.payment.reference}
    if row.against is not None:
        words = _("Bill %(number)s") if row.amount_minor < 0 else _("Credit note %(number)s")
        return words % {"number": row.against.number}
    if row.write_off is not None:
        return _("Written off: %(reason)s") % {"reason": row.write_off.reason}
    return _("Given back: %(reason)s") % {"reason": row.refund.reason if row.refund else ""}


def _dunnings(bill: Bill) -> list[Section]:
    rows = Dunning.objects.filter(bill=bill).order_by("-at")
    if not rows:
        return []
    table = Table(
        rows,
        [
            Column("at", _("When"), "time"),
            Column("act", _("Step"), "chip"),
            Column("text", _("What was written")),
            Column("numbers", _("People told"), "number"),
        ],
        Empty("bell", _("Nothing yet")),
        name="dunnings",
        order="-at",
    )
    return [Section(_("Reminders"), table=table, id="dunnings")]


def _left(sheet: Sheet) -> dict[int, tuple[str, Money]]:
    """Lines with something left to credit, by id: what they are called, how much."""
    labels = {line.row.id: f"{line.label} ({line.month})" for line in sheet.lines}
    return {
        one.line: (labels[one.line], Money(one.left_minor, sheet.bill.currency))
        for one in credits.lines_left(sheet.bill)
        if one.left_minor > 0
    }


def _dialogs(request: ConsoleRequest, sheet: Sheet, open_minor: int) -> list[Dialog]:
    if request.party.kind != Party.Kind.OPERATOR or not request.may(Right.MONEY):
        return []
    bill, amount = sheet.bill, Money(abs(open_minor), sheet.bill.currency)
    if sheet.is_credit:
        if not open_minor:
            return []
        text = _("%(amount)s of this credit note is not used. It goes against the next bill, or back.")
        return [
            Dialog(
                "refund", _("Give money back"), text % {"amount": amount},
                reverse("console:refund", args=[bill.id]), _("Give it back"), RefundForm(most=amount),
            )
        ]  # fmt: skip
    dialogs = []
    if left := _left(sheet):
        text = _(
            "Leave all amounts empty to take the whole bill back. A credit note is never changed afterwards."
        )
        dialogs.append(
            Dialog(
                "credit", _("Credit note"), text, reverse("console:credit", args=[bill.id]),
                _("Issue the credit note"), CreditForm(left=left), danger=True,
            )
        )  # fmt: skip
    if open_minor > 0:
        text = _("%(amount)s becomes bad debt, and the partners' shares of it are clawed back.")
        dialogs.append(
            Dialog(
                "write-off", _("Write off"), text % {"amount": amount},
                reverse("console:write_off", args=[bill.id]), _("Write it off"), KeyedForm(most=amount),
                danger=True,
            )
        )  # fmt: skip
    return dialogs
