"""By what companies' systems send: their interfaces, what may go out by them, and who may send how much."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import choice
from hotpot.pot.console.operator.switch.frame import served, served_ids, tabs
from hotpot.pot.console.operator.switch.routes import CLASSES, clock_of
from hotpot.pot.console.parts import Action, Dialog, Section, carried_out, checked, form_page, page
from hotpot.pot.console.rail import named
from hotpot.pot.messaging import actions
from hotpot.pot.messaging.models import CustomerLimit, Interface
from hotpot.pot.messaging.rules import INTERFACE_KINDS
from hotpot.pot.messaging.switch import interfaces as verbs
from hotpot.pot.messaging.switch.policy import USUAL, Policy
from hotpot.pot.messaging.switch.policy import checked as policy_of
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table


class OpenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(one, one) for one in INTERFACE_KINDS])
    login = forms.CharField(label=gettext_lazy("Login"), max_length=80)
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=80, widget=forms.PasswordInput(render_value=False)
    )
    access_number = forms.RegexField(
        r"^[0-9]{3,20}$", label=gettext_lazy("Access number"),
        help_text=gettext_lazy("3 to 20 digits; what follows them is the company's own."),
    )  # fmt: skip

    def __init__(self, *args: Any, request: ConsoleRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"] = choice(_("Company"), served(request), empty_label=None)
        self.order_fields(["customer"])


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


def _number(label: Any, name: str, most: int = 1_000_000_000) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, initial=getattr(USUAL, name))


class PolicyForm(forms.Form):
    """0 is no limit."""

    folded = (
        "characters_max", "parts_max", "same_text_minutes", "per_number_day_max", "opens", "closes",
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
        label=gettext_lazy("Earned"),
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
    per_number_day_max = _number(gettext_lazy("Messages a day to one number"), "per_number_day_max")
    opens = forms.TimeField(
        label=gettext_lazy("Sends from"), required=False,
        help_text=gettext_lazy("Where the number is. Marketing goes from 08:00 to 21:00 by itself."),
    )  # fmt: skip
    closes = forms.TimeField(label=gettext_lazy("Until"), required=False)
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
        rows = Interface.objects.filter(customer_id__in=served_ids(request)).select_related("customer")
        limits = CustomerLimit.objects.filter(customer_id__in=served_ids(request)).select_related("customer")
        runs = request.may(Right.RUN)
        add = Action(
            _("Open an interface"), reverse("console:operator:open_interface"), icon="plus", tone="primary"
        )
        return page(
            request,
            _("Interfaces"),
            _("Each is one login and one access number of one company's system."),
            tabs=tabs(request, "interfaces"),
            actions=[add] if runs else [],
            sections=[
                Section(table=interfaces_table(rows), id="interfaces"),
                Section(_("Limits of companies"), table=limits_table(limits), id="limits"),
            ],
        )


def interfaces_table(rows: Any) -> Table:
    return Table(
        rows,
        [
            Column("name", _("Interface"), sortable=True, filterable=True),
            named("customer", _("Company")),
            Column("kind", _("Kind"), filterable=True),
            Column("login", _("Login"), filterable=True),
            Column("access_number", _("Access number"), filterable=True, sortable=True),
            Column("state", _("State"), "chip"),
            Column("created_at", _("Since"), "time", sortable=True, hidden=True),
        ],
        Empty("plug", _("No interface yet"), _("A company's system sends by one.")),
        name="interfaces",
        order="name",
        href=lambda row: reverse("console:operator:interface", args=[row.pk]),
    )


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


@area("operator", look=Right.RUN)
def open_interface(request: ConsoleRequest) -> HttpResponseBase:
    form = OpenForm(request.POST or None, request=request)
    here = reverse("console:operator:interfaces")

    def opened(valid: OpenForm) -> None:
        given = dict(valid.cleaned_data)
        actions.open_interface(given.pop("customer").pk, **given, now=request.clock.now())

    if carried_out(form, opened):
        return done(request, _("The interface is open."), here)
    return form_page(
        request, _("Open an interface"), _("One login and one access number."), form, label=_("Open it"),
        back=here, crumbs=[(_("Interfaces"), here)],
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
    runs = held.state == Interface.State.RUNNING
    state = Dialog(
        "state",
        _("Suspend it") if runs else _("Resume it"),
        _("Nothing more is taken from it; what is under way goes on.")
        if runs
        else _("It takes messages again."),
        reverse(
            "console:operator:suspend_interface" if runs else "console:operator:resume_interface",
            args=[held.pk],
        ),
        _("Suspend") if runs else _("Resume"),
        danger=runs,
    )
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
    dialogs = [state, password, limits] if request.may(Right.RUN) else []
    edit = Action(_("What may go out"), reverse("console:operator:policy", args=[held.pk]), tone="primary")
    return page(
        request,
        held.name,
        crumbs=[(_("Interfaces"), reverse("console:operator:interfaces"))],
        state=held.state,
        actions=[
            *(Action(one.title, dialog=one.id, tone="danger" if one.danger else "") for one in dialogs),
            *([edit] if dialogs else []),
        ],
        sections=[
            Section(
                facts=[
                    (_("Company"), str(held.customer)),
                    (_("Kind"), held.kind),
                    (_("Login"), held.login),
                    (_("Access number"), held.access_number),
                ]
            ),
            Section(_("What may go out"), facts=policy_facts(policy_of(held.policy))),
        ],
        dialogs=dialogs,
    )


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
            facts.append((str(field.label), _("Yes") if said is True else said))
    return facts or [(_("Policy"), _("The usual"))]


@area("operator", look=Right.RUN)
def policy(request: ConsoleRequest, interface_id: int) -> HttpResponseBase:
    held = _held(request, interface_id)
    form = PolicyForm(request.POST or None, initial=initial_of(policy_of(held.policy)))
    here = reverse("console:operator:interface", args=[held.pk])
    crumbs = [(_("Interfaces"), reverse("console:operator:interfaces")), (held.name, here)]

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
def suspend_interface(request: ConsoleRequest, interface_id: int) -> HttpResponseBase:
    held = _held(request, interface_id)
    verbs.suspend(request.actor, interface_id=held.pk, now=request.clock.now())
    return done(request, _("It is suspended."), reverse("console:operator:interface", args=[held.pk]))


@area("operator")
@require_POST
def resume_interface(request: ConsoleRequest, interface_id: int) -> HttpResponseBase:
    held = _held(request, interface_id)
    verbs.resume(request.actor, interface_id=held.pk, now=request.clock.now())
    return done(request, _("It runs again."), reverse("console:operator:interface", args=[held.pk]))


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
