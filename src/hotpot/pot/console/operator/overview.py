"""An operator's first page: what runs, what it brings, who waits."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.pot.console import charts, queries
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.operator.certification import certification_table
from hotpot.pot.console.parts import Figure, Section, amounts, page
from hotpot.pot.console.queries import OPEN_CERTIFICATIONS, last_months
from hotpot.pot.console.shared import seat_charts
from hotpot.pot.party.queries import certifications_of

CHART_MONTHS = 6


@area("operator")
def overview(request: ConsoleRequest) -> HttpResponseBase:
    party, today = request.party, request.today
    month = last_months(today, 1)[0]
    return page(
        request,
        _("Overview"),
        _("What runs today, what last month brought, and who waits for you."),
        live="books",
        figures=[
            Figure(
                _("Subscriptions"),
                queries.running("operator_id", party.id, today).count(),
                reverse("console:subscriptions"),
            ),
            Figure(
                _("Seats"), queries.seats_on("operator_id", party.id, today), reverse("console:subscriptions")
            ),
            Figure(
                _("Billed in %(month)s") % {"month": month},
                amounts(queries.billed("operator_id", party.id, month.first_day)),
                reverse("console:operator:closed", args=[month]),
            ),
            Figure(
                _("Owed to partners"),
                amounts(queries.owed_to_partners(party.id)),
                reverse("console:operator:books") + "?accounts-q=payable",
            ),
        ],
        sections=[
            *applications(request),
            seat_charts.by_day(request, "operator_id"),
            revenue_chart(request),
        ],
    )


def applications(request: ConsoleRequest) -> list[Section]:
    ours = certifications_of(request.party.id).filter(operator_id=request.party.id)
    waiting = ours.filter(state__in=OPEN_CERTIFICATIONS)
    if not waiting.exists():
        return []
    table = certification_table(waiting, exportable=False)
    return [Section(_("Applications that wait for you"), table=table, id="applications")]


def revenue_chart(request: ConsoleRequest) -> Section:
    currency = request.party.currency
    months = last_months(request.today, CHART_MONTHS)
    by_app = queries.billed_by_app(request.party.id, [month.first_day for month in months])
    series = {
        app: {period: minor for (period, unit), minor in sums.items() if unit == currency}
        for app, sums in by_app.items()
    }
    if not series:
        note = _("Bills appear here when the first month is closed.")
        return Section(_("Revenue by app"), note=note, id="revenue-by-app", half=True)
    return Section(
        _("Revenue by app"),
        chart=charts.months_of_money(months, series, currency),
        caption=_("Billed by app and month, in %(currency)s") % {"currency": currency},
        id="revenue-by-app",
        half=True,
    )
