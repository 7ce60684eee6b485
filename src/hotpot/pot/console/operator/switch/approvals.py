"""What companies ask to be approved: signatures and templates."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import ReasonForm
from hotpot.pot.console.operator.switch.frame import served_ids, tabs
from hotpot.pot.console.parts import Action, Dialog, Section, checked, page
from hotpot.pot.console.rail import named
from hotpot.pot.messaging.models import CompanyTemplate, Signature
from hotpot.pot.messaging.switch import approvals as verbs
from hotpot.pot.messaging.switch.models import Judged
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table

MODELS: dict[str, type[Judged]] = {"signature": Signature, "template": CompanyTemplate}


@area("operator")
def approvals(request: ConsoleRequest) -> HttpResponseBase:
    with as_system():
        signatures = _table(request, "signature", _("No signature yet"))
        templates = _table(request, "template", _("No template yet"))
        return page(
            request,
            _("Signatures and templates"),
            _("Who speaks, and what is said: companies ask, you decide."),
            tabs=tabs(request, "approvals"),
            sections=[
                Section(
                    _("Signatures"),
                    table=signatures,
                    id="signatures",
                ),
                Section(_("Templates"), table=templates, id="templates"),
            ],
        )


def _table(request: ConsoleRequest, kind: str, none: str) -> Table:
    rows = MODELS[kind]._default_manager.filter(customer_id__in=served_ids(request))
    return Table(
        rows.select_related("customer"),
        [
            Column("text", _("Text"), filterable=True),
            Column("code", _("Code"), filterable=True),
            named("customer", _("Company")),
            Column("state", _("State"), "chip", sortable=True, filterable=True),
            Column("asked_at", _("Asked"), "time", sortable=True),
            Column("reason", _("Reason"), hidden=True),
        ],
        Empty("badge-check", none, _("Companies ask for them on their own pages.")),
        name=f"{kind}s",
        order="-asked_at",
        href=lambda row: reverse(f"console:operator:{kind}", args=[row.pk]),
    )


def _page(request: ConsoleRequest, kind: str, id: int) -> HttpResponseBase:
    held = _held(request, kind, id)
    approve = Dialog(
        "approve", _("Approve it"), _("It may be used from the next message on."),
        reverse(f"console:operator:approve_{kind}", args=[id]), _("Approve"),
    )  # fmt: skip
    refuse = Dialog(
        "refuse", _("Refuse it"), _("Messages that need it are refused from now on."),
        reverse(f"console:operator:refuse_{kind}", args=[id]), _("Refuse"), form=ReasonForm(), danger=True,
    )  # fmt: skip
    offered = [approve] if held.state != Judged.State.APPROVED else []
    offered += [refuse] if held.state != Judged.State.REFUSED else []
    dialogs = offered if request.may(Right.RUN) else []
    facts = [
        (_("Company"), str(held.customer)),
        (_("Code"), held.code),
        (_("Text"), held.text),
        (_("Reason"), held.reason),
    ]
    return page(
        request,
        held.code,
        crumbs=[(_("Signatures and templates"), reverse("console:operator:approvals"))],
        state=held.state,
        actions=[
            Action(one.title, dialog=one.id, tone="danger" if one.danger else "primary") for one in dialogs
        ],
        sections=[Section(facts=[(label, value) for label, value in facts if value])],
        dialogs=dialogs,
    )


def _held(request: ConsoleRequest, kind: str, id: int) -> Any:
    with as_system():
        rows = MODELS[kind]._default_manager.select_related("customer")
        held = rows.filter(pk=id, customer_id__in=served_ids(request)).first()
    if held is None:
        raise Http404
    return held


def _approved(request: ConsoleRequest, kind: str, id: int) -> HttpResponseBase:
    _held(request, kind, id)
    verbs.approve(request.actor, MODELS[kind], id=id, now=request.clock.now())
    return done(request, _("It may be used now."), reverse("console:operator:approvals"))


def _refused(request: ConsoleRequest, kind: str, id: int) -> HttpResponseBase:
    _held(request, kind, id)
    reason = checked(ReasonForm(request.POST)).cleaned_data["reason"]
    verbs.refuse(request.actor, MODELS[kind], id=id, reason=reason, now=request.clock.now())
    return done(request, _("It was refused."), reverse("console:operator:approvals"))


@area("operator")
def signature(request: ConsoleRequest, signature_id: int) -> HttpResponseBase:
    return _page(request, "signature", signature_id)


@area("operator")
@require_POST
def approve_signature(request: ConsoleRequest, signature_id: int) -> HttpResponseBase:
    return _approved(request, "signature", signature_id)


@area("operator")
@require_POST
def refuse_signature(request: ConsoleRequest, signature_id: int) -> HttpResponseBase:
    return _refused(request, "signature", signature_id)


@area("operator")
def template(request: ConsoleRequest, company_template_id: int) -> HttpResponseBase:
    return _page(request, "template", company_template_id)


@area("operator")
@require_POST
def approve_template(request: ConsoleRequest, company_template_id: int) -> HttpResponseBase:
    return _approved(request, "template", company_template_id)


@area("operator")
@require_POST
def refuse_template(request: ConsoleRequest, company_template_id: int) -> HttpResponseBase:
    return _refused(request, "template", company_template_id)
