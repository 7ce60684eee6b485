"""What a developer published, who uses it, and how to publish. Numbers of people are masked."""

from __future__ import annotations

import json

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.queries import apps_of
from hotpot.pot.console import queries
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Figure, Section, amounts, page
from hotpot.pot.console.rail import name_of, named, summary_of
from hotpot.pot.console.shared import seat_charts
from hotpot.pot.subscription.models import Seat
from hotpot.pot.subscription.queries import on_day, state_of
from hotpot.pot.subscription.queries import subscriptions as all_subscriptions
from hotpot.pot.web.shown import chip, masked
from hotpot.pot.web.tables import Column, Empty, Table


@area("developer")
def overview(request: ConsoleRequest) -> HttpResponseBase:
    party, today = request.party, request.today
    month = queries.last_months(today, 1)[0]
    earned = queries.earned_by_month(party.id, month.first_day)
    using = queries.running("developer_id", party.id, today).values("customer_id").distinct().count()
    apps_count = apps_of(party.id).count()
    return page(
        request,
        _("Overview"),
        _("Your apps, who uses them, and what they earn you."),
        figures=[
            Figure(_("Apps"), apps_count, reverse("console:developer:apps")),
            Figure(_("Customers"), using, reverse("console:developer:customers")),
            Figure(
                _("Seats"),
                queries.seats_on("developer_id", party.id, today),
                reverse("console:developer:customers"),
            ),
            Figure(
                _("Earned in %(month)s") % {"month": month},
                amounts({unit: sums.get(month.first_day, 0) for unit, sums in earned.items()}),
                reverse("console:earnings"),
            ),
        ],
        sections=[
            *([] if apps_count else [how_to_publish()]),
            seat_charts.by_day(request, "developer_id"),
            seat_charts.by_app(request, "developer_id"),
            Section(_("Apps"), table=apps_table(request), id="apps"),
        ],
    )


def how_to_publish() -> Section:
    return Section(template="console/developer/publish.html")


@area("developer")
def apps(request: ConsoleRequest) -> HttpResponseBase:
    sections = [Section(table=apps_table(request))]
    if not apps_of(request.party.id).exists():
        sections = [how_to_publish()]
    return page(request, _("My apps"), _("What you have published, as its manifest says."), sections=sections)


def apps_table(request: ConsoleRequest) -> Table:
    seats = queries.seats_by("app_id", "developer_id", request.party.id, request.today)
    return Table(
        apps_of(request.party.id),
        [
            named("", _("App")),
            Column("summary", _("What it does"), show=summary_of),
            Column("icon", _("Seats"), "number", show=lambda row: seats.get(row.pk, 0)),
            Column("listed_at", _("Listed"), "time", sortable=True),
        ],
        Empty("app-window", _("No app yet"), _("Publish one with its manifest.")),
        name="apps",
        order="name",
        href=lambda row: reverse("console:developer:app", args=[row.pk]),
    )


@area("developer")
def app(request: ConsoleRequest, app_id: str) -> HttpResponseBase:
    shown = get_object_or_404(apps_of(request.party.id), id=app_id)
    seats = queries.seats_by("app_id", "developer_id", request.party.id, request.today).get(app_id, 0)
    running = queries.running("developer_id", request.party.id, request.today).filter(app=shown).count()
    functions = Table(
        list(shown.manifest.get("functions", [])),
        [Column("id", _("Function")), Column("name", _("Name")), Column("name_zh", _("Name in Chinese"))],
        Empty("code", _("No function")),
        name="functions",
        order="pk",
    )
    offers = Table(
        Offer.objects.filter(app=shown).select_related("operator"),
        [
            named("operator", _("Operator")),
            named("", _("Offer")),
            Column("made_at", _("Since"), "time", sortable=True),
            Column("withdrawn_on", _("Withdrawn"), "day"),
        ],
        Empty("store", _("No operator offers it yet")),
        name="offers",
        order="operator__name",
    )
    return page(
        request,
        name_of(shown),
        summary_of(shown),
        crumbs=[(_("My apps"), reverse("console:developer:apps"))],
        figures=[
            Figure(
                _("Customers"),
                running,
                reverse("console:developer:customers", query={"customers-q": name_of(shown)}),
            ),
            Figure(
                _("Seats"),
                seats,
                reverse("console:developer:customers", query={"customers-q": name_of(shown)}),
            ),
        ],
        sections=[
            Section(_("Sold by"), table=offers, id="offers"),
            Section(_("Functions"), table=functions, id="functions"),
            Section(
                _("Manifest"),
                _("What the app says of itself."),
                code=json.dumps(shown.manifest, ensure_ascii=False, indent=2),
            ),
        ],
    )


@area("developer")
def customers(request: ConsoleRequest) -> HttpResponseBase:
    table = Table(
        all_subscriptions(request.today).filter(developer=request.party),
        [
            named("app", _("App")),
            Column("id", _("Company"), show=lambda row: _("Company %(id)s") % {"id": row.customer_id}),
            named("operator", _("Operator")),
            Column("seats_now", _("Seats"), "number", sortable=True),
            Column("ends_on", _("State"), "chip", show=lambda row: chip(state_of(row, request.today))),
            Column("starts_on", _("Since"), "day", sortable=True),
        ],
        Empty("building-2", _("No customer yet"), _("Companies appear here when they order your app.")),
        name="customers",
        order="-starts_on",
        href=lambda row: reverse("console:developer:customer", args=[row.pk]),
    )
    return page(
        request,
        _("Customers"),
        _("Which company uses which of your apps, with how many seats. Their names are theirs to give."),
        sections=[Section(table=table)],
    )


@area("developer")
def customer(request: ConsoleRequest, subscription_id: int) -> HttpResponseBase:
    held = get_object_or_404(
        all_subscriptions(request.today).filter(developer=request.party), id=subscription_id
    )
    table = Table(
        Seat.objects.filter(on_day(request.today), subscription=held),
        [
            Column("number", _("Number"), show=lambda row: masked(row.number)),
            Column("starts_on", _("From"), "day", sortable=True),
        ],
        Empty("users", _("No seat today")),
        name="seats",
        order="-starts_on",
    )
    return page(
        request,
        _("Company %(id)s") % {"id": held.customer_id},
        _("Its seats in %(app)s today. Numbers are masked.") % {"app": name_of(held.app)},
        crumbs=[(_("Customers"), reverse("console:developer:customers"))],
        state=state_of(held, request.today),
        figures=[
            Figure(_("Seats today"), held.seats_now, "#seats"),  # type: ignore[attr-defined]
            Figure(_("Operator"), name_of(held.operator)),
        ],
        sections=[Section(_("Seats"), table=table, id="seats")],
    )
