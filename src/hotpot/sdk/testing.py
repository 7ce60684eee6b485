"""The platform in memory, for an app's own tests, and a harness that calls an app without a server.

    pot = MemoryPot(app.manifest)
    li = pot.add_member("Li Lei", seat=True)
    task = pot.open_task("Travel claim", to=[li], amount_minor=128450)
    harness = AppHarness(app, pot)
    harness.deliver()                     # task.opened reaches the app
    pot.reply(li, "1", to=pot.outbox[-1])
    harness.deliver()                     # the app reads the reply
    assert pot.task(task.id).decision.verdict == "approved"

tests/conformance runs one suite on this and on the real platform.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal

from hotpot.sdk.app import Answer, App, Kind, Request, Visitor
from hotpot.sdk.errors import Invalid
from hotpot.sdk.manifest import ENGLISH, Manifest
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
    Way,
)
from hotpot.sdk.scopes import Scopes

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SentMessage:
    id: int
    to: Member
    text: str
    ask: str | None
    key: str


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    type: str
    subject: str
    customer_id: int
    person_id: int | None
    data: Mapping[str, Any]


class MemoryPot:
    """Wears `hotpot.sdk.platform.Pot`; the other verbs are the test author's hand on the world."""

    def __init__(self, manifest: Manifest, now: datetime = START) -> None:
        self.manifest = manifest
        self._now = now
        self._ids = count(1)
        self._scopes = Scopes(manifest)
        self._members = _Members()
        self._entitlements = _Entitlements(manifest)
        self._messages = _Messages(self)
        self._tasks = _Tasks(self)
        self._events = _Events(manifest.id)
        self._storage = _Storage()
        self._pending: list[PlatformEvent] = []
        self._messages.register_templates(manifest.templates)

    # What the app sees

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def members(self) -> _Members:
        self._scopes.require("members")
        return self._members

    @property
    def entitlements(self) -> _Entitlements:
        return self._entitlements

    @property
    def messages(self) -> _Messages:
        self._scopes.require("messages")
        return self._messages

    @property
    def tasks(self) -> _Tasks:
        self._scopes.require("tasks")
        return self._tasks

    @property
    def events(self) -> _Events:
        self._scopes.require("events")
        return self._events

    @property
    def storage(self) -> _Storage:
        self._scopes.require("storage")
        return self._storage

    # What the test author does

    def add_member(
        self,
        name: str,
        *,
        customer_id: int = 1,
        language: str = ENGLISH,
        department: str = "",
        roles: Sequence[str] = (),
        seat: bool = False,
    ) -> Member:
        person_id = next(self._ids)
        member = Member(
            person_id, customer_id, name, f"+86138{person_id:08d}", language, "Asia/Shanghai", department,
            tuple(roles),
        )  # fmt: skip
        self._members.everybody[person_id, customer_id] = member
        if seat:
            self.give_seat(member)
        return member

    def give_seat(self, member: Member) -> None:
        self._entitlements.numbers.add(member.number)
        self._members.seated.add((member.person_id, member.customer_id))

    def take_seat(self, member: Member) -> None:
        self._entitlements.numbers.discard(member.number)
        self._members.seated.discard((member.person_id, member.customer_id))

    def open_task(
        self,
        title: str,
        *,
        to: Sequence[Member],
        applicant: str = "",
        amount_minor: int | None = None,
        currency: str = "CNY",
        details: Mapping[str, str] | None = None,
    ) -> Task:
        task = Task(
            next(self._ids), to[0].customer_id, title, applicant, amount_minor,
            None if amount_minor is None else currency, details or {}, "open", self._now, tuple(to),
        )  # fmt: skip
        self._tasks.all[task.id] = task
        self.happen("task.opened", f"task/{task.id}", task_id=task.id)
        return task

    def withdraw_task(self, task_id: int) -> None:
        """The enterprise's own system ended it."""
        self._tasks.all[task_id] = replace(self._tasks.all[task_id], state="withdrawn", ended_at=self._now)
        self.happen("task.withdrawn", f"task/{task_id}", task_id=task_id)

    def write_back(self, task_id: int, outcome: Literal["done", "refused"]) -> None:
        """The enterprise's own system took the decision, or refused it."""
        task = self._tasks.all[task_id]
        if task.decision is None:
            raise ValueError(f"task {task_id} is not decided")
        self._tasks.all[task_id] = replace(task, decision=replace(task.decision, written_back=outcome))
        if outcome == "refused":
            self.happen("task.write_back_refused", f"task/{task_id}", task_id=task_id)

    def reply(self, by: Member, text: str, *, to: SentMessage | None = None) -> None:
        """By message, to the number that `to` came from. Without it, or from another phone, it answers
        nothing, and reaches the app only from a number with a seat."""
        message_id = next(self._ids)
        ask = to.ask if to and to.to.number == by.number else None
        if ask is None and by.number not in self._entitlements.numbers:
            return
        self.happen(
            "message.replied",
            f"message/{message_id}",
            message_id=message_id,
            number=by.number,
            text=text,
            ask=ask,
            late=ask in self._messages.closed,
            person_id=by.person_id,
        )

    def move_clock(self, by: timedelta) -> None:
        self._now += by

    def task(self, task_id: int) -> Task:
        return self._tasks.all[task_id]

    @property
    def outbox(self) -> Sequence[SentMessage]:
        """All messages sent, oldest first."""
        return list(self._messages.sent.values())

    @property
    def recorded(self) -> Sequence[RecordedEvent]:
        return self._events.recorded

    def take_events(self) -> list[PlatformEvent]:
        """Those that the app hasn't been given yet."""
        taken, self._pending = self._pending, []
        return taken

    def happen(self, type: str, subject: str, **data: Any) -> None:
        event = PlatformEvent(
            str(next(self._ids)), type, subject, self._now, {**data, "app_id": self.manifest.id}
        )
        self._pending.append(event)


class AppHarness:
    """Calls an app's pages, API and event handlers as the platform would."""

    def __init__(self, app: App, pot: MemoryPot) -> None:
        app.check()
        self._app = app
        self._pot = pot

    def get(self, path: str, *, by: Member, **query: str) -> Answer:
        return self._call("page", "GET", path, by, query=query)

    def post(self, path: str, *, by: Member, **form: str) -> Answer:
        return self._call("page", "POST", path, by, form=form)

    def api(self, method: str, path: str, *, by: Member, json: Any = None, **query: str) -> Answer:
        return self._call("api", method, path, by, json=json, query=query, way="api")

    def deliver(self) -> int:
        """Hands over what happened, until nothing more happens. Returns how many events that were."""
        delivered = 0
        while events := self._pot.take_events():
            by_type = defaultdict(list)
            for event in events:
                by_type[event.type].append(event)
            for type in self._app.event_types:
                self._app.handle(self._pot, by_type[type])
            delivered += len(events)
        return delivered

    def _call(
        self,
        kind: Kind,
        method: str,
        path: str,
        by: Member,
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        way: Way = "page",
    ) -> Answer:
        visitor = Visitor(by.person_id, by.name, by.number, by.language, by.time_zone)
        request = Request(
            self._pot, visitor, method, path, way, query=query or {}, form=form or {}, json=json
        )
        return self._app.answer(kind, request)


class _Members:
    def __init__(self) -> None:
        self.everybody: dict[tuple[int, int], Member] = {}
        self.seated: set[tuple[int, int]] = set()

    def get(self, person_id: int, customer_id: int) -> Member | None:
        return self.everybody.get((person_id, customer_id))

    def search(self, customer_id: int, text: str, *, limit: int = 20) -> Sequence[Member]:
        wanted = text.strip().casefold()
        found = [
            member
            for key, member in self.everybody.items()
            if member.customer_id == customer_id
            and key in self.seated
            and any(wanted in one.casefold() for one in (member.name, member.number, member.department))
        ]
        return sorted(found, key=lambda member: (member.name, member.person_id))[:limit]

    def of_number(self, number: str) -> Member | None:
        return next((one for one in self.everybody.values() if one.number == number), None)


class _Entitlements:
    """A seat is for all functions of the manifest."""

    def __init__(self, manifest: Manifest) -> None:
        self._functions = manifest.function_ids
        self.numbers: set[str] = set()

    def check(self, number: str, function: str) -> Entitlement:
        return Entitlement(bool(self.allowed([number], function)))

    def allowed(self, numbers: Iterable[str], function: str) -> set[str]:
        return self.numbers & set(numbers) if function in self._functions else set()


class _Messages:
    def __init__(self, pot: MemoryPot) -> None:
        self._pot = pot
        self._templates: dict[str, dict[str, str]] = {}
        self.sent: dict[str, SentMessage] = {}
        self.closed: set[str] = set()

    def register_templates(self, templates: Mapping[str, Mapping[str, str]]) -> None:
        for key, texts in templates.items():
            self._templates[key] = dict(texts)

    def send(self, messages: Sequence[NewMessage]) -> Sequence[int]:
        return [self._send(message) for message in messages]

    def close_asks(self, references: Sequence[str]) -> None:
        self.closed |= set(references)

    def replies(self, events: Sequence[PlatformEvent]) -> Sequence[Reply]:
        found = []
        for event in events:
            by = self._pot._members.of_number(event.data["number"])
            if by is not None:
                found.append(
                    Reply(
                        event.data["message_id"], by, event.data["text"], event.data["ask"],
                        event.data["late"], event.time,
                    )
                )  # fmt: skip
        return found

    def _send(self, message: NewMessage) -> int:
        if message.key not in self.sent:
            texts = self._templates.get(message.template)
            if texts is None:
                raise Invalid(f"There is no message template “{message.template}”. Add it to manifest.toml.")
            text = _filled(texts.get(message.to.language, texts[ENGLISH]), message.values)
            if message.ask:
                self.closed.discard(message.ask)
            self.sent[message.key] = SentMessage(
                next(self._pot._ids), message.to, text, message.ask, message.key
            )
        return self.sent[message.key].id


def _filled(text: str, values: Mapping[str, str]) -> str:
    try:
        return text.format_map(values)
    except KeyError as missing:
        raise Invalid(f"This message needs a value for {missing}.") from None


class _Tasks:
    def __init__(self, pot: MemoryPot) -> None:
        self._pot = pot
        self.all: dict[int, Task] = {}

    def get(self, task_ids: Sequence[int]) -> Mapping[int, Task]:
        return {id: self.all[id] for id in task_ids if id in self.all}

    def inbox(
        self, person_id: int, *, done: bool = False, before: int | None = None, limit: int = 50
    ) -> Sequence[Task]:
        of_person = _decided_by if done else _waits_for
        found = [task for task in self.all.values() if of_person(task, person_id)]
        found = [task for task in found if before is None or task.id < before]
        return sorted(found, key=lambda task: -task.id)[:limit]

    def count_open(self, person_id: int) -> int:
        return sum(_waits_for(task, person_id) for task in self.all.values())

    def decide(self, decisions: Sequence[NewDecision]) -> Sequence[DecisionResult]:
        return [self._decide(decision) for decision in decisions]

    def transfer(
        self, task_id: int, *, person_id: int, to_person_id: int, comment: str = "", way: Way = "page"
    ) -> DecisionResult:
        refusal = self._refusal(task_id, person_id)
        if refusal:
            return refusal
        task = self.all[task_id]
        key = to_person_id, task.customer_id
        to = self._pot._members.everybody.get(key)
        if to is None or key not in self._pot._members.seated:
            return DecisionResult("unknown", task)
        by = next(one for one in task.assignees if one.person_id == person_id)
        others = tuple(one for one in task.assignees if one.person_id not in (person_id, to_person_id))
        transfer = Transfer(by, to, self._pot.now, comment)
        self.all[task_id] = replace(task, assignees=(*others, to), transfers=(*task.transfers, transfer))
        self._pot.happen(
            "task.transferred", f"task/{task_id}", task_id=task_id, person_id=person_id,
            to_person_id=to_person_id,
        )  # fmt: skip
        return DecisionResult("taken", self.all[task_id])

    def _decide(self, new: NewDecision) -> DecisionResult:
        refusal = self._refusal(new.task_id, new.person_id)
        if refusal:
            return refusal
        task = self.all[new.task_id]
        by = next(one for one in task.assignees if one.person_id == new.person_id)
        now = self._pot.now
        decision = Decision(new.verdict, new.comment, new.way, by, now, "waiting")
        self.all[task.id] = replace(task, state="decided", decision=decision, ended_at=now)
        self._pot.happen(
            "task.decided", f"task/{task.id}", task_id=task.id, person_id=new.person_id,
            verdict=new.verdict, way=new.way,
        )  # fmt: skip
        return DecisionResult("taken", self.all[task.id])

    def _refusal(self, task_id: int, person_id: int) -> DecisionResult | None:
        """Who never had it learns nothing of it."""
        task = self.all.get(task_id)
        if task is None:
            return DecisionResult("unknown", None)
        if not _had(task, person_id):
            return DecisionResult("not_yours", None)
        if task.state == "withdrawn":
            return DecisionResult("withdrawn", task)
        if task.state == "decided":
            return DecisionResult("already_decided", task)
        if not _waits_for(task, person_id):
            return DecisionResult("not_yours", task)
        return None


def _waits_for(task: Task, person_id: int) -> bool:
    return task.state == "open" and any(one.person_id == person_id for one in task.assignees)


def _decided_by(task: Task, person_id: int) -> bool:
    return task.decision is not None and task.decision.by.person_id == person_id


def _had(task: Task, person_id: int) -> bool:
    people = {one.person_id for one in task.assignees} | {one.by.person_id for one in task.transfers}
    return person_id in people


class _Events:
    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self.recorded: list[RecordedEvent] = []

    def record(
        self, type: str, subject: str, *, customer_id: int, person_id: int | None, data: Mapping[str, Any]
    ) -> None:
        self.recorded.append(
            RecordedEvent(f"{self._app_id}.{type}", subject, customer_id, person_id, dict(data))
        )


class _Storage:
    def __init__(self) -> None:
        self._documents: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        self._documents[collection][key] = dict(document)

    def get(self, collection: str, key: str) -> Mapping[str, Any] | None:
        return self._documents[collection].get(key)

    def delete(self, collection: str, key: str) -> None:
        self._documents[collection].pop(key, None)

    def find(
        self, collection: str, equal: Mapping[str, Any], *, limit: int = 100
    ) -> Sequence[Mapping[str, Any]]:
        found = [
            document
            for _, document in sorted(self._documents[collection].items())
            if all(key in document and document[key] == value for key, value in equal.items())
        ]
        return found[:limit]
