"""Where a partner wants its money, and who has confirmed that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.parts import Action, Dialog, Section, checked, page
from hotpot.pot.console.rail import name_of
from hotpot.pot.party.rules import Right
from hotpot.pot.settlement import payouts
from hotpot.pot.settlement.models import Payout, PayoutAccount
from hotpot.pot.settlement.rules_payouts import counts
from hotpot.pot.web.tables import Column, Empty, Table

PARTNERS = ("integrator", "developer")


class AccountForm(forms.Form):
    holder = forms.CharField(label=gettext_lazy("Holder, as the bank knows it"), max_length=140)
    number = forms.CharField(label=gettext_lazy("IBAN or account number"), max_length=42)
    bic = forms.CharField(label=gettext_lazy("BIC"), max_length=11, required=False)
    bank_name = forms.CharField(label=gettext_lazy("Bank"), max_length=140, required=False)


@area(*PARTNERS)
def accounts(request: ConsoleRequest) -> HttpResponseBase:
    now = request.clock.now()
    rows = list(
        PayoutAccount.objects.filter(party=request.party)
        .select_related("written_by", "confirmed_by")
        .order_by("-written_at", "-id")
    )
    used = payouts.account_of(request.party.id, now)
    dialogs = _dialogs(request, rows) if request.may(Right.MONEY) else []
    note = _("Give an account, so that operators can pay you.") if used is None else ""
    return page(
        request,
        _("Bank account"),
        _("A new account counts once a second person of your team confirms it, or after three days."),
        crumbs=[(_("Earnings"), reverse("console:earnings"))],
        actions=[
            Action(one.title, dialog=one.id, tone="primary" if one.id == "account" else "") for one in dialogs
        ],
        sections=[Section(note=note, note_tone="warn" if note else "", table=_table(rows, used, now))],
        dialogs=dialogs,
    )


def _dialogs(request: ConsoleRequest, rows: list[PayoutAccount]) -> list[Dialog]:
    text = _("The account before is paid to until this one counts.")
    url = reverse("console:write_payout_account")
    dialogs = [Dialog("account", _("Give an account"), text, url, _("Write it"), AccountForm())]
    for row in rows:
        if row.confirmed_at is None and row.written_by_id != request.actor.person_id:
            title = _("Confirm …%(ends)s") % {"ends": row.ends}
            said = _("Payouts go to the account that ends in %(ends)s.") % {"ends": row.ends}
            url = reverse("console:confirm_payout_account", args=[row.id])
            dialogs.append(Dialog(f"confirm-{row.id}", title, said, url, _("Confirm")))
    return dialogs


def _table(rows: list[PayoutAccount], used: PayoutAccount | None, now: Any) -> Table:
    told = [
        {
            "account": f"… {row.ends}", "holder": row.holder, "bic": row.bic, "written": row.written_at,
            "by": row.written_by.name if row.written_by else "",
            "confirmed": row.confirmed_by.name if row.confirmed_by else "",
            "state": _("In use")
            if used and used.id == row.id
            else (_("Replaced") if counts(row.written_at, row.confirmed_at, now) else _("Waits")),
        }
        for row in rows
    ]  # fmt: skip
    return Table(
        told,
        [
            Column("account", _("Account")),
            Column("holder", _("Holder")),
            Column("bic", _("BIC")),
            Column("written", _("Written"), "time", sortable=True),
            Column("by", pgettext("account", "Written by")),
            Column("confirmed", _("Confirmed by")),
            Column("state", _("State")),
        ],
        Empty("coins", _("No account yet"), _("Without one, operators can't pay you.")),
        name="accounts",
        order="-written",
        exportable=False,
    )


@require_POST
@area(*PARTNERS, act=Right.MONEY)
def write(request: ConsoleRequest) -> HttpResponseBase:
    form = checked(AccountForm(request.POST))
    payouts.write_account(request.actor, party=request.party, now=request.clock.now(), **form.cleaned_data)
    return done(request, _("Written. Ask a colleague to confirm it."), reverse("console:payout_account"))


@require_POST
@area(*PARTNERS, act=Right.MONEY)
def confirm(request: ConsoleRequest, account_id: int) -> HttpResponseBase:
    account = get_object_or_404(PayoutAccount, id=account_id, party=request.party)
    payouts.confirm_account(request.actor, account=account, now=request.clock.now())
    return done(request, _("Confirmed: it counts from now on."), reverse("console:payout_account"))


def payouts_table(rows: Iterable[Payout], *, operators: bool = False) -> Table:
    """Of a run, or a partner's own: then with who paid."""
    told = [
        {
            "other": name_of(row.operator if operators else row.partner), "day": row.run.pay_on,
            "gross": Money(row.gross_minor, row.run.currency),
            "withheld": Money(row.withheld_minor, row.run.currency),
            "amount": Money(row.amount_minor, row.run.currency), "state": row.state, "since": row.since,
            "words": row.words,
        }
        for row in rows
    ]  # fmt: skip
    return Table(
        told,
        [
            Column("other", _("Operator") if operators else _("Partner"), sortable=True),
            Column("day", _("Pay on"), "day", sortable=True),
            Column("gross", _("Owed"), "money"),
            Column("withheld", _("Tax withheld"), "money"),
            Column("amount", _("Paid"), "money", sortable=True),
            Column("state", _("State"), "chip"),
            Column("since", _("Since"), "time"),
            Column("words", _("The bank said")),
        ],
        Empty("coins", _("No payout yet")),
        name="payouts",
        order="-day" if operators else "other",
    )
