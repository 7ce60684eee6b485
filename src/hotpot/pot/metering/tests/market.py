"""A developer with an app that is metered, and an intake that runs."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from hotpot.conftest import make_membership, make_party
from hotpot.kernel.clock import SettableClock
from hotpot.pot.catalog.models import App
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.models import Person
from hotpot.pot.metering import actions, bodies, server
from hotpot.pot.metering.models import Meter
from hotpot.pot.metering.openapi import EVENTS
from hotpot.pot.metering.tests.samples import NOW, SOURCE
from hotpot.pot.party.models import Party


@dataclass(frozen=True, slots=True)
class Metered:
    developer: Party
    owner: Person
    actor: Actor
    app: App
    sent: Meter
    called: Meter
    token: str


def make_metered() -> Metered:
    """`mail.sent` is counted; the `ms` of `call.ended` are summed in seconds."""
    developer = make_party("developer")
    owner = make_membership(developer).person
    app = App.objects.create(id="mail", developer=developer, name="Mail", icon="mail", manifest={})
    actor = Actor(owner.id, developer.id, "page")
    actions.add_source(actor=actor, app_id="mail", uri=SOURCE, now=NOW)
    sent = actions.make_meter(
        actor=actor, app_id="mail", code="sent", event_type="mail.sent", aggregation="count", unit="mail",
        now=NOW,
    )  # fmt: skip
    called = actions.make_meter(
        actor=actor, app_id="mail", code="called", event_type="call.ended", aggregation="sum", field="ms",
        unit="s", exponent=-3, now=NOW,
    )  # fmt: skip
    _token, text = actions.make_token(
        actor=actor, person=owner, app_id="mail", sources=[SOURCE], name="SMSC", days=30, now=NOW
    )
    return Metered(developer, owner, actor, app, sent, called, text)


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    said: Any


class Taker:
    """A real intake on the loopback."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def send(self, *events: object, token: str, kind: str = bodies.BATCH, **headers: str) -> Answer:
        body = json.dumps(events if kind == bodies.BATCH else events[0]).encode()
        return await self.ask(
            "POST", EVENTS, body, {"Authorization": f"Bearer {token}", "Content-Type": kind, **headers}
        )

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        return await asyncio.to_thread(self._ask, method, path, body, headers or {})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            text = answer.read()
            read = json.loads(text) if answer.headers.get_content_type() == "application/json" else text
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, read)
        finally:
            link.close()


@asynccontextmanager
async def taking(database_url: str, clock: SettableClock | None = None) -> AsyncIterator[Taker]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    work = asyncio.create_task(
        server.run_forever(
            database_url, clock or SettableClock(NOW), host="127.0.0.1", port=port, beat=lambda: None
        )
    )
    taker = Taker(port)
    try:
        async with asyncio.timeout(20):
            while not await _is_ready(taker, work):
                await asyncio.sleep(0.05)
        yield taker
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def _is_ready(taker: Taker, work: asyncio.Task[None]) -> bool:
    if work.done():
        work.result()
    try:
        return (await taker.ask("GET", "/healthz")).status == 200
    except OSError:
        return False
