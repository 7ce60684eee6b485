"""Messages of companies whose messages are counted, sent at once by many: nobody waits in a ring."""

from __future__ import annotations

import asyncio
import random

import pytest
from django.conf import settings
from django.db import connection

from hotpot.kernel.clock import SystemClock
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.gateway.tests.serving import NOW, open_interface
from hotpot.pot.messaging.switch import interfaces
from hotpot.pot.messaging.wire import Accepted, Given

pytestmark = pytest.mark.django_db(transaction=True)


def opened() -> list[int]:
    """Four, with a quota each; in a thread of its own."""
    try:
        with as_system():
            ids = [open_interface("http", f"oa{n}", f"106571{n}") for n in range(4)]
            for id in ids:
                policy = {"per_day_max": 1_000_000}
                interfaces.set_policy(SYSTEM_ACTOR, interface_id=id, policy=policy, now=NOW)
            return ids
    finally:
        connection.close()


async def test_writers_never_wait_for_each_other_in_a_ring(database_url: str) -> None:
    ids = await asyncio.to_thread(opened)
    desk, chance = Desk(database_url, settings.SECRET_KEY, SystemClock()), random.Random(1)
    working = asyncio.create_task(desk.run(lambda: None))
    while len(desk.guests.by_login) < len(ids):
        await asyncio.sleep(0.01)
    for round_ in range(6):
        calls = [
            desk.take(
                desk.guests.by_id[chance.choice(ids)].interface,
                [Given(f"+86138{round_:02}{call:06}", "hello") for _ in range(20)],
            )
            for call in range(150)
        ]
        answers = await asyncio.gather(*calls)
        assert all(isinstance(one, Accepted) for some in answers for one in some)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
