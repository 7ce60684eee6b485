"""The engine on a real database, with a push service and a mail server at the other end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from django.db import connection

from hotpot.conftest import make_person
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.reach import EVERYWHERE
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.engine import close_runs, run_once
from hotpot.pot.messaging.gateway.outward import Outward
from hotpot.pot.messaging.models import Ask, Message
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.notification import actions
from hotpot.pot.notification.engine import Engine, open_pool
from hotpot.pot.notification.mail import Mail, Server, Writer
from hotpot.pot.notification.models import Attempt, Browser, Choice, Habits, Notification
from hotpot.pot.notification.outgoing import Outgoing
from hotpot.pot.notification.replies import ReplyTo, read_reply_address
from hotpot.pot.notification.tests.standins import (
    Mailbox,
    PushService,
    StandInBrowser,
    as_text,
    mailbox,
    push_service,
    vapid_claims,
)
from hotpot.pot.notification.wire import Notice

NOW = datetime(2026, 10, 15, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
BASE = "http://127.0.0.1:8000"
KEY = "a-secret-for-tests-only"
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


async def aside(call: Callable[..., T], *given: Any, **named: Any) -> T:
    """Django in a thread of its own, which gives its connection back."""

    def called() -> T:
        try:
            return call(*given, **named)
        finally:
            connection.close()

    return await asyncio.to_thread(called)


class World:
    """One member, a phone's browser, a mailbox, and the engine between them."""

    def __init__(self, engine: Engine, clock: SettableClock, service: PushService, box: Mailbox) -> None:
        self.engine, self.clock, self.service, self.box = engine, clock, service, box
        self.browser = StandInBrowser()
        self.person: Person

    async def live(self, minutes: int = 0) -> None:
        self.clock.move_to(self.clock.now() + timedelta(minutes=minutes))
        await self.engine.drain()

    async def tell(self, text: str = "Hello", **given: Any) -> int:
        return await aside(self._tell, text, **given)

    def _tell(self, text: str, *, key: str = "", ask: str | None = None, **given: Any) -> int:
        message = Outbound(key or f"k/{text}", self.person.number, text, ask=ask, app_id="")
        [id] = actions.tell(
            [Notice(message, self.person.id, f"{BASE}/apps/trial/", **given)], now=self.clock.now()
        )
        return id

    async def states(self) -> list[tuple[str, str]]:
        """Of each notice with its message, in order."""

        def read() -> list[tuple[str, str]]:
            rows = Notification.objects.order_by("id").values_list("state", "message__state")
            return list(rows)

        return await aside(read)


def settle(person: Person, *ways: str, pace: str = "now", **habits: Any) -> None:
    Habits.objects.create(person=person, changed_at=NOW, **habits)
    if ways:
        Choice.objects.create(person=person, app_id="", ways=list(ways), pace=pace)


@asynccontextmanager
async def world(url: str, *ways: str, push: bool = True, **habits: Any) -> AsyncIterator[World]:
    clock = SettableClock(NOW)
    async with mailbox() as box, push_service() as service, open_pool(url) as pool:
        server = Server("127.0.0.1", box.port, by_tls=False)
        writer = Writer("Hotpot <notices@pot.example>", BASE, KEY, "in.pot.example")
        outgoing = Outgoing(BASE, KEY, "mailto:ops@pot.example", Mail(server, writer), Outward(EVERYWHERE))
        one = World(Engine(pool, outgoing, clock), clock, service, box)

        def set_up() -> Person:
            person = make_person("+8613912345678", name="Li Lei")
            settle(person, *ways, **habits)
            if push:
                Browser.objects.create(
                    person=person,
                    endpoint=f"{service.origin}{one.browser.path}",
                    p256dh=one.browser.p256dh,
                    auth="c2l4dGVlbiBieXRlcyBpdA",
                    made_at=NOW,
                )
            return person

        one.person = await aside(set_up)
        yield one


@pytest.fixture(autouse=True)
def mails(settings: Any) -> Iterator[None]:
    settings.HOTPOT_MAILS = True
    yield
    close_runs()


async def test_a_push_reaches_the_phone_and_is_done_when_it_was_shown(database_url: str) -> None:
    async with world(database_url, "push", "sms") as here:
        await here.tell("Approve 12 CNY?", ask="task/1", linked="12 CNY")
        await here.live()
        assert await here.states() == [("sent", "queued")]
        [pushed] = here.service.taken
        said = here.browser.reads(pushed)
        notice = await aside(Notification.objects.get)
        assert (said["body"], said["tag"]) == ("12 CNY", str(notice.token))
        assert (said["url"], said["shown"]) == (f"/n/{notice.token}/", f"/n/{notice.token}/shown/")
        claims = vapid_claims(pushed.headers["authorization"])
        assert (claims["aud"], claims["sub"]) == (here.service.origin, "mailto:ops@pot.example")
        assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 3600
        assert (pushed.headers["ttl"], pushed.headers["urgency"]) == (str(48 * 3600), "high")
        assert pushed.headers["topic"] == notice.token.hex
        await aside(actions.shown, notice.token, now=here.clock.now())
        await here.live(minutes=60)
        assert await here.states() == [("delivered", "delivered")]
        assert len(here.service.taken) == 1


async def test_a_push_that_no_phone_shows_becomes_an_sms_with_its_tail(database_url: str) -> None:
    async with world(database_url, "push", "sms") as here:
        await here.tell("Yes or no?", ask="task/1")
        await here.live()
        await here.live(minutes=9)
        assert await here.states() == [("sent", "queued")]
        await here.live(minutes=1)
        assert await here.states() == [("handed_over", "queued")]
        message = await aside(Message.objects.get)
        ask = await aside(Ask.objects.get)
        assert message.due_at == here.clock.now()
        assert message.access_number == ask.access_number
        assert len(message.access_number) > len("10690000")
        await aside(run_once, database_url, here.clock)
        assert await here.states() == [("handed_over", "delivered")]


async def test_what_a_push_service_says(database_url: str) -> None:
    async with world(database_url, "push", "sms") as here:
        here.service.answers = [(429, {"Retry-After": "120"}), (503, {}), (201, {})]
        await here.tell()
        await here.live()
        await here.live(minutes=1)
        assert await aside(Attempt.objects.count) == 1  # Retry-After is heeded.
        await here.live(minutes=1)
        await here.live(minutes=1)
        assert await here.states() == [("sent", "queued")]
        errors = await aside(lambda: list(Attempt.objects.order_by("id").values_list("error", flat=True)))
        assert errors == ["the push service answered 429", "the push service answered 503", ""]


async def test_a_browser_that_is_gone_is_forgotten_and_the_next_way_is_tried(database_url: str) -> None:
    async with world(
        database_url, "push", "mail", mail_address="li@example.com", mail_verified_at=NOW
    ) as here:
        here.service.answers = [(410, {})]
        await here.tell("You are asked", ask="task/7")
        await here.live()
        assert await aside(Browser.objects.count) == 0
        assert await here.states() == [("delivered", "delivered")]
        [mail] = here.box.mails
        notice = await aside(Notification.objects.get)
        assert (mail["to"], mail["subject"]) == ("li@example.com", "Hotpot: You are asked")
        assert mail["auto-submitted"] == "auto-generated"
        assert mail["message-id"] == f"<{notice.token}@pot.example>"
        assert mail["list-unsubscribe"] == f"<{BASE}/n/{notice.token}/stop/>"
        assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        assert f"{BASE}/n/{notice.token}/" in as_text(mail)
        assert f'href="{BASE}/n/{notice.token}/"' in as_text(mail, "html")
        ask = await aside(Ask.objects.get)
        to = read_reply_address(mail["reply-to"], secret=KEY, domain="in.pot.example", now=NOW)
        assert to == ReplyTo(ask.id, here.person.id)


async def test_a_mail_server_that_is_away_is_tried_again_and_one_that_refuses_is_not(
    database_url: str,
) -> None:
    async with world(
        database_url, "mail", "sms", push=False, mail_address="li@example.com", mail_verified_at=NOW
    ) as here:
        here.box.refuses = "451 Later"
        await here.tell("First")
        await here.live()
        assert await here.states() == [("trying", "queued")]
        here.box.refuses = ""
        await here.live(minutes=1)
        assert await here.states() == [("delivered", "delivered")]
        here.box.refuses = "550 No such user"
        await here.tell("Second")
        await here.live()
        assert (await here.states())[1] == ("handed_over", "queued")
        assert len(here.box.mails) == 1


async def test_what_was_held_over_night_comes_as_one_digest(database_url: str) -> None:
    async with world(database_url, "push", quiet_from=time(22), quiet_until=time(7)) as here:
        here.clock.move_to(NOW + timedelta(hours=15))  # midnight
        await here.tell("One")
        await here.tell("Two")
        await here.tell("Yes or no?", ask="task/1")
        await here.tell("Fire!", urgent=True)
        await here.live()
        assert here.service.taken == []
        assert await aside(Message.objects.filter(due_at=here.clock.now()).count) == 1
        await here.live(minutes=7 * 60)
        said = [here.browser.reads(one)["body"] for one in here.service.taken]
        assert sorted(said) == ["2 notices for you:\n· One\n· Two", "Yes or no?"]
        digest = await aside(Notification.objects.get, message__key__startswith="digest/")
        assert await here.states() == [
            ("digested", "queued"),
            ("digested", "queued"),
            ("sent", "queued"),
            ("sent", "queued"),
        ]
        await aside(actions.shown, digest.token, now=here.clock.now())
        assert (await here.states())[0] == ("digested", "delivered")


async def test_a_question_closed_over_night_wakes_nobody(database_url: str) -> None:
    async with world(database_url, "push", quiet_from=time(22), quiet_until=time(7)) as here:
        here.clock.move_to(NOW + timedelta(hours=15))
        await here.tell("Yes or no?", ask="task/1")
        await aside(Ask.objects.update, closed_at=here.clock.now())
        await here.live(minutes=7 * 60)
        assert here.service.taken == []
        assert await here.states() == [("withdrawn", "queued")]
        await aside(run_once, database_url, here.clock)
        assert await here.states() == [("withdrawn", "expired")]


async def test_a_retry_tells_nothing_twice_and_who_chose_nothing_gets_an_sms(database_url: str) -> None:
    async with world(database_url, "push", "sms") as here:
        first = await here.tell(key="same")
        await here.live()
        assert await here.tell(key="same") == first
        await here.live(minutes=1)
        assert len(here.service.taken) == 1
        here.person = await aside(make_person)
        id = await here.tell("Plain")
        message = await aside(Message.objects.get, pk=id)
        assert message.due_at == here.clock.now()
        assert await aside(Notification.objects.count) == 1


async def test_who_opens_it_needs_no_other_way(database_url: str) -> None:
    async with world(database_url, "push", "sms") as here:
        await here.tell()
        await here.live()
        notice = await aside(Notification.objects.get)
        link = await aside(actions.opened, UUID(str(notice.token)), now=here.clock.now())
        assert link == f"{BASE}/apps/trial/"
        await here.live(minutes=30)
        assert await here.states() == [("delivered", "delivered")]
