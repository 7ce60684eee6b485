"""Seats over days and apps, as every kind of party looks at its own."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from hotpot.pot.console import charts, queries
from hotpot.pot.console.area import ConsoleRequest
from hotpot.pot.console.parts import Section

CHART_DAYS = 60


def by_day(request: ConsoleRequest, column: str) -> Section:
    """`column` of a subscription names the party whose seats are shown: "customer_id" ..."""
    first = request.today - timedelta(days=CHART_DAYS)
    points = queries.seats_by_day(column, request.party.id, first, request.today)
    return Section(
        _("Seats by day"),
        chart=charts.line(_("Seats"), points),
        caption=_("Seats on each of the last days"),
        id="seats-by-day",
        half=True,
    )


def by_app(request: ConsoleRequest, column: str) -> Section:
    return Section(
        _("Seats by app"),
        chart=charts.bars(_("Seats"), queries.seats_by_app(column, request.party.id, request.today)),
        caption=_("Seats by app"),
        id="seats-by-app",
        half=True,
    )
