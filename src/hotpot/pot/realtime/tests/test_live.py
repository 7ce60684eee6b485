"""`/live` as a browser meets it: granian, NATS and PostgreSQL, each real."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import IO

import nats
import pytest
from asgiref.sync import async_to_sync

from hotpot.conftest import NatsServer, make_market, signed_in_client
from hotpot.entry.config import WEB_ROLE, with_user
from hotpot.pot.identity.models import Person
from hotpot.pot.realtime.rules import retry_ms

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

START_S_MAX = 15.0
STOP_S_MAX = 2.0


class Web:
    """One web process with a port of its own."""

    def __init__(self, data: Path, database_url: str, nats_url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.links: list[http.client.HTTPConnection] = []
        self.said = data.parent / "web.log"
        with self.said.open("w") as said:
            self.process = self._start(data, database_url, nats_url, said)
        self._wait()

    def _start(self, data: Path, database_url: str, nats_url: str, said: IO[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "hotpot.entry.cli", "run", "web"],
            env=os.environ
            | {
                "HOTPOT_DATA": str(data),
                "HOTPOT_PORT": str(self.port),
                "HOTPOT_ROLE": "web",
                "HOTPOT_WEB_DATABASE_URL": with_user(database_url, WEB_ROLE, ""),
                "HOTPOT_NATS_URL": nats_url,
            },
            stderr=said,
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S_MAX
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.ask("/healthz").status == HTTPStatus.OK:
                    return
                self.links.pop().close()
            time.sleep(0.05)
        raise AssertionError(self.said.read_text())

    def ask(self, path: str, cookie: str = "") -> http.client.HTTPResponse:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.links.append(link)
        link.request("GET", path, headers={"Cookie": cookie})
        return link.getresponse()

    def stop(self) -> float:
        """Seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        return time.monotonic() - began

    def close(self) -> None:
        for link in self.links:
            link.close()
        if self.process.poll() is None:
            self.stop()


@pytest.fixture
def web(tmp_path: Path, database_url: str, nats_server: NatsServer) -> Iterator[Web]:
    web = Web(tmp_path / "data", database_url, nats_server.url)
    yield web
    web.close()


def cookie_of(person: Person) -> str:
    return f"hotpot_session={signed_in_client(person).cookies['hotpot_session'].value}"


@async_to_sync
async def publish(url: str, event_type: str, parties: str) -> None:
    client = await nats.connect(url)
    event = {"type": event_type, "parties": parties, "persons": ""}
    await client.publish(f"hotpot.events.{event_type}", json.dumps(event).encode())
    await client.close()


def test_a_page_is_told_what_concerns_it_and_let_go_at_once(web: Web, nats_server: NatsServer) -> None:
    market = make_market()
    assert web.ask("/live").status == HTTPStatus.NO_CONTENT
    mine = web.ask("/live", cookie_of(market.customer_owner))
    other = web.ask("/live", cookie_of(market.developer_owner))
    assert mine.headers["Content-Type"] == "text/event-stream"
    assert mine.readline() == b"retry: %d\n" % retry_ms(market.customer_owner.id)
    time.sleep(0.5)  # until the process's ear is at NATS
    publish(nats_server.url, "task.opened", str(market.customer.id))
    told = [mine.readline() for _ in range(7)]
    assert told == [b"\n", b"event: record\n", b"data:\n", b"\n", b"event: tasks\n", b"data:\n", b"\n"]
    assert web.stop() < STOP_S_MAX
    assert web.process.returncode == 0
    # Whole answers to their last chunk: the browser comes again by itself.
    assert mine.read() == b": ping\n\n"
    assert b"event" not in other.read()
