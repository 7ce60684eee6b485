"""What one look at a server may take, however it drips or floods: a time and a size."""

from __future__ import annotations

import smtplib
import socket
import time
from io import BufferedReader

MIB = 1024 * 1024
SMTP_BYTES_MAX = MIB  # of answers, in all


class TooMuch(ConnectionAbortedError):
    """The server sent more than anybody needs."""


class Allowance:
    """Counts what comes over a line. A socket's own time-out is for one piece of it: a server that sends
    a byte now and then would never meet it."""

    def __init__(self, *, seconds: float, look_bytes: int, answer_bytes: int, piece_s: float) -> None:
        """`answer_bytes` is for the answer to one command, `piece_s` for the next piece to come."""
        self._look_bytes, self._answer_bytes, self._piece_s = look_bytes, answer_bytes, piece_s
        self.begin_look(seconds)

    def begin_look(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._left_of_look = self._look_bytes
        self.begin_answer()

    def begin_answer(self) -> None:
        self._left_of_answer = self._answer_bytes

    def read(self, file: BufferedReader, line: socket.socket, size: int) -> bytes:
        """`size` bytes; fewer where the other end closed. Raises TimeoutError, TooMuch, before all is here
        where that many may not come."""
        self._check(size)
        parts = []
        while size > 0:
            self._wait(line)
            part = file.read1(size)
            if not part:
                break
            self._count(len(part))
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def readline(self, file: BufferedReader, line: socket.socket, size_max: int) -> bytes:
        """With its end, or as much as may come before that. Raises TimeoutError, TooMuch."""
        got = b""
        while len(got) < size_max and not got.endswith(b"\n"):
            self._wait(line)
            ahead = file.peek(1)[: size_max - len(got)]
            if not ahead:
                break
            part = file.read(ahead.find(b"\n") + 1 or len(ahead))
            self._count(len(part))
            got += part
        return got

    def _wait(self, line: socket.socket) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("it takes too long to answer")
        line.settimeout(min(left, self._piece_s))

    def _check(self, size: int) -> None:
        for left, allowed in (
            (self._left_of_answer, self._answer_bytes),
            (self._left_of_look, self._look_bytes),
        ):
            if size > left:
                raise TooMuch(f"it sends more than {allowed // MIB} MiB")

    def _count(self, size: int) -> None:
        self._check(size)
        self._left_of_answer -= size
        self._left_of_look -= size


class _Heard:
    """What a server says, within an allowance."""

    def __init__(self, line: socket.socket, allowance: Allowance) -> None:
        self._file, self._line, self._allowance = line.makefile("rb"), line, allowance

    def readline(self, size_max: int) -> bytes:
        return self._allowance.readline(self._file, self._line, size_max)

    def close(self) -> None:
        self._file.close()


class LimitedSmtp(smtplib.SMTP):
    """What its server says has to come within `seconds` from the beginning to the end."""

    file: _Heard | None

    def __init__(self, host: str, port: int, *, hello: str, seconds: float, piece_s: float) -> None:
        """`hello` is our own name. Connects."""
        self._allowance = Allowance(
            seconds=seconds, look_bytes=SMTP_BYTES_MAX, answer_bytes=SMTP_BYTES_MAX, piece_s=piece_s
        )
        super().__init__(host, port, local_hostname=hello, timeout=piece_s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Heard(self.sock, self._allowance)
        return super().getreply()
