"""A part: something that is kept running, its state, and what is decided about it. Who keeps it is in
`supervisor.py`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from hotpot.entry.children import Launch
from hotpot.entry.heartbeat import HUNG_AFTER_S

STOP_TIMEOUT_S = 15.0
DELAY_FIRST_S = 0.2
DELAY_MAX_S = 30.0
STEADY_AFTER_S = 60.0


@dataclass(frozen=True, slots=True)
class State:
    """One part's line in status.json. `state`: waiting, starting, ready, restarting or stopped."""

    name: str
    title: str
    pid: int | None = None
    state: str = "waiting"
    restarts: int = 0
    since: str = ""
    last_exit: str = ""


@dataclass(slots=True)
class Part:
    """Something that is kept running. `beats` where a silent process counts as hung."""

    name: str
    title: str
    log: Path
    launch: Callable[[], Launch]
    is_ready: Callable[[], Awaitable[bool]]
    prepare: Callable[[], None] = lambda: None
    settle: Callable[[], None] = lambda: None
    beats: bool = False
    stop_timeout_s: float = STOP_TIMEOUT_S
    state: State = field(init=False)
    child: asyncio.subprocess.Process | None = None
    launched: Launch | None = None
    failures: int = 0
    started: float = 0.0

    def __post_init__(self) -> None:
        self.state = State(self.name, self.title)

    async def spawn(self) -> asyncio.subprocess.Process:
        """From the main thread, because a child's tie is to the thread that started it."""
        self.started = time.time()
        await asyncio.to_thread(self.prepare)
        self.launched = self.launch()
        self.started = time.time()
        with self.log.open("ab") as log:
            self.child = await asyncio.create_subprocess_exec(
                *self.launched.argv,
                stdout=log,
                stderr=log,
                **self.launched.popen_options(),
            )
        return self.child

    async def stop(self) -> None:
        """Asks, waits, kills; then sweeps what it may have left in its process group."""
        if self.child is None or self.launched is None:
            return
        if self.child.returncode is None:
            self.child.send_signal(self.launched.stop)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.child.wait(), self.stop_timeout_s)
        await self.sweep()

    async def sweep(self) -> None:
        if self.child is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, signal.SIGKILL)
        await self.child.wait()

    def last_words(self) -> str:
        """The last line it wrote: most often the exception that ended it."""
        lines = self.log.read_text(errors="replace").split("\n")[-20:] if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")


def delay_s(failures: int) -> float:
    """The wait before the next start, after so many failures in a row: 0.2, 0.4, 0.8 ... 30 seconds."""
    return min(DELAY_MAX_S, DELAY_FIRST_S * 2.0 ** min(failures - 1, 16))


def failures_in_a_row(before: int, ran_s: float) -> int:
    """A process that ran steadily before it fell starts a new count."""
    return 1 if ran_s >= STEADY_AFTER_S else before + 1


def is_hung(*, now: float, started: float, last_beat: float | None) -> bool:
    """No sign of life for too long. The start counts as one, a beat from before it doesn't."""
    return now - max(started, last_beat or started) > HUNG_AFTER_S


def ending(return_code: int) -> str:
    """ "exit code 1" or "SIGKILL"."""
    if return_code >= 0:
        return f"exit code {return_code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-return_code).name
    return f"signal {-return_code}"
