"""A notice that our mail server took and the next one gave up: its report comes in over a real socket."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time, timedelta
from typing import Any

import pytest
from django.core.signing import Signer

from hotpot.pot.connector.smtp.mails import Letterbox
from hotpot.pot.connector.smtp.server import listen
from hotpot.pot.connector.smtp.tests.test_reports import UNKNOWN, report
from hotpot.pot.events.models import EventRow
from hotpot.pot.messaging.engine import close_runs, run_once
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.models import Ask, Message
from hotpot.pot.notification import actions
from hotpot.pot.notification.bounces import return_path
from hotpot.pot.notification.models import Attempt, Habits, Notification
from hotpot.pot.notification.tests.test_engine import KEY, NOW, World, aside, world

DOMAIN = "in.pot.example"
ADDRESS = "li@example.com"
CAME_BACK = f"the mail came back: {UNKNOWN}"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def mails(settings: Any) -> Any:
    settings.HOTPOT_MAILS = True
    yield
    close_runs()


@asynccontextmanager
async def house(url: str, *ways: str, **habits: Any) -> AsyncIterator[tuple[World, int]]:
    """Who is told by mail, and the port at which mails come in."""
    settled = {"mail_address": ADDRESS, "mail_verified_at": NOW, "push": False, **habits}
    async with world(url, *ways, **settled) as here:
        desk = Desk(url, KEY, here.clock)
        working = asyncio.create_task(desk.run(lambda: None))
        while not desk.ready:
            await asyncio.sleep(0.01)
        server = await listen(Letterbox(desk, DOMAIN, KEY), host="127.0.0.1", port=0, tls=None)
        try:
            yield here, server.sockets[0].getsockname()[1]
        finally:
            server.close()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


async def comes_back(port: int, path: str, name: str = "postfix_failed.eml", *more: str) -> str:
    """The last reply: reports have no sender of their own (RFC 5321, 4.5.5)."""

    def bring() -> str:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            client.ehlo()
            replies = [client.mail(""), *(client.rcpt(one) for one in (path, *more))]
            bad = next((reply for reply in replies if reply[0] >= 400), None)
            code, said = bad or client.data(report(name))
            return f"{code} {said.decode()}"

    return await asyncio.to_thread(bring)


async def errors() -> list[str]:
    return await aside(lambda: list(Attempt.objects.order_by("id").values_list("error", flat=True)))


async def habits() -> Habits:
    return await aside(Habits.objects.get)


async def test_what_comes_back_goes_by_the_next_way_and_its_address_gets_no_more(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell("Yes or no?", ask="task/1")
        await here.live()
        assert await here.states() == [("delivered", "delivered")]
        [path] = here.box.senders
        here.clock.move_to(NOW + timedelta(minutes=7))
        assert (await comes_back(port, path)).startswith("250 2.0.0 Taken")
        assert await here.states() == [("trying", "queued")]
        await here.live()
        assert await here.states() == [("handed_over", "queued")]
        message = await aside(Message.objects.get)
        assert (message.due_at, message.carrier) == (here.clock.now(), "simulated")
        assert await aside(run_once, database_url, here.clock)
        assert await here.states() == [("handed_over", "delivered")]
        assert await errors() == [CAME_BACK]
        chosen = await habits()
        assert (chosen.mail_address, chosen.mail_verified_at) == (ADDRESS, None)
        assert (chosen.mail_bounce, chosen.mail_bounced_at) == (UNKNOWN, here.clock.now())
        assert await aside(EventRow.objects.filter(type="notification.mail.bounced").count) == 1
        await here.tell("Next")
        await here.live()
        assert len(here.box.mails) == 1


async def test_a_report_that_comes_twice_changes_nothing_more(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell()
        await here.live()
        for _ in range(2):
            assert (await comes_back(port, here.box.senders[0])).startswith("250")
            await here.live()
        assert await here.states() == [("handed_over", "queued")]
        assert await errors() == [CAME_BACK]
        assert await aside(EventRow.objects.filter(type="notification.mail.bounced").count) == 1


async def test_without_another_way_it_has_failed_and_says_why(database_url: str) -> None:
    async with house(database_url, "mail") as (here, port):
        await here.tell()
        await here.live()
        await comes_back(port, here.box.senders[0], "exim_failed.eml")
        assert await here.states() == [("failed", "failed")]
        message = await aside(Message.objects.get)
        assert message.error == "the mail came back: 550 5.1.1 No such user"


async def test_what_comes_back_too_late_for_another_way_has_failed(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell()
        await here.live()
        here.clock.move_to(NOW + timedelta(days=5))
        await comes_back(port, here.box.senders[0], "postfix_gave_up.eml")
        assert await here.states() == [("failed", "failed")]
        assert (await habits()).mail_verified_at == NOW  # A server that was away says nothing of the address.


async def test_delays_and_holidays_change_nothing(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell()
        await here.live()
        for name in ("postfix_delayed.eml", "holiday.eml", "read_receipt.eml"):
            assert "passed over" in await comes_back(port, here.box.senders[0], name)
        assert await here.states() == [("delivered", "delivered")]
        assert await errors() == [""]
        assert (await habits()).mail_verified_at == NOW


async def test_what_a_policy_refuses_goes_on_and_the_address_stays(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell()
        await here.live()
        await comes_back(port, here.box.senders[0], "exchange_policy.eml")
        await here.live()
        assert await here.states() == [("handed_over", "queued")]
        assert (await habits()).mail_verified_at == NOW


async def test_who_answered_or_opened_it_is_told_no_more(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell("Yes or no?", ask="task/1")
        await here.tell("Look")
        await here.live()
        await aside(Ask.objects.update, closed_at=NOW)
        looked = await aside(Notification.objects.get, text="Look")
        await aside(actions.opened, looked.token, now=NOW)
        for path in here.box.senders:
            await comes_back(port, path)
        assert await here.states() == [("delivered", "delivered")] * 2
        assert (await habits()).mail_verified_at is None


async def test_another_address_or_one_confirmed_since_is_not_blamed(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell("One")
        await here.live()
        [first] = here.box.senders
        await aside(Habits.objects.update, mail_address="li@new.example")
        await comes_back(port, first)
        assert (await habits()).mail_verified_at == NOW
        await here.tell("Two")
        await here.live()
        later = NOW + timedelta(minutes=1)
        await aside(Habits.objects.update, mail_verified_at=later)
        here.clock.move_to(later)
        await comes_back(port, here.box.senders[-1])
        assert (await habits()).mail_verified_at == later


async def test_a_digest_that_comes_back_goes_on_with_its_pieces(database_url: str) -> None:
    async with house(database_url, "mail", "sms", quiet_from=time(22), quiet_until=time(7)) as (here, port):
        here.clock.move_to(NOW + timedelta(hours=15))  # midnight
        await here.tell("One")
        await here.tell("Two")
        await here.live()
        await here.live(minutes=7 * 60)
        assert await here.states() == [("digested", "delivered")] * 2 + [("delivered", "delivered")]
        await comes_back(port, here.box.senders[0])
        assert await here.states() == [("digested", "queued")] * 2 + [("trying", "queued")]
        await here.live()
        assert await here.states() == [("digested", "delivered")] * 2 + [("handed_over", "queued")]


async def test_one_that_overtakes_our_own_note_comes_again(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell()
        notice = await aside(Notification.objects.get)
        path = return_path(notice.id, ADDRESS, secret=KEY, domain=DOMAIN)
        assert (await comes_back(port, path)).startswith("451 4.3.2")
        await here.live()
        assert here.box.senders == [path]
        assert (await comes_back(port, path)).startswith("250")
        assert await here.states() == [("trying", "queued")]


async def test_nobody_else_s_reports_are_believed(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell()
        await here.live()
        notice = await aside(Notification.objects.get)
        forged = return_path(notice.id, ADDRESS, secret="guessed", domain=DOMAIN)
        assert (await comes_back(port, forged)).startswith("550 5.1.1")
        assert (await comes_back(port, f"bounce+@{DOMAIN}")).startswith("550 5.1.1")
        [path] = here.box.senders
        assert (await comes_back(port, path, "postfix_failed.eml", forged)).startswith("452 4.5.3")
        gone = return_path(notice.id + 1, ADDRESS, secret=KEY, domain=DOMAIN)
        assert (await comes_back(port, gone)).startswith("250")
        assert await here.states() == [("delivered", "delivered")]
        assert (await habits()).mail_verified_at == NOW


async def test_a_mail_to_confirm_an_address_comes_back_and_a_later_one_confirms_it(database_url: str) -> None:
    async with house(database_url, "mail", "sms") as (here, port):
        await here.tell()
        await here.live()
        await comes_back(port, here.box.senders[0])
        await here.live()
        await aside(actions.ask_for_mail, here.person, address=ADDRESS, now=NOW)
        await here.live()
        await comes_back(port, here.box.senders[1])
        asked = await aside(Notification.objects.get, message=None)
        assert (asked.state, asked.error) == ("failed", CAME_BACK)
        said = {"person": here.person.id, "address": ADDRESS, "until": int(NOW.timestamp()) + 60}
        token = Signer(salt="hotpot.notification.mail").sign_object(said)
        await aside(actions.confirm_mail, token, now=NOW)
        chosen = await habits()
        assert (chosen.mail_verified_at, chosen.mail_bounced_at, chosen.mail_bounce) == (NOW, None, "")
        await here.tell("Again")
        await here.live()
        assert len(here.box.mails) == 3
