"""Ports for a whole pot of its own."""

from __future__ import annotations

import os
import random
import socket
from contextlib import ExitStack

IN_A_ROW = 6  # web, intake, ledger, gateway, one between, mails in
# Below those that systems give away by themselves: a pot's NATS asks for one, and may be given the next.
FIRST, LAST = 20_000, 32_000
WORKERS = 8


def own_range() -> tuple[int, int]:
    """The part of one worker of pytest-xdist: two that look at the same moment find different ports."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    width = (LAST - FIRST) // WORKERS
    return FIRST + worker * width, FIRST + (worker + 1) * width - IN_A_ROW


def free_ports() -> int:
    """The first of six in a row that nobody listens on."""
    while True:
        first = random.randrange(*own_range())
        try:
            with ExitStack() as held:
                for port in range(first, first + IN_A_ROW):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
