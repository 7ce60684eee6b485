"""By what companies' systems send: their interfaces, what may go out by them, and who may send how much."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.operator.switch.frame import served_ids, tabs
from hotpot.pot.console.operator.switch.routes import CLASSES, clock_of
from hotpot.pot.console.parts import Action, Dialog, Section, carried_out, checked, form_page, page
from hotpot.pot.console.plugins.kinds import kind_name
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.messaging.models import CustomerLimit, Interface, NumberLimit
from hotpot.pot.messaging.notices import NOTICES_KEPT
from hotpot.pot.messaging.switch import interfaces as verbs
from hotpot.pot.messaging.switch.policy import USUAL, Policy
from hotpot.pot.messaging.switch.policy import checked as policy_of
from hotpot.pot.messaging.switch.usage import number_limit, unfetched
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("New password"), max_length=80, widget=forms.PasswordInput(render_value=False)
    )


class LimitForm(forms.Form):
    per_second_max = forms.IntegerField(label=gettext_lazy("Messages a second"), min_value=0, initial=0)
    per_day_max = forms.IntegerField(label=gettext_lazy("Messages a day"), min_value=0, initial=0)
    per_month_max = forms.IntegerField(
        label=gettext_lazy("Messages a month"),
        min_value=0,
        initial=0,
        help_text=gettext_lazy("0 is no limit."),
    )


class NumberLimitForm(forms.Form):
    """What is empty says nothing: of a company, that it is as for all companies."""

    per_minute_max = forms.IntegerField(label=gettext_lazy("A minute"), min_value=0, required=False)
    per_hour_max = forms.IntegerField(label=gettext_lazy("An hour"), min_value=0, required=False)
    per_day_max = forms.IntegerField(
        label=gettext_lazy("A day"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("0 is no limit. What is empty is as for all companies."),
    )

    def __init__(self, *args: Any, for_all: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_all:
            self.fields["per_day_max"].help_text = _("0 is no limit.")


def _number(label: Any, name: str, most: int = 1_000_000_000) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, initial=getattr(USUAL, name))


class PolicyForm(forms.Form):
    """0 is no limit."""

    folded = (
        "characters_max", "parts_max", "same_text_minutes", "per_number_minute_max", "per_number_hour_max",
        "per_number_day_max", "opens", "closes",
        "outside_hours", "allowed_only", "stop_words", "start_words", "stop_scope", "stop_answer",
        "review_all", "review_hours", "priority",
    )  # fmt: skip
    folded_word = gettext_lazy("Lengths, times, unsubscribing and review")

    sends = forms.ChoiceField(label=gettext_lazy("It sends"), choices=CLASSES, required=False)
    signature = forms.ChoiceField(
        label=gettext_lazy("Signature"),
        choices=[("any", gettext_lazy("Any")), ("approved", gettext_lazy("An approved one is required"))],
    )
    signature_default = forms.CharField(
        label=gettext_lazy("Usual signature"), max_length=20, required=False,
        help_text=gettext_lazy("Put in where a message has none."),
    )  # fmt: skip
    signature_place = forms.ChoiceField(
        label=gettext_lazy("Where it is put"),
        choices=[("before", gettext_lazy("Before the text")), ("after", gettext_lazy("After the text"))],
    )
    templates_only = forms.BooleanField(label=gettext_lazy("Approved templates only"), required=False)
    per_second_max = _number(gettext_lazy("Messages a second"), "per_second_max")
    per_day_max = _number(gettext_lazy("Messages a day"), "per_day_max")
    per_month_max = _number(gettext_lazy("Messages a month"), "per_month_max")
    prepaid = forms.BooleanField(label=gettext_lazy("Paid in advance"), required=False)
    paid_at = forms.ChoiceField(
        label=pgettext_lazy("when a message is", "Charged"),
        choices=[
            ("delivered", gettext_lazy("When the phone has it")),
            ("submit", gettext_lazy("When a carrier takes it")),
        ],
    )
    characters_max = _number(gettext_lazy("Characters of a message"), "characters_max")
    parts_max = _number(gettext_lazy("Parts of a message"), "parts_max", 255)
    same_text_minutes = _number(
        gettext_lazy("Minutes until one number may get the same text again"), "same_text_minutes", 10_080
    )
    per_number_minute_max = _number(gettext_lazy("Messages a minute to one number"), "per_number_minute_max")
    per_number_hour_max = _number(gettext_lazy("Messages an hour to one number"), "per_number_hour_max")
    per_number_day_max = _number(gettext_lazy("Messages a day to one number"), "per_number_day_max")
    opens = forms.TimeField(
        label=gettext_lazy("Sends from"), required=False,
        help_text=gettext_lazy("Where the number is. Marketing goes from 08:00 to 21:00 by itself."),
    )  # fmt: skip
    closes = forms.TimeField(label=pgettext_lazy("time of day", "Until"), required=False)
    outside_hours = forms.ChoiceField(
        label=gettext_lazy("At other times"),
        choices=[("wait", gettext_lazy("Messages wait")), ("refuse", gettext_lazy("They are refused"))],
    )
    allowed_only = forms.BooleanField(label=gettext_lazy("To allowed numbers only"), required=False)
    stop_words = forms.CharField(
        label=gettext_lazy("Words that unsubscribe"), max_length=300, required=False,
        initial=", ".join(USUAL.stop_words),
    )  # fmt: skip
    start_words = forms.CharField(
        label=gettext_lazy("Words that subscribe again"), max_length=300, required=False,
        initial=", ".join(USUAL.start_words),
    )  # fmt: skip
    stop_scope = forms.ChoiceField(
        label=gettext_lazy("Unsubscribed from"),
        choices=[
            ("access_number", gettext_lazy("This access number")),
            ("company", gettext_lazy("The whole company")),
        ],
    )
    stop_answer = forms.CharField(
        label=gettext_lazy("Answer to it"), max_length=500, required=False, initial=USUAL.stop_answer,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    review_all = forms.BooleanField(label=gettext_lazy("Somebody looks at every message"), required=False)
    review_hours = forms.IntegerField(
        label=gettext_lazy("Hours until a held message is given up"), min_value=1, max_value=72, initial=24
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), coerce=int, initial=0,
        choices=[(-1, gettext_lazy("Bulk")), (0, gettext_lazy("Usual")), (1, gettext_lazy("First"))],
    )  # fmt: skip

    def policy(self, operator_id: int) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        opens, closes = given.pop("opens"), given.pop("closes")
        if (opens is None) != (closes is None):
            raise Invalid(_("Give both times, or none."))
        if opens is not None:
            given["hours"] = [opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute or 1440]
        given["paid_to"] = operator_id if given.pop("prepaid") else 0
        for name in ("stop_words", "start_words"):
            given[name] = [word.strip() for word in given[name].split(",") if word.strip()]
        return given


def initial_of(policy: Policy) -> dict[str, Any]:
    given = {name: getattr(policy, name) for name in Policy.__struct_fields__}
    hours = given.pop("hours")
    if hours is not None:
        given |= {"opens": clock_of(hours[0]), "closes": clock_of(hours[1] % 1440)}
    given["prepaid"] = bool(given.pop("paid_to"))
    return given | {name: ", ".join(given[name]) for name in ("stop_words", "start_words")}


@area("operator")
def interfaces(request: ConsoleRequest) -> HttpResponseBase:
    with as_system():
        limits = CustomerLimit.objects.filter(customer_id__in=served_ids(request)).select_related("customer")
        whose = [request.party.id, *served_ids(request)]
        to_numbers = NumberLimit.objects.filter(party_id__in=whose).select_related("party")
        ours = to_numbers.filter(party_id=request.party.id).first()
        usual = _number_limit_dialog(
            _("Limit messages to one number"),
            _("From each company, by all its interfaces together. A company's own limit goes before it."),
            request.party.id,
            ours,
            for_all=True,
        )
        runs = request.may(Right.RUN)
        interfaces = Action(_("All interfaces"), reverse("console:operator:plug_ins"), icon="plug")
        return page(
            request,
            _("Limits"),
            _("How much companies and numbers get. What may go out by one interface stands on its own page."),
            tabs=tabs(request, "interfaces"),
            actions=[*([Action(usual.title, dialog=usual.id)] if runs else []), interfaces],
            sections=[
                Section(_("Limits of companies"), table=limits_table(limits), id="limits"),
                Section(
                    _("Messages to one number"),
                    table=number_limits_table(to_numbers, request.party.id),
                    id="number_limits",
                ),
            ],
            dialogs=[usual] if runs else [],
        )


def _number_limit_dialog(
    title: str, text: str, party_id: int, held: NumberLimit | None, *, for_all: bool = False
) -> Dialog:
    values = {name: getattr(held, name) for name in NumberLimitForm.base_fields} if held else None
    return Dialog(
        "number_limit", title, text, reverse("console:operator:number_limit", args=[party_id]), _("Set"),
        form=NumberLimitForm(initial=values, for_all=for_all),
    )  # fmt: skip


def limits_table(rows: Any) -> Table:
    return Table(
        rows,
        [
            named("customer", _("Company")),
            Column("per_second_max", _("A second"), "number"),
            Column("per_day_max", _("A day"), "number"),
            Column("per_month_max", _("A month"), "number"),
        ],
        Empty("scale", _("No company is limited"), _("Set a limit on the page of one of its interfaces.")),
        name="limits",
        order="customer__name",
    )


def number_limits_table(rows: Any, operator_id: int) -> Table:
    def whose(row: NumberLimit) -> str:
        return _("All companies") if row.party_id == operator_id else name_of(row.party)

    return Table(
        rows,
        [
            named("party", _("Company"), sortable=False, show=whose),
            Column("per_minute_max", _("A minute"), "number"),
            Column("per_hour_max", _("An hour"), "number"),
            Column("per_day_max", _("A day"), "number"),
        ],
        Empty(
            "scale", _("No number is spared"),
            _("Set how many messages one number gets from a company, here for all or on its interface."),
        ),
        name="number_limits",
        order="party_id",
        unique="party_id",
    )  # fmt: skip


def _held(request: ConsoleRequest, interface_id: int) -> Interface:
    with as_system():
        rows = Interface.objects.select_related("customer").filter(customer_id__in=served_ids(request))
        held = rows.filter(id=interface_id).first()
    if held is None:
        raise Http404
    return held


@area("operator")
def interface(request: ConsoleRequest, interface_id: int) -> HttpResponseBase:
    held = _held(request, interface_id)
    with as_system():
        limit = CustomerLimit.objects.filter(customer_id=held.customer_id).first()
        to_numbers = NumberLimit.objects.filter(party_id=held.customer_id).first()
    password = Dialog(
        "password", _("Change its password"), _("The old one is good for nothing from the next login on."),
        reverse("console:operator:interface_password", args=[held.pk]), _("Change it"), form=PasswordForm(),
    )  # fmt: skip
    values = {name: getattr(limit, name) for name in LimitForm.base_fields} if limit else None
    limits = Dialog(
        "limits", _("Limit the company"), _("Over all its interfaces together."),
        reverse("console:operator:message_limits", args=[held.customer_id]), _("Set"),
        form=LimitForm(initial=values),
    )  # fmt: skip
    one_number = _number_limit_dialog(
        _("Limit messages to one number"), _("From this company, by all its interfaces together."),
        held.customer_id, to_numbers,
    )  # fmt: skip
    dialogs = [password, limits, one_number] if request.may(Right.RUN) else []
    edit = Action(_("Change it"), reverse("console:operator:policy", args=[held.pk]), tone="primary")
    plug_in = reverse("console:operator:plug_in", args=[held.pk])
    return page(
        request,
        _("What may go out"),
        crumbs=[(_("Plug-ins"), reverse("console:operator:plug_ins")), (held.name, plug_in)],
        state=held.state,
        actions=[
            *(Action(one.title, dialog=one.id, tone="danger" if one.danger else "") for one in dialogs),
            *([edit] if dialogs else []),
        ],
        sections=[
            Section(
                facts=[
                    (_("Company"), str(held.customer)),
                    (_("Kind"), kind_name(held.kind)),
                    (_("Login"), held.login),
                    (_("Access number"), held.access_number),
                    *notice_facts(held.pk),
                ]
            ),
            Section(
                _("What may go out"),
                facts=[
                    *policy_facts(policy_of(held.policy)),
                    *number_limit_facts(held.customer_id, now=request.clock.now()),
                ],
            ),
        ],
        dialogs=dialogs,
    )


def number_limit_facts(customer_id: int, *, now: datetime) -> list[tuple[str, object]]:
    """What one number gets at most from the company, by whichever interface."""
    words = (_("%(count)s a minute"), _("%(count)s an hour"), _("%(count)s a day"))
    limit = number_limit(customer_id, now=now)
    said = [word % {"count": most} for word, most in zip(words, limit, strict=True) if most]
    return [(_("To one number, whole company"), " · ".join(said))] if said else []


def notice_facts(interface_id: int) -> list[tuple[str, object]]:
    """Receipts and replies that its system does not fetch."""
    found = unfetched(interface_id)
    facts: list[tuple[str, object]] = [(_("Receipts and replies that wait for it"), f"{found.waiting:,}")]
    if found.dropped_since:
        since = _("%(count)s since %(day)s; they waited for %(days)s days")
        told = {"count": f"{found.dropped:,}", "day": f"{found.dropped_since:%Y-%m-%d}"}
        facts.append((_("Dropped unread"), since % {**told, "days": NOTICES_KEPT.days}))
    return facts


def policy_facts(policy: Policy) -> list[tuple[str, object]]:
    """What differs from the usual."""
    form = PolicyForm(initial=initial_of(policy))
    usual = initial_of(USUAL)
    facts: list[tuple[str, object]] = []
    for name, given in initial_of(policy).items():
        if given != usual.get(name):
            field = form.fields[name]
            words = dict(getattr(field, "choices", ()))
            said = words.get(given, words.get(str(given), given))
            if isinstance(said, int):
                said = _("Yes") if said is True else f"{said:,}"
            facts.append((str(field.label), said))
    return facts or [(_("Policy"), _("The usual"))]


@area("operator", look=Right.RUN)
def policy(request: ConsoleRequest, interface_id: int) -> HttpResponseBase:
    held = _held(request, interface_id)
    form = PolicyForm(request.POST or None, initial=initial_of(policy_of(held.policy)))
    here = reverse("console:operator:interface", args=[held.pk])
    plug_in = reverse("console:operator:plug_in", args=[held.pk])
    crumbs = [
        (_("Plug-ins"), reverse("console:operator:plug_ins")),
        (held.name, plug_in),
        (_("What may go out"), here),
    ]

    def set_policy(valid: PolicyForm) -> None:
        given = valid.policy(request.party.id)
        verbs.set_policy(request.actor, interface_id=held.pk, policy=given, now=request.clock.now())

    if carried_out(form, set_policy):
        return done(request, _("It holds from the next message on."), here)
    return form_page(
        request, _("What may go out"), _("0 is no limit."), form, label=_("Save"), back=here, crumbs=crumbs
    )


@area("operator")
@require_POST
def interface_password(request: ConsoleRequest, interface_id: int) -> HttpResponseBase:
    held = _held(request, interface_id)
    password = checked(PasswordForm(request.POST)).cleaned_data["password"]
    verbs.change_password(request.actor, interface_id=held.pk, password=password, now=request.clock.now())
    return done(
        request, _("The password was changed."), reverse("console:operator:interface", args=[held.pk])
    )


@area("operator")
@require_POST
def message_limits(request: ConsoleRequest, customer_id: int) -> HttpResponseBase:
    form = checked(LimitForm(request.POST))
    verbs.set_limits(request.actor, customer_id=customer_id, **form.cleaned_data, now=request.clock.now())
    return done(
        request, _("The limit holds from the next message on."), reverse("console:operator:interfaces")
    )


@area("operator")
@require_POST
def number_limit_of(request: ConsoleRequest, party_id: int) -> HttpResponseBase:
    form = checked(NumberLimitForm(request.POST))
    verbs.limit_numbers(request.actor, party_id=party_id, **form.cleaned_data, now=request.clock.now())
    return done(
        request, _("The limit holds from the next message on."), reverse("console:operator:interfaces")
    )
