"""Enterprises that speak a carrier's protocol, through the gateway to the database and back."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from django.db import transaction

from hotpot.kernel.clock import SettableClock
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.messaging import door
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.gateway.desk import Desk, Unsure
from hotpot.pot.messaging.gateway.links.longs import WAIT_FOR_PARTS, gathered
from hotpot.pot.messaging.gateway.tests.serving import (
    ACCESS_NUMBER,
    LOGIN,
    NOW,
    NUMBER,
    PASSWORD,
    delivered,
    open_interface,
    replied,
    serving,
    until,
)
from hotpot.pot.messaging.gateway.tests.test_http import aside, messages
from hotpot.pot.messaging.link import Link, Outbox
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.session import Asked, LoggingIn, Session
from hotpot.pot.messaging.talk import Answer, Deliver, Report, Submit, Verdict
from hotpot.pot.messaging.tests.linking import LONG, PROTOCOLS, free_port
from hotpot.pot.messaging.text import Alphabet, Part, join

OTHER = "+8613900139000"

pytestmark = pytest.mark.django_db(transaction=True)


class Client:
    """One connection of an enterprise's, which takes all that it is brought."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.outbox = Outbox(20)
        self.reports: list[Report] = []
        self.delivers: list[Deliver] = []
        self.bound_at_last: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        dialect = speak(account, SettableClock(NOW), client=True)
        self.dialect = dialect
        self.link = Link(Session(dialect, asyncio.get_running_loop().time()), self)

    async def connect(self, tls: ssl.SSLContext | None = None) -> bool:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self.link, "127.0.0.1", self.account.port, ssl=tls)
        return await asyncio.wait_for(self.bound_at_last, 20)

    async def submit(self, *submits: Submit) -> list[Answer]:
        """All have an answer."""
        answers = await self.ask(*submits)
        assert None not in answers
        return [answer for answer in answers if answer is not None]

    async def ask(self, *submits: Submit) -> list[Answer | None]:
        """None where none came."""
        loop = asyncio.get_running_loop()
        waiting = [loop.create_future() for _ in submits]
        for one, future in zip(submits, waiting, strict=True):
            self.outbox.put(one, future.set_result)
        async with asyncio.timeout(20):
            return list(await asyncio.gather(*waiting))

    def parts(self, text: str, ref: int, **more: Any) -> list[Submit]:
        found = self.dialect.parts(text, ref)
        return [a_submit(part=part, **more) for part in found]

    # What the link tells.

    def logging_in(self, link: Link, login: LoggingIn) -> None:
        raise AssertionError("nobody logs in here")

    def bound(self, link: Link) -> None:
        link.take(self.outbox)
        self.bound_at_last.set_result(True)

    def asked(self, link: Link, asked: Asked) -> None:
        match asked.request:
            case Report() as report:
                self.reports.append(report)
            case Deliver() as deliver:
                self.delivers.append(deliver)
        link.answer(asked, Answer(Verdict.OK))
        link.pump()

    def closed(self, link: Link, reason: str) -> None:
        self.outbox.drop()
        if not self.bound_at_last.done():
            self.bound_at_last.set_result(False)


def a_submit(text: str = "您好", *numbers: str, part: Part | None = None, **more: Any) -> Submit:
    given = {"source": ACCESS_NUMBER, "receipt": True, **more}
    return Submit(
        numbers=numbers or (NUMBER,), part=part or Part(text.encode("utf-16-be"), Alphabet.UCS2), **given
    )


def an_account(protocol: Protocol, port: int, **more: Any) -> Account:
    return Account(name="us", protocol=protocol, login=LOGIN, password=PASSWORD[:8], port=port, **more)


@asynccontextmanager
async def linked(
    protocol: Protocol, database_url: str, secret_key: str, **more: Any
) -> AsyncIterator[Client]:
    """A client that has logged in; `more` goes to its interface's settings."""
    kind = protocol.removesuffix("2").removesuffix("3")
    port, back = free_port(), free_port()
    settings = {"host": "127.0.0.1", "port": back} if kind == "sgip" else {}
    await aside(open_interface, kind, password=PASSWORD[:8], **settings, **more)
    async with AsyncExitStack() as closing, serving(database_url, secret_key, listen={kind: port}):
        client = Client(an_account(protocol, port))
        assert await client.connect()
        if kind == "sgip":  # brings reports on a connection of its own
            loop = asyncio.get_running_loop()

            def link() -> Link:
                dialect = speak(client.account, SettableClock(NOW), client=False)
                return Link(Session(dialect, loop.time()), Gate(client))

            closing.push_async_callback(_close, await loop.create_server(link, "127.0.0.1", back))
        yield client
        client.link.leave()


async def _close(server: asyncio.Server) -> None:
    server.close()


class Gate:
    """Lets SGIP's gateway in."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.asked = client.asked

    def logging_in(self, link: Link, login: LoggingIn) -> None:
        link.session.admit(self._client.account, asyncio.get_running_loop().time())
        link.step()

    def bound(self, link: Link) -> None:
        """Only the gateway asks here."""

    def closed(self, link: Link, reason: str) -> None:
        """It comes again when there is something."""


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_submits_come_in_and_reports_and_replies_go_back(
    protocol: Protocol, database_url: str, settings: Any
) -> None:
    async with linked(protocol, database_url, settings.SECRET_KEY) as client:
        short, *_ = answers = await client.submit(
            a_submit("您好", source=ACCESS_NUMBER + "88"), *client.parts(LONG, 7)
        )
        assert {answer.verdict for answer in answers} == {Verdict.OK}
        assert len({answer.ref for answer in answers}) == len(answers)
        kept, joined = await aside(messages)
        assert (kept.text, kept.access_number, kept.number) == ("您好", ACCESS_NUMBER + "88", NUMBER)
        assert joined.text == LONG
        await aside(delivered, kept.pk, joined.pk)
        await until(lambda: len(client.reports) == len(answers))
        assert [one.ref for one in client.reports] == [answer.ref for answer in answers]
        assert {(one.number, one.stat) for one in client.reports} == {(NUMBER, "DELIVRD")}
        await aside(replied, LONG, ACCESS_NUMBER + "88")
        await until(lambda: len(client.delivers) > 1)
        assert join([one.part for one in client.delivers]) == LONG
        [several] = await client.submit(a_submit("both", NUMBER, OTHER)) if protocol != "smpp" else [short]
        assert several.verdict is Verdict.OK
        if protocol != "smpp":
            two = (await aside(messages))[-2:]
            await aside(delivered, two[0].pk)
            await aside(delivered, two[1].pk, delivered=False)
            await until(lambda: len(client.reports) == len(answers) + 2)
            told = {(one.ref, one.number, one.stat) for one in client.reports[-2:]}
            assert told == {(several.ref, NUMBER, "DELIVRD"), (several.ref, OTHER, "UNDELIV")}


@pytest.mark.parametrize(
    ("protocol", "code"), [("cmpp3", "CMPP 13"), ("smpp", "SMPP 0x0b"), ("smgp", "SMGP 47")]
)
async def test_refusals_are_in_the_protocols_own_words(
    protocol: Protocol, code: str, database_url: str, settings: Any
) -> None:
    async with linked(protocol, database_url, settings.SECRET_KEY) as client:
        wrong, other, good = await client.submit(
            a_submit("x", "12"), a_submit("x", source="99999"), a_submit("x", receipt=False)
        )
        assert wrong.reason.startswith(code)
        assert (other.verdict, good.verdict) == (
            Verdict.REFUSED,
            Verdict.OK,
        ) or other.verdict.temporary is False
        assert await aside(Message.objects.count) == 1
        stranger = Client(an_account(protocol, client.account.port))
        stranger.account = stranger.dialect.account = Account(
            name="us", protocol=protocol, login=LOGIN, password="guess", port=client.account.port
        )
        assert not await stranger.connect()


async def test_what_a_submit_says_is_kept(database_url: str, settings: Any) -> None:
    due, until_then = NOW + timedelta(hours=2), NOW + timedelta(hours=5)
    async with linked("cmpp3", database_url, settings.SECRET_KEY) as client:
        flash = Part(b"Hello", Alphabet.ASCII, flash=True)
        binary = Part(bytes([0, 255, 16]), Alphabet.BINARY)
        await client.submit(
            a_submit(part=flash, due_at=due, expires_at=until_then), a_submit(part=binary, receipt=False)
        )
        first, second = await aside(messages)
        assert (first.text, first.flash, first.due_at, first.expires_at) == ("Hello", True, due, until_then)
        assert (second.text, second.alphabet, second.wants_receipt) == ("00ff10", "binary", False)


async def test_a_submit_of_which_nobody_knows_is_not_answered(
    database_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Not now" would have it sent again, and it may be in the database."""

    async def lose(*_: object) -> NoReturn:
        raise Unsure("The database went away.")

    async with linked("smpp", database_url, settings.SECRET_KEY) as client:
        monkeypatch.setattr(Desk, "take", lose)
        assert await client.ask(a_submit("one"), a_submit("two")) == [None, None]
        assert client.link.gone.done()


async def test_parts_that_never_come_leave_gaps(database_url: str, settings: Any) -> None:
    async with linked("smpp", database_url, settings.SECRET_KEY) as client:
        first, *_, last = client.parts(LONG, 7)
        answers = await client.submit(last, first, first)
        assert {answer.verdict for answer in answers} == {Verdict.OK}
        assert await aside(messages) == []
        await aside(gather_later)
        [kept] = await aside(messages)
        assert kept.text == join([first.part]) + "[…]" + join([last.part])
        assert len(kept.client_ref.split()) == 2


def gather_later() -> None:
    with transaction.atomic(), as_system():
        found = perform(door.by_login(LOGIN))
        assert found is not None
        perform(gathered(found[0], now=NOW + WAIT_FOR_PARTS + timedelta(seconds=1)))
