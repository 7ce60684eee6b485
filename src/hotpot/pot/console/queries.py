"""Figures that join rooms: what overviews and charts show. Each is one or two aggregates, never a loop.

`side` is the column by which rows are the party's: "operator_id", "integrator_id", "customer_id" or
"developer_id".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.catalog.models import App
from hotpot.pot.connector.models import Assignee, Connector, Task
from hotpot.pot.ledger.models import Account
from hotpot.pot.party.models import Certification, Department, Engagement
from hotpot.pot.settlement.models import Share, Statement
from hotpot.pot.subscription.models import Seat, Subscription
from hotpot.pot.subscription.queries import on_day
from hotpot.pot.web.shown import name_of

Minor = dict[str, int]  # currency -> minor units
OPEN_CERTIFICATIONS = (Certification.State.APPLIED, Certification.State.REVIEWING)


def waiting(what: str, party_id: int) -> int:
    """How many wait for somebody of the party: shown as a badge in the rail."""
    if what == "certifications":
        open_ones = Certification.objects.filter(operator_id=party_id, state__in=OPEN_CERTIFICATIONS)
        return open_ones.count()
    return Task.objects.filter(customer_id=party_id, state=Task.State.OPEN).count()


# Seats


def running(side: str, party_id: int, day: date) -> QuerySet[Subscription]:
    """Subscriptions that have begun and not ended."""
    return Subscription.objects.filter(on_day(day), **{side: party_id})


def seats_on(side: str, party_id: int, day: date) -> int:
    return Seat.objects.filter(on_day(day), **{f"subscription__{side}": party_id}).count()


def seats_by_day(side: str, party_id: int, since: date, until: date) -> list[tuple[date, int]]:
    """Both days included. Counts what began and what ended, so that it costs the same for any span."""
    seats = Seat.objects.filter(**{f"subscription__{side}": party_id}).exclude(ends_on=F("starts_on"))
    begun = _by_day(seats, "starts_on", until)
    ended = _by_day(seats, "ends_on", until)
    before = sum(n for day, n in begun.items() if day < since) - sum(
        n for day, n in ended.items() if day < since
    )
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    changes = (begun[day] - ended[day] for day in days)
    return list(zip(days, list(accumulate(changes, initial=before))[1:], strict=True))


def _by_day(seats: QuerySet[Seat], column: str, until: date) -> Counter[date]:
    rows = seats.filter(**{f"{column}__lte": until}).values_list(column).annotate(seats=Count("id"))
    return Counter(dict(rows.order_by()))


def seats_by_app(side: str, party_id: int, day: date) -> list[tuple[str, int]]:
    rows = Seat.objects.filter(on_day(day), **{f"subscription__{side}": party_id})
    counts = rows.values_list("subscription__app").annotate(seats=Count("id")).order_by("-seats")
    names = app_names(app for app, _seats in counts)
    return [(names[app], seats) for app, seats in counts]


def app_names(ids: Iterable[str]) -> dict[str, str]:
    """In the reader's language. An app that the reader may not see keeps its id."""
    wanted = set(ids)
    return {one: one for one in wanted} | {app.id: name_of(app) for app in App.objects.filter(id__in=wanted)}


# Money


def billed(side: str, party_id: int, period: date) -> Minor:
    """Sums of the bills of a month. `side` is "operator_id" or "customer_id"."""
    rows = Bill.objects.filter(period=period, **{side: party_id})
    return dict(rows.values_list("currency").annotate(sum=Sum("total_minor")).order_by())


def billed_by_app(operator_id: int, periods: Sequence[date]) -> dict[str, dict[tuple[date, str], int]]:
    """App name -> (period, currency) -> minor units."""
    rows = (
        BillLine.objects.filter(bill__operator_id=operator_id, bill__period__in=periods)
        .values_list("subscription__app", "bill__period", "bill__currency")
        .annotate(sum=Sum("amount_minor"))
        .order_by("subscription__app")
    )
    names = app_names(app for app, *_rest in rows)
    found: dict[str, dict[tuple[date, str], int]] = {}
    for app, period, currency, minor in rows:
        found.setdefault(names[app], {})[period, currency] = minor
    return found


def owed_to_partners(operator_id: int) -> Minor:
    """What the books say is payable: credits, so the balance is turned round."""
    rows = Account.objects.filter(party_id=operator_id, code__startswith=f"operator:{operator_id}:payable:")
    return {currency: -minor for currency, minor in rows.values_list("asset").annotate(sum=Sum("balance"))}


def earned_by_month(partner_id: int, since: date) -> dict[str, dict[date, int]]:
    """Currency -> period -> minor units, of the partner's statements."""
    rows = (
        Statement.objects.filter(partner_id=partner_id, period__gte=since)
        .values_list("currency", "period")
        .annotate(sum=Sum("total_minor"))
        .order_by("period")
    )
    found: dict[str, dict[date, int]] = {}
    for currency, period, minor in rows:
        found.setdefault(currency, {})[period] = minor
    return found


def shared_by_kind(operator_id: int, period: date) -> list[Mapping[str, Any]]:
    """What a month's charges came to for each kind of party: {party__kind, currency, minor}."""
    rows = Share.objects.filter(operator_id=operator_id, period=period)
    return list(
        rows.values("party__kind", "currency").annotate(minor=Sum("amount_minor")).order_by("party__kind")
    )


def last_months(today: date, count: int) -> list[Month]:
    """The months before this one, oldest first."""
    month, months = Month.of(today), []
    for _n in range(count):
        month = month.previous()
        months.append(month)
    return months[::-1]


# Work


def open_tasks(customer_id: int) -> QuerySet[Task]:
    return Task.objects.filter(customer_id=customer_id, state=Task.State.OPEN)


def tasks_waited_for(customer_id: int) -> dict[int, int]:
    """Person id -> how many open tasks wait for them."""
    rows = Assignee.objects.filter(
        customer_id=customer_id, transferred_at=None, task__state=Task.State.OPEN
    ).values_list("person_id")
    return dict(rows.annotate(tasks=Count("id")).order_by())


def troubled_connectors(side: str, party_id: int) -> QuerySet[Connector]:
    return Connector.objects.filter(
        Q(state=Connector.State.BROKEN) | Q(state=Connector.State.BACKING_OFF), **{side: party_id}
    )


# Between two parties


def customers_between(integrator_id: int, operator_id: int, day: date) -> int:
    """Companies that the operator serves through the integrator."""
    rows = Engagement.objects.filter(on_day(day), integrator_id=integrator_id, operator_id=operator_id)
    return rows.values("customer_id").distinct().count()


def seats_between(integrator_id: int, operator_id: int, day: date) -> int:
    return Seat.objects.filter(
        on_day(day), subscription__integrator_id=integrator_id, subscription__operator_id=operator_id
    ).count()


def seats_by(column: str, side: str, party_id: int, day: date) -> dict[Any, int]:
    """Seats of a party on a day, by another column of their subscriptions: "offer_id", "customer_id" …"""
    rows = Seat.objects.filter(on_day(day), **{f"subscription__{side}": party_id})
    counted = rows.values_list(f"subscription__{column}").annotate(seats=Count("id")).order_by()
    return dict(counted)


def billed_between(operator_id: int, customer_id: int, period: date) -> Minor:
    rows = Bill.objects.filter(operator_id=operator_id, customer_id=customer_id, period=period)
    return dict(rows.values_list("currency").annotate(sum=Sum("total_minor")).order_by())


def owed_to(operator_id: int, partner_id: int) -> Minor:
    """What the operator's books owe a partner."""
    rows = Account.objects.filter(
        party_id=operator_id, counterparty_id=partner_id, code__startswith=f"operator:{operator_id}:payable:"
    )
    return {currency: -minor for currency, minor in rows.values_list("asset", "balance")}


def departments_with_people(customer_id: int) -> QuerySet[Department]:
    """With `people`: how many work there now, not counting departments below."""
    here = Q(members__left_on=None, members__id__isnull=False)
    return (
        Department.objects.filter(customer_id=customer_id)
        .select_related("parent")
        .annotate(people=Count("members", filter=here))
    )


@dataclass(frozen=True, slots=True)
class TasksSummary:
    """`median` and `ninetieth`: how long from coming to decision, of those decided since."""

    open: int
    decided: int
    median: timedelta | None
    ninetieth: timedelta | None


# Seconds from a task's coming to its decision, by whole sets.
TASKS_SUMMARY = """
SELECT count(*) FILTER (WHERE task.state = 'open'),
       count(decision.id) FILTER (WHERE decision.decided_at >= %(since)s),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY decision.decided_at - task.appeared_at)
           FILTER (WHERE decision.decided_at >= %(since)s),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY decision.decided_at - task.appeared_at)
           FILTER (WHERE decision.decided_at >= %(since)s)
  FROM connector_task AS task LEFT JOIN connector_decision AS decision ON decision.task_id = task.id
 WHERE task.customer_id = %(customer)s
"""


def tasks_summary(customer_id: int, since: datetime) -> TasksSummary:
    with connection.cursor() as cursor:
        cursor.execute(TASKS_SUMMARY, {"customer": customer_id, "since": since})
        return TasksSummary(*cursor.fetchone())
