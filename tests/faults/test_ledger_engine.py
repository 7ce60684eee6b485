"""The ledger's process and PostgreSQL are killed under load: every acknowledgement is there exactly once."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hotpot.entry.children import dies_with_parent
from hotpot.entry.config import OWNER_ROLE, WEB_ROLE, embedded_url
from hotpot.entry.embedded import Postgres, sole_use
from tests.faults.test_processes import HOTPOT, clean_env, until
from tests.ports import free_ports
from tests.template import begin_migrated

pytestmark = pytest.mark.faults

TOKEN = "hp_a-token-for-this-test"
WALLETS = 20
BATCH = 40
SENDERS = 4
KILLS = ("ledger", "postgres", "ledger", "postgres", "ledger")

# An operator with a token for its ledger, an account that all goes through, wallets that can't be overdrawn.
BOOKS = """
WITH person AS (
    INSERT INTO identity_person (number, password, name, language, time_zone, is_active)
    VALUES ('+8613800000000', '!', 'Owner', 'en', 'UTC', true) RETURNING id),
operator AS (
    INSERT INTO party_party (kind, slug, name, name_zh, country, currency, time_zone)
    VALUES ('operator', 'faults', 'Faults', '', 'CN', 'CNY', 'UTC') RETURNING id),
membership AS (
    INSERT INTO party_membership (person_id, party_id, role, since)
    SELECT person.id, operator.id, 'owner', now() FROM person, operator),
accounts AS (
    INSERT INTO ledger_account (code, asset, party_id, least, balance, held, opened_at)
    SELECT code, 'CNY', operator.id, least, 0, 0, now()
      FROM operator,
           (SELECT 'hub', NULL::bigint
             UNION ALL
            SELECT 'wallet:' || n, 0 FROM generate_series(1, %(wallets)s) AS n) AS new(code, least))
INSERT INTO identity_accesstoken (person_id, party_id, name, digest, scopes, created_at, expires_at)
SELECT person.id, operator.id, 'faults', %(digest)s, '["ledger"]', now(), %(until)s FROM person, operator
"""
# What must give no row: a balance that is not the sum of what moved, or a hold that isn't what it became.
WRONG = """
SELECT code, balance, held FROM ledger_account AS account
 WHERE (balance, held) IS DISTINCT FROM (
       (SELECT coalesce(sum(amount), 0) FROM ledger_movement WHERE account_id = account.id),
       (SELECT coalesce(sum(amount), 0) FROM ledger_hold WHERE source_id = account.id AND state = 'open'))
    OR balance - held < least
 UNION ALL
SELECT key, posted, amount FROM ledger_hold AS hold
 WHERE (SELECT coalesce(sum(amount), 0) FROM ledger_transfer WHERE key = 'hold:' || hold.key)
       IS DISTINCT FROM coalesce(posted, 0)
"""


class Machine:
    """PostgreSQL and the ledger's process on one folder, both ours to kill."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_ports()
        begin_migrated(data)
        self.postgres = Postgres(data)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def env(self) -> dict[str, str]:
        return clean_env(
            HOTPOT_DATA=str(self.data),
            HOTPOT_LEDGER_PORT=str(self.port),
            HOTPOT_DATABASE_URL=embedded_url(self.data, OWNER_ROLE),
            HOTPOT_WEB_DATABASE_URL=embedded_url(self.data, WEB_ROLE),
        )

    def start_postgres(self) -> None:
        """Again and again, as the supervisor does: backends of a killed server take a moment to notice."""
        self.postgres.prepare()
        self.launch_postgres()
        until(self.postgres_is_ready, "PostgreSQL answers")

    def postgres_is_ready(self) -> bool:
        if self.processes["postgres"].poll() is not None:
            self.launch_postgres()
        return self.postgres.is_ready()

    def launch_postgres(self) -> None:
        launch = self.postgres.launch()
        with self.postgres.log.open("ab") as log:
            self.processes["postgres"] = subprocess.Popen(
                launch.argv, stdout=log, stderr=log, **launch.popen_options()
            )

    def start_ledger(self) -> None:
        with (self.data / "logs" / "ledger.log").open("ab") as log:
            self.processes["ledger"] = subprocess.Popen(
                [*HOTPOT, "run", "ledger"],
                stdout=log,
                stderr=log,
                env=self.env,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

    def kill(self, name: str) -> None:
        """At once, with all that it started, and start it anew."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()
        self.start_postgres() if name == "postgres" else self.start_ledger()

    def stop(self) -> None:
        for name in ("ledger", "postgres"):
            process = self.processes[name]
            process.send_signal(signal.SIGTERM if name == "ledger" else signal.SIGINT)
            process.wait(20)


class Sender(threading.Thread):
    """Sends batches of its own, each again and again until it is answered, and keeps what was answered."""

    def __init__(self, port: int, number: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.number = number
        self.random = random.Random(number)
        self.answered: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.repeats = 0
        self.troubles: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        batch = 0
        while not self.stopping.is_set():
            commands = [self.command(f"{self.number}-{batch}", n) for n in range(BATCH)]
            commands[-1].pop("linked", None)
            answers = self._insist({"commands": commands})
            self.answered += zip(commands, answers, strict=True)
            batch += 1

    def command(self, word: str, n: int) -> dict[str, Any]:
        wallet = f"wallet:{self.random.randint(1, WALLETS)}"
        amount, linked = self.random.randint(1, 9), self.random.random() < 0.2
        usual = {"key": f"{word}-{n}", "amount": amount, "asset": "CNY", "linked": linked}
        match n % 5:
            case 0 | 1:
                return usual | {"verb": "transfer", "source": "hub", "target": wallet}
            case 2:
                return usual | {"verb": "transfer", "source": wallet, "target": "hub"}
            case 3:
                return usual | {"verb": "hold", "source": wallet, "target": "hub"}
            case _:
                verb = self.random.choice(["post", "void"])
                return {"verb": verb, "hold": f"{word}-{n - 1}", "linked": linked}

    def _insist(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        text = json.dumps(body).encode()
        while (said := self._send(text)) is None:
            self.repeats += 1
            time.sleep(0.02)
        answers: list[dict[str, Any]] = said["answers"]
        return answers

    def _send(self, text: bytes) -> dict[str, Any] | None:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(link):
            link.request("POST", "/v1/ledger/batches", text, {"Authorization": f"Bearer {TOKEN}"})
            answer = link.getresponse()
            said = answer.read()
            if answer.status == 200:
                read: dict[str, Any] = json.loads(said)
                return read
            if answer.status != 503:
                self.troubles.append(f"{answer.status} {said!r}")
        return None


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "data")
    with sole_use(machine.data, "hotpot up in a test"):  # Else a command would end our server for its own.
        yield from on(machine)


def on(machine: Machine) -> Iterator[Machine]:
    machine.start_postgres()
    machine.postgres.make_database()
    subprocess.run([sys.executable, "-m", "hotpot.entry.cli", "migrate"], env=machine.env, check=True)
    with psycopg.connect(embedded_url(machine.data, OWNER_ROLE)) as link:
        link.execute(
            BOOKS,
            {
                "wallets": WALLETS,
                "digest": hashlib.sha256(TOKEN.encode()).digest(),
                "until": datetime.now(UTC) + timedelta(days=1),
            },
        )
    machine.start_ledger()
    yield machine
    machine.stop()


def more_is_answered(senders: list[Sender]) -> None:
    counts = [len(sender.answered) for sender in senders]
    until(
        lambda: all(len(one.answered) > count for one, count in zip(senders, counts, strict=True)),
        "batches are answered",
    )


def test_killed_at_any_moment_every_acknowledgement_is_there_once(machine: Machine) -> None:
    senders = [Sender(machine.port, number) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    for name in KILLS:
        more_is_answered(senders)
        time.sleep(random.random() * 0.3)  # at any moment of a batch
        machine.kill(name)
    for sender in senders:
        sender.stopping.set()
    for sender in senders:
        sender.join(30)
    assert [trouble for sender in senders for trouble in sender.troubles] == []
    assert sum(sender.repeats for sender in senders) > 0
    audit(machine, [pair for sender in senders for pair in sender.answered])


def audit(machine: Machine, answered: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Each answer is held against the rows: what was done is there, what was refused is not."""
    with psycopg.connect(embedded_url(machine.data, OWNER_ROLE)) as link:
        (party,) = link.execute("SELECT id FROM party_party WHERE slug = 'faults'").fetchone() or (0,)
        moved: dict[str, int] = dict(link.execute("SELECT key, amount FROM ledger_transfer").fetchall())
        holds = {key: row for key, *row in link.execute("SELECT key, amount, state, posted FROM ledger_hold")}
        assert link.execute(WRONG).fetchall() == []
    done = [(command, answer) for command, answer in answered if answer["outcome"] == "done"]
    keys = {verb: {c.get("key") or c["hold"] for c, _ in done if c["verb"] == verb} for verb in
            ("transfer", "hold", "post", "void")}  # fmt: skip
    assert all(keys.values())
    assert set(moved) == {f"{party}/{key}" for key in keys["transfer"]} | {
        f"hold:{party}/{key}" for key in keys["post"]
    }
    assert set(holds) == {f"{party}/{key}" for key in keys["hold"]}
    ends = {"post": "posted", "void": "voided"}
    for command, answer in done:
        if command["verb"] == "transfer":
            assert moved[f"{party}/{command['key']}"] == answer["amount"] == command["amount"]
        elif command["verb"] in ends:
            assert holds[f"{party}/{command['hold']}"][1] == ends[command["verb"]]
    for (first, one), (second, other) in pairwise(answered):
        if first.get("linked"):
            assert one["outcome"] == other["outcome"], (first, one, second, other)
