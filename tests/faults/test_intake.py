"""The intake and PostgreSQL are killed under load: every event is kept, and counted, exactly once."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from hotpot.entry.config import OWNER_ROLE, embedded_url
from hotpot.pot.metering import segments
from tests.faults.test_processes import Running, until
from tests.template import begin_migrated

pytestmark = pytest.mark.faults

SOURCE = "https://smsc.example/1"
TOKEN = "hp_a-token-for-this-test"
BATCH = 200
SENDERS = 4
KILLS = ("intake", "intake", "postgres", "intake")

# A developer with one app, a meter that counts, a source, and a token for it.
MARKET = """
WITH person AS (
    INSERT INTO identity_person (number, password, name, language, time_zone, is_active)
    VALUES ('+8613800000000', '!', 'Owner', 'en', 'UTC', true) RETURNING id),
developer AS (
    INSERT INTO party_party (kind, slug, name, name_zh, country, currency, time_zone)
    VALUES ('developer', 'faults', 'Faults', '', 'CN', 'CNY', 'UTC') RETURNING id),
membership AS (
    INSERT INTO party_membership (person_id, party_id, role, since)
    SELECT person.id, developer.id, 'owner', now() FROM person, developer),
app AS (
    INSERT INTO catalog_app (id, developer_id, name, name_zh, summary, summary_zh, icon, colour, manifest)
    SELECT 'faults', id, 'Faults', '', '', '', 'mail', '#c0392b', '{}' FROM developer RETURNING id),
meter AS (
    INSERT INTO metering_meter (app_id, code, event_type, aggregation, field, unit, exponent, made_at)
    SELECT id, 'sent', 'mail.sent', 'count', '', 'mail', 0, now() FROM app),
source AS (
    INSERT INTO metering_source (app_id, uri, made_at) SELECT id, %(source)s, now() FROM app)
INSERT INTO identity_accesstoken (person_id, party_id, name, digest, scopes, created_at, expires_at)
SELECT person.id, developer.id, 'faults', %(digest)s, %(scopes)s, now(), %(until)s FROM person, developer
"""


class Sender(threading.Thread):
    """Sends batches of events of its own, each again and again until it is answered with 200."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.word = name
        self.acknowledged: list[str] = []
        self.repeats = 0
        self.troubles: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            ids = [f"{self.word}-{n}" for n in range(number, number + BATCH)]
            number += BATCH
            self._send_until_taken(ids)
            self.acknowledged += ids

    def _send_until_taken(self, ids: list[str]) -> None:
        usual = {"specversion": "1.0", "source": SOURCE, "type": "mail.sent", "subject": "+8613800138000"}
        body = json.dumps([usual | {"id": id} for id in ids]).encode()
        while (said := self.send(body)) is None:
            self.repeats += 1
            time.sleep(0.05)
        if said["accepted"] + said["duplicates"] != len(ids) or said["refused"]:
            self.troubles.append(str(said))

    def send(self, body: bytes) -> dict[str, int] | None:
        """What was answered with 200; nothing where the answer was another or none came."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/cloudevents-batch+json"}
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(link):
            link.request("POST", "/v1/events", body, headers)
            answer = link.getresponse()
            text = answer.read()
            if answer.status == 200:
                said: dict[str, int] = json.loads(text)
                return said
            if answer.status != 503:
                self.troubles.append(f"{answer.status} {text!r}")
            elif not answer.headers["Retry-After"]:
                self.troubles.append("no Retry-After")
        return None


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("faults") / "data")
    begin_migrated(running.data)
    running.start()
    with psycopg.connect(embedded_url(running.data, OWNER_ROLE)) as link:
        link.execute(
            MARKET,
            {
                "source": SOURCE,
                "digest": hashlib.sha256(TOKEN.encode()).digest(),
                "scopes": json.dumps([f"usage:{SOURCE}"]),
                "until": datetime.now(UTC) + timedelta(days=1),
            },
        )
    yield running
    if running.process.poll() is None:
        running.interrupt()


def kept(data: Path) -> Counter[str]:
    """Each event's id, and how often it lies in segments and was metered."""
    found: Counter[str] = Counter()
    with psycopg.connect(embedded_url(data, OWNER_ROLE)) as link:
        for events, usage in link.execute("SELECT events, usage FROM metering_segment"):
            ids = segments.unpack(events)["id"].to_pylist()
            assert segments.unpack(usage)["position"].to_pylist() == list(range(len(ids)))
            found.update(ids)
    return found


def more_is_taken(senders: list[Sender]) -> None:
    """Waits until each of them had two batches more acknowledged."""
    wanted = [len(sender.acknowledged) + 2 * BATCH for sender in senders]
    until(
        lambda: all(len(one.acknowledged) >= count for one, count in zip(senders, wanted, strict=True)),
        "events are taken",
    )


def kill(running: Running, name: str) -> None:
    os.kill(running.part(name)["pid"], signal.SIGKILL)
    until(lambda: running.part(name)["state"] != "ready", f"{name} missed")
    until(lambda: running.part(name)["state"] == "ready", f"{name} back")


def test_killed_under_load_every_event_is_kept_exactly_once(running: Running) -> None:
    senders = [Sender(running.port + 1, f"sender{n}") for n in range(SENDERS)]
    until(lambda: senders[0].send(b"[]") is not None, "the token is known")
    for sender in senders:
        sender.troubles.clear()
        sender.start()
    for name in KILLS:
        more_is_taken(senders)
        kill(running, name)
    more_is_taken(senders)
    for sender in senders:
        sender.stopping.set()
    for sender in senders:
        sender.join(30)
    assert [trouble for sender in senders for trouble in sender.troubles] == []
    assert sum(sender.repeats for sender in senders) > 0
    acknowledged = [id for sender in senders for id in sender.acknowledged]
    found = kept(running.data)
    assert set(found) == set(acknowledged)
    assert set(found.values()) == {1}
    with psycopg.connect(embedded_url(running.data, OWNER_ROLE)) as link:
        row = link.execute("SELECT sum(events) FROM metering_tally").fetchone()
    assert row is not None
    assert int(row[0]) == len(acknowledged)
