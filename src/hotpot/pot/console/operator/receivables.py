"""What companies owe the operator: by age, bill by bill, and what they paid."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.console import charts
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Action, Figure, Section, Tab, amounts, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.console.shared.bills import bill_word
from hotpot.pot.console.shared.payments import payments_table
from hotpot.pot.party.rules import Right
from hotpot.pot.payment import queries
from hotpot.pot.payment.queries import Aged
from hotpot.pot.web.shown import chip
from hotpot.pot.web.tables import Column, Empty, Table


def buckets() -> list[str]:
    return [_("Not due"), _("1–30 days"), _("31–60 days"), _("61–90 days"), _("Over 90 days")]


@area("operator")
def receivables(request: ConsoleRequest) -> HttpResponseBase:
    rows = queries.aging(request.party.id, request.today)
    currencies = sorted({row.currency for row in rows}) or [request.party.currency]
    totals = {currency: sum(queries.by_bucket(rows, currency)) for currency in currencies}
    overdue = {currency: sum(queries.by_bucket(rows, currency)[1:]) for currency in currencies}
    credit = {c: sum(row.credit_minor for row in rows if row.currency == c) for c in currencies}
    return page(
        request,
        _("Receivables"),
        _("What companies owe you, by how long it is overdue."),
        actions=_actions(request),
        tabs=tabs(request, "aging"),
        figures=[
            Figure(pgettext("by companies", "Owed"), amounts(totals), "#table-aging"),
            Figure(_("Overdue"), amounts(overdue), "#table-aging"),
            Figure(_("Credit not used"), amounts(credit)),
            Figure(_("Companies"), len({row.customer.pk for row in rows}), "#table-aging"),
        ],
        sections=[
            *(_chart(rows, currency, len(currencies) > 1) for currency in currencies if totals[currency]),
            Section(table=_aging_table(rows), id="aging"),
        ],
        live="books",
    )


@area("operator")
def open_bills(request: ConsoleRequest) -> HttpResponseBase:
    """?customer=<id> narrows it to one company."""
    rows = queries.bills_with_open(operator_id=request.party.id).exclude(open_minor=0)
    if (customer := request.GET.get("customer", "")).isdigit():
        rows = rows.filter(customer_id=int(customer))
    today = request.today
    table = Table(
        rows,
        [
            Column("number", _("Bill"), sortable=True, show=bill_word),
            named("customer", _("Company")),
            Column("period", _("Month"), sortable=True, show=lambda row: str(Month.of(row.period))),
            Column("due_on", _("Due on"), "day", sortable=True),
            Column(
                "kind",
                _("State"),
                "chip",
                show=lambda row: chip(queries.state_of_bill(row, row.open_minor, today)),
            ),
            Column("total_minor", _("Total"), "money", sortable=True),
            Column("open_minor", pgettext("amount", "Open"), "money", sortable=True),
        ],
        Empty("circle-check", _("Nothing is open"), _("Every bill is paid, credited or written off.")),
        name="open-bills",
        order="due_on",
        href=lambda row: reverse("billing:bill", args=[row.pk]),
        filter_hint=_("Filter by company"),
    )
    return page(
        request,
        _("Open bills"),
        _("Bills that aren't paid in full, and credit notes that aren't used up."),
        actions=_actions(request),
        tabs=tabs(request, "open"),
        sections=[Section(table=table)],
        live="books",
    )


@area("operator")
def payments(request: ConsoleRequest) -> HttpResponseBase:
    return page(
        request,
        _("Payments"),
        _("What companies paid, or tried to pay."),
        actions=_actions(request),
        tabs=tabs(request, "payments"),
        sections=[Section(table=payments_table(operator_id=request.party.id))],
        live="books",
    )


def tabs(request: ConsoleRequest, here: str) -> list[Tab]:
    unmatched = queries.unmatched_lines(request.party.id).count()
    return [
        Tab(_("By age"), reverse("console:operator:receivables"), here == "aging"),
        Tab(_("Open bills"), reverse("console:operator:open_bills"), here == "open"),
        Tab(_("Payments"), reverse("console:operator:payments"), here == "payments"),
        Tab(pgettext("money", "Bank"), reverse("console:operator:bank"), here == "bank", unmatched or None),
        Tab(_("Terms"), reverse("console:operator:terms_of_payment"), here == "terms"),
    ]


def _actions(request: ConsoleRequest) -> list[Action]:
    if not request.may(Right.MONEY):
        return []
    return [Action(_("Bank file"), reverse("console:operator:take_bank_file"), icon="upload", tone="primary")]


def _chart(rows: list[Aged], currency: str, several: bool) -> Section:
    sums = queries.by_bucket(rows, currency)
    parts = list(zip(buckets(), sums, strict=True))
    option = charts.bars_of_money(pgettext("by companies", "Owed"), parts, currency)
    caption = _("Owed by age, in %(currency)s") % {"currency": currency}
    return Section(currency if several else "", chart=option, caption=caption, id=f"ages-{currency}")


def _aging_table(rows: list[Aged]) -> Table:
    def bucket(place: int) -> Any:
        return lambda row: Money(row.buckets[place], row.currency) if row.buckets[place] else ""

    return Table(
        rows,
        [
            Column("customer", _("Company"), filterable=True, show=lambda row: name_of(row.customer)),
            *(
                Column(f"bucket_{place}", word, "number", show=bucket(place))
                for place, word in enumerate(buckets())
            ),
            Column("total_minor", pgettext("by companies", "Owed"), "money", sortable=True),
            Column("credit_minor", _("Credit"), "money", hidden=True),
        ],
        Empty("circle-check", _("Nobody owes you anything"), _("Bills appear here when a month is closed.")),
        name="aging",
        order="-total_minor",
        href=lambda row: f"{reverse('console:operator:open_bills')}?customer={row.pk}",
        filter_hint=_("Filter by company"),
    )
