"""Who wrote a mail hears of failures and replies, through a mail server of the company's own."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.message import Message as MimeMessage
from email.policy import default
from functools import partial
from typing import Any

import pytest
from django.conf import settings

from hotpot.kernel.clock import SystemClock
from hotpot.kernel.errors import Refused
from hotpot.kernel.reach import EVERYWHERE, PUBLIC_ONLY, Reach
from hotpot.pot.connector.models import Problem, TakenMail
from hotpot.pot.connector.smtp.mails import Letterbox
from hotpot.pot.connector.smtp.returns import mail_server, mail_settings
from hotpot.pot.connector.smtp.server import listen
from hotpot.pot.connector.smtp.teller import MailsBack
from hotpot.pot.messaging.gateway.courier import Courier
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.gateway.outward import BadAddress, Outward
from hotpot.pot.messaging.gateway.tests.serving import (
    ACCESS_NUMBER,
    NOW,
    PASSWORD,
    delivered,
    open_interface,
    replied,
    until,
)
from hotpot.pot.messaging.gateway.tests.test_http import aside
from hotpot.pot.messaging.models import Message, Notice, Silence
from hotpot.pot.messaging.switch.models import ListedNumber
from tests.mail.smtp import PostOffice

DOMAIN = "sms.example"
LOGIN = "oa"
NUMBER, OTHER = "13800138000", "13900139000"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    server = PostOffice()
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def serving(url: str, *, reach: Reach = EVERYWHERE) -> AsyncIterator[int]:
    """Letterbox and courier, as two processes have them; the port."""
    desk = Desk(url, settings.SECRET_KEY, SystemClock(), Outward(reach))
    courier = Courier(desk, [MailsBack(desk, secret_key=settings.SECRET_KEY, domain=DOMAIN)])
    working = [asyncio.create_task(one) for one in (desk.run(lambda: None), courier.run())]
    while not desk.ready:
        await asyncio.sleep(0.01)
    letterbox = Letterbox(desk, DOMAIN, settings.SECRET_KEY)
    server = await listen(letterbox, host="127.0.0.1", port=0, tls=None)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


def send(port: int, *numbers: str, sender: str = "alarm@acme.example", **heads: str) -> str:
    """The reply to a mail whose numbers were taken each alone."""
    mail = EmailMessage()
    mail["From"] = "Li Lei <li@acme.example>"
    mail["Subject"] = "机房"
    mail["Message-ID"] = "<1@acme.example>"
    for name, value in heads.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("着火了")
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.login(LOGIN, PASSWORD)
        client.mail(sender)
        for number in numbers:
            assert client.rcpt(f"{number}@{DOMAIN}")[0] == 250
        return client.data(mail.as_bytes())[1].decode()


def read(content: bytes) -> EmailMessage:
    found = message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def blocks(report: EmailMessage) -> list[MimeMessage]:
    """The delivery status: of the mail first, then of each number."""
    _said, status, _head = report.iter_parts()
    assert status.get_content_type() == "message/delivery-status"
    return list(status.iter_parts())


def message_ids() -> list[int]:
    return list(Message.objects.filter(direction="out").order_by("id").values_list("id", flat=True))


async def opened(office: PostOffice, **more: Any) -> int:
    given = {"mail_server": f"smtp://127.0.0.1:{office.port}", **more}
    return await aside(partial(open_interface, "smtp", **given))


async def test_a_failure_comes_back_as_a_delivery_status(database_url: str, office: PostOffice) -> None:
    await opened(office)
    async with serving(database_url) as port:
        assert "Taken" in await asyncio.to_thread(send, port, NUMBER, f"{OTHER}+42")
        first, second = await aside(message_ids)
        await aside(delivered, first)
        await aside(partial(delivered, second, delivered=False))
        await until(lambda: bool(office.taken))
        await until_none_waits()
    [taken] = office.taken
    assert (taken.sender, taken.recipients) == ("<>", ["alarm@acme.example"])
    report = read(taken.content)
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    assert (report["To"], report["In-Reply-To"]) == ("alarm@acme.example", "<1@acme.example>")
    assert report["Subject"] == "Not delivered / 未送达: 机房"
    assert report["Auto-Submitted"] == "auto-replied"
    about_us, about = blocks(report)
    assert about_us["Reporting-MTA"] == f"dns; {DOMAIN}"
    assert about["Final-Recipient"] == f"rfc822; {OTHER}+42@{DOMAIN}"
    assert (about["Action"], about["Status"]) == ("failed", "5.0.0")
    assert about["Diagnostic-Code"] == "x-sms; failed UNDELIV"


async def test_a_number_that_is_refused_beside_others_comes_back_too(
    database_url: str, office: PostOffice
) -> None:
    """At its RCPT it was taken still: somebody opted out before the mail's end."""
    await opened(office)
    async with serving(database_url) as port:

        def opts_out_meanwhile() -> str:
            mail = EmailMessage()
            mail.set_content("x")
            with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
                client.login(LOGIN, PASSWORD)
                client.mail("alarm@acme.example")
                client.rcpt(f"{NUMBER}@{DOMAIN}")
                client.rcpt(f"{OTHER}@{DOMAIN}")
                ListedNumber.objects.create(kind="opt_out", number=f"+86{OTHER}", since=NOW)
                return client.data(mail.as_bytes())[1].decode()

        assert "left out" in await aside(opts_out_meanwhile)
        await until(lambda: bool(office.taken))
    _about_us, about = blocks(read(office.taken[0].content))
    assert about["Final-Recipient"] == f"rfc822; {OTHER}@{DOMAIN}"
    assert (about["Status"], about["Diagnostic-Code"]) == ("5.7.1", "smtp; 550 5.7.1 blocked")
    assert await aside(lambda: Problem.objects.get().code) == "blocked"


async def test_what_a_phone_answers_comes_back_as_an_answer(database_url: str, office: PostOffice) -> None:
    await opened(office)
    async with serving(database_url) as port:
        await asyncio.to_thread(send, port, f"{NUMBER}+7", Reply_To="Han <han@acme.example>")
        await aside(replied, "我马上来", f"{ACCESS_NUMBER}7")
        await until(lambda: bool(office.taken))
    [taken] = office.taken
    assert (taken.sender, taken.recipients) == ("<>", ["han@acme.example"])
    mail = read(taken.content)
    assert (mail["Subject"], mail["In-Reply-To"]) == ("Re: 机房", "<1@acme.example>")
    assert mail["From"].addresses[0].addr_spec == f"{NUMBER}+7@{DOMAIN}"
    assert mail.get_content().strip() == "我马上来"


async def test_a_server_that_is_busy_is_tried_again_with_the_same_mail(
    database_url: str, office: PostOffice
) -> None:
    await opened(office)
    office.refusing = {"alarm@acme.example": "451 later"}
    async with serving(database_url) as port:
        await asyncio.to_thread(send, port, NUMBER)
        [message_id] = await aside(message_ids)
        await aside(partial(delivered, message_id, delivered=False))
        await until_true(lambda: Silence.objects.filter(reason__contains="451 later").exists())
        assert await aside(Notice.objects.count) == 1
        office.refusing = {}
        await until(lambda: bool(office.taken))
        await until_none_waits()
    assert read(office.taken[0].content)["Message-ID"] == f"<receipt-{message_id}@{DOMAIN}>"


async def test_killed_between_mail_and_commit_it_is_the_same_mail_again(
    database_url: str, office: PostOffice
) -> None:
    interface_id = await opened(office)
    async with serving(database_url) as port:
        await asyncio.to_thread(send, port, NUMBER)
        [message_id] = await aside(message_ids)
        await aside(partial(delivered, message_id, delivered=False))
        await until(lambda: len(office.taken) == 1)
        await until_none_waits()
        again = partial(Notice.objects.create, interface_id=interface_id, message_id=message_id)
        await aside(partial(again, kind="receipt"))  # as if the commit had never been
        await until(lambda: len(office.taken) == 2)
    first, second = (read(one.content)["Message-ID"] for one in office.taken)
    assert first == second


async def test_a_sender_that_is_gone_holds_nobody_up(database_url: str, office: PostOffice) -> None:
    await opened(office)
    office.refusing = {"gone@acme.example": "550 no such user"}
    async with serving(database_url) as port:
        await asyncio.to_thread(partial(send, port, NUMBER, sender="gone@acme.example"))
        await asyncio.to_thread(partial(send, port, OTHER, Date="Mon, 23 Nov 2026 00:00:00 +0000"))
        await aside(lambda: delivered(*message_ids(), delivered=False))
        await until(lambda: bool(office.taken))
        await until_none_waits()
    assert [one.recipients for one in office.taken] == [["alarm@acme.example"]]
    assert await aside(lambda: Problem.objects.get().code) == "mail_refused"


async def test_without_a_mail_server_nothing_is_kept_and_nothing_waits(
    database_url: str, office: PostOffice
) -> None:
    await aside(open_interface, "smtp")
    async with serving(database_url) as port:
        await asyncio.to_thread(send, port, NUMBER)
        await aside(replied, "?")
        await until_none_waits()
    assert not office.taken
    assert not await aside(TakenMail.objects.exists)


async def test_passwords_are_sealed_and_said_to_nobody_unencrypted(
    database_url: str, office: PostOffice
) -> None:
    sealed = mail_settings(f"smtp://li:se%40cret@127.0.0.1:{office.port}", settings.SECRET_KEY)
    assert sealed["mail_server"] == f"smtp://li@127.0.0.1:{office.port}"
    assert "cret" not in sealed["mail_password"]
    assert mail_server(sealed, settings.SECRET_KEY).password == "se@cret"
    await opened(office, **sealed)
    async with serving(database_url) as port:
        await asyncio.to_thread(send, port, NUMBER)
        await aside(lambda: delivered(*message_ids(), delivered=False))
        await until_true(lambda: Silence.objects.filter(reason__contains="it gets no password").exists())
    assert not office.taken


async def test_a_server_inside_is_the_operators_to_allow(database_url: str, office: PostOffice) -> None:
    await opened(office)
    async with serving(database_url, reach=PUBLIC_ONLY) as port:
        await asyncio.to_thread(send, port, NUMBER)
        await aside(lambda: delivered(*message_ids(), delivered=False))
        await until_true(lambda: Silence.objects.filter(reason__contains="private network").exists())
    assert issubclass(BadAddress, Refused)
    assert not office.taken


async def until_true(true: Any) -> None:
    async with asyncio.timeout(30):
        while not await aside(true):
            await asyncio.sleep(0.05)


async def until_none_waits() -> None:
    await until_true(lambda: not Notice.objects.exists())
