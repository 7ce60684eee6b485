"""A real `hotpot up` on a folder of its own, with a market just opened, on a clock that can leap."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hotpot.kernel.clock import SharedClock
from tests.ports import free_ports

HOTPOT = (sys.executable, "-m", "hotpot.entry.cli")
START = datetime(2026, 10, 15, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
TICK_S = 0.02
PATIENCE_S = 60.0
START_S = 180.0  # on a machine that is busy with other things


def until(holds: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, f"not in {patience_s} s: {what}"
        time.sleep(0.1)


class Stack:
    """`market` holds the numbers and ids that `opening` made."""

    market: dict[str, Any]

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.console = folder / "console.txt"
        self.clock = SharedClock(folder / "clock")
        self.clock.move_to(START)
        self.port = free_ports()
        self.signed_in: dict[str, Any] = {}  # number -> cookies
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTPOT_")}
        self.env = kept | {
            "HOTPOT_CLOCK_FILE": str(folder / "clock"),
            "HOTPOT_DATA": str(self.data),
            "HOTPOT_DEMO": "1",
            "HOTPOT_PORT": str(self.port),
        }
        self._stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        threading.Thread(target=self._tick, daemon=True).start()
        with self.console.open("w") as console:
            self.process = subprocess.Popen(
                [*HOTPOT, "up", "--demo"], stdout=console, stderr=console, env=self.env
            )
        until(lambda: self.process.poll() is not None or "Hotpot is ready" in self.said(), "ready", START_S)
        assert self.process.poll() is None, self.said()
        opened = subprocess.run(
            [sys.executable, "-m", "tests.journeys.opening"],
            env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert opened.returncode == 0, opened.stderr
        self.market = json.loads(opened.stdout)

    def stop(self) -> None:
        self._stopped.set()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def said(self) -> str:
        return self.console.read_text()

    def command(self, *arguments: str) -> str:
        """What a `hotpot` command printed; it must succeed."""
        ran = subprocess.run(
            [*HOTPOT, *arguments], env=self.env, capture_output=True, text=True, check=False, timeout=START_S
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def leap_to_next_month(self) -> None:
        """To the second day of the month after this one, 09:00 in Shanghai."""
        now = self.clock.now()
        later = (now.replace(day=1) + timedelta(days=32)).replace(day=2, hour=1, minute=0)
        self.clock.move_to(later)

    def _tick(self) -> None:
        """The clock goes on by itself, from wherever it is."""
        before = time.monotonic()
        while not self._stopped.wait(TICK_S):
            passed, before = time.monotonic() - before, time.monotonic()
            self.clock.move_to(self.clock.now() + timedelta(seconds=passed))
