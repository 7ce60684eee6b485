"""Which operators vouch for the integrator, and how to ask one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import ReasonForm, choice
from hotpot.pot.console.operator.certification import history_table
from hotpot.pot.console.parts import Action, Dialog, Section, checked, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.party import actions
from hotpot.pot.party.models import Certification, Party
from hotpot.pot.party.queries import certifications_of
from hotpot.pot.party.rules import STEPS, Right
from hotpot.pot.web.tables import Column, Empty, Table


class ApplyForm(ReasonForm):
    def __init__(self, *args: Any, integrator: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = [state for state, following in STEPS.items() if state and "applied" not in following]
        taken = Certification.objects.filter(integrator=integrator, state__in=closed).values("operator_id")
        free = Party.objects.filter(kind=Party.Kind.OPERATOR).exclude(id__in=taken).order_by("name")
        self.fields["operator"] = choice(_("Operator"), free, empty_label=None)
        self.fields["reason"].label = _("About you")
        self.fields["reason"].help_text = _("What you have done, and for whom. The operator reads it.")
        self.order_fields(["operator", "reason"])

    @property
    def has_choice(self) -> bool:
        return bool(self.fields["operator"].queryset.exists())  # type: ignore[attr-defined]


@area("integrator")
def certifications(request: ConsoleRequest) -> HttpResponseBase:
    table = Table(
        certifications_of(request.party.id).filter(integrator=request.party),
        [
            named("operator", _("Operator")),
            Column("state", _("State"), "chip", sortable=True),
            Column("since", _("Since"), "time", sortable=True),
        ],
        Empty(
            "badge-check",
            _("No certification yet"),
            _("Apply to an operator: once certified you bring in companies and order for them."),
        ),
        name="certifications",
        order="operator__name",
        href=lambda row: reverse("console:integrator:certification", args=[row.pk]),
    )
    form = ApplyForm(integrator=request.party)
    apply_ = Dialog(
        "apply", _("Apply for certification"), _("The operator reviews it and tells you the result here."),
        reverse("console:integrator:apply"), _("Apply"), form=form,
    )  # fmt: skip
    can = request.may(Right.RUN) and form.has_choice
    return page(
        request,
        _("Certification"),
        _("Operators that vouch for you. With their certificate you bring in companies and order for them."),
        actions=[Action(_("Apply"), dialog="apply", icon="plus", tone="primary")] if can else [],
        sections=[Section(table=table)],
        dialogs=[apply_] if can else [],
    )


@area("integrator")
def certification(request: ConsoleRequest, certification_id: int) -> HttpResponseBase:
    held = get_object_or_404(
        certifications_of(request.party.id), id=certification_id, integrator=request.party
    )
    return page(
        request,
        name_of(held.operator),
        _("Your certification there, and how it came about."),
        crumbs=[(_("Certification"), reverse("console:integrator:certifications"))],
        state=held.state,
        sections=[Section(_("History"), table=history_table(held.id), id="history")],
    )


@area("integrator")
@require_POST
def apply(request: ConsoleRequest) -> HttpResponseBase:
    form = checked(ApplyForm(request.POST, integrator=request.party))
    held = actions.apply_for_certification(
        request.actor, operator=form.cleaned_data["operator"], integrator=request.party,
        reason=form.cleaned_data["reason"], now=request.clock.now(),
    )  # fmt: skip
    return done(
        request, _("Your application is in."), reverse("console:integrator:certification", args=[held.id])
    )
