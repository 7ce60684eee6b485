"""A carrier of its own making: SMPP by hand, nothing of ours in it. It remembers all that it took."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import struct
from collections import Counter
from datetime import UTC, datetime

HEADER = struct.Struct(">IIII")
SUBMIT_SM, DELIVER_SM, UNBIND, BIND_TRANSCEIVER, ENQUIRE_LINK = 4, 5, 6, 9, 0x15
RESPONSE = 0x80000000
THROTTLED = 0x58


class Smsc:
    """Each message is known by its text. Receipts are told until they are taken, also on a new line."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.binds = 0
        self.throttled_until = 0.0
        self.throttled = 0
        self.silent = False  # takes all, answers nothing
        self.drop_after: int | None = None  # so many submissions, then it hangs up; the last ones unanswered
        self.receipts_twice = False
        self._untold: dict[int, bytes] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._count = 0
        self._server: asyncio.Server | None = None

    async def listen(self, port: int = 0, tls: ssl.SSLContext | None = None) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=tls)
        chosen: int = self._server.sockets[0].getsockname()[1]
        return chosen

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readexactly(HEADER.size)
                length, command, status, sequence = HEADER.unpack(head)
                body = await reader.readexactly(length - HEADER.size)
                if status:
                    asyncio.get_running_loop().call_later(0.2, self._tell, writer, sequence)
                elif not self._hear(writer, command, sequence, body):
                    break
        self._writers.discard(writer)
        writer.close()

    def _hear(self, writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes) -> bool:
        """Whether the talk goes on."""
        if command == SUBMIT_SM:
            return self._submitted(writer, sequence, body)
        if command == RESPONSE | DELIVER_SM:
            self._untold.pop(sequence, None)
        elif command == BIND_TRANSCEIVER:
            self.binds += 1
            _say(writer, RESPONSE | command, sequence, b"smsc\0")
            for number in list(self._untold):
                self._tell(writer, number)
        elif command in (ENQUIRE_LINK, UNBIND):
            _say(writer, RESPONSE | command, sequence, b"")
        return command != UNBIND

    def _submitted(self, writer: asyncio.StreamWriter, sequence: int, body: bytes) -> bool:
        loop = asyncio.get_running_loop()
        if loop.time() < self.throttled_until:
            self.throttled += 1
            _say(writer, RESPONSE | SUBMIT_SM, sequence, b"", THROTTLED)
            return True
        source, number, text = _read(body)
        self.taken[text] += 1
        self._count += 1
        ref = f"{self._count:08x}"
        now = datetime.now(UTC).strftime("%y%m%d%H%M")
        said = f"id:{ref} sub:001 dlvrd:001 submit date:{now} done date:{now} stat:DELIVRD err:000 text:"
        self._untold[self._count] = (
            b"\0\1\1"
            + number
            + b"\0\0\1"
            + source
            + b"\0\4\0\0\0\0\0\0\0\0"
            + bytes([len(said)])
            + said.encode()
        )
        if self.drop_after is not None:
            self.drop_after -= 1
            if self.drop_after <= 0:
                if self.drop_after < -5:
                    self.drop_after = None
                    return False
                return True
        if not self.silent:
            _say(writer, RESPONSE | SUBMIT_SM, sequence, ref.encode() + b"\0")
            loop.call_later(0.05, self._tell, writer, self._count)
        return True

    def _tell(self, writer: asyncio.StreamWriter, number: int) -> None:
        if number in self._untold and not writer.is_closing():
            for _ in range(2 if self.receipts_twice else 1):
                _say(writer, DELIVER_SM, number, self._untold[number])


def _say(writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes, status: int = 0) -> None:
    if not writer.is_closing():
        writer.write(HEADER.pack(HEADER.size + len(body), command, status, sequence) + body)


def _read(body: bytes) -> tuple[bytes, bytes, str]:
    """Source, destination and text of a submit_sm."""
    at = body.index(0) + 3
    source = body[at : body.index(0, at)]
    at += len(source) + 3
    number = body[at : body.index(0, at)]
    at += len(number) + 4
    for _ in range(2):  # schedule_delivery_time, validity_period
        at = body.index(0, at) + 1
    coding, length = body[at + 2], body[at + 4]
    content = body[at + 5 : at + 5 + length]
    return source, number, content.decode("utf-16-be" if coding == 8 else "ascii")
