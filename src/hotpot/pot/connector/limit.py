"""How long a peer may be asked in all, however it stalls or drips.

A socket's own time-out is for one piece of an answer, and a database's is for one statement, which it has to
keep itself. Their drivers take no other, so the line is cut under them.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Limit:
    """From `begin` on, until `end`: then every line that it holds is cut, and those to come at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._over = False
        self._lines: list[socket.socket] = []
        self._turn = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    @property
    def is_over(self) -> bool:
        return self._over

    def begin(self) -> None:
        self._timer.start()

    def hold(self, fileno: int) -> None:
        """`fileno` is an open socket's. It is duplicated: its driver may close its own at any time."""
        line = socket.fromfd(fileno, socket.AF_UNSPEC, socket.SOCK_STREAM)
        with self._turn:
            self._lines.append(line)
            if self._over:
                _shut(line)

    def end(self) -> None:
        """Nothing is cut any more."""
        self._timer.cancel()
        with self._turn:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def _cut(self) -> None:
        with self._turn:
            self._over = True
            for line in self._lines:
                _shut(line)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # It broke by itself.
        line.shutdown(socket.SHUT_RDWR)
