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
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal

from django.utils.translation import override

from hotpot.sdk.app import Answer, App, Kind, Request, Upload, Visitor
from hotpot.sdk.errors import Forbidden
from hotpot.sdk.manifest import ENGLISH, Manifest
from hotpot.sdk.memory import (
    MemoryEntitlements,
    MemoryEvents,
    MemoryLinks,
    MemoryMembers,
    MemoryMessages,
    MemoryStorage,
    MemoryTasks,
    MemoryUsage,
    RecordedEvent,
    SentMessage,
)
from hotpot.sdk.memory_mail import MemoryMails
from hotpot.sdk.platform import Member, PlatformEvent, Task, Way
from hotpot.sdk.scopes import Scopes

__all__ = ["AppHarness", "MemoryPot", "RecordedEvent", "SentMessage"]

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


class MemoryPot:
    """Wears `hotpot.sdk.platform.Pot`; the other verbs are the test author's hand on the world."""

    def __init__(self, manifest: Manifest, now: datetime = START) -> None:
        self.manifest = manifest
        self._now = now
        self.ids = count(1)
        self._scopes = Scopes(manifest)
        self.people = MemoryMembers()
        self._entitlements = MemoryEntitlements(manifest)
        self._messages = MemoryMessages(self)
        self._tasks = MemoryTasks(self)
        self._events = MemoryEvents(manifest.id)
        self._storage = MemoryStorage()
        self._usage = MemoryUsage()
        self._links = MemoryLinks(self)
        self._mail = MemoryMails(self)
        self._pending: list[PlatformEvent] = []
        self._messages.register_templates(manifest.templates)

    # What the app sees

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def members(self) -> MemoryMembers:
        self._scopes.require("members")
        return self.people

    @property
    def entitlements(self) -> MemoryEntitlements:
        return self._entitlements

    @property
    def messages(self) -> MemoryMessages:
        self._scopes.require("messages")
        return self._messages

    @property
    def tasks(self) -> MemoryTasks:
        self._scopes.require("tasks")
        return self._tasks

    @property
    def events(self) -> MemoryEvents:
        self._scopes.require("events")
        return self._events

    @property
    def storage(self) -> MemoryStorage:
        self._scopes.require("storage")
        return self._storage

    @property
    def links(self) -> MemoryLinks:
        return self._links

    @property
    def usage(self) -> MemoryUsage:
        self._scopes.require("usage")
        return self._usage

    @property
    def mail(self) -> MemoryMails:
        self._scopes.require("mail")
        return self._mail

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
        manages: bool = False,
    ) -> Member:
        """`manages`: the company's owner or manager. A department "Sales/North" lies below "Sales"."""
        person_id = next(self.ids)
        department_id = (
            self.people.department(customer_id, department, lambda: next(self.ids)) if department else None
        )
        member = Member(
            person_id, customer_id, name, f"+86138{person_id:08d}", language, "Asia/Shanghai", department,
            tuple(roles), department_id, f"Company {customer_id}",
        )  # fmt: skip
        if manages:
            self.people.managing.add((person_id, customer_id))
        self.people.everybody[person_id, customer_id] = member
        if seat:
            self.give_seat(member)
        return member

    def give_seat(self, member: Member) -> None:
        self._entitlements.numbers.add(member.number)
        self.people.seated.add((member.person_id, member.customer_id))

    def take_seat(self, member: Member) -> None:
        self._entitlements.numbers.discard(member.number)
        self.people.seated.discard((member.person_id, member.customer_id))

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
            next(self.ids), to[0].customer_id, title, applicant, amount_minor,
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

    def reply(self, by: Member, text: str, *, to: SentMessage | None = None, way: Way = "sms") -> None:
        """By message, to the number that `to` came from, or from a mail. Without it, or from another phone,
        it answers nothing, and reaches the app only from a number with a seat."""
        message_id = next(self.ids)
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
            way=way,
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
            str(next(self.ids)), type, subject, self._now, {**data, "app_id": self.manifest.id}
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

    def upload(self, path: str, files: Mapping[str, Sequence[Upload]], *, by: Member, **form: str) -> Answer:
        """A form with files."""
        return self._call("page", "POST", path, by, form=form, files=files)

    def open(self, address: str, **form: str) -> Answer:
        """By whoever holds a link that the app made: shown, or with a form, sent."""
        path, to, expires_at = self._pot.links.made[address]
        if expires_at <= self._pot.now:
            raise Forbidden("The link has expired.")
        return self._call("link", "POST" if form else "GET", path, to, form=form)

    def mind_the_clock(self) -> None:
        """The app does what is due."""
        while self._app.on_time(self._pot):
            pass

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
        files: Mapping[str, Sequence[Upload]] | None = None,
    ) -> Answer:
        visitor = Visitor(by.person_id, by.name, by.number, by.language, by.time_zone)
        request = Request(
            self._pot, visitor, method, path, way,
            query=query or {}, form=form or {}, json=json, files=files or {},
        )  # fmt: skip
        with override(by.language):
            return self._app.answer(kind, request)
