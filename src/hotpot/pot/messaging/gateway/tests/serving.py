"""The gateway in this process's loop, and enterprises that call it."""

from __future__ import annotations

import asyncio
import base64
import gzip
import http.client
import http.server
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from hotpot.conftest import make_party
from hotpot.kernel.clock import Clock, SettableClock
from hotpot.kernel.reach import EVERYWHERE
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.messaging import actions, steps
from hotpot.pot.messaging.gateway import run
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.tests.linking import free_port
from hotpot.pot.messaging.wire import Inbound, Receipt

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
NUMBER = "+8613800138000"
ACCESS_NUMBER = "1065712"
LOGIN = "oa"
PASSWORD = "a password of more than 24 characters"


def open_interface(
    kind: str = "http",
    login: str = LOGIN,
    access_number: str = ACCESS_NUMBER,
    password: str = PASSWORD,
    **more: Any,
) -> int:
    """Of a company of its own."""
    return actions.open_interface(
        make_party("customer", login).id,
        name=login,
        kind=kind,
        login=login,
        password=password,
        access_number=access_number,
        settings_given=more,
        now=NOW,
    )


@dataclass
class Enterprise:
    """One that speaks HTTP."""

    port: int
    login: str = LOGIN
    password: str = PASSWORD

    async def ask(self, verb: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        return await asyncio.to_thread(self._ask, verb, path, body, headers)

    def _ask(self, verb: str, path: str, body: object, headers: dict[str, str]) -> tuple[int, Any]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        basic = base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
        try:
            link.request(verb, path, sent, {"authorization": f"Basic {basic}", **given})
            answer = link.getresponse()
            said = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return answer.status, json.loads(said) if is_json else said.decode()
        finally:
            link.close()

    async def send(self, *messages: dict[str, Any], **headers: str) -> tuple[int, Any]:
        return await self.ask(
            "POST", "/v1/messages", messages[0] if len(messages) == 1 else messages, **headers
        )


def packed(body: object) -> bytes:
    return gzip.compress(json.dumps(body).encode())


@asynccontextmanager
async def serving(database_url: str, secret_key: str, **more: Any) -> AsyncIterator[Enterprise]:
    """Until it is ready; `more` goes to run_forever."""
    clock: Clock = more.pop("clock", SettableClock(NOW))
    port = free_port()
    given = {"host": "127.0.0.1", "port": port, "beat": lambda: None, "reach": EVERYWHERE, **more}
    work = asyncio.create_task(run.run_forever(database_url, secret_key, clock, **given))
    enterprise = Enterprise(port)
    try:
        async with asyncio.timeout(30):
            while not await _is_ready(enterprise):
                await asyncio.sleep(0.02)
        yield enterprise
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def _is_ready(enterprise: Enterprise) -> bool:
    try:
        return (await enterprise.ask("GET", "/healthz"))[0] == 200
    except OSError:
        return False


@dataclass
class Listener:
    """An enterprise's webhook. `statuses` are its next answers; 204 after them."""

    port: int = 0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=oa"

    @property
    def notices(self) -> list[dict[str, Any]]:
        return [one for _, body in self.heard for one in json.loads(body)["data"]["notices"]]


@contextmanager
def a_listener() -> Iterator[Listener]:
    listener = Listener()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = listener.statuses.pop(0) if listener.statuses else 204
            if status == 204:
                listener.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        listener.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield listener
        server.shutdown()
        thread.join()


def delivered(*message_ids: int, delivered: bool = True) -> None:
    """What the engine writes when a carrier took them and a phone has them."""
    with transaction.atomic(), as_system():
        Message.objects.filter(id__in=message_ids).update(state="sent", carrier="acme", sent_at=NOW)
        for message_id in message_ids:
            Message.objects.filter(id=message_id).update(carrier_ref=f"r{message_id}")
        perform(
            steps.settle(
                [
                    Receipt("acme", f"r{one}", delivered, NOW, "" if delivered else "UNDELIV")
                    for one in message_ids
                ],
                now=NOW,
            )
        )


def replied(text: str, access_number: str = ACCESS_NUMBER, ref: str = "1") -> None:
    with transaction.atomic(), as_system():
        perform(steps.receive([Inbound("acme", ref, NUMBER, access_number, text, NOW)], now=NOW))


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)
