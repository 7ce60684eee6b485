"""How an operator's bills are made out: when they are due, what follows, tax, and what stands on them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hotpot.pot.billing.documents import rate
from hotpot.pot.billing.models import TaxRate
from hotpot.pot.billing.tax import STANDARD
from hotpot.pot.billing.tax_rates import set_tax_rate
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayField, choice
from hotpot.pot.console.operator.price_forms import TAX_CLASS_WORDS
from hotpot.pot.console.operator.receivables import tabs
from hotpot.pot.console.parts import Action, Section, carried_out, form_page, page
from hotpot.pot.console.rail import name_of
from hotpot.pot.console.shared.invoice_details import details_section
from hotpot.pot.party.models import Engagement, Party
from hotpot.pot.party.rules import Right
from hotpot.pot.payment import dunning, rules
from hotpot.pot.payment.models import Policy
from hotpot.pot.web.tables import Column, Empty, Table

REMINDERS = 4


class PolicyForm(forms.Form):
    """The days of reminders and of suspension; an empty field is no step."""

    days_to_pay = forms.IntegerField(
        label=gettext_lazy("Days to pay"), min_value=0, max_value=rules.AFTER_DAYS_MAX,
        help_text=gettext_lazy("After a bill was issued."),
    )  # fmt: skip

    def __init__(self, *args: Any, policy: Policy, operator: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = Party.objects.filter(
            id__in=Engagement.objects.filter(operator=operator).values("customer_id")
        ).order_by("name")
        self.fields["customer"] = choice(_("For"), served, required=False, empty_label=_("All companies"))
        steps = rules.steps_of(policy.steps)
        reminders = [step.after_days for step in steps if step.act == rules.REMIND]
        for n in range(REMINDERS):
            self.fields[f"remind-{n}"] = forms.IntegerField(
                label=_("Reminder %(number)s") % {"number": n + 1}, required=False,
                initial=reminders[n] if n < len(reminders) else None,
                help_text=_("Days after it was due; a minus means before.") if n == 0 else "",
            )  # fmt: skip
        self.fields["suspend"] = forms.IntegerField(
            label=_("Suspend the company's apps"), required=False, min_value=1,
            initial=next((step.after_days for step in steps if step.act == rules.SUSPEND), None),
            help_text=_("Days after it was due. They run again as soon as it is paid."),
        )  # fmt: skip
        self.fields["days_to_pay"].initial = policy.days_to_pay
        self.order_fields(["customer", "days_to_pay"])

    def steps(self) -> list[dict[str, object]]:
        days = {self.cleaned_data.get(f"remind-{n}") for n in range(REMINDERS)} - {None}
        steps: list[dict[str, object]] = [{"after_days": day, "act": rules.REMIND} for day in days]
        if self.cleaned_data.get("suspend"):
            steps.append({"after_days": self.cleaned_data["suspend"], "act": rules.SUSPEND})
        return steps


class TaxForm(forms.Form):
    place = forms.CharField(
        label=gettext_lazy("Place"), max_length=6,
        help_text=gettext_lazy("A country like CN, or a part of one like ES-CN, which goes before it."),
    )  # fmt: skip
    tax_class = forms.CharField(
        label=gettext_lazy("Class"), max_length=40, initial=STANDARD,
        help_text=gettext_lazy("As the items of your prices say."),
    )  # fmt: skip
    percent = forms.DecimalField(
        label=gettext_lazy("Rate in %"), min_value=0, max_value=100, decimal_places=2
    )
    inclusive = forms.BooleanField(label=gettext_lazy("Our prices contain it"), required=False)

    def __init__(self, *args: Any, operator: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].initial = operator.country
        self.fields["starts_on"] = DayField(label=_("From"))


@area("operator")
def terms(request: ConsoleRequest) -> HttpResponseBase:
    return page(
        request,
        _("Terms of payment"),
        _("When bills are due, what follows where they aren't paid, tax, and what stands on your papers."),
        tabs=tabs(request, "terms"),
        sections=[
            _policy_section(request),
            Section(_("Other terms"), table=_policies(request), id="policies"),
            _taxes_section(request),
            details_section(request),
        ],
    )


@area("operator", look=Right.MONEY, act=Right.MONEY)
def set_policy(request: ConsoleRequest) -> HttpResponseBase:
    policy = dunning.policy_of(request.party.id, None)
    form = PolicyForm(request.POST or None, policy=policy, operator=request.party)

    def verb(form: PolicyForm) -> None:
        dunning.set_policy(
            actor=request.actor, operator=request.party, customer=form.cleaned_data["customer"],
            days_to_pay=form.cleaned_data["days_to_pay"], steps=form.steps(), now=request.clock.now(),
        )  # fmt: skip

    if carried_out(form, verb):
        return done(request, _("Saved."), reverse("console:operator:terms_of_payment"))
    return form_page(
        request,
        _("Change the terms"),
        _("Bills that are issued already stay due when they are; reminders follow the new terms."),
        form,
        label=_("Save"),
        back=reverse("console:operator:terms_of_payment"),
        crumbs=[(_("Terms of payment"), reverse("console:operator:terms_of_payment"))],
    )


@area("operator", look=Right.MONEY, act=Right.MONEY)
def set_tax(request: ConsoleRequest) -> HttpResponseBase:
    form = TaxForm(request.POST or None, operator=request.party, initial={"starts_on": request.today})

    def verb(form: TaxForm) -> None:
        values = form.cleaned_data
        set_tax_rate(
            actor=request.actor, operator=request.party, place=values["place"].upper(),
            tax_class=values["tax_class"], starts_on=values["starts_on"],
            rate_bp=int(values["percent"] * 100), inclusive=values["inclusive"], now=request.clock.now(),
        )  # fmt: skip

    if carried_out(form, verb):
        return done(request, _("Saved."), reverse("console:operator:terms_of_payment"))
    return form_page(
        request,
        _("Set a tax rate"),
        _("It holds from that day on, until another follows. A month is taxed by the rate of its last day."),
        form,
        label=_("Save"),
        back=reverse("console:operator:terms_of_payment"),
        crumbs=[(_("Terms of payment"), reverse("console:operator:terms_of_payment"))],
    )


# --- what the page is made of ---------------------------------------------------------------------


def _policy_section(request: ConsoleRequest) -> Section:
    policy = dunning.policy_of(request.party.id, None)
    buttons = []
    if request.may(Right.MONEY):
        buttons = [Action(_("Change"), reverse("console:operator:set_policy"), icon="pencil")]
    return Section(
        _("For all companies"),
        facts=[(_("Days to pay"), policy.days_to_pay), *_steps(policy)],
        actions=buttons,
        id="policy",
    )


def _steps(policy: Policy) -> list[tuple[str, object]]:
    words = {rules.REMIND: _("Reminder"), rules.SUSPEND: _("Suspension")}
    return [(words[step.act], when(step.after_days)) for step in rules.steps_of(policy.steps)] or [
        (_("Steps"), _("None: nobody is reminded or suspended."))
    ]


def _steps_word(policy: Policy) -> str:
    said = [_("%(step)s: %(day)s") % {"step": act, "day": day} for act, day in _steps(policy)]
    return " · ".join(said)


def when(days: int) -> str:
    """A step's day, in words."""
    if days < 0:
        return ngettext("%(days)s day before it is due", "%(days)s days before it is due", -days) % {
            "days": -days
        }
    if days == 0:
        return _("On the day it is due")
    return ngettext("%(days)s day after it was due", "%(days)s days after it was due", days) % {"days": days}


def _policies(request: ConsoleRequest) -> Table:
    newest = Policy.objects.filter(operator=request.party).exclude(customer=None)
    rows = newest.order_by("customer_id", "-id").distinct("customer_id").select_related("customer")
    return Table(
        list(rows),
        [
            Column("customer", _("Company"), show=lambda row: name_of(row.customer)),
            Column("days_to_pay", _("Days to pay"), "number"),
            Column("id", _("Steps"), show=_steps_word),
        ],
        Empty("clock", _("No company has terms of its own")),
        name="policies",
        order="pk",
    )


def _taxes_section(request: ConsoleRequest) -> Section:
    table = Table(
        TaxRate.objects.filter(operator=request.party),
        [
            Column("place", _("Place"), sortable=True, filterable=True),
            Column(
                "tax_class",
                _("Class"),
                sortable=True,
                show=lambda row: TAX_CLASS_WORDS.get(row.tax_class, row.tax_class),
            ),
            Column("starts_on", _("From"), "day", sortable=True),
            Column("rate_bp", _("Rate"), "number", show=lambda row: rate(row.rate_bp)),
            Column("inclusive", _("Our prices contain it"), "chip"),
        ],
        Empty("receipt", _("No tax yet"), _("Bills are made out without tax until a rate is set.")),
        name="taxes",
        order="-starts_on",
    )
    buttons = []
    if request.may(Right.MONEY):
        buttons = [Action(_("Set a rate"), reverse("console:operator:set_tax"), icon="plus")]
    return Section(_("Tax rates"), table=table, actions=buttons, id="taxes")
