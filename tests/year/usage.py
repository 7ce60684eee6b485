"""Usage of a year, sent to the real intake: in time, late, and twice."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hotpot.kernel.clock import Clock
from hotpot.pot.catalog.models import App
from hotpot.pot.metering import bodies
from hotpot.pot.metering.engine import Engine
from hotpot.pot.metering.intake import Bearer, Request
from hotpot.pot.metering.wire import Receipt
from hotpot.pot.subscription.models import Subscription
from tests.year.world import source_of

Event = dict[str, Any]
WORDS = ("ann", "bo", "chen", "dee")


def draw(
    random: Random, subscription: Subscription, numbers: Sequence[str], times: Iterable[datetime]
) -> list[Event]:
    """An event at each time, of one of the numbers or of the subscription itself."""
    return [_event(random, subscription, numbers, time) for time in times]


def moments(random: Random, start: datetime, end: datetime, count: int) -> list[datetime]:
    seconds = int((end - start).total_seconds())
    return [start + timedelta(seconds=random.randrange(seconds)) for _one in range(count)] if seconds else []


def _event(
    random: Random, subscription: Subscription, numbers: Sequence[str], time: datetime
) -> dict[str, Any]:
    subject = random.choice(numbers) if numbers and random.random() < 0.8 else ""
    type_ = random.choice(("message.sent", "call.ended", "sale.made", "line.seen"))
    return {
        "specversion": "1.0",
        "id": f"{random.getrandbits(64):016x}",
        "source": source_of(subscription.app),
        "type": type_,
        "subject": subject or f"subscription:{subscription.id}",
        "time": time.isoformat(),
        "data": _data(random, type_),
    }


def _data(random: Random, type_: str) -> dict[str, Any]:
    if type_ == "call.ended":
        return {"minutes": random.randrange(1, 6_000) / 100}
    if type_ == "sale.made":
        return {"amount": random.randrange(1, 100_000) / 1_000}
    if type_ == "line.seen":
        return {
            "peak": random.randrange(20), "level": random.randrange(20), "who": random.choice(WORDS)
        }  # fmt: skip
    return {}


def send(database_url: str, clock: Clock, apps: Sequence[App], events: Sequence[Event]) -> Receipt:
    """By one request of all apps' own token, to an intake that starts for it and ends."""
    bearer = Bearer(apps[0].developer_id, {source_of(app): app.id for app in apps})
    request = Request(bearer, bodies.read(bodies.BATCH, "", {}, json.dumps(list(events)).encode()))
    return asyncio.run(_take(database_url, clock, request))


async def _take(database_url: str, clock: Clock, request: Request) -> Receipt:
    engine = Engine(database_url, clock)
    running = asyncio.create_task(engine.run_forever(beat=lambda: None))
    try:
        while not engine.ready:
            await asyncio.sleep(0.002)
        return await engine.take(request)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
