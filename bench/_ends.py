"""The ends of a gateway while it is measured: enterprises that send and hear, carriers that take and report.

They are lean, so that they take little of the machine's time, and count exactly: each message carries its own
number, and in the end what was acknowledged must have been seen once by the carrier and reported once.
"""

from __future__ import annotations

import asyncio
import base64
import re
import struct
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

TEXT = "Your code is %09d. It is valid for ten minutes. Tell it to nobody, not even to us."
DIGITS = 9
UNDER_WAY_MAX = 20_000  # acknowledged and not reported yet: then senders wait
END_S = 60.0  # for the last reports
NUMBER = re.compile(rb"code is (\d{9})")
REF = re.compile(rb'"ref":"(\d+)"')
QUERY = re.compile(rb"[?&]ref=(\d+)")


@dataclass(slots=True)
class Tally:
    """By messages' numbers: acknowledged to who sent it, seen by the carrier, reported to who sent it."""

    acknowledged: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    reported: list[int] = field(default_factory=list)
    next_number: int = 0
    refs: dict[bytes, int] = field(default_factory=dict)  # numbers by the gateway's ids
    early: deque[bytes] = field(default_factory=deque)  # receipts that overtook the answer to their submit
    last_at: float = 0.0  # when the last report came
    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def numbers(self, count: int) -> range:
        first = self.next_number
        self.next_number += count
        return range(first, self.next_number)

    def report(self, numbers: list[int]) -> None:
        self.reported += numbers
        self.last_at = time.monotonic()
        self.stirred.set()

    async def room(self) -> None:
        while len(self.acknowledged) - len(self.reported) > UNDER_WAY_MAX:
            self.stirred.clear()
            await self.stirred.wait()

    async def all_reported(self) -> None:
        """Or too late."""
        until = time.monotonic() + END_S
        while len(self.reported) < len(self.acknowledged) and time.monotonic() < until:
            await asyncio.sleep(0.02)

    def complaint(self) -> str:
        """Empty where every message went its whole way once."""
        acknowledged = set(self.acknowledged)
        twice = [number for number, count in Counter(self.seen).items() if count > 1]
        twice_told = [number for number, count in Counter(self.reported).items() if count > 1]
        lost = acknowledged - set(self.seen)
        unreported = acknowledged - set(self.reported)
        if lost or unreported or twice or twice_told:
            return (
                f"of {len(acknowledged)} acknowledged, {len(lost)} were not seen and {len(unreported)} not "
                f"reported; {len(twice)} were seen and {len(twice_told)} reported more than once"
            )
        return ""


class Frames(asyncio.Protocol):
    """A connection of frames that begin with their own length, four bytes."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        at, end = 0, len(data)
        out: list[bytes] = []
        while end - at >= 4:
            length = int.from_bytes(data[at : at + 4], "big")
            if end - at < length:
                break
            self.frame(data[at : at + length], out)
            at += length
        self._rest = data[at:]
        self.ended(out)
        if out:
            self.transport.writelines(out)

    def frame(self, frame: bytes, out: list[bytes]) -> None:
        raise NotImplementedError

    def ended(self, out: list[bytes]) -> None:
        """No more whole frames came with this piece of the network's."""


# --- carriers -------------------------------------------------------------------------------------

_SMPP = struct.Struct(">IIII")


class Carrier(Frames):
    """Reports go out in a window, as carriers send them."""

    WINDOW = 500

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally
        self._sequence = 0
        self._reports: deque[bytes] = deque()
        self._unanswered = 0

    def answered(self, status: int) -> None:
        if status:
            raise RuntimeError(f"a report was answered with {status:#x}")
        self._unanswered -= 1

    def ended(self, out: list[bytes]) -> None:
        while self._reports and self._unanswered < self.WINDOW:
            self._unanswered += 1
            out.append(self._reports.popleft())


class SmppCentre(Carrier):
    """Answers each submit_sm at once, and sends a receipt for each that asks for one."""

    def frame(self, frame: bytes, out: list[bytes]) -> None:
        _, command, status, sequence = _SMPP.unpack_from(frame)
        if command == 0x4:
            self._submitted(frame, sequence, out)
        elif command == 0x80000005:
            self.answered(status)
        elif command in (0x1, 0x2, 0x9):
            out.append(_smpp(command | 0x80000000, sequence, b"centre\0"))
        elif command in (0x15, 0x6):
            out.append(_smpp(command | 0x80000000, sequence))

    def _submitted(self, frame: bytes, sequence: int, out: list[bytes]) -> None:
        found = NUMBER.search(frame)
        number = int(found[1]) if found else -1
        self._tally.seen.append(number)
        ref = b"%d" % (number + 1)
        out.append(_smpp(0x80000004, sequence, ref + b"\0"))
        _service, rest = frame[16:].split(b"\0", 1)
        source, rest = rest[2:].split(b"\0", 1)
        destination, rest = rest[2:].split(b"\0", 1)
        # esm_class, protocol, priority, then two times, then registered_delivery
        registered = rest[3:].split(b"\0", 2)[2][0]
        if registered & 1:
            self._sequence += 1
            now = datetime.now(UTC).strftime("%y%m%d%H%M").encode()
            text = b"id:%s sub:001 dlvrd:001 submit date:%s done date:%s stat:DELIVRD err:000 text:" % (
                ref,
                now,
                now,
            )
            head = b"\0\1\1" + destination + b"\0\1\1" + source + b"\0\4\0\0\0\0\0\0\0\0"
            self._reports.append(_smpp(0x5, self._sequence, head + bytes([len(text)]) + text))


def _smpp(command: int, sequence: int, body: bytes = b"") -> bytes:
    return _SMPP.pack(16 + len(body), command, 0, sequence) + body


_CMPP = struct.Struct(">III")


class CmppGateway(Carrier):
    """CMPP 3.0: answers each submit at once, and sends a report for each that asks for one."""

    def frame(self, frame: bytes, out: list[bytes]) -> None:
        _, command, sequence = _CMPP.unpack_from(frame)
        if command == 0x4:
            self._submitted(frame, sequence, out)
        elif command == 0x80000005:
            self.answered(int.from_bytes(frame[20:24], "big"))
        elif command == 0x1:
            out.append(_cmpp(0x80000001, sequence, bytes(20) + b"\x30"))
        elif command == 0x8:
            out.append(_cmpp(0x80000008, sequence, b"\0"))

    def _submitted(self, frame: bytes, sequence: int, out: list[bytes]) -> None:
        found = NUMBER.search(frame)
        number = int(found[1]) if found else -1
        self._tally.seen.append(number)
        ref = (number + 1).to_bytes(8, "big")
        out.append(_cmpp(0x80000004, sequence, ref + bytes(4)))
        if frame[12 + 10]:
            self._sequence += 1
            source, destination = frame[12 + 107 : 12 + 128], frame[12 + 129 : 12 + 161]
            now = datetime.now(UTC).strftime("%y%m%d%H%M").encode()
            report = ref + b"DELIVRD" + now + now + destination + bytes(4)
            body = (
                ref + source + bytes(13) + destination + b"\0\1" + bytes([len(report)]) + report + bytes(20)
            )
            self._reports.append(_cmpp(0x5, self._sequence, body))


def _cmpp(command: int, sequence: int, body: bytes) -> bytes:
    return _CMPP.pack(12 + len(body), command, sequence) + body


# --- enterprises ----------------------------------------------------------------------------------


class Http(asyncio.Protocol):
    """HTTP/1.1 with Content-Length and kept connections, either end. `got` takes each head and body."""

    def __init__(self, got: Callable[[Http, bytes, bytes], None]) -> None:
        self.transport: asyncio.Transport
        self._got = got
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        while True:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                break
            head = data[:end]
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(data) < end + 4 + length:
                break
            self._got(self, head, data[end + 4 : end + 4 + length])
            data = data[end + 4 + length :]
        self._rest = data


def webhook(tally: Tally) -> Callable[[], Http]:
    """Of our own gateway: many notices in a POST."""

    def got(http: Http, _head: bytes, body: bytes) -> None:
        tally.report([int(ref) for ref in REF.findall(body)])
        http.transport.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")

    return lambda: Http(got)


def dlr_url(tally: Tally) -> Callable[[], Http]:
    """Of Kannel: a GET for each report."""

    def got(http: Http, head: bytes, _body: bytes) -> None:
        tally.report([int(ref) for ref in QUERY.findall(head.split(b"\r\n", 1)[0])])
        http.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    return lambda: Http(got)


@dataclass(slots=True)
class Line:
    """One HTTP connection of a sender, one request at a time."""

    http: Http | None = None
    answer: asyncio.Future[tuple[bytes, bytes]] | None = None

    async def connect(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        _, self.http = await loop.create_connection(lambda: Http(self._got), "127.0.0.1", port)

    async def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Head and body of the answer."""
        self.answer = asyncio.get_running_loop().create_future()
        cast("Http", self.http).transport.write(request)
        return await self.answer

    def _got(self, _http: Http, head: bytes, body: bytes) -> None:
        if self.answer is not None:
            self.answer.set_result((head, body))


def basic(login: str, password: str) -> str:
    return base64.b64encode(f"{login}:{password}".encode()).decode()


def post(path: str, credentials: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def one_message(number: int) -> bytes:
    text = TEXT % number
    return b'{"to":"+86138%08d","text":"%s","ref":"%d"}' % (number % 10**8, text.encode(), number)


async def send_batches(tally: Tally, port: int, credentials: str, batch: int, until: float) -> None:
    line = Line()
    await line.connect(port)
    while time.monotonic() < until:
        await tally.room()
        numbers = tally.numbers(batch)
        body = b"[" + b",".join(one_message(number) for number in numbers) + b"]"
        head, said = await line.ask(post("/v1/messages", credentials, body))
        if b" 200" not in head[:12]:
            await asyncio.sleep(0.1)  # busy: nothing was taken
            continue
        if said.count(b'"id"') != batch:
            raise RuntimeError(f"not all were taken: {said[:300]!r}")
        tally.acknowledged += numbers


async def send_singles(tally: Tally, port: int, credentials: str, until: float) -> None:
    line = Line()
    await line.connect(port)
    while time.monotonic() < until:
        await tally.room()
        [number] = tally.numbers(1)
        head, said = await line.ask(post("/v1/messages", credentials, one_message(number)))
        if b" 202" in head[:12]:
            tally.acknowledged.append(number)
        elif b" 503" in head[:12] or b" 429" in head[:12]:
            await asyncio.sleep(0.1)
        else:
            raise RuntimeError(f"it wasn't taken: {said[:300]!r}")


async def send_to_kannel(tally: Tally, port: int, hook: int, until: float) -> None:
    line = Line()
    await line.connect(port)
    while time.monotonic() < until:
        await tally.room()
        [number] = tally.numbers(1)
        text = (TEXT % number).replace(" ", "+").replace(",", "%2C")
        target = (
            f"/cgi-bin/sendsms?username=bench&password=bench&from=10657120&to=%2B86138{number % 10**8:08}"
            f"&text={text}&dlr-mask=1&dlr-url=http%3A%2F%2F127.0.0.1%3A{hook}%2Fdlr%3Fref%3D{number}"
        )
        head, said = await line.ask(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        if b" 202" in head[:12]:
            tally.acknowledged.append(number)
        else:
            raise RuntimeError(f"Kannel didn't take it: {head[:100]!r} {said[:200]!r}")


class SmppSender(Frames):
    """An enterprise that submits by SMPP, so many at once without an answer, and takes its receipts."""

    WINDOW = 100

    def __init__(self, tally: Tally, login: str, password: str, source: str) -> None:
        super().__init__()
        self._tally = tally
        self._login, self._password, self._source = login.encode(), password.encode(), source.encode()
        self._sequence = 1
        self._waiting: dict[int, int] = {}
        self.until = 0.0
        self.is_bound: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def bind(self) -> None:
        body = self._login + b"\0" + self._password + b"\0\0\x34\0\0\0"
        self.transport.write(_smpp(0x9, self._sequence, body))

    def frame(self, frame: bytes, out: list[bytes]) -> None:
        _, command, status, sequence = _SMPP.unpack_from(frame)
        if command == 0x80000004:
            number = self._waiting.pop(sequence)
            if status == 0:
                self._tally.refs[frame[16:-1]] = number
                self._tally.acknowledged.append(number)
            elif status != 0x58:
                raise RuntimeError(f"submit_sm was answered with {status:#x}")
        elif command == 0x5:
            out.append(_smpp(0x80000005, sequence, b"\0"))
            self._tally.early.append(frame[frame.index(b"id:") + 3 :].split(b" ", 1)[0])
        elif command == 0x80000009:
            self.is_bound.set_result(None)
        elif command == 0x15:
            out.append(_smpp(0x80000015, sequence))

    def ended(self, out: list[bytes]) -> None:
        """Receipts find their messages; the window is filled again."""
        tally = self._tally
        for _ in range(len(tally.early)):
            ref = tally.early.popleft()
            if (number := tally.refs.pop(ref, None)) is not None:
                tally.report([number])
            else:
                tally.early.append(ref)
        self.fill(out)

    def fill(self, out: list[bytes]) -> None:
        under_way = len(self._tally.acknowledged) - len(self._tally.reported)
        while (
            len(self._waiting) < self.WINDOW and under_way < UNDER_WAY_MAX and time.monotonic() < self.until
        ):
            [number] = self._tally.numbers(1)
            self._sequence += 1
            self._waiting[self._sequence] = number
            text = (TEXT % number).encode()
            to = b"86138%08d" % (number % 10**8)
            body = (
                b"\0\0\1"
                + self._source
                + b"\0\1\1"
                + to
                + b"\0\0\0\0\0\0\1\0\0\0"
                + bytes([len(text)])
                + text
            )
            out.append(_smpp(0x4, self._sequence, body))


async def send_by_smpp(tally: Tally, port: int, login: str, password: str, source: str, until: float) -> None:
    loop = asyncio.get_running_loop()
    _, sender = await loop.create_connection(
        lambda: SmppSender(tally, login, password, source), "127.0.0.1", port
    )
    sender.bind()
    await asyncio.wait_for(sender.is_bound, 10)
    sender.until = until
    while time.monotonic() < until:
        out: list[bytes] = []
        sender.fill(out)
        if out:
            sender.transport.writelines(out)
        await asyncio.sleep(0.05)
    await tally.all_reported()
    sender.transport.close()


Sending = Callable[[Tally, float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Result:
    """`messages` went their whole way in `seconds`, from the first request to the last report."""

    messages: int
    seconds: float
    complaint: str


async def measure(tally: Tally, seconds: float, senders: list[Sending]) -> Result:
    began = time.monotonic()
    await asyncio.gather(*(send(tally, began + seconds) for send in senders))
    await tally.all_reported()
    return Result(len(tally.acknowledged), tally.last_at - began, tally.complaint())
