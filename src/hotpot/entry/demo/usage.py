"""Messages that the app sent, told to the intake as its own process would."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Refused
from hotpot.kernel.period import Month
from hotpot.pot.catalog.models import App
from hotpot.pot.metering import bodies
from hotpot.pot.metering.engine import Engine
from hotpot.pot.metering.intake import Bearer, Request
from hotpot.pot.metering.rules import hosted_source
from hotpot.pot.metering.wire import Receipt

METER, MESSAGE_SENT = "messages", "message.sent"
OFFICE_OPENS, OFFICE_MINUTES = time(8, 30, tzinfo=ZoneInfo("Asia/Shanghai")), 9 * 60
MESSAGES_PER_PERSON = (1, 4)  # on a working day

Event = dict[str, Any]


def messages(random: Random, numbers: Sequence[str], month: Month, from_day: int) -> Iterator[Event]:
    """The working days' messages to each number, from a day of the month on; no id or source yet."""
    for n in range(from_day - 1, month.days):
        day = month.first_day + timedelta(days=n)
        if day.weekday() >= 5:
            continue
        for number in numbers:
            for _message in range(random.randint(*MESSAGES_PER_PERSON)):
                at = datetime.combine(day, OFFICE_OPENS) + timedelta(minutes=random.randrange(OFFICE_MINUTES))
                yield {"type": MESSAGE_SENT, "subject": number, "time": at.isoformat()}


def send(database_url: str, clock: Clock, app: App, events: Sequence[Event]) -> None:
    """To an intake that starts for it and ends. Raises Refused where an event is not taken."""
    source = hosted_source(app.id)
    whole = [
        {"specversion": "1.0", "id": f"demo-{n}", "source": source, **event} for n, event in enumerate(events)
    ]
    bearer = Bearer(app.developer_id, {source: app.id})
    body = bodies.read(bodies.BATCH, "", {}, json.dumps(whole).encode())
    receipt = asyncio.run(_take(database_url, clock, Request(bearer, body)))
    if receipt.refused:
        raise Refused(f"The demo's usage was not taken: {receipt.refused[0].message}")


async def _take(database_url: str, clock: Clock, request: Request) -> Receipt:
    engine = Engine(database_url, clock)
    running = asyncio.create_task(engine.run_forever(beat=lambda: None))
    try:
        while not engine.ready:
            await asyncio.sleep(0.005)
        return await engine.take(request)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
