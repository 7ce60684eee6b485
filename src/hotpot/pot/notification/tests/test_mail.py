"""Mails as another program reads them, and what a mail server may say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.kernel.errors import Refused
from hotpot.pot.notification.bounces import read_return_path
from hotpot.pot.notification.engine import LEASE
from hotpot.pot.notification.mail import GIVE_S, TIMEOUT_S, Mail, Server, Writer, sender_of
from hotpot.pot.notification.outgoing import outgoing
from hotpot.pot.notification.tests.standins import Mailbox, as_text, mailbox, read_mail
from hotpot.pot.notification.wire import Due, Piece, Tried, Way

NOW = datetime(2026, 10, 15, 1, 0, tzinfo=UTC)
TOKEN = "0b0e1f9e-6c59-4c0f-9d62-6a0f7f7c3f11"
BASE = "https://pot.example"
WRITER = Writer("Hotpot <notices@pot.example>", BASE, "key", "in.pot.example")
DUE = Due(
    1, TOKEN, Way.MAIL, "Approvals", "12 CNY", f"{BASE}/apps/approvals/", "en", NOW + timedelta(hours=48),
    (), "li@example.com", 7, None, (),
)  # fmt: skip


def written(**changed: object) -> EmailMessage:
    """As it is read at the other end."""
    return read_mail(WRITER.write(replace(DUE, **changed), NOW).as_bytes())  # type: ignore[arg-type]


@given(title=st.text(max_size=200), text=st.text(max_size=300))
def test_no_text_breaks_a_header_or_the_page(title: str, text: str) -> None:
    title, text = (one.encode(errors="replace").decode() for one in (title, text))
    mail = written(title=title, text=f"<b>{text}")
    assert mail["to"] == "li@example.com"
    assert mail.get_all("bcc") is None
    assert "<b>" not in as_text(mail, "html")
    assert mail["auto-submitted"] == "auto-generated"


def test_only_a_question_can_be_answered() -> None:
    assert written()["reply-to"] is None
    asked = written(ask_id=3)
    assert asked["reply-to"].startswith("reply+")
    assert "answer this mail" in as_text(asked)
    silent = replace(WRITER, reply_domain="").write(replace(DUE, ask_id=3), NOW)
    assert silent["reply-to"] is None
    assert "answer this mail" not in as_text(silent)


def test_a_digest_has_a_link_for_each() -> None:
    pieces = (Piece("one", "Approvals", "First"), Piece("two", "", "Second"))
    mail = written(pieces=pieces, text="2 notices for you:", language="zh-hans")
    plain, page = as_text(mail), as_text(mail, "html")
    assert f"Approvals: First\n{BASE}/n/one/" in plain.replace("\r\n", "\n")
    assert f"{BASE}/n/two/" in plain
    assert page.count("打开") == 2


def test_what_a_server_says_decides_what_is_tried_again() -> None:
    async def said(answer: str) -> Tried:
        async with mailbox() as box:
            box.refuses = answer
            mail = Mail(Server("127.0.0.1", box.port, by_tls=False), WRITER)
            [came] = await mail.tell([DUE], NOW)
            return came

    assert asyncio.run(said("")) == Tried()
    assert asyncio.run(said("450 Full")) == Tried("the mail server said 450 Full", later=True)
    assert asyncio.run(said("550 No such user")) == Tried("the mail server said 550 No such user")


async def senders(reply_domain: str, **more: str) -> tuple[list[Tried], list[str]]:
    async with mailbox() as box:
        for name, value in more.items():
            setattr(box, name, value)
        mail = Mail(Server("127.0.0.1", box.port, by_tls=False), replace(WRITER, reply_domain=reply_domain))
        return await mail.tell([DUE], NOW), box.senders


def test_a_mail_comes_back_to_an_address_that_says_which_notice_it_was() -> None:
    came, [path] = asyncio.run(senders("in.pot.example"))
    assert came == [Tried()]
    read = read_return_path(path, secret="key", domain="in.pot.example")
    assert (read.notice_id, read.is_of(DUE.address)) == (DUE.id, True)
    assert asyncio.run(senders("")) == ([Tried()], ["notices@pot.example"])


@pytest.mark.parametrize("says_so", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_wants_its_login_s_own_address_gets_that(says_so: str) -> None:
    own = "notices@pot.example"
    came = asyncio.run(senders("in.pot.example", only_sender=own, says_so=says_so))
    assert came == ([Tried()], [own])
    came = asyncio.run(senders("in.pot.example", only_sender="nobody@pot.example", says_so=says_so))
    assert came[1] == []
    assert (came[0][0].error[:22], came[0][0].later) == ("the mail server said 5", False)


async def try_out(reply_domain: str, **more: str) -> tuple[Tried, bool, Mailbox]:
    async with mailbox() as box:
        for name, value in more.items():
            setattr(box, name, value)
        mail = Mail(Server("127.0.0.1", box.port, by_tls=False), replace(WRITER, reply_domain=reply_domain))
        came, noticed = await asyncio.to_thread(mail.try_out, "li@example.com", "Test", "It works.", NOW)
        return came, noticed, box


def test_a_test_mail_tells_whether_what_comes_back_would_be_noticed() -> None:
    came, noticed, box = asyncio.run(try_out("in.pot.example"))
    assert (came, noticed) == (Tried(), True)
    [mail] = box.mails
    assert (mail["from"], mail["to"], as_text(mail).strip()) == (WRITER.sender, "li@example.com", "It works.")
    assert asyncio.run(try_out(""))[:2] == (Tried(), False)
    own = {"only_sender": "notices@pot.example"}
    assert asyncio.run(try_out("in.pot.example", **own))[:2] == (Tried(), False)
    refused = asyncio.run(try_out("in.pot.example", refuses="550 No such user"))
    assert refused[0] == Tried("the mail server said 550 No such user")
    away = Mail(Server("127.0.0.1", 1, by_tls=False), WRITER).try_out("li@example.com", "Test", "", NOW)
    assert away[0].error.startswith("the mail server is away: ")


def test_a_server_that_is_away_or_refuses_us_is_no_mail_s_fault() -> None:
    async def tried(**changed: object) -> list[Tried]:
        async with mailbox() as box:
            server = Server("127.0.0.1", box.port, by_tls=False)
            return await Mail(replace(server, **changed), WRITER).tell([DUE, DUE], NOW)  # type: ignore[arg-type]

    for came in (
        asyncio.run(tried(port=1)),
        asyncio.run(tried(user="li", password="it knows no such verb")),
    ):
        assert [one.later for one in came] == [True, True]
        assert all(one.error.startswith("the mail server") for one in came)


def test_what_a_slow_server_did_not_take_is_tried_again_before_its_lease_ends() -> None:
    async def tried() -> tuple[list[Tried], int]:
        async with mailbox() as box:
            ticks = iter([0.0, 1.0, GIVE_S])
            mail = Mail(Server("127.0.0.1", box.port, by_tls=False), WRITER, lambda: next(ticks))
            return await mail.tell([DUE, replace(DUE, id=2), replace(DUE, id=3)], NOW), len(box.mails)

    came, taken = asyncio.run(tried())
    slow = Tried("the mail server is away: it is too slow", later=True)
    assert (came, taken) == ([Tried(), slow, slow], 1)
    commands = 6  # connecting, MAIL, RCPT, DATA, the mail itself, QUIT
    assert GIVE_S + commands * TIMEOUT_S < LEASE.total_seconds()


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25"])
def test_a_server_s_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Refused, match="HOTPOT_SMTP_URL"):
        Server.of(url)


def test_settings_become_ways() -> None:
    assert Server.of("smtps://li%40example.com:p%3Ass@mail.example") == Server(
        "mail.example", 465, by_tls=True, user="li@example.com", password="p:ss"
    )
    given = {"base_url": BASE, "secret_key": "key", "reply_domain": "192.0.2.1"}
    assert outgoing(smtp_url="", mail_from="", **given).mail is None
    ways = outgoing(smtp_url="smtp://mail.example", mail_from="Hotpot <n@pot.example>", **given)
    assert ways.contact == "mailto:n@pot.example"
    assert ways.mail is not None
    assert ways.mail.writer.reply_domain == ""
    with pytest.raises(Refused, match="HOTPOT_MAIL_FROM"):
        outgoing(smtp_url="smtp://mail.example", mail_from="", **given)
    with pytest.raises(Refused, match="HOTPOT_MAIL_FROM"):
        sender_of("nobody")
