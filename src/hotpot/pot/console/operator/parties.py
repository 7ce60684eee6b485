"""Whom an operator works with: companies, integrators, developers."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.pot.catalog.queries import apps_of
from hotpot.pot.console import queries
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import CustomerForm
from hotpot.pot.console.operator.agreements import agreements_table
from hotpot.pot.console.parts import Action, Figure, Section, Tab, amounts, carried_out, form_page, page
from hotpot.pot.console.rail import KIND_WORDS, name_of, named, summary_of
from hotpot.pot.console.shared.bills import bills_table, statements_table
from hotpot.pot.console.shared.subscriptions import subscriptions_table
from hotpot.pot.party import actions
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import agreements_of, customers_of, engagements_of
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table

SIDES = {
    Party.Kind.CUSTOMER: "customer_id",
    Party.Kind.INTEGRATOR: "integrator_id",
    Party.Kind.DEVELOPER: "developer_id",
}


@area("operator")
def parties(request: ConsoleRequest) -> HttpResponseBase:
    kind = request.GET.get("kind", Party.Kind.CUSTOMER)
    if kind not in SIDES:
        raise Http404
    here = reverse("console:operator:parties")
    words = {
        Party.Kind.CUSTOMER: _("Companies"),
        Party.Kind.INTEGRATOR: _("Integrators"),
        Party.Kind.DEVELOPER: _("Developers"),
    }
    return page(
        request,
        _("Parties"),
        _("The companies that you serve, and everybody who brings them in or builds for them."),
        actions=[
            Action(_("Bring in a company"), reverse("console:operator:onboard"), icon="plus", tone="primary")
        ]
        if request.may(Right.RUN)
        else [],
        tabs=[Tab(word, f"{here}?kind={one}", one == kind) for one, word in words.items()],
        sections=[Section(table=parties_table(request, Party.Kind(kind)))],
    )


def parties_table(request: ConsoleRequest, kind: Party.Kind) -> Table:
    seats = queries.seats_by(SIDES[kind], "operator_id", request.party.id, request.today)
    return Table(
        _of_kind(request, kind),
        [
            named("", _("Name")),
            Column("id", _("Seats with you"), "number", show=lambda row: seats.get(row.pk, 0)),
            Column("country", _("Country")),
            Column("created_at", _("Here since"), "time", sortable=True),
        ],
        Empty(
            "building-2", _("Nobody yet"), _("Companies appear here when an integrator or you bring them in.")
        ),
        name="parties",
        order="name",
        href=lambda row: reverse("console:operator:party", args=[row.pk]),
    )


def _of_kind(request: ConsoleRequest, kind: Party.Kind) -> QuerySet[Party]:
    if kind == Party.Kind.CUSTOMER:
        return customers_of(request.party.id, day=request.today)
    return Party.objects.filter(kind=kind)


@area("operator")
def party(request: ConsoleRequest, party_id: int) -> HttpResponseBase:
    shown = Party.objects.filter(id=party_id, kind__in=SIDES).first()
    if shown is None:
        raise Http404
    kind = Party.Kind(shown.kind)
    sections = [_facts(shown), _subscriptions(request, shown, kind)]
    if kind == Party.Kind.CUSTOMER:
        sections += [
            _serving(request, shown),
            Section(_("Bills"), table=bills_table(request, customer_id=party_id), id="bills"),
        ]
    else:
        agreements = agreements_of(request.party.id).filter(partner_id=party_id)
        sections += [
            Section(_("Agreements"), table=agreements_table(agreements), id="agreements"),
            Section(_("Statements"), table=statements_table(request, partner_id=party_id), id="statements"),
        ]
    if kind == Party.Kind.DEVELOPER:
        sections.append(_apps(shown))
    month = queries.last_months(request.today, 1)[0]
    figures = [
        Figure(
            _("Subscriptions"),
            queries.running(SIDES[kind], party_id, request.today).filter(operator=request.party).count(),
            "#subscriptions",
        ),
        Figure(
            _("Seats"),
            queries.seats_by(SIDES[kind], "operator_id", request.party.id, request.today).get(party_id, 0),
            "#subscriptions",
        ),
    ]
    if kind == Party.Kind.CUSTOMER:
        billed = queries.billed_between(request.party.id, party_id, month.first_day)
        figures.append(Figure(_("Billed in %(month)s") % {"month": month}, amounts(billed), "#bills"))
    else:
        figures.append(
            Figure(_("Owed now"), amounts(queries.owed_to(request.party.id, party_id)), "#statements")
        )
    return page(
        request,
        name_of(shown),
        str(KIND_WORDS[kind]),
        crumbs=[(_("Parties"), reverse("console:operator:parties") + f"?kind={kind}")],
        figures=figures,
        sections=sections,
    )


def _facts(shown: Party) -> Section:
    return Section(
        facts=[
            (_("Name"), shown.name),
            (_("Name in Chinese"), shown.name_zh or "–"),
            (_("Country"), shown.country),
            (_("Currency"), shown.currency),
            (_("Time zone"), shown.time_zone),
        ]
    )


def _subscriptions(request: ConsoleRequest, shown: Party, kind: Party.Kind) -> Section:
    table = subscriptions_table(request, **{SIDES[kind]: shown.id, "operator_id": request.party.id})
    return Section(_("Subscriptions"), table=table, id="subscriptions")


def _serving(request: ConsoleRequest, shown: Party) -> Section:
    rows = engagements_of(shown.id, day=request.today).filter(operator=request.party)
    table = Table(
        rows,
        [
            named("integrator", _("Integrator")),
            Column("starts_on", _("Since"), "day", sortable=True),
        ],
        Empty("handshake", _("Nobody serves this company today")),
        name="engagements",
        order="-starts_on",
    )
    return Section(_("Served by"), table=table, id="engagements")


def _apps(shown: Party) -> Section:
    table = Table(
        apps_of(shown.id),
        [
            named("", _("App")),
            Column("summary", _("What it does"), show=summary_of),
            Column("listed_at", _("Listed"), "time", sortable=True),
        ],
        Empty("app-window", _("No app yet"), _("Apps of this developer appear here when it publishes one.")),
        name="apps",
        order="name",
        href=lambda row: reverse("console:operator:app", args=[row.pk]),
    )
    return Section(_("Apps"), table=table, id="apps")


@area("operator", look=Right.RUN)
def onboard(request: ConsoleRequest) -> HttpResponseBase:
    form = CustomerForm(request.POST or None, region=request.party.country, day=request.today)

    def bring_in(valid: CustomerForm) -> None:
        actions.onboard_customer(
            request.actor,
            operator=request.party,
            integrator=None,
            now=request.clock.now(),
            **valid.cleaned_data,
        )

    here = reverse("console:operator:parties")
    if carried_out(form, bring_in):
        return done(request, _("The company is here. Its owner can sign in by phone number."), here)
    return form_page(
        request,
        _("Bring in a company"),
        _("You serve it directly. Its owner signs in by phone number and can order apps at once."),
        form,
        label=_("Bring it in"),
        back=here,
        crumbs=[(_("Parties"), here)],
    )
