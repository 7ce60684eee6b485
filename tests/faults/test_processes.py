"""Processes are killed while rows are written: all comes back, and no acknowledged row is lost."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hotpot.entry.config import OWNER_ROLE, embedded_url
from hotpot.entry.processes import PROCESSES
from tests.ports import free_ports

pytestmark = pytest.mark.faults

HOTPOT = (sys.executable, "-m", "hotpot.entry.cli")
NAMES = ("postgres", "nats", *(process.name for process in PROCESSES))
STOP_S_MAX = 30.0  # Nobody is waited for twice as long as the supervisor waits before it kills.
# For a machine that is busy with other things.
START_S = 180.0
PATIENCE_S = 60.0


def clean_env(**more: str) -> dict[str, str]:
    """Without what the test run's own database put there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTPOT_")}
    return kept | more


def until(holds: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, f"not in {patience_s} s: {what}"
        time.sleep(0.1)


class Running:
    """One data folder with `hotpot up` on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_ports()
        self.console = data.parent / "console.txt"

    def start(self) -> None:
        """Until it says that it is ready."""
        self.console.write_text("")
        with self.console.open("a") as console:
            self.process = subprocess.Popen(
                [*HOTPOT, "up", "--data", str(self.data), "--port", str(self.port)],
                stdout=console,
                stderr=console,
                env=clean_env(),
            )
        until(lambda: self.process.poll() is not None or "Hotpot is ready" in self.said(), "ready", START_S)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.console.read_text()

    def part(self, name: str) -> dict[str, Any]:
        told = json.loads((self.data / "run" / "status.json").read_text())
        return next(part for part in told["parts"] if part["name"] == name)

    def status(self) -> dict[str, Any]:
        done = subprocess.run(
            [*HOTPOT, "status", "--data", str(self.data), "--json"],
            check=False,
            capture_output=True,
            text=True,
            env=clean_env(),
        )
        told: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (0 if told["healthy"] else 1)
        return told

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)


class Writer(threading.Thread):
    """Inserts rows one by one, each in a transaction of its own, and remembers which were acknowledged."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.acknowledged: list[int] = []
        self.stopping = threading.Event()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS faults_row (number bigint GENERATED ALWAYS AS IDENTITY)"
            )

    def run(self) -> None:
        while not self.stopping.is_set():
            with contextlib.suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True) as connection:
                while not self.stopping.wait(0.01):
                    row = connection.execute(
                        "INSERT INTO faults_row DEFAULT VALUES RETURNING number"
                    ).fetchone()
                    self.acknowledged.append(row[0] if row else 0)
            self.stopping.wait(0.05)

    def missing(self) -> set[int]:
        acknowledged = set(self.acknowledged)  # Before the look: the writer goes on meanwhile.
        with psycopg.connect(self.url) as connection:
            rows = connection.execute("SELECT number FROM faults_row").fetchall()
        return acknowledged - {number for (number,) in rows}


class Visitor(threading.Thread):
    """Asks for the sign-in page again and again; `troubles` are answers of 500 and above."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.answers = 0
        self.troubles: list[int] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(0.01):
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(link):
                link.request("GET", "/sign-in/")
                status = link.getresponse().status
                self.answers += 1
                if status >= 500:
                    self.troubles.append(status)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("faults") / "data")
    running.start()  # From nothing: a database is made and migrated too.
    yield running
    if running.process.poll() is None:
        running.interrupt()


@pytest.fixture
def writer(running: Running) -> Iterator[Writer]:
    writer = Writer(embedded_url(running.data, OWNER_ROLE))
    writer.start()
    until(lambda: len(writer.acknowledged) > 10, "rows are written")
    yield writer
    writer.stopping.set()
    writer.join(10)


def test_all_is_healthy_after_the_first_start(running: Running) -> None:
    assert [part["name"] for part in running.status()["parts"] if part["healthy"]] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_process_comes_back_and_is_reported(running: Running, writer: Writer, name: str) -> None:
    before = running.part(name)
    os.kill(before["pid"], signal.SIGKILL)
    until(lambda: running.part(name)["restarts"] == before["restarts"] + 1, f"{name} missed")
    until(lambda: running.part(name)["state"] == "ready", f"{name} back")
    assert running.part(name)["pid"] != before["pid"]
    assert f"{before['title']} ended (SIGKILL)" in running.said()
    until(lambda: bool(running.status()["healthy"]), "all healthy")
    written = len(writer.acknowledged)
    until(lambda: len(writer.acknowledged) > written, "rows go on")
    assert writer.missing() == set()


def test_a_killed_supervisor_leaves_nothing_behind_and_the_next_start_is_whole(
    running: Running, writer: Writer
) -> None:
    running.process.kill()
    running.process.wait()
    running.start()
    assert running.status()["healthy"]
    assert writer.missing() == set()


def test_all_killed_at_once_comes_back_whole(running: Running, writer: Writer) -> None:
    pids = [running.part(name)["pid"] for name in NAMES]
    for pid in (running.process.pid, *pids):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.process.wait()
    running.start()
    assert running.status()["healthy"]
    assert writer.missing() == set()


def test_a_second_one_on_the_same_folder_is_refused(running: Running) -> None:
    refused("in use by hotpot up", "--data", str(running.data), "--port", str(free_ports()))
    assert running.status()["healthy"]


def test_a_port_in_use_is_refused(running: Running, tmp_path: Path) -> None:
    refused(f"Port {running.port} is in use", "--data", str(tmp_path / "data"), "--port", str(running.port))


def test_a_stop_under_load_is_quick_in_reverse_order_and_clean(running: Running, writer: Writer) -> None:
    visitors = [Visitor(running.port) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    until(lambda: all(visitor.answers > 5 for visitor in visitors), "pages are looked at")
    began = time.monotonic()
    assert running.interrupt() == 0
    assert time.monotonic() - began < STOP_S_MAX
    for visitor in visitors:
        visitor.stopping.set()
        visitor.join(10)
    assert not [status for visitor in visitors for status in visitor.troubles]
    assert "Killing" not in (running.data / "logs" / "web.log").read_text()
    ends = [line.split(" stopped")[0] for line in running.said().splitlines() if " stopped (" in line]
    titles = ["PostgreSQL 18", "NATS", *(process.title for process in PROCESSES)]
    assert ends == titles[::-1]
    assert not (running.data / "postgres" / "postmaster.pid").exists()
    assert not running.status()["healthy"]


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    refused("holds files that are not Hotpot's", "--data", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize(
    ("variable", "url", "sentence"),
    [
        ("HOTPOT_DATABASE_URL", "mysql://pot@127.0.0.1/pot", "is not a PostgreSQL URL"),
        ("HOTPOT_DATABASE_URL", "postgresql://pot:secret@127.0.0.1:1/pot", "pot:***@127.0.0.1:1/pot"),
        ("HOTPOT_NATS_URL", "nats://127.0.0.1:1", "No NATS could be reached"),
    ],
)
def test_a_wrong_url_is_refused(tmp_path: Path, variable: str, url: str, sentence: str) -> None:
    port = str(free_ports())
    refused(sentence, "--data", str(tmp_path / "data"), "--port", port, **{variable: url})


def refused(sentence: str, *arguments: str, **env: str) -> None:
    """Exit code 2, one sentence, no traceback."""
    done = subprocess.run(
        [*HOTPOT, "up", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=START_S,
        env=clean_env(**env),
    )
    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr
    assert done.stderr.startswith("hotpot: ")
    assert len(done.stderr.strip().splitlines()) == 1
