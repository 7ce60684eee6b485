"""A company's money: what it owes, how it pays, its wallet, what it may spend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.catalog.models import App
from hotpot.pot.console import charts
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import MoneyField, choice
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, carried_out, checked, form_page, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.console.shared.payments import above, payments_table
from hotpot.pot.party.models import Engagement, Party
from hotpot.pot.party.rules import Right
from hotpot.pot.payment import actions, budgets, owed, wallets
from hotpot.pot.payment.models import Budget, Payment, WalletRule
from hotpot.pot.payment.owed import Sides
from hotpot.pot.payment.providers import offered
from hotpot.pot.payment.spending import spent_by_app
from hotpot.pot.subscription.models import Stop, Subscription
from hotpot.pot.web.tables import Column, Empty, Table


class PayForm(forms.Form):
    by = forms.ChoiceField(label=gettext_lazy("How"), widget=forms.RadioSelect)
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, amount: Money, ways: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Amount in %(currency)s") % {"currency": amount.currency}
        self.fields["amount"] = MoneyField(currency=amount.currency, label=label, initial=amount.major)
        self.fields["by"].choices = ways  # type: ignore[attr-defined]
        self.fields["by"].initial = ways[0][0]
        self.fields["key"].initial = uuid4().hex
        self.order_fields(["amount", "by"])


class WalletForm(forms.Form):
    pays_bills = forms.BooleanField(
        label=gettext_lazy("Pay bills from it when they are issued"), required=False
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Tell us when it falls below (%(currency)s)") % {"currency": currency}
        self.fields["low"] = MoneyField(currency=currency, label=label, required=False)
        self.order_fields(["low"])


class BudgetForm(forms.Form):
    """Neither limit takes the budget away."""

    def __init__(self, *args: Any, customer_id: int, sides: Sides, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        apps = App.objects.filter(
            id__in=Subscription.objects.filter(customer_id=customer_id, operator_id=sides.operator_id).values(
                "app_id"
            )
        )
        self.fields["app"] = choice(_("App"), apps, required=False, empty_label=_("All apps together"))
        values = {"currency": sides.currency}
        self.fields["soft"] = MoneyField(
            currency=sides.currency, required=False, label=_("Tell us at (%(currency)s a month)") % values
        )
        self.fields["hard"] = MoneyField(
            currency=sides.currency, required=False, label=_("Stop use at (%(currency)s a month)") % values,
            help_text=_("Nobody can use the app from then on, until the limit is raised or the month ends."),
        )  # fmt: skip


def sides_with(request: ConsoleRequest, operator_id: int, currency: str = "") -> Sides:
    """Raises Http404 for an operator that doesn't serve the company."""
    engagement = (
        Engagement.objects.filter(customer=request.party, operator_id=operator_id)
        .select_related("operator")
        .first()
    )
    if engagement is None:
        raise Http404
    return Sides(operator_id, request.party.id, currency or engagement.operator.currency)


@area("customer")
def money(request: ConsoleRequest) -> HttpResponseBase:
    """Wallet and limits, one block an operator."""
    month = Month.of(request.today)
    sections: list[Section] = []
    dialogs: list[Dialog] = []
    figures: list[Figure] = []
    operators = Party.objects.filter(
        id__in=Engagement.objects.filter(customer=request.party).values("operator_id")
    ).order_by("name")
    for operator in operators:
        sides = sides_with(request, operator.id)
        spent = spent_by_app(sides, month)
        figures += [
            Figure(_("In the wallet with %(operator)s") % {"operator": name_of(operator)},
                   sides.money(owed.in_wallet(sides)), f"#wallet-{operator.id}"),
            Figure(_("Spent in %(month)s") % {"month": month}, sides.money(sum(spent.values())),
                   f"#budgets-{operator.id}"),
        ]  # fmt: skip
        sections += [_wallet(request, operator, sides), _budgets(request, operator, sides, spent)]
        if request.may(Right.MONEY):
            dialogs += _dialogs(request, operator, sides)
    sections.append(Section(_("Payments"), table=payments_table(customer_id=request.party.id), id="payments"))
    return page(
        request,
        _("Wallet and limits"),
        _("What you paid ahead, what this month may cost, and what was paid."),
        figures=figures,
        sections=[*_stopped(request), *sections],
        dialogs=dialogs,
        live="books",
    )


@area("customer", look=Right.MONEY, act=Right.MONEY)
def pay(request: ConsoleRequest, operator_id: int) -> HttpResponseBase:
    """?bill=<id> pays that one first; without it, all that is open."""
    return _pay(request, operator_id, Payment.Purpose.BILLS)


@area("customer", look=Right.MONEY, act=Right.MONEY)
def top_up(request: ConsoleRequest, operator_id: int) -> HttpResponseBase:
    return _pay(request, operator_id, Payment.Purpose.TOP_UP)


@require_POST
@area("customer", act=Right.MONEY)
def set_wallet(request: ConsoleRequest, operator_id: int) -> HttpResponseBase:
    sides = sides_with(request, operator_id)
    form = checked(WalletForm(request.POST, currency=sides.currency))
    low = form.cleaned_data["low"]
    wallets.set_wallet_rule(
        actor=request.actor, sides=sides, low_minor=low.minor if low else None,
        pays_bills=form.cleaned_data["pays_bills"], now=request.clock.now(),
    )  # fmt: skip
    return done(request, _("Saved."), reverse("console:customer:money"))


@require_POST
@area("customer", act=Right.MONEY)
def set_budget(request: ConsoleRequest, operator_id: int) -> HttpResponseBase:
    sides = sides_with(request, operator_id)
    form = checked(BudgetForm(request.POST, customer_id=request.party.id, sides=sides))
    app, soft, hard = (form.cleaned_data[name] for name in ("app", "soft", "hard"))
    budgets.set_budget(
        actor=request.actor, sides=sides, app_id=app.id if app else None,
        soft_minor=soft.minor if soft else None, hard_minor=hard.minor if hard else None,
        now=request.clock.now(),
    )  # fmt: skip
    return done(request, _("Saved."), reverse("console:customer:money"))


# --- what the pages are made of -------------------------------------------------------------------


def _pay(request: ConsoleRequest, operator_id: int, purpose: str) -> HttpResponseBase:
    top_up = purpose == Payment.Purpose.TOP_UP
    sides = sides_with(request, operator_id, request.GET.get("currency", ""))
    bills = owed.owed_bills(sides)
    chosen = [bill for bill in bills if str(bill.pk) == request.GET.get("bill")] or bills
    due = 0 if top_up else sum(bill.open_minor for bill in chosen)
    ways = [(one.name, one.label) for one in offered() if not (top_up and one.name == "wallet")]
    form = PayForm(request.POST or None, amount=sides.money(due), ways=ways)
    made: list[Payment] = []

    def verb(form: PayForm) -> None:
        made.append(
            actions.pay(
                actor=request.actor, operator_id=operator_id, customer_id=request.party.id,
                amount=form.cleaned_data["amount"], by=form.cleaned_data["by"], key=form.cleaned_data["key"],
                bills=[] if top_up else [bill.pk for bill in chosen], purpose=purpose,
                now=request.clock.now(),
            )
        )  # fmt: skip

    if carried_out(form, verb):
        return redirect("console:payment", made[0].id)
    operator = Party.objects.get(id=operator_id)
    title = _("Top up the wallet") if top_up else _("Pay %(operator)s") % {"operator": name_of(operator)}
    intro = (
        _("The wallet holds %(held)s.") % {"held": sides.money(owed.in_wallet(sides))}
        if top_up
        else _("Bills are cleared in the order of the list; what is too much goes to your wallet.")
    )
    return form_page(
        request,
        title,
        intro,
        form,
        label=_("Pay"),
        back=reverse("console:customer:money") if top_up else reverse("console:bills"),
        crumbs=[above(request)],
        aside=[] if top_up else [Section(_("What is open"), table=_open_table(chosen), id="open")],
    )


def _open_table(bills: Sequence[Any]) -> Table:
    return Table(
        list(bills),
        [
            Column("number", _("Bill"), "number"),
            Column("due_on", _("Due on"), "day"),
            Column("open_minor", pgettext("amount", "Open"), "money"),
        ],
        Empty("circle-check", _("Nothing is open"), _("What you pay now goes to your wallet.")),
        name="open",
        order="due_on",
        exportable=False,
    )


def _wallet(request: ConsoleRequest, operator: Party, sides: Sides) -> Section:
    rule = WalletRule.objects.filter(
        operator=operator, customer=request.party, currency=sides.currency
    ).first()
    low = sides.money(rule.low_minor) if rule and rule.low_minor is not None else "–"
    facts: list[tuple[str, object]] = [
        (_("Holds"), sides.money(owed.in_wallet(sides))),
        (_("Tells below"), low),
        (_("Pays bills by itself"), _("Yes") if rule and rule.pays_bills else _("No")),
    ]
    buttons = []
    if request.may(Right.MONEY):
        url = reverse("console:customer:top_up", args=[operator.id])
        buttons = [
            Action(_("Top up"), url, icon="plus"),
            Action(_("Change"), dialog=f"wallet-rule-{operator.id}", tone="quiet"),
        ]
    return Section(
        _("Wallet with %(operator)s") % {"operator": name_of(operator)},
        facts=facts, actions=buttons, id=f"wallet-{operator.id}",
    )  # fmt: skip


def _budgets(request: ConsoleRequest, operator: Party, sides: Sides, spent: dict[str, int]) -> Section:
    rows = Budget.objects.filter(
        customer=request.party, operator=operator, currency=sides.currency
    ).select_related("app", "set_by_party")

    def used(row: Budget) -> Money:
        amount = sum(spent.values()) if row.app_id is None else spent.get(row.app_id, 0)
        return sides.money(amount)

    table = Table(
        rows,
        [
            Column(
                "app_id", _("App"), show=lambda row: name_of(row.app) if row.app else _("All apps together")
            ),
            Column("id", _("Spent this month"), "money", show=used),
            Column("soft_minor", _("Tells at"), "money"),
            Column("hard_minor", _("Stops at"), "money"),
            named("set_by_party", _("Set by"), filterable=False, sortable=False),
        ],
        Empty("scale", _("No limit yet"), _("A limit tells you, or stops use, when a month becomes dear.")),
        name=f"budgets-{operator.id}",
        order="pk",
    )
    buttons = []
    if request.may(Right.MONEY):
        buttons = [Action(_("Set a limit"), dialog=f"budget-{operator.id}", icon="plus")]
    names = {app.id: name_of(app) for app in App.objects.filter(id__in=spent)}
    bars = [(names.get(app, app), minor) for app, minor in sorted(spent.items(), key=lambda one: -one[1])]
    chart = charts.bars_of_money(_("Spent"), bars, sides.currency)
    return Section(
        _("Limits with %(operator)s") % {"operator": name_of(operator)},
        chart=chart if spent else None,
        caption=_("Spent this month, before tax"),
        table=table, actions=buttons, id=f"budgets-{operator.id}",
    )  # fmt: skip


def _dialogs(request: ConsoleRequest, operator: Party, sides: Sides) -> list[Dialog]:
    return [
        Dialog(
            f"wallet-rule-{operator.id}", _("Wallet"), _("Who handles your money is told by message."),
            reverse("console:customer:set_wallet", args=[operator.id]), _("Save"),
            WalletForm(currency=sides.currency, auto_id=f"wallet-{operator.id}-%s"),
        ),
        Dialog(
            f"budget-{operator.id}", _("Limit"), _("Leave both amounts empty to take a limit away."),
            reverse("console:customer:set_budget", args=[operator.id]), _("Save"),
            BudgetForm(customer_id=request.party.id, sides=sides, auto_id=f"budget-{operator.id}-%s"),
        ),
    ]  # fmt: skip


def _stopped(request: ConsoleRequest) -> list[Section]:
    stops = Stop.objects.filter(customer=request.party, lifted_at=None).select_related("app")
    names = sorted({name_of(one.app) if one.app else _("all apps") for one in stops})
    if not names:
        return []
    sentence = _("Use is stopped: %(apps)s. A limit was reached; raise it to go on.")
    return [Section(note=sentence % {"apps": ", ".join(names)}, note_tone="bad")]
