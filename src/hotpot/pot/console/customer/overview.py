"""A company's first page: what its people use, what waits, what it costs."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.pot.catalog.queries import offers_for_customer
from hotpot.pot.console import queries
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Action, Figure, Section, amounts, page
from hotpot.pot.console.rail import named, summary_of
from hotpot.pot.console.shared import seat_charts
from hotpot.pot.console.shared.bills import bills_table
from hotpot.pot.console.shared.subscriptions import subscriptions_table
from hotpot.pot.party.queries import members_of
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table


@area("customer")
def overview(request: ConsoleRequest) -> HttpResponseBase:
    party, today = request.party, request.today
    month = queries.last_months(today, 1)[0]
    return page(
        request,
        _("Overview"),
        _("What your people use, what waits for them, and what it costs."),
        live="tasks",
        figures=[
            Figure(_("People"), members_of(party.id, day=today).count(), reverse("console:customer:people")),
            Figure(
                _("Seats"), queries.seats_on("customer_id", party.id, today), reverse("console:customer:apps")
            ),
            Figure(_("Open tasks"), queries.open_tasks(party.id).count(), reverse("console:customer:tasks")),
            Figure(
                _("Billed in %(month)s") % {"month": month},
                amounts(queries.billed("customer_id", party.id, month.first_day)),
                reverse("console:bills"),
            ),
        ],
        sections=[
            *_trouble(request),
            seat_charts.by_day(request, "customer_id"),
            seat_charts.by_app(request, "customer_id"),
            Section(_("Bills"), table=bills_table(request, customer_id=party.id), id="bills"),
        ],
    )


def _trouble(request: ConsoleRequest) -> list[Section]:
    troubled = queries.troubled_connectors("customer_id", request.party.id)
    return [
        Section(
            note=_("The connector “%(name)s” needs attention: %(problem)s")
            % {"name": one.name, "problem": one.problem},
            note_tone="bad" if one.state == "broken" else "warn",
        )
        for one in troubled
    ]


@area("customer")
def apps(request: ConsoleRequest) -> HttpResponseBase:
    customer_id = request.party.id
    order_url = reverse("console:order", args=[customer_id])
    runs = request.may(Right.RUN)
    offers = Table(
        offers_for_customer(customer_id, request.today),
        [
            named("app", _("App")),
            named("", _("Offer")),
            named("operator", _("Operator")),
            Column("app__summary", _("What it does"), show=lambda row: summary_of(row.app)),
            Column("fee_minor", _("Fee, a seat and month"), "money", sortable=True),
        ],
        Empty("store", _("No offer yet"), _("Offers of the operators that serve you appear here.")),
        name="offers",
        order="app__name",
        href=(lambda row: f"{order_url}?offer={row.pk}") if runs else None,
        exportable=False,
    )
    return page(
        request,
        _("Apps"),
        _("What your people use, and what you can order."),
        actions=[Action(_("Order an app"), order_url, icon="plus", tone="primary")] if runs else [],
        sections=[
            Section(
                _("Yours"), table=subscriptions_table(request, customer_id=customer_id), id="subscriptions"
            ),
            Section(_("To order"), table=offers, id="offers"),
        ],
    )
