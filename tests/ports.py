"""Ports for a whole pot of its own."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

IN_A_ROW = 6  # web, intake, ledger, gateway, one between, mails in
# Below those that systems give away by themselves: a pot's NATS asks for one, and may be given the next.
FIRST, LAST = 20_000, 32_000


def free_ports() -> int:
    """The first of six in a row that nobody listens on."""
    while True:
        first = random.randrange(FIRST, LAST)
        try:
            with ExitStack() as held:
                for port in range(first, first + IN_A_ROW):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
