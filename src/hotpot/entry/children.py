"""Starting a child process that dies with its parent, and telling whether an old one still lives."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PROC = Path("/proc")  # Linux has it, macOS does not.
LOG_BYTES_MAX = 10 * 1024 * 1024
LOG_FILES_KEPT = 3

# Bound before any fork: the child between fork and exec must not import or allocate much.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start one child, and which signals end it: `stop` cleanly, `orphaned` when its parent dies."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGKILL
    user: str | None = None

    def popen_options(self) -> dict[str, Any]:
        """For `subprocess.Popen` and `asyncio.create_subprocess_exec` alike.

        A session of its own keeps a terminal's Ctrl-C from the child until the supervisor decides.
        """
        options: dict[str, Any] = {
            "env": {**os.environ, **self.env},
            "stdin": subprocess.DEVNULL,
            "start_new_session": True,
            "preexec_fn": dies_with_parent(self.orphaned),
        }
        if self.user is not None:
            account = pwd.getpwnam(self.user)
            options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": "/"}
        return options


def dies_with_parent(sent: signal.Signals) -> Callable[[], None]:
    """A hook for the child: however the thread that started it ends, the kernel sends it the signal.

    Linux only; elsewhere it does nothing and the next start ends what was left over.
    """
    parent = os.getpid()

    def tie() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        if os.getppid() != parent:  # It died before the tie was made.
            os._exit(1)

    return tie


def runs(pid: int, marker: str) -> bool:
    """Whether that process lives and names the marker in its command line: a number may be reused."""
    return marker in command_line(pid)


def exists(pid: int) -> bool:
    """Whether the number is taken, if only by unburied remains or another user's process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def command_line(pid: int) -> str:
    """Empty when there is no such process, or only its unburied remains."""
    if PROC.exists():
        try:
            return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    done = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True
    )
    return done.stdout.strip()


def end(pid: int, marker: str, *, stop: signal.Signals, patience_s: float) -> None:
    """Stops a process that an earlier run left behind: asked first, killed when it doesn't listen."""
    for sent, wait_s in ((stop, patience_s), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, sent)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            if not runs(pid, marker):
                return
            time.sleep(0.05)


def rotate(path: Path, *, bytes_max: int = LOG_BYTES_MAX) -> None:
    """Copies a log that grew too big aside and empties it; writers hold it open in append mode and go on."""
    if not path.exists() or path.stat().st_size <= bytes_max:
        return
    for number in range(LOG_FILES_KEPT - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    os.truncate(path, 0)
