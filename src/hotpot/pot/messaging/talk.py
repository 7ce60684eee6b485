"""What the two ends of a link say to each other in any protocol, and what makes a protocol spoken."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from hotpot.kernel.clock import Clock
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.layout import Broken, Codec, Frames, Packet, Pdu
from hotpot.pot.messaging.text import Alphabet, Part, alphabet_for, header_of, part_from, split
from hotpot.pot.messaging.wire import Refusal


class Verdict(StrEnum):
    OK = "ok"
    THROTTLED = "throttled"  # too fast: again in a moment
    BUSY = "busy"  # can't now: again later
    REFUSED = "refused"
    UNSERVED = "unserved"  # refused by this carrier; another one may take it
    INVALID = "invalid"  # not understood
    UNKNOWN = "unknown"  # asked of a message that isn't here
    UNSUPPORTED = "unsupported"

    @property
    def temporary(self) -> bool:
        return self in (Verdict.THROTTLED, Verdict.BUSY)


class Way(Enum):
    """What a connection carries: requests from who logged in, to it, or both."""

    BOTH = auto()
    OUT = auto()
    IN = auto()


class Found(msgspec.Struct, frozen=True):
    """What became of a message, as a receipt says it; ENROUTE while that isn't known."""

    stat: str
    ended_at: datetime | None = None
    error: str = ""


class Counted(msgspec.Struct, frozen=True):
    """Messages of a day: given to us, passed on, still here, come to nothing; replies told, and not yet."""

    given: int = 0
    passed: int = 0
    waiting: int = 0
    failed: int = 0
    told: int = 0
    untold: int = 0


class Answer(msgspec.Struct, frozen=True):
    """To any request. `ref`: the receiver's id of a message that it took. `refusal`: why ours didn't.

    `found`: what a question asked for.
    """

    verdict: Verdict
    ref: str = ""
    reason: str = ""
    refusal: Refusal | None = None
    found: Found | Counted | None = None


class Login(msgspec.Struct, frozen=True):
    """`name` wants to be let in; whether it may, `Dialect.admits` tells with its secret."""

    name: str
    way: Way = Way.BOTH


class Probe(msgspec.Struct, frozen=True):
    """Is somebody there?"""


class Leave(msgspec.Struct, frozen=True):
    """Goodbye."""


class Submit(msgspec.Struct, frozen=True):
    """A part of a message for phones. Numbers are E.164; `source` is the access number."""

    source: str
    numbers: tuple[str, ...]
    part: Part
    ref: str = ""  # heard: the id that the protocol itself gives it, where it does (SGIP)
    receipt: bool = False  # wanted
    due_at: datetime | None = None
    expires_at: datetime | None = None
    priority: int = 0  # -1 bulk, 0 usual, 1 first


class Deliver(msgspec.Struct, frozen=True):
    """A part of a message from a phone to an access number. `ref`: the sender's id of it, if it gave any."""

    number: str
    access_number: str
    part: Part
    ref: str = ""


class Report(msgspec.Struct, frozen=True):
    """What became of the message taken under `ref`. Not `final`: it is still on its way."""

    ref: str
    number: str
    access_number: str
    stat: str  # DELIVRD, UNDELIV ...; networks have their own
    at: datetime
    final: bool = True
    error: str = ""
    submitted_at: datetime | None = None  # where the carrier says so

    @property
    def delivered(self) -> bool:
        return self.stat == "DELIVRD"


class Query(msgspec.Struct, frozen=True):
    """What became of the message taken under `ref`? `source`: its access number, if the asker says it."""

    ref: str
    source: str = ""


class CallOff(msgspec.Struct, frozen=True):
    """The message taken under `ref` isn't to go any more."""

    ref: str
    source: str = ""


class Count(msgspec.Struct, frozen=True):
    """How many messages were there in that time? `service`: only those of it."""

    since: datetime
    until: datetime
    service: str = ""


class Unheard(msgspec.Struct, frozen=True):
    """A request of the protocol that this platform doesn't serve."""


Question = Query | CallOff | Count
Request = Login | Probe | Leave | Submit | Deliver | Report | Question | Unheard
Word = Request | Answer

DELIVERED = "DELIVRD"
ON_ITS_WAY = frozenset({"ENROUTE", "ACCEPTD", "BUFFRED", "SCHEDUL"})
SEQUENCE_MAX = 0x7FFFFFFF
TIME = "%y%m%d%H%M"


class Dialect(ABC):
    """One protocol on one connection. `client`: we logged in. A server learns its account at the login."""

    codec: Codec
    probes: ClassVar[bool] = True  # has a heartbeat of its own
    alphabets: ClassVar[Sequence[Alphabet]] = (Alphabet.ASCII, Alphabet.UCS2)
    codings: ClassVar[Mapping[Alphabet, int]] = {
        Alphabet.ASCII: 0,
        Alphabet.BINARY: 4,
        Alphabet.UCS2: 8,
        Alphabet.GBK: 15,
    }

    def __init__(self, account: Account, clock: Clock, *, client: bool) -> None:
        self.account = account
        self.clock = clock
        self.client = client
        self._sequence = 0

    def next_sequence(self) -> int:
        self._sequence = self._sequence % SEQUENCE_MAX + 1
        return self._sequence

    @abstractmethod
    def frames(self) -> Frames: ...

    @abstractmethod
    def login(self, way: Way) -> Pdu:
        """What we say first as a client."""
        ...

    @abstractmethod
    def admits(self, login: Packet, password: str) -> bool:
        """Whether who asks knows the password."""
        ...

    @abstractmethod
    def welcome(self, login: Packet, answer: Answer) -> Packet:
        """The server's answer to a login."""
        ...

    def proven(self, welcome: Packet) -> bool:
        """Whether the server knows the password too, where the protocol has it prove that."""
        return True

    @abstractmethod
    def hear(self, packet: Packet) -> Word:
        """What a packet means. Raises Broken where it means nothing."""
        ...

    @abstractmethod
    def say(self, request: Request) -> Pdu:
        """Raises Unfit where it can't be said in this protocol."""
        ...

    @abstractmethod
    def answer(self, asked: Packet, answer: Answer) -> Packet | None:
        """None where this request has no answer."""
        ...

    def complain(self, broken: Broken) -> Packet | None:
        """The answer to a frame that can't be read, where the protocol has one."""
        return None

    def parts(self, text: str, ref: int, *, alphabet: str = "", flash: bool = False) -> list[Part]:
        """A text as this end takes it, in `alphabet` or as it needs. `ref` marks the parts of one message.

        Raises Unfit.
        """
        return split(
            text, self.alphabet_of(text, alphabet), ref=ref, wide=self.account.wide_refs, flash=flash
        )

    def alphabet_of(self, text: str, asked: str) -> Alphabet:
        """The one that was asked for, where this protocol can name it."""
        if asked and asked in self.codings:
            return Alphabet(asked)
        return alphabet_for(text, self.account.alphabets or self.alphabets)

    # What protocols share: numbers, times, the coding of texts.

    def outward(self, number: str) -> str:
        """An E.164 number as the other end writes it."""
        digits = number.removeprefix("+")
        if self.account.national and number.startswith("+" + self.account.country):
            return digits.removeprefix(self.account.country)
        return digits

    def inward(self, written: str) -> str:
        """As E.164; short codes and names stay as they are."""
        digits = written.strip().removeprefix("+").removeprefix("00")
        if not (digits.isascii() and digits.isdigit()) or len(digits) < 7:
            return written.strip()
        if self.account.national and not (digits.startswith(self.account.country) and len(digits) > 11):
            return f"+{self.account.country}{digits}"
        return "+" + digits

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.account.zone))

    def stamp(self) -> int:
        """MMDDhhmmss now, as a number."""
        return int(f"{self.local(self.clock.now()):%m%d%H%M%S}")

    def moment(self, written: str) -> datetime:
        """Of YYMMDDhhmm; the present where that is no time."""
        return _moment(written[:10], self.account.zone) or self.clock.now()

    def absolute(self, moment: datetime | None) -> str:
        """SMPP's YYMMDDhhmmsstnnp, which CMPP and SMGP use too; empty where none is given."""
        return "" if moment is None else _absolute(moment, self.account.zone)

    def from_absolute(self, written: str) -> datetime | None:
        """Also of SMPP's relative form, which ends with R. Raises Broken."""
        if not written:
            return None
        try:
            if written[-1] == "R":
                return self.clock.now() + _duration(written)
            return _from_absolute(written)
        except (ValueError, IndexError, OverflowError):
            raise Broken(f"{written!r} is no time") from None

    def count(self, day: str, service: str) -> Count:
        """Of a day, YYYYMMDD in the link's own zone. Raises Broken."""
        try:
            if len(day) != len("YYYYMMDD") or not day.isdecimal():
                raise ValueError(day)  # strptime would guess at a digit that is missing
            since = datetime.strptime(day, "%Y%m%d").replace(tzinfo=ZoneInfo(self.account.zone))
            until = since + timedelta(days=1)
            return Count(since.astimezone(UTC), until.astimezone(UTC), service)
        except (ValueError, OverflowError):
            raise Broken(f"{day!r} is no day") from None

    def coding(self, part: Part) -> int:
        """Its data coding. GSM 03.38's class 0 makes a message flash."""
        return self.codings[part.alphabet] | (0x10 if part.flash else 0)

    def part(self, content: bytes, coding: int, *, has_header: bool) -> Part:
        """Raises Broken."""
        alphabet = self.alphabet(coding)
        if alphabet is Alphabet.ASCII and not has_header and not content.isascii():
            alphabet = Alphabet.GBK  # some systems forget to say so
        return part_from(content, alphabet, has_header=has_header, flash=is_flash(coding))

    def alphabet(self, coding: int) -> Alphabet:
        """By the published codes first, then by the bits of GSM 03.38; what nobody knows is binary."""
        for alphabet, code in self.codings.items():
            if code == coding:
                return alphabet
        if coding & 0xC0 == 0 or coding & 0xF0 == 0xF0:
            kind = coding >> 2 & (1 if coding & 0xF0 == 0xF0 else 3)
            return (self.alphabets[0], Alphabet.BINARY, Alphabet.UCS2, Alphabet.BINARY)[kind]
        return Alphabet.BINARY


def is_flash(coding: int) -> bool:
    return coding & 0xD3 == 0x10 or coding & 0xF3 == 0xF0


def content_of(part: Part) -> tuple[int, bytes]:
    """Whether it has a user data header (1 or 0), and the bytes with it."""
    header = header_of(part)
    return int(bool(header)), header + part.data


def proof(*pieces: bytes) -> bytes:
    """The MD5 that CMPP and SMGP prescribe: it shows that somebody knows the password, without sending it."""
    return hashlib.md5(b"".join(pieces), usedforsecurity=False).digest()


# Times come in runs: of a minute, or of the same validity.


@lru_cache(maxsize=4096)
def _moment(written: str, zone: str) -> datetime | None:
    try:
        return datetime.strptime(written, TIME).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _absolute(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    quarters = (local.utcoffset() or timedelta()) // timedelta(minutes=15)
    return f"{local:%y%m%d%H%M%S}0{abs(quarters):02}{'-' if quarters < 0 else '+'}"


@lru_cache(maxsize=4096)
def _from_absolute(written: str) -> datetime:
    time = datetime.strptime(written[:12], "%y%m%d%H%M%S").replace(tzinfo=UTC)
    return time - timedelta(minutes=15) * int(written[13:15]) * (-1 if written[15] == "-" else 1)


def _duration(written: str) -> timedelta:
    """YYMMDDhhmmss000R; a year counts 365 days, a month 30."""
    years, months, days, hours, minutes, seconds = (int(written[at : at + 2]) for at in range(0, 12, 2))
    return timedelta(days=years * 365 + months * 30 + days, hours=hours, minutes=minutes, seconds=seconds)
