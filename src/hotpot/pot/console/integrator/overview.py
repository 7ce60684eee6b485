"""An integrator's first page, and the companies that it serves."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.pot.console import queries
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import CustomerForm
from hotpot.pot.console.parts import Action, Figure, Section, amounts, carried_out, form_page, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.console.shared import seat_charts
from hotpot.pot.console.shared.subscriptions import subscriptions_table
from hotpot.pot.party import actions
from hotpot.pot.party.models import Certification, Engagement, Party
from hotpot.pot.party.queries import certifications_of, customers_of, engagements_of
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table


@area("integrator")
def overview(request: ConsoleRequest) -> HttpResponseBase:
    party, today = request.party, request.today
    month = queries.last_months(today, 1)[0]
    earned = queries.earned_by_month(party.id, month.first_day)
    certified = certifications_of(party.id).filter(state=Certification.State.CERTIFIED).exists()
    note = Section(
        note=_("No operator has certified you yet. Apply for it: then you can bring in companies."),
        note_tone="warn",
    )
    troubled = queries.troubled_connectors("integrator_id", party.id).count()
    return page(
        request,
        _("Overview"),
        _("Your companies, their seats, and what they earn you."),
        actions=_onboard_action(request),
        figures=[
            Figure(
                _("Customers"),
                customers_of(party.id, day=today).count(),
                reverse("console:integrator:customers"),
            ),
            Figure(
                _("Seats"),
                queries.seats_on("integrator_id", party.id, today),
                reverse("console:subscriptions"),
            ),
            Figure(
                _("Earned in %(month)s") % {"month": month},
                amounts({unit: sums.get(month.first_day, 0) for unit, sums in earned.items()}),
                reverse("console:earnings"),
            ),
            Figure(_("Connectors in trouble"), troubled, reverse("connectors:list")),
        ],
        sections=[
            *([] if certified else [note]),
            seat_charts.by_day(request, "integrator_id"),
            seat_charts.by_app(request, "integrator_id"),
            Section(
                _("Newest subscriptions"),
                table=subscriptions_table(request, integrator_id=party.id),
                id="subscriptions",
            ),
        ],
    )


def _onboard_action(request: ConsoleRequest) -> list[Action]:
    onboard = Action(
        _("Bring in a company"), reverse("console:integrator:onboard"), icon="plus", tone="primary"
    )
    return [onboard] if request.may(Right.RUN) else []


@area("integrator")
def customers(request: ConsoleRequest) -> HttpResponseBase:
    seats = queries.seats_by("customer_id", "integrator_id", request.party.id, request.today)
    table = Table(
        engagements_of(request.party.id, day=request.today),
        [
            named("customer", _("Company")),
            named("operator", _("Operator")),
            Column("id", _("Seats"), "number", show=lambda row: seats.get(row.customer_id, 0)),
            Column("starts_on", _("Since"), "day", sortable=True),
        ],
        Empty(
            "building-2",
            _("No company yet"),
            _("Bring in the first: it can order apps at once."),
            _("Bring in a company"),
            reverse("console:integrator:onboard"),
        ),
        name="customers",
        order="customer__name",
        href=lambda row: reverse("console:integrator:customer", args=[row.customer_id]),
    )
    return page(
        request,
        _("Customers"),
        _("The companies that you serve, and the operator that bills each of them."),
        actions=_onboard_action(request),
        sections=[Section(table=table)],
    )


@area("integrator")
def customer(request: ConsoleRequest, customer_id: int) -> HttpResponseBase:
    shown = customers_of(request.party.id, day=request.today).filter(id=customer_id).first()
    if shown is None:
        raise Http404
    served = engagements_of(shown.id, day=request.today).filter(integrator=request.party)
    actions_ = [
        Action(_("Set up a connector"), reverse("connectors:new") + f"?customer={shown.id}", icon="cable"),
        Action(_("Order an app"), reverse("console:order", args=[shown.id]), icon="plus", tone="primary"),
    ]
    running = queries.running("customer_id", shown.id, request.today).filter(integrator=request.party)
    seats = queries.seats_by("customer_id", "integrator_id", request.party.id, request.today)
    return page(
        request,
        name_of(shown),
        _("What runs for this company."),
        crumbs=[(_("Customers"), reverse("console:integrator:customers"))],
        actions=actions_ if request.may(Right.RUN) else [],
        figures=[
            Figure(_("Subscriptions"), running.count(), "#subscriptions"),
            Figure(_("Seats"), seats.get(shown.id, 0), "#subscriptions"),
        ],
        sections=[
            Section(
                facts=[
                    (_("Operators"), ", ".join(name_of(one.operator) for one in served)),
                    (_("Currency"), shown.currency),
                    (_("Time zone"), shown.time_zone),
                ]
            ),
            Section(
                _("Subscriptions"),
                table=subscriptions_table(request, customer_id=shown.id, integrator_id=request.party.id),
                id="subscriptions",
            ),
        ],
    )


@area("integrator", look=Right.RUN)
def onboard(request: ConsoleRequest) -> HttpResponseBase:
    certified = certifications_of(request.party.id).filter(state=Certification.State.CERTIFIED)
    operators = Party.objects.filter(id__in=certified.values("operator_id")).order_by("name")
    form = CustomerForm(
        request.POST or None, region=request.party.country, day=request.today, operators=operators
    )
    made: list[Engagement] = []

    def bring_in(valid: CustomerForm) -> None:
        made.append(
            actions.onboard_customer(
                request.actor, integrator=request.party, now=request.clock.now(), **valid.cleaned_data
            )
        )

    back = reverse("console:integrator:customers")
    if carried_out(form, bring_in):
        url = reverse("console:integrator:customer", args=[made[0].customer_id])
        return done(request, _("The company is here. Its owner can sign in by phone number."), url)
    none = Section(note=_("No operator has certified you yet. Apply for it first."), note_tone="warn")
    return form_page(
        request,
        _("Bring in a company"),
        _("The operator that you choose bills it. Its owner signs in by phone number."),
        form,
        label=_("Bring it in"),
        back=back,
        crumbs=[(_("Customers"), back)],
        aside=[] if operators.exists() else [none],
    )
