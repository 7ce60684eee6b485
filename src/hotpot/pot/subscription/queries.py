"""Who may use what, and what runs for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hotpot.pot.subscription.models import Seat, SeatImport, Subscription, Suspension
from hotpot.pot.subscription.wire import Answer

# One look-up in the index `entitled`, which carries the answer itself; a stop goes before it (see stops.py).
ENTITLED = """
SELECT "limit", customer_id
  FROM subscription_entitlement
 WHERE number = %(number)s AND app_id = %(app)s AND function = %(function)s
   AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s)
   AND NOT subscription_stopped(customer_id, app_id)
 ORDER BY starts_at DESC
 LIMIT 1
"""

# The same look-up for a crowd.
ENTITLED_NUMBERS = """
SELECT wanted.number
  FROM unnest(%(numbers)s::text[]) AS wanted (number)
 WHERE EXISTS (
        SELECT FROM subscription_entitlement AS entitlement
         WHERE entitlement.number = wanted.number AND app_id = %(app)s AND function = %(function)s
           AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s)
           AND NOT subscription_stopped(customer_id, app_id))
"""

# A department and all below it.
WITHIN = """
WITH RECURSIVE within AS (
    SELECT id FROM party_department WHERE id = %(department)s AND customer_id = %(customer)s
     UNION SELECT child.id FROM party_department AS child JOIN within ON child.parent_id = within.id
)
SELECT person.number
  FROM party_member AS member
  JOIN within ON within.id = member.department_id
  JOIN identity_person AS person ON person.id = member.person_id
 WHERE member.customer_id = %(customer)s AND (member.left_on IS NULL OR member.left_on > %(day)s)
"""


def entitled(number: str, app_id: str, function: str, now: datetime) -> Answer:
    """May this number (E.164) use this function of the app at that moment, and how much."""
    with connection.cursor() as cursor:
        cursor.execute(ENTITLED, {"number": number, "app": app_id, "function": function, "now": now})
        row = cursor.fetchone()
    return Answer(False) if row is None else Answer(True, *row)


def entitled_numbers(numbers: Iterable[str], app_id: str, function: str, now: datetime) -> set[str]:
    """Those of the numbers that may use this function at that moment."""
    values: dict[str, Any] = {"numbers": list(numbers), "app": app_id, "function": function, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(ENTITLED_NUMBERS, values)
        return {number for (number,) in cursor.fetchall()}


def numbers_of_department(customer_id: int, department_id: int, day: date) -> list[str]:
    """Of all who work in the department, or one below it, on that day."""
    with connection.cursor() as cursor:
        cursor.execute(WITHIN, {"customer": customer_id, "department": department_id, "day": day})
        return [number for (number,) in cursor.fetchall()]


def on_day(day: date) -> Q:
    """Rows that have begun and not ended on that day."""
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))


def seats_of(subscription_id: int) -> QuerySet[Seat]:
    """Newest first, with their members; seats that never began are left out."""
    seats = Seat.objects.filter(subscription_id=subscription_id).exclude(ends_on=F("starts_on"))
    return seats.select_related("member", "member__department").order_by("-starts_on", "-id")


def seats_on(subscription_ids: Sequence[int], day: date) -> dict[int, int]:
    """Subscription id -> how many seats on that day."""
    rows = Seat.objects.filter(on_day(day), subscription_id__in=subscription_ids)
    return dict(rows.values_list("subscription_id").annotate(seats=Count("id")))


def subscriptions(day: date) -> QuerySet[Subscription]:
    """All that the reader sees, with `seats_now` and `suspended_since` (None while it runs) on that day."""
    seats = Seat.objects.filter(on_day(day), subscription=OuterRef("pk")).order_by().values("subscription")
    suspensions = Suspension.objects.filter(on_day(day), subscription=OuterRef("pk"))
    return (
        Subscription.objects.select_related("app", "offer", "customer", "operator", "integrator")
        .annotate(
            seats_now=Coalesce(Subquery(seats.annotate(count=Count("id")).values("count")), 0),
            suspended_since=Subquery(suspensions.values("starts_on")[:1]),
        )
        .order_by("-starts_on", "-id")
    )


def state_of(subscription: Subscription, day: date) -> str:
    """coming, active, suspended or ended. Takes the annotation of `subscriptions()` where it is there."""
    if subscription.ends_on is not None and subscription.ends_on <= day:
        return "ended"
    if subscription.starts_on > day:
        return "coming"
    if hasattr(subscription, "suspended_since"):
        suspended = subscription.suspended_since is not None
    else:
        suspended = subscription.suspensions.filter(on_day(day)).exists()
    return "suspended" if suspended else "active"


def imports_of(subscription_id: int) -> QuerySet[SeatImport]:
    """Newest first, without the files themselves."""
    return SeatImport.objects.filter(subscription_id=subscription_id).defer("content").order_by("-id")


def seats_of_number(customer_id: int, number: str) -> QuerySet[Seat]:
    """A number's seats in a company, newest first; seats that never began are left out."""
    seats = Seat.objects.filter(customer_id=customer_id, number=number).exclude(ends_on=F("starts_on"))
    return seats.select_related("subscription__app").order_by("-starts_on", "-id")


def parties_of(subscription: Subscription) -> list[int | None]:
    """The customer, the operator, the integrator if any, the developer."""
    return [
        subscription.customer_id,
        subscription.operator_id,
        subscription.integrator_id,
        subscription.developer_id,
    ]
