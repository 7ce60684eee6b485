"""While the demo runs, its offices go on: a new paper now and then, and what follows from decisions."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from random import Random
from types import FrameType

from hotpot.entry.config import Config
from hotpot.entry.demo.office import Office
from hotpot.entry.heartbeat import INTERVAL_S, beat
from hotpot.kernel.clock import Clock, SystemClock

PENDING_MAX = 30
PAUSE_S = (20, 40)
NAME = "office"
ZONES = {"sanxia": "Asia/Shanghai", "goldengate": "America/Los_Angeles"}


def run() -> None:
    """The process `hotpot run office`."""
    config, told = Config.from_env(), threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    keep_open(config.data, SystemClock(), Random(), told)


def keep_open(data: Path, clock: Clock, random: Random, told: threading.Event) -> None:
    """Until `told`. A data folder without offices has nothing to do, and says that it lives."""
    pause_s = random.randint(*PAUSE_S)
    while not told.is_set():
        beat(NAME, data)
        offices = [Office(path) for path in sorted((data / "office").glob("*.sqlite"))]
        for office in offices:
            office.go_on()
        pause_s -= 1
        if offices and pause_s <= 0:
            pause_s = random.randint(*PAUSE_S)
            _submit(random.choice(offices), clock, random)
        told.wait(INTERVAL_S)


def _submit(office: Office, clock: Clock, random: Random) -> None:
    if office.pending() < PENDING_MAX:
        office.submit(random, 1, clock.now(), ZONES[office.path.stem])
