"""The web process: granian in front of the ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
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


class Stop:
    """Tells the workers of a stop before granian waits for the answers they still give.

    A pipe that nobody writes to: the workers, forked, hold its reading end and hear when it is closed.
    """

    def __init__(self) -> None:
        self._heard, self._told = os.pipe()

    def tell(self) -> None:
        """In the parent. Harmless to repeat."""
        with contextlib.suppress(OSError):
            os.close(self._told)

    def hear(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a worker: live streams, which have no end of their own, end then."""
        from hotpot.pot.realtime.pages import hub  # Django is ready in a worker only.

        def end() -> None:
            loop.remove_reader(self._heard)
            hub().end()

        os.close(self._told)
        loop.add_reader(self._heard, end)


class WebServer(Server):  # type: ignore[misc, valid-type]
    """granian's, with a word of warning."""

    def __init__(self, *args: Any, stop: Stop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stop = stop

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        self._stop.tell()
        super().signal_handler_interrupt(*args, **kwargs)


def default_workers() -> int:
    return min(WORKERS_MAX, max(1, (os.cpu_count() or 1) // 2))


def serve() -> None:
    """Serves until SIGTERM.

    HOTPOT_HOST is the address to listen on, the loopback where not given; HOTPOT_WEB_WORKERS how many
    processes share the port, half the cores but at most two where not given.
    """
    tie = dies_with_parent(signal.SIGKILL)
    stop = Stop()

    def load(target: str) -> Any:
        """In each worker: granian's own parent check is none, and an orphan would hold the port."""
        tie()
        application = load_target(target)
        stop.hear(asyncio.get_event_loop())
        return application

    WebServer(
        APPLICATION,
        stop=stop,
        address=os.environ.get("HOTPOT_HOST") or "127.0.0.1",
        port=Config.from_env().port,
        interface=Interfaces.ASGINL,  # Neither half knows lifespan events.
        loop=Loops.uvloop,
        workers=int(os.environ.get("HOTPOT_WEB_WORKERS") or default_workers()),
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_TIMEOUT_S,
    ).serve(target_loader=load)
