"""The verbs of the platform in memory; `hotpot.sdk.testing` puts them together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from hotpot.sdk.errors import Invalid
from hotpot.sdk.links import address_of
from hotpot.sdk.manifest import ENGLISH, Manifest
from hotpot.sdk.platform import (
    Decision,
    DecisionResult,
    Department,
    Entitlement,
    Member,
    NewDecision,
    NewMessage,
    NewUsage,
    PlatformEvent,
    Reply,
    StoredFile,
    Task,
    Transfer,
    Way,
)

if TYPE_CHECKING:
    from hotpot.sdk.testing import MemoryPot


@dataclass(frozen=True, slots=True)
class SentMessage:
    id: int
    to: Member
    text: str
    ask: str | None
    key: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    type: str
    subject: str
    customer_id: int
    person_id: int | None
    data: Mapping[str, Any]
    concerns: tuple[int, ...] = ()


class MemoryMembers:
    def __init__(self) -> None:
        self.everybody: dict[tuple[int, int], Member] = {}
        self.seated: set[tuple[int, int]] = set()
        self.managing: set[tuple[int, int]] = set()
        self.structure: dict[int, list[Department]] = defaultdict(list)

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

    def employments(self, person_id: int) -> Sequence[Member]:
        found = [one for key, one in self.everybody.items() if key[0] == person_id and key in self.seated]
        return sorted(found, key=lambda member: member.customer_id)

    def departments(self, customer_id: int) -> Sequence[Department]:
        return sorted(self.structure[customer_id], key=lambda one: (one.name, one.id))

    def managers(self, customer_id: int) -> Sequence[Member]:
        found = [self.everybody[key] for key in self.managing & self.seated if key[1] == customer_id]
        return sorted(found, key=lambda member: (member.name, member.person_id))

    def department(self, customer_id: int, name: str, new_id: Callable[[], int]) -> int:
        """Its id; made at its first mention, below the one before a “/” in its name."""
        for one in self.structure[customer_id]:
            if one.name == name:
                return one.id
        above, _slash, _own = name.rpartition("/")
        above_id = self.department(customer_id, above, new_id) if above else None
        made = Department(new_id(), name, above_id)
        self.structure[customer_id].append(made)
        return made.id

    def of_number(self, number: str) -> Member | None:
        return next((one for one in self.everybody.values() if one.number == number), None)


class MemoryEntitlements:
    """A seat is for all functions of the manifest."""

    def __init__(self, manifest: Manifest) -> None:
        self._functions = manifest.function_ids
        self.numbers: set[str] = set()

    def check(self, number: str, function: str) -> Entitlement:
        return Entitlement(bool(self.allowed([number], function)))

    def allowed(self, numbers: Iterable[str], function: str) -> set[str]:
        return self.numbers & set(numbers) if function in self._functions else set()


class MemoryMessages:
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
            by = self._pot.people.of_number(event.data["number"])
            if by is not None:
                found.append(
                    Reply(
                        event.data["message_id"], by, event.data["text"], event.data["ask"],
                        event.data["late"], event.time, event.data["way"],
                    )
                )  # fmt: skip
        return found

    def _send(self, message: NewMessage) -> int:
        if message.key not in self.sent:
            text = self._said(message.template, message)
            if message.linked:
                self._said(message.linked, message)
            link = address_of(message.link, address_of_app(self._pot.manifest.id))
            if message.ask:
                self.closed.discard(message.ask)
            self.sent[message.key] = SentMessage(
                next(self._pot.ids), message.to, text, message.ask, message.key, link
            )
        return self.sent[message.key].id

    def _said(self, template: str, message: NewMessage) -> str:
        texts = self._templates.get(template)
        if texts is None:
            raise Invalid(f"There is no message template “{template}”. Add it to manifest.toml.")
        return _filled(texts.get(message.to.language, texts[ENGLISH]), message.values)


def address_of_app(app_id: str) -> str:
    return f"https://pot.example/apps/{app_id}"


def _filled(text: str, values: Mapping[str, str]) -> str:
    try:
        return text.format_map(values)
    except KeyError as missing:
        raise Invalid(f"This message needs a value for {missing}.") from None


class MemoryTasks:
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
        to = self._pot.people.everybody.get(key)
        if to is None or key not in self._pot.people.seated:
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


class MemoryEvents:
    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self.recorded: list[RecordedEvent] = []

    def record(
        self,
        type: str,
        subject: str,
        *,
        customer_id: int,
        person_id: int | None,
        data: Mapping[str, Any],
        concerns: Iterable[int] = (),
    ) -> None:
        self.recorded.append(
            RecordedEvent(
                f"{self._app_id}.{type}", subject, customer_id, person_id, dict(data), tuple(concerns)
            )
        )


class MemoryUsage:
    """`recorded` holds each use once, by its id."""

    def __init__(self) -> None:
        self.recorded: dict[str, NewUsage] = {}

    def record(self, uses: Sequence[NewUsage]) -> None:
        for use in uses:
            self.recorded.setdefault(use.id, use)


class MemoryStorage:
    """Documents are kept as the JSON that they are on the real platform."""

    def __init__(self) -> None:
        self._documents: dict[str, dict[str, str]] = defaultdict(dict)
        self._numbers: dict[str, int] = defaultdict(int)
        self._files: dict[str, StoredFile] = {}

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        self._documents[collection][key] = json.dumps(dict(document))

    def get(self, collection: str, key: str, *, lock: bool = False) -> Mapping[str, Any] | None:
        found = self._documents[collection].get(key)
        return None if found is None else json.loads(found)

    def delete(self, collection: str, key: str) -> None:
        self._documents[collection].pop(key, None)

    def find(
        self,
        collection: str,
        equal: Mapping[str, Any],
        *,
        limit: int = 100,
        newest: bool = False,
        beyond: str | None = None,
    ) -> Sequence[Mapping[str, Any]]:
        keys = sorted(self._documents[collection], reverse=newest)
        if beyond is not None:
            keys = [key for key in keys if (key < beyond if newest else key > beyond)]
        found = (json.loads(self._documents[collection][key]) for key in keys)
        return [one for one in found if _fits(one, equal)][:limit]

    def count(self, collection: str, equal: Mapping[str, Any]) -> int:
        return len(self.find(collection, equal, limit=len(self._documents[collection])))

    def next_number(self, series: str) -> int:
        self._numbers[series] += 1
        return self._numbers[series]

    def put_file(self, key: str, file: StoredFile) -> None:
        self._files[key] = file

    def get_file(self, key: str) -> StoredFile | None:
        return self._files.get(key)

    def delete_file(self, key: str) -> None:
        self._files.pop(key, None)


def _fits(document: Mapping[str, Any], equal: Mapping[str, Any]) -> bool:
    return all(key in document and document[key] == value for key, value in equal.items())


class MemoryLinks:
    """Addresses are plain, so that a test may read them; `AppHarness.open` follows them."""

    def __init__(self, pot: MemoryPot) -> None:
        self._pot = pot
        self.made: dict[str, tuple[str, Member, datetime]] = {}

    def make(self, path: str, *, to: Member, valid_for: timedelta) -> str:
        address = f"{address_of_app(self._pot.manifest.id)}/by-link/{to.person_id}{path}"
        self.made[address] = path, to, self._pot.now + valid_for
        return address
