"""The one face that apps see. Three platforms wear it: local (same process), remote (HTTP, later)
and `hotpot.sdk.testing` (in memory); one conformance suite runs on them all.

Verbs take lists where a crowd may pass, so that ten thousand tasks cost a few round trips.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol

from hotpot.pot.metering.rules import ID_CHARACTERS_MAX, SUBJECT
from hotpot.sdk.errors import Invalid

if TYPE_CHECKING:
    from hotpot.sdk.mail import Mails

Verdict = Literal["approved", "rejected"]
Way = Literal["page", "api", "sms", "mail", "link"]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a customer, whose name is `company`. `number` is E.164."""

    person_id: int
    customer_id: int
    name: str
    number: str
    language: str
    time_zone: str
    department: str = ""
    roles: tuple[str, ...] = ()
    department_id: int | None = None
    company: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """`above_id`: the department that it is a part of."""

    id: int
    name: str
    above_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """`limit` is how much a month; None is as much as it likes."""

    allowed: bool
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: Verdict
    comment: str
    way: str
    by: Member
    at: datetime
    written_back: Literal["waiting", "done", "refused"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """One assignee handed the task to a colleague."""

    by: Member
    to: Member
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A row of an enterprise's system that waits for a decision. Amounts are minor units.

    `assignees` are those who may decide it now, or might when it ended. `transfers` are in order of time.
    """

    id: int
    customer_id: int
    title: str
    applicant: str
    amount_minor: int | None
    currency: str | None
    details: Mapping[str, str]
    state: Literal["open", "decided", "withdrawn"]
    appeared_at: datetime
    assignees: tuple[Member, ...]
    decision: Decision | None = None
    transfers: tuple[Transfer, ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What a member is to be told; by which way and when is the member's own choice, and the platform's work.

    `key` makes a retry harmless; `ask` is the app's own reference of a question whose reply is to come back
    as a `message.replied` event. `link` is the page it is about: a path of the app's own pages, or what
    `pot.links.make` returned; without one it is the app's first page. Where a way shows that link under the
    text (push, mail, digest), the template `linked` is used if there is one: a question says there "open",
    not "reply". What is `urgent` goes by SMS at once.
    """

    key: str
    to: Member
    template: str
    values: Mapping[str, str] = field(default_factory=dict)
    ask: str | None = None
    link: str = "/"
    linked: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back by message. `ask` is the reference of the newest question to that number that
    used the access number replied to; `late` tells that the question was closed before. What became of
    the thing asked about is the app's to look up: a late answer may deserve its reason. `way`: by message,
    or from a mail."""

    message_id: int
    by: Member
    text: str
    ask: str | None
    late: bool
    at: datetime
    way: Way = "sms"


@dataclass(frozen=True, slots=True)
class NewDecision:
    """`way` tells how it was said: on the page, by a signed link, by the app's API, by message or mail."""

    task_id: int
    person_id: int
    verdict: Verdict
    comment: str = ""
    way: Way = "page"


DecisionOutcome = Literal["taken", "already_decided", "withdrawn", "not_yours", "unknown"]


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """`task` is as it stands now, so that a refusal can say who decided what before."""

    outcome: DecisionOutcome
    task: Task | None


@dataclass(frozen=True, slots=True)
class PlatformEvent:
    """One event of the record that concerns the app's customers. Types an app may ask for:
    task.opened, task.transferred, task.decided, task.withdrawn, task.write_back_refused, message.replied,
    message.failed, seat.assigned, seat.ended, mail.arrived, mail.broke, mail.letter_failed."""

    id: str
    type: str
    subject: str
    time: datetime
    data: Mapping[str, Any]


class Members(Protocol):
    def get(self, person_id: int, customer_id: int) -> Member | None: ...

    def search(self, customer_id: int, text: str, *, limit: int = 20) -> Sequence[Member]:
        """Colleagues whose name, number or department holds `text`; those with a seat only."""
        ...

    def employments(self, person_id: int) -> Sequence[Member]:
        """The person in each company that gave a seat for the app."""
        ...

    def departments(self, customer_id: int) -> Sequence[Department]:
        """By name."""
        ...

    def managers(self, customer_id: int) -> Sequence[Member]:
        """Those with a seat who also manage the company in its console, by name."""
        ...


class Entitlements(Protocol):
    def check(self, number: str, function: str) -> Entitlement:
        """May this number use this function of the app now, and how much."""
        ...

    def allowed(self, numbers: Iterable[str], function: str) -> set[str]:
        """Those of the numbers that may use this function now: one look-up for a crowd."""
        ...


class Messages(Protocol):
    def register_templates(self, templates: Mapping[str, Mapping[str, str]]) -> None:
        """key -> language -> text with {places}."""
        ...

    def send(self, messages: Sequence[NewMessage]) -> Sequence[int]:
        """Queued when this returns; ids in the order given. Each in its member's language, by the ways and
        at the hours that the member chose: an SMS at once for who chose nothing."""
        ...

    def close_asks(self, references: Sequence[str]) -> None:
        """Replies to these questions are late from now on."""
        ...

    def replies(self, events: Sequence[PlatformEvent]) -> Sequence[Reply]:
        """What the `message.replied` events brought, in their order; nothing of people who have left."""
        ...


class Tasks(Protocol):
    def get(self, task_ids: Sequence[int]) -> Mapping[int, Task]: ...

    def inbox(
        self, person_id: int, *, done: bool = False, before: int | None = None, limit: int = 50
    ) -> Sequence[Task]:
        """Newest first: open ones assigned to the person, or with `done` those that the person decided.
        `before` is the id of the last one seen: the page after it follows."""
        ...

    def count_open(self, person_id: int) -> int:
        """How many wait for the person."""
        ...

    def decide(self, decisions: Sequence[NewDecision]) -> Sequence[DecisionResult]:
        """Each is judged by itself, in order. A taken decision is on its way to the enterprise."""
        ...

    def transfer(
        self, task_id: int, *, person_id: int, to_person_id: int, comment: str = "", way: Way = "page"
    ) -> DecisionResult:
        """From one assignee to a colleague of the same company who has a seat. "unknown" when there is
        no such task or no such colleague."""
        ...


class Events(Protocol):
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
        """Adds to the record under the app's own name: "approvals.<type>". Open pages of `person_id`, who
        did it, and of the persons in `concerns` are asked for again by the manifest's topic."""
        ...


@dataclass(frozen=True, slots=True)
class NewUsage:
    """A subject used something. `subject` is an E.164 number or "subscription:<id>"; `at` is now where not
    given. A meter of the app for `type` counts it, or a field of `data`; what no meter counts is refused
    and shown to the developer. The `id` makes a retry harmless: each is counted once."""

    id: str
    type: str
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.id) <= ID_CHARACTERS_MAX:
            raise Invalid(f"The id of a use has 1 to {ID_CHARACTERS_MAX} characters.")
        if not re.fullmatch(SUBJECT, self.subject):
            raise Invalid(f"“{self.subject}” is no subject. Give a number like +8613800138000.")
        if self.at is not None and self.at.tzinfo is None:
            raise Invalid("The time of a use needs its zone.")


class Usage(Protocol):
    def record(self, uses: Sequence[NewUsage]) -> None:
        """Counted if this transaction commits, within two seconds of it."""
        ...


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str
    content_type: str
    content: bytes


class Storage(Protocol):
    """JSON documents of the app, in a schema of its own, by collection and key; files by key."""

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None: ...

    def get(self, collection: str, key: str, *, lock: bool = False) -> Mapping[str, Any] | None:
        """With `lock` it stays as it is until this transaction ends: who changes it reads it so."""
        ...

    def delete(self, collection: str, key: str) -> None: ...

    def find(
        self,
        collection: str,
        equal: Mapping[str, Any],
        *,
        limit: int = 100,
        newest: bool = False,
        beyond: str | None = None,
    ) -> Sequence[Mapping[str, Any]]:
        """Documents whose fields hold these texts, numbers or booleans, in the order of their keys, or
        with `newest` the other way round. `beyond` is the key of the last one seen: the page after it."""
        ...

    def count(self, collection: str, equal: Mapping[str, Any]) -> int: ...

    def next_number(self, series: str) -> int:
        """1, 2, 3: never the same twice."""
        ...

    def put_file(self, key: str, file: StoredFile) -> None: ...

    def get_file(self, key: str) -> StoredFile | None: ...

    def delete_file(self, key: str) -> None: ...


class Links(Protocol):
    def make(self, path: str, *, to: Member, valid_for: timedelta) -> str:
        """The address at which `to` comes to the app's link page `path` without signing in. Send it to
        nobody else: who holds it acts as that person there."""
        ...


class Pot(Protocol):
    """The platform as one app sees it at one moment, in one transaction."""

    @property
    def now(self) -> datetime: ...
    @property
    def members(self) -> Members: ...
    @property
    def entitlements(self) -> Entitlements: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def events(self) -> Events: ...
    @property
    def storage(self) -> Storage: ...
    @property
    def links(self) -> Links: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def mail(self) -> Mails: ...
