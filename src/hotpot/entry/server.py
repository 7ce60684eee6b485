"""The web process: granian in front of the ASGI application."""

from __future__ import annotations

import os
import signal
from typing import Any

from granian._internal import load_target
from granian.constants import Interfaces, Loops
from granian.server import Server

from hotpot.entry.children import dies_with_parent
from hotpot.entry.config import Config

APPLICATION = "hotpot.entry.asgi:application"
WORKERS_MAX = 2
STOP_TIMEOUT_S = 5

# granian's own handlers are left out, so that its lines go the way of all others.
LOGGING = {
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {},
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("_granian", "granian.access")},
}


def serve() -> None:
    """Serves until SIGTERM. HOTPOT_HOST is the address to listen on, the loopback where not given."""
    tie = dies_with_parent(signal.SIGKILL)

    def load(target: str) -> Any:
        """In each worker: granian's own parent check is none, and an orphan would hold the port."""
        tie()
        return load_target(target)

    Server(
        APPLICATION,
        address=os.environ.get("HOTPOT_HOST") or "127.0.0.1",
        port=Config.from_env().port,
        interface=Interfaces.ASGINL,  # Django knows no lifespan events.
        loop=Loops.uvloop,
        workers=min(WORKERS_MAX, max(1, (os.cpu_count() or 1) // 2)),
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_TIMEOUT_S,
    ).serve(target_loader=load)
