"""Partners are paid: what waits, runs, the bank's file, and what the bank says."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayForm
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, amounts, checked, page
from hotpot.pot.console.rail import name_of
from hotpot.pot.console.shared.payout_account import payouts_table
from hotpot.pot.party.rules import Right
from hotpot.pot.settlement import payouts as verbs
from hotpot.pot.settlement.models import Payout, PayoutRun
from hotpot.pot.web.sheets import download
from hotpot.pot.web.tables import Column, Empty, Table


class RunForm(DayForm):
    currency = forms.CharField(widget=forms.HiddenInput, max_length=3)


class BankForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("The bank said"), max_length=500, required=False,
        help_text=gettext_lazy("Its reference, or why it failed. The partner reads it."),
    )  # fmt: skip


@area("operator")
def payouts(request: ConsoleRequest) -> HttpResponseBase:
    now = request.clock.now()
    waiting = [
        one
        for currency in verbs.currencies(request.party.id)
        for one in verbs.waiting(request.party.id, currency, now)
    ]
    ready: dict[str, int] = {}
    for one in waiting:
        if not one.problem:
            ready[one.amount.currency] = ready.get(one.amount.currency, 0) + one.amount.minor
    dialogs = [_run_dialog(request, Money(minor, currency)) for currency, minor in sorted(ready.items())]
    may = request.may(Right.MONEY)
    return page(
        request,
        _("Payouts"),
        _("What you owe partners by their statements, and the files with which your bank pays it."),
        actions=[Action(one.title, dialog=one.id, tone="primary", icon="coins") for one in dialogs]
        if may
        else [],
        figures=[Figure(_("Ready to be paid"), amounts(ready), "#waiting")],
        sections=[
            Section(_("Waiting"), table=_waiting_table(waiting), id="waiting"),
            Section(_("Runs"), table=_runs_table(request), id="runs"),
        ],
        dialogs=dialogs if may else [],
    )


def _run_dialog(request: ConsoleRequest, sum: Money) -> Dialog:
    form = RunForm(label=_("Pay on"), day=request.today, initial={"currency": sum.currency})
    return Dialog(
        f"run-{sum.currency}",
        _("Pay %(amount)s") % {"amount": sum},
        _("Everything that is ready goes into one file for your bank."),
        reverse("console:operator:make_payouts"),
        _("Make the file"),
        form,
    )


def _waiting_table(waiting: list[verbs.Waiting]) -> Table:
    rows = [
        {
            "partner": name_of(one.partner), "statements": len(one.statements), "gross": one.gross,
            "withheld": one.withheld, "amount": one.amount, "problem": one.problem,
        }
        for one in waiting
    ]  # fmt: skip
    return Table(
        rows,
        [
            Column("partner", _("Partner"), sortable=True),
            Column("statements", _("Statements"), "number"),
            Column("gross", _("Owed"), "money", sortable=True),
            Column("withheld", _("Tax withheld"), "money"),
            Column("amount", _("To be paid"), "money", sortable=True),
            Column("problem", _("Why not now")),
        ],
        Empty("coins", _("Nothing waits"), _("Statements wait here until they are paid.")),
        name="waiting",
        order="partner",
    )


def _runs_table(request: ConsoleRequest) -> Table:
    return Table(
        PayoutRun.objects.filter(operator=request.party),
        [
            Column("number", _("Run"), sortable=True),
            Column("pay_on", _("Pay on"), "day", sortable=True),
            Column("currency", _("Currency")),
            Column("made_at", _("Made"), "time"),
        ],
        Empty("coins", _("No payout yet")),
        name="runs",
        order="-number",
        href=lambda row: reverse("console:operator:payout_run", args=[row.pk]),
    )


@require_POST
@area("operator", act=Right.MONEY)
def make(request: ConsoleRequest) -> HttpResponseBase:
    form = checked(RunForm(request.POST, label=_("Pay on"), day=request.today))
    made = verbs.make_run(
        request.actor, operator=request.party, currency=form.cleaned_data["currency"],
        pay_on=form.cleaned_data["day"], now=request.clock.now(),
    )  # fmt: skip
    return done(
        request, _("The file is ready for your bank."), reverse("console:operator:payout_run", args=[made.id])
    )


@area("operator")
def run(request: ConsoleRequest, run_id: int) -> HttpResponseBase:
    held = _ours(request, run_id)
    rows = list(held.payouts.select_related("partner", "run"))
    dialogs = _run_dialogs(request, held, rows) if request.may(Right.MONEY) else []
    sums = {held.currency: sum(row.amount_minor for row in rows if row.state != Payout.State.FAILED)}
    return page(
        request,
        _("Payout run %(number)s") % {"number": held.number},
        _("Take the file to your bank, then tell what it answered."),
        crumbs=[(_("Payouts"), reverse("console:operator:payouts"))],
        actions=[
            Action(one.title, dialog=one.id, tone="danger" if one.danger else "")
            for one in dialogs
            if not one.id.startswith("fail-")
        ],
        figures=[
            Figure(_("To be paid"), amounts(sums), "#payouts"),
            Figure(_("Payouts"), len(rows), "#payouts"),
        ],
        sections=[Section(table=payouts_table(rows), id="payouts"), *_failing(dialogs)],
        dialogs=dialogs,
    )


def _failing(dialogs: list[Dialog]) -> list[Section]:
    buttons = [
        Action(one.title, dialog=one.id, tone="quiet") for one in dialogs if one.id.startswith("fail-")
    ]
    return [Section(_("Something came back?"), actions=buttons)] if buttons else []


def _run_dialogs(request: ConsoleRequest, held: PayoutRun, rows: list[Payout]) -> list[Dialog]:
    ordered = [row for row in rows if row.state == Payout.State.ORDERED]
    alive = [row for row in rows if row.state != Payout.State.FAILED]
    told = _("It holds your partners' account numbers. Who took it is written down.")
    file = reverse("console:operator:payout_file", args=[held.id])
    dialogs = []
    if alive:
        dialogs += [
            Dialog("xml", _("ISO 20022 file"), told, file, _("Take it"), hidden={"form": "xml"}),
            Dialog("csv", _("CSV for the bank"), told, file, _("Take it"), hidden={"form": "csv"}),
        ]
    if ordered:
        confirm = reverse("console:operator:confirm_payouts", args=[held.id])
        text = ngettext(
            "%(count)s payout leaves what you owe.", "%(count)s payouts leave what you owe.", len(ordered)
        ) % {"count": len(ordered)}
        dialogs.append(Dialog("confirm", _("The bank has paid"), text, confirm, _("Confirm"), BankForm()))
    for row in alive:
        url = reverse("console:operator:fail_payout", args=[held.id, row.id])
        title = _("The payout to %(partner)s came back") % {"partner": name_of(row.partner)}
        text = _("What was booked is reversed, and the statements wait for the next run.")
        dialogs.append(Dialog(f"fail-{row.id}", title, text, url, _("It failed"), BankForm(), danger=True))
    return dialogs


@require_POST
@area("operator", act=Right.MONEY)
def file(request: ConsoleRequest, run_id: int) -> HttpResponseBase:
    held, now = _ours(request, run_id), request.clock.now()
    name = f"payouts-{held.number}"
    if request.POST.get("form") == "csv":
        sheet = io.StringIO(newline="")
        verbs.write_bank_csv(request.actor, run=held, file=sheet, now=now)
        return download(sheet.getvalue(), name=name)
    content = verbs.bank_file(request.actor, run=held, now=now)
    response = HttpResponse(content, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return response


@require_POST
@area("operator", act=Right.MONEY)
def confirm(request: ConsoleRequest, run_id: int) -> HttpResponseBase:
    held, form = _ours(request, run_id), checked(BankForm(request.POST))
    count = verbs.confirm_run(
        request.actor, run=held, words=form.cleaned_data["words"], now=request.clock.now()
    )
    sentence = ngettext("%(count)s payout is confirmed.", "%(count)s payouts are confirmed.", count) % {
        "count": count
    }
    return done(request, sentence, reverse("console:operator:payout_run", args=[held.id]))


@require_POST
@area("operator", act=Right.MONEY)
def fail(request: ConsoleRequest, run_id: int, payout_id: int) -> HttpResponseBase:
    held, form = _ours(request, run_id), checked(BankForm(request.POST))
    payout = get_object_or_404(held.payouts, id=payout_id)
    verbs.fail(request.actor, payout=payout, words=form.cleaned_data["words"], now=request.clock.now())
    return done(request, _("It waits again."), reverse("console:operator:payout_run", args=[held.id]))


def _ours(request: ConsoleRequest, run_id: int) -> Any:
    return get_object_or_404(PayoutRun, id=run_id, operator=request.party)
