"""Integrators apply; the operator reviews, certifies, refuses, suspends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from hotpot.pot.console import queries as figures
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import ReasonForm
from hotpot.pot.console.parts import Action, Dialog, Section, Tab, checked, page
from hotpot.pot.console.queries import OPEN_CERTIFICATIONS
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.party import actions
from hotpot.pot.party.models import Certification
from hotpot.pot.party.queries import certifications_of, steps_of
from hotpot.pot.party.rules import NEED_REASON, Right
from hotpot.pot.web.tables import Column, Empty, Table


@dataclass(frozen=True, slots=True)
class Step:
    """What an operator can do about an application; `state` is where it leads."""

    label: Any
    title: Any
    verb: Callable[..., object]
    state: str
    said: Any
    tone: str = ""


STEPS: Mapping[str, Step] = {
    "review": Step(
        gettext_lazy("Take up review"),
        gettext_lazy("Take up the review?"),
        actions.review_certification,
        "reviewing",
        gettext_lazy("The review has begun."),
    ),
    "certify": Step(
        gettext_lazy("Certify"),
        gettext_lazy("Certify this integrator?"),
        actions.certify,
        "certified",
        gettext_lazy("Certified."),
        "primary",
    ),
    "refuse": Step(
        gettext_lazy("Refuse"),
        gettext_lazy("Refuse this application?"),
        actions.refuse_certification,
        "refused",
        gettext_lazy("Refused. The integrator reads the reason."),
        "danger",
    ),
    "suspend": Step(
        gettext_lazy("Suspend"),
        gettext_lazy("Suspend this integrator?"),
        actions.suspend_certification,
        "suspended",
        gettext_lazy("Suspended. The integrator reads the reason."),
        "danger",
    ),
    "resume": Step(
        gettext_lazy("Resume"),
        gettext_lazy("Resume this certification?"),
        actions.resume_certification,
        "certified",
        gettext_lazy("Certified again."),
        "primary",
    ),
}
STEPS_IN: Mapping[str, Sequence[str]] = {
    "applied": ("refuse", "review", "certify"),
    "reviewing": ("refuse", "certify"),
    "certified": ("suspend",),
    "suspended": ("resume",),
    "refused": (),
}


@area("operator")
def certifications(request: ConsoleRequest) -> HttpResponseBase:
    ours = certifications_of(request.party.id).filter(operator_id=request.party.id)
    counts = dict(ours.order_by().values_list("state").annotate(n=Count("id")))
    show = request.GET.get("show", "waiting")
    here = reverse("console:operator:certifications")
    waiting = sum(counts.get(state, 0) for state in OPEN_CERTIFICATIONS)
    rows = ours.filter(state__in=OPEN_CERTIFICATIONS) if show == "waiting" else ours
    return page(
        request,
        _("Certification"),
        _("Integrators that you vouch for may bring in companies and order for them."),
        tabs=[
            Tab(_("Waiting"), f"{here}?show=waiting", show == "waiting", waiting),
            Tab(_("All"), f"{here}?show=all", show != "waiting", sum(counts.values())),
        ],
        sections=[Section(table=certification_table(rows))],
    )


def certification_table(rows: QuerySet[Certification], *, exportable: bool = True) -> Table:
    return Table(
        rows,
        [
            named("integrator", _("Integrator")),
            Column("state", _("State"), "chip", sortable=True),
            Column("since", _("Since"), "time", sortable=True),
        ],
        Empty("badge-check", _("Nobody waits"), _("Applications of integrators appear here.")),
        name="certifications",
        order="since",
        href=lambda row: reverse("console:operator:certification", args=[row.pk]),
        exportable=exportable,
    )


@area("operator")
def certification(request: ConsoleRequest, certification_id: int) -> HttpResponseBase:
    held = _ours(request, certification_id)
    steps = STEPS_IN[held.state] if request.may(Right.RUN) else ()
    return page(
        request,
        name_of(held.integrator),
        _("Its certification, and how it came about."),
        crumbs=[(_("Certification"), reverse("console:operator:certifications"))],
        state=held.state,
        actions=[Action(str(STEPS[name].label), dialog=name, tone=STEPS[name].tone) for name in steps],
        sections=[
            Section(
                facts=[
                    (_("Integrator"), _party_link(held.integrator_id, name_of(held.integrator))),
                    (
                        _("Customers with you"),
                        figures.customers_between(held.integrator_id, request.party.id, request.today),
                    ),
                    (
                        _("Seats there"),
                        figures.seats_between(held.integrator_id, request.party.id, request.today),
                    ),
                ]
            ),
            Section(_("History"), table=history_table(held.id), id="history"),
        ],
        dialogs=[_dialog(request, held, name) for name in steps],
    )


def history_table(certification_id: int) -> Table:
    return Table(
        list(steps_of(certification_id)),
        [
            Column("state", _("State"), "chip"),
            Column("at", _("When"), "time"),
            Column("person__name", _("By")),
            Column("reason", _("Reason")),
        ],
        Empty("history", _("Nothing yet")),
        name="history",
        order="pk",
    )


@area("operator")
@require_POST
def take_step(request: ConsoleRequest, certification_id: int, name: str) -> HttpResponseBase:
    held = _ours(request, certification_id)
    step = STEPS[name]
    form = checked(ReasonForm(request.POST, required=step.state in NEED_REASON))
    step.verb(
        request.actor,
        operator=request.party,
        integrator=held.integrator,
        reason=form.cleaned_data["reason"],
        now=request.clock.now(),
    )
    return done(request, str(step.said), reverse("console:operator:certification", args=[held.id]))


def _dialog(request: ConsoleRequest, held: Certification, name: str) -> Dialog:
    step = STEPS[name]
    needed = step.state in NEED_REASON
    return Dialog(
        name,
        str(step.title),
        _consequence(request, held, name),
        reverse(f"console:operator:certification_{name}", args=[held.id]),
        str(step.label),
        form=ReasonForm(required=needed, hint=_("The integrator reads it."), auto_id=f"{name}-%s"),
        danger=step.tone == "danger",
    )


def _consequence(request: ConsoleRequest, held: Certification, name: str) -> str:
    if name == "suspend":
        seats = figures.seats_between(held.integrator_id, request.party.id, request.today)
        return ngettext(
            "It brings in no new companies and orders nothing more. "
            "%(seats)s seat of its customers goes on and is paid.",
            "It brings in no new companies and orders nothing more. "
            "%(seats)s seats of its customers go on and are paid.",
            seats,
        ) % {"seats": seats}
    if name in ("certify", "resume"):
        return _("From now on it may bring in companies and order for them in your name.")
    if name == "refuse":
        return _("It may apply again later.")
    return _("The integrator sees that you are at it.")


def _ours(request: ConsoleRequest, certification_id: int) -> Certification:
    return get_object_or_404(
        certifications_of(request.party.id), id=certification_id, operator_id=request.party.id
    )


def _party_link(party_id: int, name: str) -> Any:
    return format_html('<a href="{}">{}</a>', reverse("console:operator:party", args=[party_id]), name)
