"""The platform for apps that run in the same process: the SDK's verbs over the rooms' own.

It looks across parties as the system, since an assignee's colleagues are not the assignee's to read; so
everything here is narrowed to the customers whose subscription to the app runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Literal, ParamSpec, TypeVar, cast

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from hotpot.pot.access.readers import as_system
from hotpot.pot.connector import deciding, queries
from hotpot.pot.connector.models import Assignee
from hotpot.pot.connector.models import Task as TaskRow
from hotpot.pot.events import actions as event_actions
from hotpot.pot.events.wire import Actor, Event, Fact
from hotpot.pot.messaging import actions as messaging_actions
from hotpot.pot.messaging.queries import templates_of
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.party.models import Member as MemberRow
from hotpot.pot.subscription import queries as subscription_queries
from hotpot.pot.subscription.models import Entitlement as EntitlementRow
from hotpot.sdk.errors import Forbidden, Invalid
from hotpot.sdk.manifest import Manifest
from hotpot.sdk.platform import (
    Decision,
    DecisionResult,
    Entitlement,
    Member,
    NewDecision,
    NewMessage,
    PlatformEvent,
    Reply,
    Task,
    Transfer,
    Verdict,
    Way,
)
from hotpot.sdk.scopes import Scopes
from hotpot.sdk.storage import LocalStorage

# Customers whose subscription to the app runs on their own calendar's day.
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


class LocalPot:
    """Wears `hotpot.sdk.platform.Pot` for one app, at one moment, in the caller's transaction."""

    def __init__(self, manifest: Manifest, now: datetime) -> None:
        self._manifest = manifest
        self._now = now
        self._scopes = Scopes(manifest)
        self._market = Market(manifest.id, now)

    @property
    def now(self) -> datetime:
        return self._now

    @cached_property
    def members(self) -> LocalMembers:
        self._scopes.require("members")
        return LocalMembers(self._market)

    @cached_property
    def entitlements(self) -> LocalEntitlements:
        return LocalEntitlements(self._market)

    @cached_property
    def messages(self) -> LocalMessages:
        self._scopes.require("messages")
        return LocalMessages(self._market)

    @cached_property
    def tasks(self) -> LocalTasks:
        self._scopes.require("tasks")
        return LocalTasks(self._market)

    @cached_property
    def events(self) -> LocalEvents:
        self._scopes.require("events")
        return LocalEvents(self._market)

    @cached_property
    def storage(self) -> LocalStorage:
        self._scopes.require("storage")
        return LocalStorage(self._manifest.id)

    def concerning(self, events: Sequence[Event]) -> list[PlatformEvent]:
        """Those of the record's events that are for this app, as the app sees them."""
        return self._market.concerning(events)


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
        missing = set(keys) - self._known.keys()
        if missing:
            persons, customers = ({key[place] for key in missing} for place in (0, 1))
            rows = MemberRow.objects.filter(
                person_id__in=persons, customer_id__in=customers & self.customer_ids
            )
            self.know(rows)
        return self._known

    def know(self, rows: QuerySet[MemberRow]) -> list[Member]:
        """A person who left and came back is as of the newest employment."""
        rows = rows.select_related("person", "department").order_by(F("left_on").asc(nulls_last=True), "id")
        found = {(row.person_id, row.customer_id): _member(row) for row in rows}
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


def _member(row: MemberRow) -> Member:
    return Member(
        person_id=row.person_id,
        customer_id=row.customer_id,
        name=row.name,
        number=row.person.number,
        language=row.person.language,
        time_zone=row.person.time_zone,
        department=row.department.name if row.department else "",
        roles=tuple(row.roles),
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
        rows = found.select_related("person", "department").order_by("name", "person_id")[:limit]
        return [_member(row) for row in rows]


class LocalEntitlements:
    def __init__(self, market: Market) -> None:
        self._market = market

    @across
    def check(self, number: str, function: str) -> Entitlement:
        market = self._market
        answer = subscription_queries.entitled(number, market.app_id, function, market.now)
        return Entitlement(answer.allowed, answer.limit)

    @across
    def allowed(self, numbers: Iterable[str], function: str) -> set[str]:
        market = self._market
        return subscription_queries.entitled_numbers(numbers, market.app_id, function, market.now)


class LocalMessages:
    def __init__(self, market: Market) -> None:
        self._market = market

    @cached_property
    def _templates(self) -> Mapping[str, Mapping[str, str]]:
        with as_system():
            return templates_of(self._market.app_id)

    def register_templates(self, templates: Mapping[str, Mapping[str, str]]) -> None:
        messaging_actions.register_templates(self._market.app_id, templates)
        self.__dict__.pop("_templates", None)

    @across
    def send(self, messages: Sequence[NewMessage]) -> Sequence[int]:
        """An app writes to members of its customers, at the number that the directory has for them."""
        if not messages:
            return []
        known = self._market.members((one.to.person_id, one.to.customer_id) for one in messages)
        outbound = [self._outbound(one, known) for one in messages]
        return messaging_actions.send(outbound, now=self._market.now)

    @across
    def close_asks(self, references: Sequence[str]) -> None:
        messaging_actions.close_asks(self._market.app_id, references, now=self._market.now)

    def replies(self, events: Sequence[PlatformEvent]) -> Sequence[Reply]:
        by_number = self._market.members_by_number(event.data["number"] for event in events)
        return [
            Reply(
                event.data["message_id"], by_number[event.data["number"]][0], event.data["text"],
                event.data["ask"], event.data["late"], event.time,
            )
            for event in events
            if event.data["number"] in by_number
        ]  # fmt: skip

    def _outbound(self, message: NewMessage, known: Mapping[MemberKey, Member]) -> Outbound:
        to = known.get((message.to.person_id, message.to.customer_id))
        if to is None:
            raise Forbidden("A message goes to a member of a customer that subscribes to the app.")
        texts = self._templates.get(message.template)
        if texts is None:
            raise Invalid(f"There is no message template “{message.template}”. Add it to manifest.toml.")
        return Outbound(
            f"{self._market.app_id}:{message.key}",
            to.number,
            messaging_actions.render(texts, to.language, message.values),
            self._market.app_id,
            to.customer_id,
            message.ask,
        )


class LocalTasks:
    def __init__(self, market: Market) -> None:
        self._market = market

    @across
    def get(self, task_ids: Sequence[int]) -> Mapping[int, Task]:
        tasks = self._read(self._ours().filter(id__in=set(task_ids)))
        return {id: tasks[id] for id in dict.fromkeys(task_ids) if id in tasks}

    @across
    def inbox(
        self, person_id: int, *, done: bool = False, before: int | None = None, limit: int = 50
    ) -> Sequence[Task]:
        rows = self._ours()
        if done:
            rows = rows.filter(decision__person_id=person_id)
        else:
            rows = rows.filter(self._waits_for(person_id), state=TaskRow.State.OPEN)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return list(self._read(rows.order_by("-id")[:limit]).values())

    @across
    def count_open(self, person_id: int) -> int:
        return self._ours().filter(self._waits_for(person_id), state=TaskRow.State.OPEN).count()

    @across
    def decide(self, decisions: Sequence[NewDecision]) -> Sequence[DecisionResult]:
        """Who never had a task learns nothing of it."""
        judged = deciding.decide(decisions, among=self._ours(), now=self._market.now)
        seen = [one for new, one in zip(decisions, judged, strict=True) if new.person_id in one.people]
        tasks = self._tasks(
            {one.task.id: one.task for one in seen if one.task}.values(),
            {one.task.id: one.assignees for one in seen if one.task},
        )
        return [
            DecisionResult(one.outcome, tasks[new.task_id])
            if new.person_id in one.people
            else DecisionResult("not_yours" if one.task else "unknown", None)
            for new, one in zip(decisions, judged, strict=True)
        ]

    @across
    def transfer(
        self, task_id: int, *, person_id: int, to_person_id: int, comment: str = "", way: Way = "page"
    ) -> DecisionResult:
        had = self._had([task_id])
        if person_id not in had.get(task_id, ()):
            return DecisionResult("not_yours" if task_id in had else "unknown", None)
        task = self.get([task_id])[task_id]
        if task.state == "open" and not self._may_take_over(to_person_id, task.customer_id):
            return DecisionResult("unknown", task)
        outcome = deciding.transfer(
            task_id,
            person_id=person_id,
            to_person_id=to_person_id,
            comment=comment,
            way=way,
            now=self._market.now,
        )
        return DecisionResult(outcome, self.get([task_id])[task_id])

    def _ours(self) -> QuerySet[TaskRow]:
        return TaskRow.objects.filter(app_id=self._market.app_id, customer_id__in=self._market.customer_ids)

    def _waits_for(self, person_id: int) -> Exists:
        return Exists(
            Assignee.objects.filter(task_id=OuterRef("id"), person_id=person_id, transferred_at=None)
        )

    def _had(self, task_ids: Sequence[int]) -> Mapping[int, set[int]]:
        """task id -> all who have or had it; only tasks of this app."""
        rows = self._ours().filter(id__in=set(task_ids)).values_list("id", "assignees__person_id")
        had: dict[int, set[int]] = defaultdict(set)
        for task_id, person_id in rows:
            had[task_id].add(person_id)
        return had

    def _may_take_over(self, person_id: int, customer_id: int) -> bool:
        colleagues = MemberRow.objects.filter(present(self._market.now), seated(self._market))
        return colleagues.filter(person_id=person_id, customer_id=customer_id).exists()

    def _read(self, rows: QuerySet[TaskRow]) -> Mapping[int, Task]:
        """In the rows' order, in three round trips however many they are."""
        found = list(rows.select_related("decision__write_back"))
        return self._tasks(found, queries.all_assignees([row.id for row in found]))

    def _tasks(
        self, rows: Collection[TaskRow], assignees: Mapping[int, Sequence[Assignee]]
    ) -> Mapping[int, Task]:
        """With their people, in one round trip however many they are."""
        keys = {(one.person_id, one.customer_id) for some in assignees.values() for one in some}
        keys |= {
            (id, one.customer_id)
            for some in assignees.values()
            for one in some
            if (id := one.transferred_to_id)
        }
        keys |= {(row.decision.person_id, row.customer_id) for row in rows if hasattr(row, "decision")}
        people = self._market.members(keys)
        return {row.id: _task(row, assignees[row.id], people) for row in rows}


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


def _task(row: TaskRow, assignees: Sequence[Assignee], people: Mapping[MemberKey, Member]) -> Task:
    def member(person_id: int) -> Member:
        return people[person_id, row.customer_id]

    return Task(
        id=row.id,
        customer_id=row.customer_id,
        title=row.title,
        applicant=row.applicant,
        amount_minor=row.amount_minor,
        currency=row.currency,
        details=dict(row.details),
        state=cast("Literal['open', 'decided', 'withdrawn']", row.state),
        appeared_at=row.appeared_at,
        assignees=tuple(member(one.person_id) for one in assignees if one.transferred_at is None),
        decision=_decision(row, member) if hasattr(row, "decision") else None,
        transfers=tuple(
            Transfer(member(one.person_id), member(one.transferred_to_id), one.transferred_at, one.comment)
            for one in sorted(assignees, key=_when_transferred)
            if one.transferred_at is not None and one.transferred_to_id is not None
        ),
        ended_at=row.ended_at,
    )


def _when_transferred(assignee: Assignee) -> tuple[bool, datetime, int]:
    at = assignee.transferred_at
    return at is None, at or assignee.since, assignee.id


def _decision(row: TaskRow, member: Callable[[int], Member]) -> Decision:
    decision = row.decision
    return Decision(
        verdict=cast("Verdict", decision.verdict),
        comment=decision.comment,
        way=decision.way,
        by=member(decision.person_id),
        at=decision.decided_at,
        written_back=cast("Literal['waiting', 'done', 'refused']", decision.write_back.state),
    )


class LocalEvents:
    def __init__(self, market: Market) -> None:
        self._market = market

    @across
    def record(
        self, type: str, subject: str, *, customer_id: int, person_id: int | None, data: Mapping[str, Any]
    ) -> None:
        if customer_id not in self._market.customer_ids:
            raise Forbidden("An app records what concerns its own customers.")
        told = {**data, "app_id": self._market.app_id}
        fact = Fact(f"{self._market.app_id}.{type}", subject, [customer_id], told, [person_id])
        event_actions.record(Actor(person_id, None, "app"), fact, now=self._market.now)
