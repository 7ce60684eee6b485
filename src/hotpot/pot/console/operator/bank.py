"""The operator's bank: files that came, and money of which it isn't known whose it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from hotpot.kernel.money import Money
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import choice
from hotpot.pot.console.operator.receivables import tabs
from hotpot.pot.console.parts import Action, Figure, Section, amounts, carried_out, form_page, page
from hotpot.pot.console.rail import name_of
from hotpot.pot.party.models import Engagement, Party
from hotpot.pot.party.rules import Right
from hotpot.pot.payment import bank_files, queries
from hotpot.pot.payment.models import BankFile, BankLine
from hotpot.pot.web.tables import Column, Empty, Table


class BankFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The bank's file"),
        help_text=gettext_lazy("ISO 20022 camt.053, or a CSV with the columns date, amount, payer, text."),
    )


class WhoseForm(forms.Form):
    def __init__(self, *args: Any, operator: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = Party.objects.filter(
            id__in=Engagement.objects.filter(operator=operator).values("customer_id")
        ).order_by("name")
        self.fields["customer"] = choice(_("Whose money is it?"), served, empty_label=None)
        self.fields["bill"] = forms.IntegerField(
            label=_("For bill"), required=False, min_value=1,
            help_text=_("Its number. Without it, the bill that was due the longest goes first."),
        )  # fmt: skip


@area("operator")
def bank(request: ConsoleRequest) -> HttpResponseBase:
    unmatched = queries.unmatched_lines(request.party.id)
    sums: dict[str, int] = {}
    for line in unmatched:
        sums[line.currency] = sums.get(line.currency, 0) + line.amount_minor
    lines = Table(
        unmatched,
        [
            Column("booked_on", _("Booked"), "day", sortable=True),
            Column("payer", _("Payer"), filterable=True),
            Column("text", _("What the payer wrote"), filterable=True),
            Column("amount_minor", _("Amount"), "money", sortable=True),
        ],
        Empty(
            "circle-check", _("All money is matched"), _("What a bank file doesn't tell waits here for you.")
        ),
        name="unmatched",
        order="booked_on",
        href=(lambda row: reverse("console:operator:settle_line", args=[row.pk]))
        if request.may(Right.MONEY)
        else None,
        filter_hint=_("Filter by payer or text"),
    )
    files = Table(
        BankFile.objects.filter(operator=request.party),
        [
            Column("taken_at", _("When"), "time", sortable=True),
            Column("name", _("File"), filterable=True),
            Column("format", _("Format")),
            Column("lines_new", _("New lines"), "number"),
            Column("lines_known", _("Known already"), "number"),
        ],
        Empty("landmark", _("No bank file yet"), _("Take in your bank's statement to match who paid.")),
        name="files",
        order="-taken_at",
    )
    take = Action(_("Bank file"), reverse("console:operator:take_bank_file"), icon="upload", tone="primary")
    return page(
        request,
        pgettext("money", "Bank"),
        _("Money that came in: matched by reference, or by name and amount; the rest is yours to settle."),
        actions=[take] if request.may(Right.MONEY) else [],
        tabs=tabs(request, "bank"),
        figures=[Figure(_("Not matched"), amounts(sums), "#unmatched")],
        sections=[
            Section(_("Whose money is this?"), table=lines, id="unmatched"),
            Section(_("Files"), table=files, id="files"),
        ],
        live="books",
    )


@area("operator", look=Right.MONEY, act=Right.MONEY)
def take_bank_file(request: ConsoleRequest) -> HttpResponseBase:
    form = BankFileForm(request.POST or None, request.FILES or None)
    taken: list[BankFile] = []

    def verb(form: BankFileForm) -> None:
        file = form.cleaned_data["file"]
        taken.append(
            bank_files.take_bank_file(
                actor=request.actor, operator=request.party, name=file.name, content=file.read(),
                now=request.clock.now(),
            )
        )  # fmt: skip

    if carried_out(form, verb):
        left = BankLine.objects.filter(file=taken[0], state=BankLine.State.UNMATCHED).count()
        told = _("%(new)s new lines, %(known)s known already; %(left)s wait to be matched.")
        values = {"new": taken[0].lines_new, "known": taken[0].lines_known, "left": left}
        return done(request, told % values, reverse("console:operator:bank"))
    return form_page(
        request,
        _("Take in a bank file"),
        _("Taking the same file, or the same line in another file, does nothing twice."),
        form,
        label=_("Take it in"),
        back=reverse("console:operator:bank"),
        crumbs=[(pgettext("money", "Bank"), reverse("console:operator:bank"))],
    )


@area("operator", look=Right.MONEY, act=Right.MONEY)
def settle_line(request: ConsoleRequest, bank_line_id: int) -> HttpResponseBase:
    line = get_object_or_404(queries.unmatched_lines(request.party.id), id=bank_line_id)
    form = WhoseForm(request.POST or None, operator=request.party)

    def verb(form: WhoseForm) -> None:
        customer, number = form.cleaned_data["customer"], form.cleaned_data["bill"]
        bills = queries.bills_with_open(
            operator_id=request.party.id, customer=customer, kind="bill", number=number or 0
        )
        bank_files.settle_line(
            actor=request.actor, line_id=bank_line_id, customer_id=customer.id,
            bills=[bill.pk for bill in bills], now=request.clock.now(),
        )  # fmt: skip

    if carried_out(form, verb):
        return done(request, _("Settled."), reverse("console:operator:bank"))
    facts: list[tuple[str, object]] = [
        (_("Amount"), Money(line.amount_minor, line.currency)),
        (_("Booked"), line.booked_on),
        (_("Payer"), line.payer or "–"),
        (_("What the payer wrote"), line.text or "–"),
    ]
    return form_page(
        request,
        _("Whose money is this?"),
        _("It clears that company's bills; what is too much goes to its wallet."),
        form,
        label=_("Settle it"),
        back=reverse("console:operator:bank"),
        crumbs=[(pgettext("money", "Bank"), reverse("console:operator:bank"))],
        aside=[Section(facts=facts), *_fitting(request, line)],
    )


def _fitting(request: ConsoleRequest, line: BankLine) -> list[Section]:
    """Open bills over exactly that amount: the likely ones."""
    rows = queries.bills_with_open(operator_id=request.party.id, currency=line.currency)
    rows = rows.filter(open_minor=line.amount_minor)
    table = Table(
        rows,
        [
            Column("number", _("Bill"), "number"),
            Column("customer", _("Company"), show=lambda row: name_of(row.customer)),
            Column("due_on", _("Due on"), "day"),
        ],
        Empty("receipt", _("No open bill is over exactly that amount")),
        name="fitting",
        order="due_on",
        href=lambda row: reverse("billing:bill", args=[row.pk]),
        exportable=False,
    )
    return [Section(_("Bills over that amount"), table=table, id="fitting")]
