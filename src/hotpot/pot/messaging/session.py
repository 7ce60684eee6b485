"""One connection's state, whatever its protocol and whoever logs in. No I/O: bytes in, events and bytes out.

A session begins new, is bound once the login was accepted, and ends closed. While it is bound both ends may
ask, each within a window. `now` is in seconds of a clock that never goes back.
"""

from __future__ import annotations

from collections import deque
from enum import Enum, auto
from typing import Any

import msgspec

from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.flow import Heartbeat
from hotpot.pot.messaging.layout import Broken, Packet
from hotpot.pot.messaging.talk import (
    Answer,
    CallOff,
    Count,
    Deliver,
    Dialect,
    Leave,
    Login,
    Probe,
    Query,
    Question,
    Report,
    Request,
    Submit,
    Unheard,
    Verdict,
    Way,
)

LOGIN_S = 10.0
GOODBYE = "we said goodbye"
BROKEN_MAX = 10  # frames on one connection
ASKED_PER_WINDOW = 10  # unanswered requests of the other end, in its windows; more are told to slow down

Carried = Submit | Deliver | Report


class LoggingIn(msgspec.Struct, frozen=True):
    """Somebody wants in; `admit` or `deny` it."""

    name: str
    way: Way


class Bound(msgspec.Struct, frozen=True):
    """Both ends may ask from now on."""


class Asked(msgspec.Struct, frozen=True):
    """The other end's request; it waits for an answer."""

    request: Carried | Question
    packet: Packet


class Answered(msgspec.Struct, frozen=True):
    """What became of our own request. `token` is what was given with it."""

    token: Any
    answer: Answer


class Unanswered(msgspec.Struct, frozen=True):
    """Our own request had no answer in time, or the connection ended before it came."""

    token: Any


class Closed(msgspec.Struct, frozen=True):
    reason: str


Event = LoggingIn | Bound | Asked | Answered | Unanswered | Closed


class State(Enum):
    NEW = auto()
    BOUND = auto()
    LEAVING = auto()
    CLOSED = auto()


class _Waiting(msgspec.Struct):
    token: Any
    until: float


class Session:
    def __init__(self, dialect: Dialect, now: float, *, way: Way = Way.BOTH) -> None:
        self.dialect = dialect
        self.way = way
        self.state = State.NEW
        self.events: deque[Event] = deque()
        self._frames = dialect.frames()
        self._out: list[bytes] = []
        self._waiting: dict[int, _Waiting] = {}
        self._asked: set[int] = set()
        self._login: Packet | None = None
        self._began = now
        self._broken = 0
        self._take(dialect.account, now)

    def _take(self, account: Account, now: float) -> None:
        self.account = account
        self.dialect.account = account
        self._heartbeat = Heartbeat(account.heartbeat_s, account.misses_max, now)

    # What we do.

    def log_in(self, now: float) -> None:
        self._send(Packet(self.dialect.next_sequence(), self.dialect.login(self.way)))

    def admit(self, account: Account, now: float) -> None:
        """Lets in who is logging in, if its proof fits the account's password."""
        if self._login is None or self.state is not State.NEW:
            return
        self._take(account, now)
        if not self.dialect.admits(self._login, account.password):
            self.deny(Answer(Verdict.REFUSED))
            return
        self._send(self.dialect.welcome(self._login, Answer(Verdict.OK)))
        self._bind()

    def deny(self, answer: Answer) -> None:
        if self._login is not None and self.state is State.NEW:
            self._send(self.dialect.welcome(self._login, answer))
            self.close("the login was refused")

    @property
    def room(self) -> int:
        """How many requests may be sent now."""
        return self.account.window - len(self._waiting) if self.may_ask else 0

    @property
    def may_ask(self) -> bool:
        """Whether this connection carries requests of ours."""
        barred = Way.IN if self.dialect.client else Way.OUT
        return self.state is State.BOUND and self.way is not barred

    def ask(self, request: Carried, token: Any, now: float) -> None:
        """Sends it; `token` comes back with its end. Raises Unfit where the protocol can't say it."""
        sequence = self.dialect.next_sequence()
        self._send(Packet(sequence, self.dialect.say(request)))
        self._waiting[sequence] = _Waiting(token, now + self.account.answer_s)

    def answer(self, asked: Asked, answer: Answer) -> None:
        """To a request of theirs, once. Nothing happens where the connection ended meanwhile."""
        if asked.packet.sequence in self._asked and self.state in (State.BOUND, State.LEAVING):
            self._asked.remove(asked.packet.sequence)
            self._reply(asked.packet, answer)

    def leave(self) -> None:
        """Says goodbye; what waits for an answer may still get it."""
        if self.state is State.BOUND:
            self.state = State.LEAVING
            self._send(Packet(self.dialect.next_sequence(), self.dialect.say(Leave())))

    def close(self, reason: str) -> None:
        """The connection is over. What waits for an answer will have none."""
        if self.state is not State.CLOSED:
            self.state = State.CLOSED
            self.events.extend(Unanswered(one.token) for one in self._waiting.values())
            self._waiting.clear()
            self.events.append(Closed(reason))

    def take_output(self) -> bytes:
        out = b"".join(self._out)
        self._out.clear()
        return out

    # What happens to us.

    def tick(self, now: float) -> None:
        """To be called about once a second: heartbeats, answers that don't come."""
        if self.state is State.NEW and now - self._began > LOGIN_S:
            self.close("nobody logged in" if self._login is None else "the login had no answer")
        self._give_up(now)
        if self.state is State.BOUND:
            self._watch(now)

    def _give_up(self, now: float) -> None:
        overdue = [sequence for sequence, one in self._waiting.items() if one.until <= now]
        if overdue and self._heartbeat.heard_at <= now - self.account.answer_s:
            self.close(f"nothing was heard for {self.account.answer_s:g} s")
        for sequence in overdue:
            if (waiting := self._waiting.pop(sequence, None)) is not None:
                self.events.append(Unanswered(waiting.token))

    def _watch(self, now: float) -> None:
        if not self.dialect.probes:
            return
        if self._heartbeat.is_lost(now):
            self.close(f"nobody answered {self.account.misses_max} times")
        elif self._heartbeat.is_due(now):
            self._heartbeat.asked(now)
            self._send(Packet(self.dialect.next_sequence(), self.dialect.say(Probe())))

    def receive(self, data: bytes, now: float) -> None:
        self._heartbeat.heard(now)
        try:
            for frame in self._frames.feed(data):
                if self.state is not State.CLOSED:
                    self._hear(frame)
        except Broken as broken:
            self._complain(broken)

    def _hear(self, frame: bytes) -> None:
        packet: Packet | None = None
        try:
            packet = self.dialect.codec.decode(frame)
            word = self.dialect.hear(packet)
        except Broken as broken:
            self._misunderstand(packet, broken)
            return
        if isinstance(word, Answer):
            self._answered(packet, word)
        else:
            self._requested(packet, word)

    def _misunderstand(self, packet: Packet | None, broken: Broken) -> None:
        """A frame that is whole, with a content that isn't: its sender is told, and the talk goes on."""
        reply = self.dialect.answer(packet, Answer(Verdict.INVALID)) if packet is not None else None
        if reply is None:
            self._complain(broken)
            return
        self._send(reply)
        self._count_broken(broken)

    def _complain(self, broken: Broken) -> None:
        if (complaint := self.dialect.complain(broken)) is not None:
            self._send(complaint)
        self._count_broken(broken)

    def _count_broken(self, broken: Broken) -> None:
        self._broken += 1
        if broken.lost or self._broken > BROKEN_MAX:
            self.close(f"a frame was broken: {broken.reason}")

    def _answered(self, packet: Packet, answer: Answer) -> None:
        if (waiting := self._waiting.pop(packet.sequence, None)) is not None:
            self.events.append(Answered(waiting.token, answer))
        elif self.state is State.NEW and self.dialect.client:
            self._welcomed(packet, answer)
        elif self.state is State.LEAVING and not self._waiting:
            self.close(GOODBYE)

    def _welcomed(self, packet: Packet, answer: Answer) -> None:
        if answer.verdict is not Verdict.OK:
            self.close(f"the login was refused: {answer.reason}")
        elif not self.dialect.proven(packet):
            self.close("the other end doesn't know the password")
        else:
            self._bind()

    def _bind(self) -> None:
        self.state = State.BOUND
        self.events.append(Bound())

    def _requested(self, packet: Packet, request: Request) -> None:
        match request:
            case Login(name, way) if self.state is State.NEW and not self.dialect.client:
                self._login, self.way = packet, way
                self.events.append(LoggingIn(name, way))
            case Leave():
                self._reply(packet, Answer(Verdict.OK))
                self.close("the other end said goodbye")
            case Probe():
                self._reply(packet, Answer(Verdict.OK))
            case Submit() | Deliver() | Report() if self.state in (State.BOUND, State.LEAVING):
                self._take_request(packet, request)
            case Query() | CallOff() | Count() if self.state in (State.BOUND, State.LEAVING):
                self._take_request(packet, request)
            case Unheard():
                self._reply(packet, Answer(Verdict.UNSUPPORTED))
            case _:
                self.close(f"{type(packet.body).__name__} came where it doesn't belong")

    def _take_request(self, packet: Packet, request: Carried | Question) -> None:
        if packet.sequence in self._asked:
            return  # The same frame again: the answer to the first serves both.
        if len(self._asked) >= self.account.window * ASKED_PER_WINDOW:
            self._reply(packet, Answer(Verdict.THROTTLED))
            return
        self._asked.add(packet.sequence)
        self.events.append(Asked(request, packet))

    def _reply(self, packet: Packet, answer: Answer) -> None:
        if (reply := self.dialect.answer(packet, answer)) is not None:
            self._send(reply)

    def _send(self, packet: Packet) -> None:
        self._out.append(self.dialect.codec.encode(packet))
