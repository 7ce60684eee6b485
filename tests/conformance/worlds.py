"""Two worlds around one app, with the same hand on them: in memory, and the real platform."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from hotpot.conftest import NOW, make_market, make_member, make_membership, make_person
from hotpot.kernel.money import Money
from hotpot.kernel.period import local_day
from hotpot.pot.catalog.actions import list_app, make_offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.connector import actions as connector
from hotpot.pot.connector.enterprise import Written
from hotpot.pot.connector.mailbox import actions as mailboxes
from hotpot.pot.connector.mailbox import keeping
from hotpot.pot.connector.mailbox.models import Body
from hotpot.pot.connector.mailbox.models import Mail as MailRow
from hotpot.pot.connector.mailbox.models import Mailbox as MailboxRow
from hotpot.pot.connector.mailbox.wire import Access, Arrival, Secret
from hotpot.pot.connector.queries import waiting_write_backs
from hotpot.pot.connector.rules import ReadRow
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor, Event
from hotpot.pot.messaging.actions import receive
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.wire import Inbound
from hotpot.pot.metering.models import Submission
from hotpot.pot.party.models import Department, Party
from hotpot.pot.party.models import Member as MemberRow
from hotpot.pot.subscription.actions import assign_seats, end_seats, place_order
from hotpot.sdk.app import App
from hotpot.sdk.host import register
from hotpot.sdk.local import LocalPot
from hotpot.sdk.mail import Correspondent, Mail, Mailbox, MailSettings, Server
from hotpot.sdk.manifest import EVENTS, SCOPES, Manifest
from hotpot.sdk.platform import Member, PlatformEvent, Pot, Task
from hotpot.sdk.testing import MemoryPot, SentMessage

MANIFEST = Manifest.parse(
    {
        "id": "trial",
        "name": "Trial",
        "icon": "check",
        "developer": "Tests",
        "scopes": list(SCOPES),
        "events": list(EVENTS),
        "functions": [{"id": "inbox", "name": "Inbox"}, {"id": "messages", "name": "Messages"}],
        "templates": {
            "hello": {"en": "Hello {name}.", "zh-hans": "你好，{name}。"},
            "question": {"en": "Yes or no: {what}?"},
        },
    }
)
OPEN_TASKS = {
    "source": {"table": "claims", "key": "id"},
    "notice": {"kind": "status", "column": "state", "open": "open"},
    "columns": {"title": "title", "approver": "role", "approver_by": "role"},
    "write_back": {
        "statements": ["UPDATE claims SET state = :verdict WHERE id = :key AND state = 'open'"],
        "verdicts": {"approved": "yes", "rejected": "no"},
        "check": "SELECT 1 FROM claims WHERE id = :key AND state = :verdict",
    },
}


Company = Literal["ours", "other"]


class World(Protocol):
    """What a test does to the world around the app. `ours` subscribes to the app, `other` doesn't."""

    @property
    def pot(self) -> Pot: ...
    @property
    def outbox(self) -> Sequence[SentMessage]: ...
    @property
    def told(self) -> Sequence[tuple[str, str, int | None]]:
        """Type, subject and person of what the app itself recorded."""
        ...

    @property
    def used(self) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
        """Subject and data of what the app recorded, by id."""
        ...

    def hire(
        self,
        name: str,
        *,
        company: Company = "ours",
        language: str = "en",
        department: str = "",
        roles: Sequence[str] = (),
        seat: bool = True,
        manages: bool = False,
    ) -> Member: ...
    def give_seat(self, member: Member) -> None: ...
    def take_seat(self, member: Member) -> None: ...
    def open_task(
        self,
        title: str,
        *,
        to: Sequence[Member],
        applicant: str = "",
        amount_minor: int | None = None,
        currency: str = "CNY",
        details: Mapping[str, str] | None = None,
    ) -> Task: ...
    def withdraw_task(self, task_id: int) -> None: ...
    def write_back(self, task_id: int, outcome: Literal["done", "refused"]) -> None: ...
    def reply(self, by: Member, text: str, *, to: SentMessage | None = None) -> None: ...
    def connect_mailbox(self, member: Member, address: str) -> Mailbox: ...
    def deliver_mail(self, box: Mailbox, subject: str, *, sender: Correspondent, text: str) -> Mail: ...
    def move_clock(self, by: timedelta) -> None: ...
    def take_events(self) -> Sequence[PlatformEvent]: ...


class MemoryWorld(MemoryPot):
    def __init__(self) -> None:
        super().__init__(MANIFEST, NOW)

    @property
    def pot(self) -> Pot:
        return self

    @property
    def told(self) -> Sequence[tuple[str, str, int | None]]:
        return [(one.type, one.subject, one.person_id) for one in self.recorded]

    @property
    def used(self) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
        return {use.id: (use.subject, use.data) for use in self.usage.recorded.values()}

    def hire(
        self,
        name: str,
        *,
        company: Company = "ours",
        language: str = "en",
        department: str = "",
        roles: Sequence[str] = (),
        seat: bool = True,
        manages: bool = False,
    ) -> Member:
        return self.add_member(
            name,
            customer_id=1 if company == "ours" else 2,
            language=language,
            department=department,
            roles=roles,
            seat=seat and company == "ours",
            manages=manages,
        )

    def connect_mailbox(self, member: Member, address: str) -> Mailbox:
        server = Server("mail.corp.example", 993)
        return self.mail.connect(
            MailSettings(address, address, "secret", server, server),
            person_id=member.person_id, customer_id=member.customer_id, by=member.person_id,
        )  # fmt: skip

    def deliver_mail(self, box: Mailbox, subject: str, *, sender: Correspondent, text: str) -> Mail:
        self.move_clock(timedelta(seconds=1))
        return self.mail.deliver(box, subject, sender=sender, text=text)


class LocalWorld:
    """Drives the rooms by their own verbs. Events are read as they stand, since a test's own transaction
    is never committed."""

    def __init__(self) -> None:
        self.now = NOW
        self._market = make_market()
        self._other = make_market("Elsewhere")
        app = register(App(MANIFEST), actor=SYSTEM_ACTOR, developer_id=self._market.developer.id, now=NOW)
        list_app(actor=SYSTEM_ACTOR, app_id=app.id, now=NOW)
        offer = make_offer(
            actor=SYSTEM_ACTOR,
            operator_id=self._market.operator.id,
            app_id=app.id,
            name="Trial",
            price=Pricing.monthly(Money.of(15, "CNY")),
            starts_on=self._today,
            now=NOW,
        )
        self._subscription = place_order(
            actor=SYSTEM_ACTOR,
            customer_id=self._market.customer.id,
            offer_id=offer.id,
            integrator_id=self._market.integrator.id,
            starts_on=self._today,
            key="trial",
            now=NOW,
        )
        self._connectors = {
            party.id: connector.create(
                SYSTEM_ACTOR,
                customer=party,
                name="Claims",
                address="sqlite:///claims.db",
                config=OPEN_TASKS,
                app_id=MANIFEST.id,
                now=NOW,
            )
            for party in (self._market.customer, self._other.customer)
        }
        self._serial = count(1)
        self._seen = 0
        self.take_events()

    @property
    def _today(self) -> date:
        return local_day(self.now, ZoneInfo("Asia/Shanghai"))

    @property
    def pot(self) -> Pot:
        return LocalPot(MANIFEST, self.now)

    @property
    def outbox(self) -> Sequence[SentMessage]:
        rows = (
            Message.objects.filter(direction="out", app_id=MANIFEST.id).select_related("ask").order_by("id")
        )
        return [
            SentMessage(
                row.id,
                self._member_of(row.number),
                row.text,
                row.ask.reference if hasattr(row, "ask") else None,
                row.key or "",
            )
            for row in rows.order_by("id")
        ]

    @property
    def told(self) -> Sequence[tuple[str, str, int | None]]:
        rows = EventRow.objects.filter(type__startswith="trial.").order_by("sequence")
        return list(rows.values_list("type", "subject", "person_id"))

    @property
    def used(self) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
        sent = [event for row in Submission.objects.all() for event in json.loads(bytes(row.events))]
        assert {event["source"] for event in sent} <= {"/apps/trial"}
        return {event["id"]: (event["subject"], event["data"]) for event in sent}

    def hire(
        self,
        name: str,
        *,
        company: Company = "ours",
        language: str = "en",
        department: str = "",
        roles: Sequence[str] = (),
        seat: bool = True,
        manages: bool = False,
    ) -> Member:
        party = self._market.customer if company == "ours" else self._other.customer
        row = make_member(
            party,
            make_person(name=name, language=language),
            name=name,
            roles=roles,
            department=self._department(party, department),
        )
        member = Member(
            row.person_id,
            party.id,
            name,
            row.person.number,
            language,
            "Asia/Shanghai",
            department,
            tuple(roles),
            row.department_id,
            party.name,
        )
        if manages:
            make_membership(party, row.person)
        if seat and company == "ours":
            self.give_seat(member)
        return member

    def give_seat(self, member: Member) -> None:
        assign_seats(
            actor=SYSTEM_ACTOR,
            subscription_id=self._subscription.id,
            starts_on=self._today,
            numbers=[member.number],
            now=self.now,
        )

    def take_seat(self, member: Member) -> None:
        end_seats(
            actor=SYSTEM_ACTOR,
            subscription_id=self._subscription.id,
            ends_on=self._today,
            numbers=[member.number],
            now=self.now,
        )

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
        key = str(next(self._serial))
        customer_id = to[0].customer_id
        duty = f"duty-{key}"
        for one in MemberRow.objects.filter(customer_id=customer_id, person_id__in=[m.person_id for m in to]):
            MemberRow.objects.filter(id=one.id).update(roles=[*one.roles, duty])
        amount = None if amount_minor is None else Money(amount_minor, currency)
        row = ReadRow(key, title, applicant, duty, amount, details or {}, self.now)
        taken = connector.take_rows(self._connectors[customer_id], [row], self.now)
        for member in MemberRow.objects.filter(roles__contains=[duty]):
            MemberRow.objects.filter(id=member.id).update(roles=[r for r in member.roles if r != duty])
        return replace(_NO_TASK, id=taken.task_ids[key], customer_id=customer_id, title=title)

    def withdraw_task(self, task_id: int) -> None:
        connector.rows_left(self._connectors[self._market.customer.id], [task_id], self.now)

    def write_back(self, task_id: int, outcome: Literal["done", "refused"]) -> None:
        ours = self._connectors[self._market.customer.id]
        waiting = [one for one in waiting_write_backs(ours.id, 100) if one.task_id == task_id]
        refusal = "It was decided over there." if outcome == "refused" else ""
        connector.write_backs_done(ours, waiting, [Written(refusal, left=True)], self.now)

    def reply(self, by: Member, text: str, *, to: SentMessage | None = None) -> None:
        access_number = Message.objects.get(id=to.id).access_number if to else "10690000"
        ref = str(next(self._serial))
        receive([Inbound("test", ref, by.number, access_number, text, self.now)], now=self.now)

    def connect_mailbox(self, member: Member, address: str) -> Mailbox:
        """As after a try that went well, and a first look at an empty inbox."""
        server = Server("mail.corp.example", 993)
        row = mailboxes.connect(
            SYSTEM_ACTOR,
            customer_id=member.customer_id,
            person_id=member.person_id,
            app_id=MANIFEST.id,
            access=Access(address, address, server, server, Secret("secret")),
            folders=["INBOX"],
            now=self.now,
        )
        keeping.looked_through(row, "INBOX", 1, self.now)
        return next(box for box in self.pot.mail.mailboxes(member.person_id) if box.id == row.id)

    def deliver_mail(self, box: Mailbox, subject: str, *, sender: Correspondent, text: str) -> Mail:
        """As the watcher finds it; its body is fetched at once."""
        self.move_clock(timedelta(seconds=1))
        uid = next(self._serial)
        head = (
            f"From: {sender.name} <{sender.address}>\r\nSubject: {subject}\r\nMessage-ID: <{uid}@x>\r\n\r\n"
        )
        arrival = Arrival(uid, len(text), self.now, False, False, head.encode(), text.encode())
        row = MailboxRow.objects.get(id=box.id)
        keeping.take(row, "INBOX", 1, [arrival], since=self.now, newest=None, now=self.now)
        mail = MailRow.objects.get(mailbox_id=box.id, uid=uid)
        body = Body.objects.create(mail=mail, mailbox=row, person_id=row.person_id, asked_at=self.now)
        keeping.keep_body(body, head.encode() + text.encode(), cut=False, has_attachments=False)
        return self.pot.mail.get([mail.id])[mail.id]

    def move_clock(self, by: timedelta) -> None:
        self.now += by

    def take_events(self) -> Sequence[PlatformEvent]:
        rows = list(EventRow.objects.filter(sequence__gt=self._seen, type__in=EVENTS).order_by("sequence"))
        self._seen = rows[-1].sequence if rows else self._seen
        return LocalPot(MANIFEST, self.now).concerning([_event(row) for row in rows])

    def _member_of(self, number: str) -> Member:
        row = MemberRow.objects.select_related("person").get(person__number=number)
        return Member(
            row.person_id, row.customer_id, row.name, number, row.person.language, row.person.time_zone
        )

    def _department(self, party: Party, name: str) -> Department | None:
        """Below the one before a "/" in its name, as in memory."""
        if not name:
            return None
        above = self._department(party, name.rpartition("/")[0])
        return Department.objects.get_or_create(customer=party, name=name, parent=above)[0]


_NO_TASK = Task(0, 0, "", "", None, None, {}, "open", NOW, ())


def _event(row: EventRow) -> Event:
    return Event(
        row.id,
        row.type,
        row.subject,
        row.time,
        Actor(row.person_id, row.party_id, row.way),
        tuple(row.party_ids),
        tuple(row.person_ids),
        row.data,
    )
