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
    some = any(count for _day, count in points)
    return Section(
        _("Seats by day"),
        note="" if some else _nobody(),
        chart=charts.line(_("Seats"), points) if some else None,
        caption=_("Seats on each of the last days"),
        id="seats-by-day",
        half=True,
    )


def _nobody() -> str:
    return _("Nobody has a seat yet.")


def by_app(request: ConsoleRequest, column: str) -> Section:
    parts = queries.seats_by_app(column, request.party.id, request.today)
    return Section(
        _("Seats by app"),
        note="" if parts else _nobody(),
        chart=charts.bars(_("Seats"), parts) if parts else None,
        caption=_("Seats by app"),
        id="seats-by-app",
        half=True,
    )
