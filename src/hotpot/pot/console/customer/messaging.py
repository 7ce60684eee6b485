"""What a company's own systems send: its interfaces, messages, signatures, templates and lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.operator.switch.interfaces import (
    PasswordForm,
    notice_facts,
    number_limit_facts,
    policy_facts,
)
from hotpot.pot.console.operator.switch.lists import lists_page, words_page
from hotpot.pot.console.operator.switch.messages import message_page, messages_table, searched
from hotpot.pot.console.parts import Action, Dialog, Section, Tab, carried_out, checked, form_page, page
from hotpot.pot.console.plugins.kinds import kind_name
from hotpot.pot.messaging.models import (
    CompanyTemplate,
    Interface,
    ListedNumber,
    Message,
    NumberImport,
    Signature,
    Word,
)
from hotpot.pot.messaging.switch import approvals
from hotpot.pot.messaging.switch import interfaces as verbs
from hotpot.pot.messaging.switch.policy import checked as policy_of
from hotpot.pot.messaging.switch.traffic import resend
from hotpot.pot.messaging.switch.usage import Used, usage
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table


class SignatureForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Signature"), max_length=22,
        help_text=gettext_lazy("As it stands between 【 and 】."),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, required=False,
        help_text=gettext_lazy("By which your programs name it; empty: the signature itself."),
    )  # fmt: skip


class TemplateForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("By which your programs name it.")
    )
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Write places like {code}; each takes up to 100 characters."),
    )  # fmt: skip


def _tabs(here: str) -> list[Tab]:
    places = [
        ("messages", _("Messages")),
        ("wording", _("Signatures and templates")),
        ("lists", _("Lists")),
        ("words", pgettext("sensitive", "Words")),
    ]
    return [Tab(label, reverse(f"console:customer:{name}"), name == here) for name, label in places]


@area("customer")
def messages(request: ConsoleRequest) -> HttpResponseBase:
    rows = Message.objects.filter(customer=request.party)
    with as_system():  # the names of interfaces stand in another table of the company's
        found, search = searched(request, rows)
        table = messages_table(found, "console:customer:message", company=False)
        return page(
            request,
            _("Messages"),
            _("What your systems and apps sent, and what came back."),
            tabs=_tabs("messages"),
            sections=[search, Section(table=table, id="messages", live="messages")],
        )


@area("customer")
def message(request: ConsoleRequest, message_id: int) -> HttpResponseBase:
    with as_system():
        rows = Message.objects.select_related("interface").filter(customer=request.party)
        held = rows.filter(id=message_id).first()
        if held is None:
            raise Http404
        return message_page(
            request, held, back="console:customer:messages", again="console:customer:send_again", text=True
        )


@area("customer")
@require_POST
def send_again(request: ConsoleRequest, message_id: int) -> HttpResponseBase:
    new = resend(request.actor, message_id=message_id, now=request.clock.now())
    return done(request, _("It is on its way again."), reverse("console:customer:message", args=[new]))


def _held(request: ConsoleRequest, interface_id: int) -> Interface:
    held = Interface.objects.filter(customer=request.party, id=interface_id).first()
    if held is None:
        raise Http404
    return held


@area("customer")
def interface(request: ConsoleRequest, interface_id: int) -> HttpResponseBase:
    held = _held(request, interface_id)
    password = Dialog(
        "password", _("Change its password"), _("The old one is good for nothing from the next login on."),
        reverse("console:customer:interface_password", args=[held.pk]), _("Change it"), form=PasswordForm(),
    )  # fmt: skip
    dialogs = [password] if request.may(Right.RUN) else []
    facts = [
        (_("Kind"), kind_name(held.kind)),
        (_("Login"), held.login),
        (_("Access number"), held.access_number),
        *notice_facts(held.pk),
        *((_named(one), f"{one.used:,} / {one.most:,}") for one in usage(held, now=request.clock.now())),
    ]
    return page(
        request,
        _("What may go out"),
        crumbs=[
            (_("Plug-ins"), reverse("console:customer:plug_ins")),
            (held.name, reverse("console:customer:plug_in", args=[held.pk])),
        ],
        state=held.state,
        actions=[Action(one.title, dialog=one.id, tone="danger" if one.danger else "") for one in dialogs],
        sections=[
            Section(facts=facts),
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


def _named(one: Used) -> str:
    if one.of_company:
        return _("Sent this month, whole company") if one.by_month else _("Sent today, whole company")
    return _("Sent this month") if one.by_month else _("Sent today")


@area("customer")
@require_POST
def interface_password(request: ConsoleRequest, interface_id: int) -> HttpResponseBase:
    held = _held(request, interface_id)
    password = checked(PasswordForm(request.POST)).cleaned_data["password"]
    verbs.change_password(request.actor, interface_id=held.pk, password=password, now=request.clock.now())
    here = reverse("console:customer:interface", args=[held.pk])
    return done(request, _("The password was changed."), here)


@area("customer")
def wording(request: ConsoleRequest) -> HttpResponseBase:
    runs = request.may(Right.RUN)
    return page(
        request,
        _("Signatures and templates"),
        _("Your operator approves them before they are used."),
        tabs=_tabs("wording"),
        actions=[
            Action(_("Ask for a template"), reverse("console:customer:ask_template"), icon="plus"),
            Action(
                _("Ask for a signature"),
                reverse("console:customer:ask_signature"),
                icon="plus",
                tone="primary",
            ),
        ]
        if runs
        else [],
        sections=[
            Section(_("Signatures"), table=_asked(request, Signature, "signatures"), id="signatures"),
            Section(_("Templates"), table=_asked(request, CompanyTemplate, "templates"), id="templates"),
        ],
    )


def _asked(request: ConsoleRequest, model: type[Any], name: str) -> Table:
    return Table(
        model.objects.filter(customer=request.party),
        [
            Column("text", _("Text"), filterable=True),
            Column("code", _("Code"), filterable=True),
            Column("state", _("State"), "chip", sortable=True),
            Column("reason", _("Reason")),
            Column("asked_at", _("Asked"), "time", sortable=True),
        ],
        Empty("badge-check", _("None yet"), _("Ask for one.")),
        name=name,
        order="-asked_at",
    )


@area("customer", look=Right.RUN)
def ask_signature(request: ConsoleRequest) -> HttpResponseBase:
    form = SignatureForm(request.POST or None)

    def ask(valid: SignatureForm) -> None:
        given = valid.cleaned_data
        approvals.ask_signature(request.actor, customer_id=request.party.id, **given, now=request.clock.now())

    return _ask(request, form, ask, _("Ask for a signature"))


@area("customer", look=Right.RUN)
def ask_template(request: ConsoleRequest) -> HttpResponseBase:
    form = TemplateForm(request.POST or None)

    def ask(valid: TemplateForm) -> None:
        given = valid.cleaned_data
        approvals.ask_template(request.actor, customer_id=request.party.id, **given, now=request.clock.now())

    return _ask(request, form, ask, _("Ask for a template"))


def _ask(request: ConsoleRequest, form: Any, ask: Any, title: str) -> HttpResponseBase:
    here = reverse("console:customer:wording")
    if carried_out(form, ask):
        return done(request, _("Your operator looks at it."), here)
    return form_page(
        request, title, _("It may be used once your operator approved it."), form, label=_("Ask"), back=here,
        crumbs=[(_("Signatures and templates"), here)],
    )  # fmt: skip


@area("customer")
def lists(request: ConsoleRequest) -> HttpResponseBase:
    return lists_page(
        request,
        ListedNumber.objects.filter(customer=request.party),
        NumberImport.objects.filter(customer=request.party),
        to="console:customer:",
        owner=False,
        tabs=_tabs("lists"),
    )


@area("customer")
def words(request: ConsoleRequest) -> HttpResponseBase:
    """The company's own; what its operator says of all is the operator's."""
    rows = Word.objects.filter(customer=request.party)
    return words_page(request, rows, to="console:customer:", owner=False, tabs=_tabs("words"))
