"""The customers of one app and their people, as the rooms of this process know them.

Everything here works as the system, since an assignee's colleagues are not the assignee's to read, and is
narrowed to the customers whose subscription to the app runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from hotpot.pot.access.readers import as_system
from hotpot.pot.events.wire import Event
from hotpot.pot.party.models import Department as DepartmentRow
from hotpot.pot.party.models import Member as MemberRow
from hotpot.pot.party.models import Membership
from hotpot.pot.subscription.models import Entitlement as EntitlementRow
from hotpot.sdk.platform import Department, Member, PlatformEvent

MANAGING = (Membership.Role.OWNER, Membership.Role.MANAGER)

CUSTOMERS = """
SELECT DISTINCT subscription.customer_id
  FROM subscription_subscription AS subscription
  JOIN party_party AS customer ON customer.id = subscription.customer_id
 CROSS JOIN LATERAL (SELECT (%(now)s::timestamptz AT TIME ZONE customer.time_zone)::date AS today) AS day
 WHERE subscription.app_id = %(app)s AND subscription.starts_on <= day.today
   AND (subscription.ends_on IS NULL OR subscription.ends_on > day.today)
"""

# Numbers that have a seat for this app and for no other: what they write without a question is for it.
ONLY_THIS_APP = """
SELECT number FROM subscription_entitlement
 WHERE number = ANY (%(numbers)s) AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s)
 GROUP BY number HAVING min(app_id) = %(app)s AND max(app_id) = %(app)s
"""

MEMBER_COLUMNS = (
    "person_id",
    "customer_id",
    "name",
    "person__number",
    "person__language",
    "person__time_zone",
    "department__name",
    "roles",
    "department_id",
    "customer__name",
)
# The same of named people. It is on the way of every decision, and composing it costs more than running it.
MEMBERS = """
SELECT person_id, member.customer_id, member.name, person.number, person.language, person.time_zone,
       department.name, member.roles, member.department_id, customer.name
  FROM unnest(%(persons)s::bigint[], %(customers)s::bigint[]) AS named (person_id, customer_id)
  JOIN party_member AS member USING (person_id, customer_id)
  JOIN identity_person AS person ON person.id = person_id
  JOIN party_party AS customer ON customer.id = member.customer_id
  LEFT JOIN party_department AS department ON department.id = member.department_id
 ORDER BY member.left_on NULLS LAST, member.id
"""

MemberKey = tuple[int, int]  # person, customer
P = ParamSpec("P")
T = TypeVar("T")


def across(verb: Callable[P, T]) -> Callable[P, T]:
    """The verb works as the system, in the caller's transaction; it narrows to customers itself."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with as_system():
            return verb(*args, **kwargs)

    return run


class Market:
    """The customers of one app and their people, read once each in a transaction."""

    def __init__(self, app_id: str, now: datetime) -> None:
        self.app_id = app_id
        self.now = now
        self._known: dict[MemberKey, Member] = {}

    @cached_property
    def customer_ids(self) -> frozenset[int]:
        with as_system(), connection.cursor() as cursor:
            cursor.execute(CUSTOMERS, {"app": self.app_id, "now": self.now})
            return frozenset(id for (id,) in cursor.fetchall())

    @across
    def members(self, keys: Iterable[MemberKey]) -> Mapping[MemberKey, Member]:
        """Also those who have left, so that history keeps its names."""
        missing = [key for key in set(keys) - self._known.keys() if key[1] in self.customer_ids]
        if missing:
            persons, customers = map(list, zip(*missing, strict=True))
            with connection.cursor() as cursor:
                cursor.execute(MEMBERS, {"persons": persons, "customers": customers})
                self._remember(_member(row) for row in cursor.fetchall())
        return self._known

    def know(self, rows: QuerySet[MemberRow]) -> list[Member]:
        """A person who left and came back is as of the newest employment."""
        rows = rows.order_by(F("left_on").asc(nulls_last=True), "id")
        return self._remember(_members(rows))

    def _remember(self, members: Iterable[Member]) -> list[Member]:
        found = {(one.person_id, one.customer_id): one for one in members}
        self._known.update(found)
        return list(found.values())

    @across
    def members_by_number(self, numbers: Iterable[str]) -> Mapping[str, Sequence[Member]]:
        """Who is a member of a customer today, by number; a person may work for two."""
        rows = MemberRow.objects.filter(
            present(self.now), person__number__in=set(numbers), customer_id__in=self.customer_ids
        )
        found: dict[str, list[Member]] = defaultdict(list)
        for member in self.know(rows):
            found[member.number].append(member)
        return found

    @across
    def concerning(self, events: Sequence[Event]) -> list[PlatformEvent]:
        stray = {event.data["number"] for event in events if _is_stray(event)}
        ours = self._with_this_app_only(stray) if stray else set()
        return [_platform_event(event) for event in events if self._concerns(event, ours)]

    def _concerns(self, event: Event, ours: set[str]) -> bool:
        if _is_stray(event):
            return event.data["number"] in ours
        if event.data.get("app_id", self.app_id) != self.app_id:
            return False
        return not self.customer_ids.isdisjoint(event.party_ids)

    def _with_this_app_only(self, numbers: set[str]) -> set[str]:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"numbers": list(numbers), "app": self.app_id, "now": self.now}
            cursor.execute(ONLY_THIS_APP, values)
            return {number for (number,) in cursor.fetchall()}


def _is_stray(event: Event) -> bool:
    """A reply that answers no app's question."""
    return event.type == "message.replied" and not event.data["app_id"]


def _platform_event(event: Event) -> PlatformEvent:
    return PlatformEvent(str(event.id), event.type, event.subject, event.time, event.data)


def present(now: datetime) -> Q:
    """Members who have not left. A day's difference between time zones doesn't matter here."""
    return Q(left_on=None) | Q(left_on__gt=now.date())


def _members(rows: QuerySet[MemberRow]) -> list[Member]:
    return [_member(row) for row in rows.values_list(*MEMBER_COLUMNS)]


def _member(row: Sequence[Any]) -> Member:
    person, customer, name, number, language, zone, department, roles, unit, company = row
    return Member(
        person, customer, name, number, language, zone, department or "", tuple(roles), unit, company
    )


class LocalMembers:
    def __init__(self, market: Market) -> None:
        self._market = market

    def get(self, person_id: int, customer_id: int) -> Member | None:
        key = (person_id, customer_id)
        return self._market.members([key]).get(key)

    @across
    def search(self, customer_id: int, text: str, *, limit: int = 20) -> Sequence[Member]:
        if customer_id not in self._market.customer_ids:
            return []
        found = MemberRow.objects.filter(
            present(self._market.now), seated(self._market), customer_id=customer_id
        )
        words = text.strip()
        if words:
            found = found.filter(
                Q(name__icontains=words)
                | Q(person__number__icontains=words)
                | Q(department__name__icontains=words)
            )
        return _members(found.order_by("name", "person_id")[:limit])

    @across
    def employments(self, person_id: int) -> Sequence[Member]:
        market = self._market
        rows = MemberRow.objects.filter(
            present(market.now), seated(market), person_id=person_id, customer_id__in=market.customer_ids
        )
        return sorted(market.know(rows), key=lambda member: member.customer_id)

    @across
    def departments(self, customer_id: int) -> Sequence[Department]:
        if customer_id not in self._market.customer_ids:
            return []
        rows = DepartmentRow.objects.filter(customer_id=customer_id).order_by("name", "id")
        return [Department(row.id, row.name, row.parent_id) for row in rows]

    @across
    def managers(self, customer_id: int) -> Sequence[Member]:
        memberships = Membership.objects.filter(party_id=customer_id, role__in=MANAGING)
        rows = MemberRow.objects.filter(
            present(self._market.now),
            seated(self._market),
            customer_id=customer_id,
            customer_id__in=self._market.customer_ids,
            person_id__in=memberships.values("person_id"),
        )
        return sorted(self._market.know(rows), key=lambda member: (member.name, member.person_id))


def seated(market: Market) -> Exists:
    """Members whose number may use something of the app now."""
    return Exists(
        EntitlementRow.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=market.now),
            number=OuterRef("person__number"),
            app_id=market.app_id,
            customer_id=OuterRef("customer_id"),
            starts_at__lte=market.now,
        )
    )
