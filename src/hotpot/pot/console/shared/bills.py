"""Bills and statements as lists; the papers themselves are pages of billing and settlement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.console import charts, queries
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Action, Figure, Section, amounts, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.console.shared.payout_account import payouts_table
from hotpot.pot.console.shared.statement import disputes_table
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right
from hotpot.pot.payment.queries import bills_with_open, state_of_bill
from hotpot.pot.settlement.models import Payout, Statement
from hotpot.pot.web.shown import chip
from hotpot.pot.web.tables import Column, Empty, Table

CHART_MONTHS = 12
PAYOUTS = 100
BILL_SIDES = {Party.Kind.OPERATOR: "operator_id", Party.Kind.CUSTOMER: "customer_id"}


@area("operator", "customer")
def bills(request: ConsoleRequest) -> HttpResponseBase:
    operator = request.party.kind == Party.Kind.OPERATOR
    side = BILL_SIDES[Party.Kind(request.party.kind)]
    intro = (
        _("What companies owe you for the months that are closed.")
        if operator
        else _("What you owe for seats, month by month. Each amount opens what made it.")
    )
    months = queries.last_months(request.today, 2)[::-1]
    return page(
        request,
        _("Bills"),
        intro,
        actions=[] if operator else pay_actions(request),
        figures=[
            Figure(
                _("Billed in %(month)s") % {"month": month},
                amounts(queries.billed(side, request.party.id, month.first_day)),
            )
            for month in months
        ],
        sections=[Section(table=bills_table(request, **{side: request.party.id}))],
    )


def pay_actions(request: ConsoleRequest) -> list[Action]:
    """One button an operator that something is owed to."""
    if not request.may(Right.MONEY):
        return []
    owing = bills_with_open(customer_id=request.party.id).filter(open_minor__gt=0)
    operators = {bill.operator_id: bill.operator for bill in owing}
    several = len(operators) > 1
    return [
        Action(
            _("Pay %(operator)s") % {"operator": name_of(operator)} if several else _("Pay now"),
            reverse("console:customer:pay", args=[operator.id]),
            icon="credit-card",
            tone="" if several else "primary",
        )
        for operator in operators.values()
    ]


def bills_table(request: ConsoleRequest, **filters: Any) -> Table:
    if request.party.kind == Party.Kind.OPERATOR:
        filters["operator_id"] = request.party.id
        other = named("customer", _("Company"))
    else:
        other = named("operator", _("Operator"))
    today = request.today
    return Table(
        bills_with_open(**filters),
        [
            Column("number", _("Bill"), sortable=True, show=bill_word),
            other,
            Column("period", _("Month"), sortable=True, show=lambda row: str(Month.of(row.period))),
            Column("due_on", _("Due on"), "day", sortable=True),
            Column(
                "kind", _("State"), "chip", show=lambda row: chip(state_of_bill(row, row.open_minor, today))
            ),
            Column("open_minor", pgettext("amount", "Open"), "money", sortable=True),
            Column("total_minor", _("Total"), "money", sortable=True),
            Column("issued_at", _("Issued"), "time", sortable=True, hidden=True),
        ],
        Empty("receipt", _("No bill yet"), _("Bills appear here when a month is closed.")),
        name="bills",
        order="-period",
        href=lambda row: reverse("billing:bill", args=[row.pk]),
    )


def bill_word(row: Bill) -> str:
    words = _("Credit note %(number)s") if row.kind == Bill.Kind.CREDIT_NOTE else _("Bill %(number)s")
    return words % {"number": row.number}


@area("operator", "integrator", "developer")
def statements(request: ConsoleRequest) -> HttpResponseBase:
    operator = request.party.kind == Party.Kind.OPERATOR
    intro = (
        _("What you owe your partners of what you billed.")
        if operator
        else _("What operators owe you, month by month, down to the seat.")
    )
    side = "operator_id" if operator else "partner_id"
    table = statements_table(request, **{side: request.party.id})
    return page(request, _("Statements"), intro, sections=[Section(table=table)])


def statements_table(request: ConsoleRequest, **filters: Any) -> Table:
    if request.party.kind == Party.Kind.OPERATOR:
        filters["operator_id"] = request.party.id
        other = named("partner", _("Partner"))
    else:
        other = named("operator", _("Operator"))
    return Table(
        Statement.objects.filter(**filters).select_related("partner", "operator"),
        [
            Column("number", _("Statement"), sortable=True, show=statement_word),
            other,
            Column("period", _("Month"), sortable=True, show=lambda row: str(Month.of(row.period))),
            Column("total_minor", _("Total"), "money", sortable=True),
            Column("issued_at", _("Issued"), "time", sortable=True),
        ],
        Empty(
            "file-text", _("No statement yet"), _("Statements appear here when an operator closes a month.")
        ),
        name="statements",
        order="-period",
        href=lambda row: reverse("settlement:statement", args=[row.pk]),
    )


def statement_word(row: Statement) -> str:
    return _("Statement %(number)s") % {"number": row.number}


@area("integrator", "developer")
def earnings(request: ConsoleRequest) -> HttpResponseBase:
    months = queries.last_months(request.today, CHART_MONTHS)
    earned = queries.earned_by_month(request.party.id, months[0].first_day)
    last = months[-1]
    month_sums = {unit: sums.get(last.first_day, 0) for unit, sums in earned.items()}
    year_sums = {unit: sum(sums.values()) for unit, sums in earned.items()}
    return page(
        request,
        _("Earnings"),
        _("Your part of what operators billed, by month."),
        actions=[Action(_("Bank account"), reverse("console:payout_account"), icon="landmark")],
        figures=[
            Figure(_("Earned in %(month)s") % {"month": last}, amounts(month_sums), "#statements"),
            Figure(_("In twelve months"), amounts(year_sums), "#statements"),
        ],
        sections=[
            *(earned_chart(unit, sums, months) for unit, sums in earned.items()),
            Section(
                _("Statements"), table=statements_table(request, partner_id=request.party.id), id="statements"
            ),
            Section(_("Payouts"), table=payouts_table(_payouts(request), operators=True), id="payouts"),
            Section(
                _("Disputes"), table=disputes_table(statement__partner_id=request.party.id), id="disputes"
            ),
        ],
    )


def _payouts(request: ConsoleRequest) -> QuerySet[Payout]:
    """The newest of them: older ones stand on their statements."""
    held = Payout.objects.filter(partner=request.party).select_related("operator", "run")
    return held.order_by("-id")[:PAYOUTS]


def earned_chart(currency: str, sums: Mapping[date, int], months: list[Month]) -> Section:
    return Section(
        _("Earned by month, in %(currency)s") % {"currency": currency},
        chart=charts.months_of_money(months, {_("Earned"): sums}, currency),
        caption=_("Earned by month, in %(currency)s") % {"currency": currency},
        id=f"earned-{currency}",
    )
