"""An engine that is killed in the middle loses nothing; what it sends again takes the place of the first."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.db import connection

from hotpot.conftest import make_person
from hotpot.kernel.clock import SystemClock
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.notification import actions
from hotpot.pot.notification.models import Browser, Choice, Habits, Notification
from hotpot.pot.notification.tests.standins import PushService, StandInBrowser, push_service
from hotpot.pot.notification.wire import Notice

NOTICES = 150
LEASE_S = 1.0
PATIENCE_S = 60
T = TypeVar("T")

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


async def aside(call: Callable[[], T]) -> T:
    def called() -> T:
        try:
            return call()
        finally:
            connection.close()

    return await asyncio.to_thread(called)


def engine(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "hotpot.pot.notification.tests.engine_process", url, str(LEASE_S)]
    )


def tell_many(service: PushService, browser: StandInBrowser) -> None:
    now = SystemClock().now()
    person = make_person()
    Habits.objects.create(person=person, changed_at=now)
    Choice.objects.create(person=person, app_id="", ways=["push"], pace="now")
    Browser.objects.create(
        person=person,
        endpoint=f"{service.origin}{browser.path}",
        p256dh=browser.p256dh,
        auth="c2l4dGVlbiBieXRlcyBpdA",
        made_at=now,
    )
    notices = [
        Notice(Outbound(f"k/{n}", person.number, f"Notice {n}"), person.id, "http://127.0.0.1:8000/")
        for n in range(NOTICES)
    ]
    actions.tell(notices, now=now)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await aside(done):
            await asyncio.sleep(0.1)


async def test_kill_nine_in_the_middle_of_it(database_url: str) -> None:
    async with push_service() as service:
        service.delay_s = 0.2
        browser = StandInBrowser()
        await aside(lambda: tell_many(service, browser))
        process = engine(database_url)
        try:
            for part in (1, 2):
                await until(lambda part=part: len(service.taken) >= part * 20)  # type: ignore[misc]
                process.kill()
                process.wait()
                process = engine(database_url)
            await until(lambda: not Notification.objects.filter(state="trying").exists())
        finally:
            process.kill()
            process.wait()
        assert await aside(Notification.objects.filter(state="sent").count) == NOTICES
        shown = Counter(browser.reads(one)["tag"] for one in service.taken)
        assert len(shown) == NOTICES
        assert {one.headers["topic"] for one in service.taken} == {tag.replace("-", "") for tag in shown}
