"""What the operator earns: by month, app and integrator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from hotpot.pot.console import charts, queries
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Figure, Section, amounts, page
from hotpot.pot.settlement.revenue import Revenue, revenue
from hotpot.pot.web.tables import Column, Empty, Table

CHART_MONTHS = 12


@area("operator")
def revenues(request: ConsoleRequest) -> HttpResponseBase:
    currency = request.party.currency
    months = queries.last_months(request.today, CHART_MONTHS)
    rows = revenue(request.party.id, months[0].first_day)
    ours = [row for row in rows if row.charged.currency == currency]
    last = max((row.month for row in rows), default=months[-1])
    series = {
        _("You keep"): _by_month(ours, lambda row: row.kept.minor),
        _("Partners get"): _by_month(ours, lambda row: row.shared.minor),
    }
    return page(
        request,
        _("Revenue"),
        _("What was charged without tax, what you keep of it, and what partners get."),
        figures=[
            Figure(_("Charged for %(month)s") % {"month": last}, _sum(rows, last, "charged"), "#revenue"),
            Figure(_("You keep"), _sum(rows, last, "kept"), "#revenue"),
            Figure(_("Partners get"), _sum(rows, last, "shared"), "#revenue"),
        ],
        sections=[
            Section(
                _("By month"),
                chart=charts.months_of_money(months, series, currency),
                caption=_("Revenue by month in %(currency)s") % {"currency": currency},
                id="by-month",
            ),
            _bars(_("By app"), "by-app", ours, lambda row: row.app),
            _bars(_("By integrator"), "by-integrator", ours, lambda row: row.integrator),
            Section(_("All of it"), table=_table(rows), id="revenue"),
        ],
    )


def _by_month(rows: Iterable[Revenue], minor: Callable[[Revenue], int]) -> dict[date, int]:
    sums: dict[date, int] = defaultdict(int)
    for row in rows:
        sums[row.month.first_day] += minor(row)
    return sums


def _sum(rows: Iterable[Revenue], month: object, name: str) -> object:
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.month == month:
            sums[getattr(row, name).currency] += getattr(row, name).minor
    return amounts(sums)


def _bars(title: str, id: str, rows: Iterable[Revenue], word: Callable[[Revenue], str]) -> Section:
    """Twelve months together, the largest first."""
    sums: dict[str, int] = defaultdict(int)
    currency = ""
    for row in rows:
        sums[word(row)] += row.charged.minor
        currency = row.charged.currency
    parts = sorted(sums.items(), key=lambda one: -one[1])
    drawn = charts.bars_of_money(_("Charged"), parts, currency) if parts else None
    return Section(title, chart=drawn, caption=title, id=id, half=True)


def _table(rows: Iterable[Revenue]) -> Table:
    return Table(
        list(rows),
        [
            Column("month", _("Month"), sortable=True),
            Column("app", _("App"), sortable=True),
            Column("integrator", _("Integrator"), sortable=True),
            Column("charged", _("Charged"), "money", sortable=True),
            Column("kept", _("You keep"), "money", sortable=True),
            Column("shared", _("Partners get"), "money", sortable=True),
        ],
        Empty("coins", _("Nothing yet"), _("Revenue appears here when a month is closed.")),
        name="revenue",
        order="-month",
    )
