"""Mails over a real socket into a real database, as old programs send them."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import tarfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import connection

from hotpot.conftest import make_person
from hotpot.kernel.clock import SettableClock
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector.smtp.mails import Letterbox
from hotpot.pot.connector.smtp.server import (
    CONNECTIONS_OF_ONE_MAX,
    MAIL_BYTES_MAX,
    MAILS_A_SECOND,
    Pace,
    listen,
)
from hotpot.pot.connector.smtp.tls import context, own_certificate
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging import actions
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.models import Ask, Interface, Message
from hotpot.pot.messaging.switch.models import CustomerLimit, ListedNumber
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.notification.models import Habits
from hotpot.pot.notification.replies import reply_address
from hotpot.pot.party.actions import register_party

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
DOMAIN = "sms.example"
LOGIN, PASSWORD = "oa", "a very long password of an office"
FIXTURES = Path(__file__).parents[7] / "shared/data/mail/parser_fixtures.tar.xz"
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


async def aside(call: Callable[..., T], *given: Any) -> T:
    """Django in a thread of its own, which gives its connection back."""

    def called() -> T:
        try:
            with as_system():
                return call(*given)
        finally:
            connection.close()

    return await asyncio.to_thread(called)


@pytest.fixture
def interface() -> Interface:
    with as_system():
        customer = register_party(SYSTEM_ACTOR, kind="customer", name="Acme", owner=None, now=NOW)
        id = actions.open_interface(
            customer.id, name="Mail", kind="smtp", login=LOGIN, password=PASSWORD, access_number="1065712",
            now=NOW,
        )  # fmt: skip
        return Interface.objects.get(pk=id)


@pytest.fixture
def own_tls(tmp_path: Path) -> ssl.SSLContext:
    return context(own_certificate(tmp_path, DOMAIN, datetime.now(UTC)))


@asynccontextmanager
async def serving(
    url: str, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, database: bool = True
) -> AsyncIterator[int]:
    """The port. Without `database` nothing can be written."""
    desk = Desk(url, settings.SECRET_KEY, SettableClock(NOW))
    working = asyncio.create_task(desk.run(lambda: None)) if database else None
    while database and not desk.ready:
        await asyncio.sleep(0.01)
    server = await listen(Letterbox(desk, DOMAIN, settings.SECRET_KEY), host=host, port=0, tls=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        if working is not None:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


def mail(text: str = "会议改到三点", subject: str = "通知", **more: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "oa@acme.example"
    made["Subject"] = subject
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def logged_in(port: int) -> smtplib.SMTP:
    client = smtplib.SMTP("127.0.0.1", port, timeout=30)
    client.login(LOGIN, PASSWORD)
    return client


def data(
    client: smtplib.SMTP, content: EmailMessage, *recipients: str, sender: str = "oa@acme.example"
) -> str:
    """The reply to the mail, or to the first command that is refused."""
    client.ehlo_or_helo_if_needed()
    replies = [client.mail(sender), *(client.rcpt(one) for one in recipients)]
    bad = next((reply for reply in replies if reply[0] >= 400), None)
    code, said = bad or client.data(content.as_bytes(policy=SMTP))
    if bad:
        client.rset()
    return f"{code} {said.decode()}"


async def test_a_mail_to_numbers_becomes_messages_once(database_url: str, interface: Interface) -> None:
    def send(port: int) -> list[str]:
        with logged_in(port) as client:
            to = ("13800138000@sms.example", "+8613900139000+42@sms.example")
            content = mail(Message_ID="<1@acme>")
            return [data(client, content, *to), data(client, content, *to), data(client, mail(), to[0])]

    async with serving(database_url) as port:
        first, again, other = await asyncio.to_thread(send, port)
    assert first.startswith("250 2.0.0 Taken as ")
    assert again == first
    assert other.startswith("250")
    rows = await aside(lambda: list(Message.objects.order_by("id")))
    assert [(row.number, row.access_number, row.text) for row in rows] == [
        ("+8613800138000", "1065712", "通知\n会议改到三点"),
        ("+8613900139000", "106571242", "通知\n会议改到三点"),
        ("+8613800138000", "1065712", "通知\n会议改到三点"),
    ]
    assert {row.interface_id for row in rows} == {interface.pk}


async def test_strangers_and_bad_numbers_are_refused_by_themselves(
    database_url: str, interface: Interface
) -> None:
    def send(port: int) -> list[str]:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            told = [data(client, mail(), "13800138000@sms.example"), data(client, mail(), "li@sms.example")]
            with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
                client.login(LOGIN, "guessed")
            told.append(str(wrong.value.smtp_code))
        with logged_in(port) as client:
            told.append(data(client, mail(), "138001380001234567@sms.example"))
            told.append(data(client, mail("", subject=""), "13800138000@sms.example"))
            refused = client.send_message(
                mail(), to_addrs=["13800138000@sms.example", "138001380001234567@sms.example"]
            )
            told.append(str({to: code for to, (code, _said) in refused.items()}))
        return told

    async with serving(database_url) as port:
        told = await asyncio.to_thread(send, port)
    assert [one[:9] for one in told[:2]] == ["530 5.7.0", "550 5.1.1"]
    assert told[2] == "535"
    assert [one[:9] for one in told[3:5]] == ["550 5.1.1", "554 5.6.0"]
    assert told[5] == "{'138001380001234567@sms.example': 550}"
    assert await aside(Message.objects.count) == 1


async def test_a_suspended_interface_sends_nothing(database_url: str, interface: Interface) -> None:
    await aside(lambda: Interface.objects.update(state="suspended"))

    def send(port: int) -> str:
        with logged_in(port) as client:
            return data(client, mail(), "13800138000@sms.example")

    async with serving(database_url) as port:
        assert (await asyncio.to_thread(send, port)).startswith("550 5.7.1")


async def test_a_number_that_wants_nothing_is_left_out_and_the_others_go_on(
    database_url: str, interface: Interface
) -> None:
    await aside(lambda: ListedNumber.objects.create(kind="opt_out", number="+8613800138000", since=NOW))

    def send(port: int) -> dict[str, tuple[int, bytes]]:
        with logged_in(port) as client:
            to = ["13800138000@sms.example", "13900139000@sms.example"]
            return client.send_message(mail(), to_addrs=to)

    async with serving(database_url) as port:
        refused = await asyncio.to_thread(send, port)
    assert {to: code for to, (code, _said) in refused.items()} == {"13800138000@sms.example": 550}
    assert await aside(lambda: list(Message.objects.values_list("number", flat=True))) == ["+8613900139000"]


async def test_looking_at_a_number_beforehand_uses_nothing_up(
    database_url: str, interface: Interface
) -> None:
    def limit() -> None:
        CustomerLimit.objects.create(customer_id=interface.customer_id, per_day_max=1, changed_at=NOW)

    def send(port: int) -> list[str]:
        with logged_in(port) as client:
            return [data(client, mail(str(n)), "13800138000@sms.example") for n in range(2)]

    await aside(limit)
    async with serving(database_url) as port:
        first, second = await asyncio.to_thread(send, port)
    assert (first[:3], second[:9]) == ("250", "452 4.2.2")


async def test_another_kind_of_interface_does_not_log_in(database_url: str, interface: Interface) -> None:
    await aside(lambda: Interface.objects.update(kind="http"))

    def send(port: int) -> int:
        with (
            smtplib.SMTP("127.0.0.1", port, timeout=30) as client,
            pytest.raises(smtplib.SMTPAuthenticationError) as refused,
        ):
            client.login(LOGIN, PASSWORD)
        return refused.value.smtp_code

    async with serving(database_url) as port:
        assert await asyncio.to_thread(send, port) == 535


async def test_without_a_database_a_mail_is_to_come_again(database_url: str, interface: Interface) -> None:
    token = reply_address(1, 1, expires_at=NOW + timedelta(days=1), secret=settings.SECRET_KEY, domain=DOMAIN)

    def send(port: int) -> tuple[int, str]:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            with pytest.raises(smtplib.SMTPAuthenticationError) as away:
                client.login(LOGIN, PASSWORD)
            return away.value.smtp_code, data(client, mail("同意"), token, sender="li@acme.example")

    async with serving(database_url, database=False) as port:
        code, answer = await asyncio.to_thread(send, port)
    assert code == 454
    assert answer.startswith("451 4.3.0")


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
async def test_passwords_go_by_tls_only(
    database_url: str, interface: Interface, own_tls: ssl.SSLContext, mechanism: str
) -> None:
    def send(port: int) -> str:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            client.ehlo()
            assert not client.has_extn("auth")
            with pytest.raises(smtplib.SMTPException):
                client.login(LOGIN, PASSWORD)
            client.starttls(context=trusting)
            client.ehlo()
            assert set(client.esmtp_features["auth"].split()) == {"LOGIN", "PLAIN"}
            client.user, client.password = LOGIN, PASSWORD
            client.auth(mechanism, client.auth_plain if mechanism == "PLAIN" else client.auth_login)
            return data(client, mail(), "13800138000@sms.example")

    async with serving(database_url, host="0.0.0.0", tls=own_tls) as port:  # noqa: S104 - seen from elsewhere
        assert (await asyncio.to_thread(send, port)).startswith("250")


async def test_what_is_too_large_or_too_much_is_refused(database_url: str, interface: Interface) -> None:
    def send(port: int) -> list[str]:
        told = []
        with logged_in(port) as client:
            told.append(data(client, mail("x\n" * MAIL_BYTES_MAX), "13800138000@sms.example"))
        with logged_in(port) as client:
            client.mail("oa@acme.example")
            many = [client.rcpt(f"138001{n:05d}@sms.example")[0] for n in range(101)]
            told.append(str(sorted(set(many))))
        held = [socket.create_connection(("127.0.0.1", port), 30) for _n in range(CONNECTIONS_OF_ONE_MAX)]
        greeted = [one.recv(3) for one in held]
        with socket.create_connection(("127.0.0.1", port), 30) as one_more:
            told.append(one_more.recv(3).decode())
        for one in held:
            one.close()
        assert set(greeted) == {b"220"}
        return told

    async with serving(database_url) as port:
        large, many, crowd = await asyncio.to_thread(send, port)
    assert large.startswith("552")
    assert many == "[250, 452]"
    assert crowd == "421"


def test_a_connection_has_its_pace() -> None:
    pace = Pace()
    burst = [pace.allows(100.0) for _n in range(int(MAILS_A_SECOND) + 1)]
    assert burst == [True] * int(MAILS_A_SECOND) + [False]
    assert [pace.allows(100.0 + 1.5 / MAILS_A_SECOND) for _n in range(2)] == [True, False]
    assert pace.mails == MAILS_A_SECOND + 1


async def test_who_is_too_fast_is_told_to_wait(
    database_url: str, interface: Interface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pace, "allows", lambda pace, now: False)

    def send(port: int) -> str:
        with logged_in(port) as client:
            return data(client, mail(), "13800138000@sms.example")

    async with serving(database_url) as port:
        assert (await asyncio.to_thread(send, port)).startswith("452 4.3.2")


class Question:
    """One that was asked of Li by the approvals app, and the address to which it is answered."""

    def __init__(self) -> None:
        self.li: Person = make_person(name="Li Lei")
        customer = register_party(SYSTEM_ACTOR, kind="customer", name="Beta", owner=None, now=NOW)
        actions.send(
            [Outbound("ask/7", self.li.number, "Reply 1 or 2", "approvals", customer.id, "task/7")], now=NOW
        )
        self.ask = Ask.objects.get()
        Habits.objects.create(
            person=self.li, mail_address="Li@acme.example", mail_verified_at=NOW, changed_at=NOW
        )

    def address(self, person_id: int | None = None, days: int = 1) -> str:
        return reply_address(
            self.ask.pk, person_id or self.li.pk, expires_at=NOW + timedelta(days=days),
            secret=settings.SECRET_KEY, domain=DOMAIN,
        )  # fmt: skip


def answer(port: int, content: EmailMessage, to: str, sender: str = "li@acme.example") -> str:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        return data(client, content, to, sender=sender)


def by(content: EmailMessage, sender: str) -> EmailMessage:
    del content["From"]
    content["From"] = sender
    return content


async def test_an_answer_by_mail_is_heard_once_like_one_by_message(database_url: str) -> None:
    question = await aside(Question)
    quoted = "同意，请尽快\n\n在 2026-11-02 09:00:00，Acme 写道：\n> Reply 1 or 2"
    content = by(mail(quoted, "Re: 审批", Message_ID="<9@acme>"), "李雷 <LI@acme.example>")
    async with serving(database_url) as port:
        replies = [await asyncio.to_thread(answer, port, content, question.address()) for _n in range(2)]
    assert replies == ["250 2.0.0 Taken"] * 2
    event = await aside(lambda: EventRow.objects.get(type="message.replied"))
    assert (event.way, event.person_id) == ("mail", question.li.pk)
    wanted = {"ask": "task/7", "app_id": "approvals", "text": "同意，请尽快", "late": False, "way": "mail"}
    assert {name: event.data[name] for name in wanted} == wanted
    kept = await aside(lambda: Message.objects.get(direction="in"))
    assert (kept.carrier, kept.number, kept.text) == ("mail", question.li.number, "同意，请尽快")


async def test_only_the_person_who_was_asked_answers(database_url: str) -> None:
    question = await aside(Question)
    forged = question.address()[:-14] + "a" + question.address()[-13:]
    content = by(mail("同意"), "chen@acme.example")
    async with serving(database_url) as port:
        replies = [
            await asyncio.to_thread(answer, port, content, to)
            for to in (question.address(), forged, question.address(days=-1), question.address(999_999))
        ]
        own = by(mail("同意"), "li@acme.example")
        gone = await asyncio.to_thread(answer, port, own, question.address(999_999))
    assert [reply[:9] for reply in replies] == ["550 5.7.1", "550 5.1.1", "550 5.1.1", "550 5.1.1"]
    assert gone.startswith("550 5.1.1")
    assert await aside(lambda: EventRow.objects.filter(type="message.replied").count()) == 0


async def test_a_machines_answer_is_taken_and_decides_nothing(database_url: str) -> None:
    question = await aside(Question)
    holiday = by(mail("同意", Auto_Submitted="auto-replied"), "li@acme.example")
    bounce = by(mail("同意"), "li@acme.example")
    async with serving(database_url) as port:
        first = await asyncio.to_thread(answer, port, holiday, question.address())
        second = await asyncio.to_thread(answer, port, bounce, question.address(), "")
    assert [first[:3], second[:3]] == ["250", "250"]
    assert await aside(lambda: EventRow.objects.filter(type="message.replied").count()) == 0


@pytest.mark.skipif(
    not FIXTURES.exists(), reason=f"needs {FIXTURES.name}, which is not part of this repository"
)
async def test_broken_mails_are_answered_and_end_nothing(database_url: str, interface: Interface) -> None:
    """Each of the collected ones, to a number and as an answer."""
    question = await aside(Question)
    with tarfile.open(FIXTURES) as packed:
        mails = [
            file.read() for one in packed if one.isfile() and (file := packed.extractfile(one)) is not None
        ]
    assert len(mails) > 500
    desk = Desk(database_url, settings.SECRET_KEY, SettableClock(NOW))
    working = asyncio.create_task(desk.run(lambda: None))
    while not desk.guests.by_login:
        await asyncio.sleep(0.01)
    letterbox = Letterbox(desk, DOMAIN, settings.SECRET_KEY)
    guest = replace(desk.guests.by_login[LOGIN].interface)
    replies = set()
    for some in (mails[at : at + 50] for at in range(0, len(mails), 50)):
        # Those to a number share commits, as they do at work.
        to_number = (letterbox.take(one, "a@b.example", ["13800138000@sms.example"], guest) for one in some)
        replies |= {reply[:3] for reply in await asyncio.gather(*to_number)}
        for content in some:
            replies.add((await letterbox.take(content, "a@b.example", [question.address()], None))[:3])
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert replies <= {"250", "550", "552", "554"}
    assert await aside(Message.objects.count) > 300
