"""The supervisor itself, on small processes of the tests' own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from hotpot.entry import embedded, parts, prepared, supervisor
from hotpot.entry.children import Launch
from hotpot.entry.config import Config
from hotpot.entry.embedded import lay_out
from hotpot.entry.processes import Process
from hotpot.entry.supervisor import Supervisor
from hotpot.kernel.errors import Refused

BEATS = "import asyncio\nfrom hotpot.entry.heartbeat import heartbeat\nasyncio.run(heartbeat('small'))"
FALLS_SILENT = "import time\nfrom hotpot.entry.heartbeat import beat\nbeat('small')\ntime.sleep(60)"
FAILS = "raise SystemExit('no such table: pot')"


@dataclass(frozen=True, slots=True)
class Small(Process):
    code: str = ""

    def launch(self, env: Mapping[str, str]) -> Launch:
        return Launch(argv=(sys.executable, "-c", self.code), env=env)


def supervise(data: Path, code: str, said: list[str], *, migrate: str = "pass") -> Supervisor:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    config = Config.from_env({"HOTPOT_DATA": str(data), "HOTPOT_PORT": port})
    lay_out(data)
    return Supervisor(
        config,
        processes=[Small("small", "Small", "not:loaded", code=code)],
        migrate=(sys.executable, "-c", migrate),
        say=said.append,
    )


async def stop_when(said: list[str], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)


async def test_all_starts_after_what_it_needs_and_stops_in_reverse(tmp_path: Path) -> None:
    said: list[str] = []
    kept = supervise(tmp_path, BEATS, said)
    await asyncio.gather(kept.run(), stop_when(said, lambda: "Hotpot is ready" in " ".join(said)))
    words = [line.split(" (")[0] for line in said]
    assert set(words[:2]) == {"PostgreSQL 18 ready", "NATS ready"}
    assert words[2:] == [
        "Database up to date",
        "Small ready",
        f"Hotpot is ready: {kept.config.base_url}/",
        "Small stopped",
        "NATS stopped",
        "PostgreSQL 18 stopped",
    ]


async def test_a_process_that_falls_silent_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "HUNG_AFTER_S", 0.5)
    monkeypatch.setattr(supervisor, "WATCH_INTERVAL_S", 0.1)
    said: list[str] = []
    kept = supervise(tmp_path, FALLS_SILENT, said)
    await asyncio.gather(kept.run(), stop_when(said, lambda: "Small is back" in said))
    assert any(line.startswith("Small gave no sign of life") for line in said)
    assert any(line.startswith("Small ended (SIGKILL)") for line in said)


async def test_a_process_that_cannot_start_ends_it_all_with_its_last_words(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(Refused, match=r"Small could not start \(exit code 1\): no such table: pot"):
        await supervise(tmp_path, FAILS, said).run()
    assert said[-1].startswith("PostgreSQL 18 stopped")
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


async def test_what_is_prepared_is_not_prepared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "is_prepared", lambda _config: True)
    said: list[str] = []
    kept = supervise(tmp_path, BEATS, said, migrate=FAILS)
    await asyncio.gather(kept.run(), stop_when(said, lambda: "Hotpot is ready" in " ".join(said)))
    assert "Small ready" in " ".join(said)


async def test_a_migration_that_fails_ends_it_all(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(Refused, match=r"could not be migrated .*no such table"):
        await supervise(tmp_path, BEATS, said, migrate=FAILS).run()
    assert "Small ready" not in " ".join(said)


def test_a_full_disk_is_refused_before_a_database_is_made_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        embedded, "shutil", SimpleNamespace(disk_usage=lambda _: SimpleNamespace(free=5 * 2**20))
    )
    with pytest.raises(Refused, match="is full: 5 MiB are free"):
        lay_out(tmp_path / "data")
    assert not (tmp_path / "data" / "postgres").exists()
