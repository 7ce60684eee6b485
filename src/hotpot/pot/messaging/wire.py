"""What passes between those who send, the engine and the carriers. No Django here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from hotpot.pot.messaging.text import Part

VALID_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message to be sent. `number` is E.164; `key` makes a retry harmless.

    `ask` is the app's own reference of a question: the message gets an access number of its own, so that
    the reply finds its way back. `secret` hides the text from everybody but the phone.
    """

    key: str
    number: str
    text: str
    app_id: str = ""
    customer_id: int | None = None
    ask: str | None = None
    secret: bool = False
    valid_for: timedelta = VALID_FOR


class Inbound(msgspec.Struct, frozen=True):
    """A message from a phone. `ref` is the carrier's own id of it: the same one is taken once.

    `part`: this is one of several, and its text is known with the others.
    """

    carrier: str
    ref: str
    number: str
    access_number: str
    text: str
    at: datetime
    part: Part | None = None


class Receipt(msgspec.Struct, frozen=True):
    """A carrier's word on what became of a message, or of one part, that it took under `ref`.

    `number`, `access_number` and `submitted_at`, as the carrier tells them, find the message where the answer
    to its submission never came.
    """

    carrier: str
    ref: str
    delivered: bool
    at: datetime
    error: str = ""
    number: str = ""
    access_number: str = ""
    submitted_at: datetime | None = None


class Submission(msgspec.Struct, frozen=True):
    """One message on its way to a carrier. `key` stays the same when it is tried again.

    `tried`: carriers that had it before. `taken`: those of its parts that this carrier has; they aren't sent
    again. `alphabet` is empty where the text decides.
    """

    message_id: int
    number: str
    access_number: str
    text: str
    attempt: int
    expires_at: datetime
    customer_id: int | None = None
    interface_id: int | None = None
    priority: int = 0
    flash: bool = False
    alphabet: str = ""
    tried: Sequence[str] = ()
    taken: Sequence[int] = ()

    @property
    def key(self) -> str:
        return str(self.message_id)


class TakenPart(msgspec.Struct, frozen=True):
    """A part of a long message that a carrier took. `place` is from 1."""

    place: int
    ref: str


class Submitted(msgspec.Struct, frozen=True):
    """The carrier's answer: taken under `ref`, or an `error` that may pass (`temporary`) or not.

    `elsewhere`: refused, though another carrier may take it. `uncertain`: no answer came, so nobody knows
    whether it was taken. `total` and `parts`: of a message of several parts, how many it has, and which were
    taken now; `ref` is empty then.
    """

    message_id: int
    ref: str = ""
    error: str = ""
    temporary: bool = False
    elsewhere: bool = False
    uncertain: bool = False
    total: int = 1
    parts: tuple[TakenPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came from a carrier: answers to submissions, and what must be acknowledged to it after our commit.

    `marks` are the carrier's own: what it needs to acknowledge them.
    """

    receipts: tuple[Receipt, ...] = ()
    inbounds: tuple[Inbound, ...] = ()
    marks: tuple[Any, ...] = ()
    answers: tuple[Submitted, ...] = ()

    def __len__(self) -> int:
        return len(self.receipts) + len(self.inbounds) + len(self.answers)

    def apart(self) -> Iterator[Arrivals]:
        """Each one alone; answers before the receipts that they explain, receipts before messages."""
        yield from (Arrivals(answers=(one,)) for one in self.answers)
        yield from (Arrivals(receipts=(one,)) for one in self.receipts)
        yield from (Arrivals(inbounds=(one,)) for one in self.inbounds)


class Handing:
    """Room at carriers, for messages that go straight on when they are accepted.

    They are stored as claimed: until `until` nobody else takes them. `rooms`: how many each carrier takes.
    """

    def __init__(self, rooms: dict[str, int], until: datetime) -> None:
        self.until = until
        self.submissions: dict[str, list[Submission]] = {}
        self._rooms = rooms

    def takes(self, carrier: str) -> bool:
        """Whether there is room for one more; it is taken."""
        room = self._rooms.get(carrier, 0)
        if room <= 0:
            return False
        self._rooms[carrier] = room - 1
        return True

    def hand(self, carrier: str, submission: Submission) -> None:
        self.submissions.setdefault(carrier, []).append(submission)


class Refusal(StrEnum):
    """Why something isn't taken. The sentence beside it says more."""

    SUSPENDED = "suspended"  # the interface, by the operator or by its company
    ADDRESS = "address"  # the caller's network address isn't on the interface's list
    BAD_NUMBER = "bad_number"
    TOO_MANY = "too_many"  # numbers in one call
    BAD_CONTENT = "bad_content"  # empty, unreadable, or not fit for its alphabet
    TOO_LONG = "too_long"
    BAD_EXTENSION = "bad_extension"  # of the access number
    BAD_TIME = "bad_time"  # of sending or of validity
    NO_SIGNATURE = "no_signature"
    BAD_SIGNATURE = "bad_signature"  # unknown, or not approved
    BAD_TEMPLATE = "bad_template"  # unknown, not approved, or its places don't fit
    SENSITIVE = "sensitive"  # a word that may not be sent
    BLOCKED = "blocked"  # do-not-disturb, opted out, or on a block list
    DUPLICATE = "duplicate"  # the same text to the same number too soon
    TOO_OFTEN = "too_often"  # this number had all the messages it may get in a minute, hour or day
    QUOTA = "quota"
    NO_CREDIT = "no_credit"
    THROTTLED = "throttled"  # too fast: again in a moment
    NO_ROUTE = "no_route"


@dataclass(frozen=True, slots=True)
class Interface:
    """What a contract with a company says about one way in. Times are in seconds, numbers E.164.

    `access_number` is its own, in digits; `Given.extension` may follow it. `settings` are its kind's own.
    """

    id: int
    customer_id: int
    name: str
    kind: str
    login: str
    access_number: str
    running: bool
    addresses: Sequence[str] = ()  # CIDR networks that may call; empty: any
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """One message to one number. `key` makes a retry harmless: one message a key and interface; "" has none.

    `alphabet` is empty where the text decides, else one of text.Alphabet; binary is written in hexadecimal
    digits.
    """

    number: str
    text: str
    client_ref: str = ""  # the caller's own id: comes back with the receipt
    key: str = ""
    extension: str = ""
    signature: str = ""  # as it stands before the text: "Hotpot" for 【Hotpot】; "" where it is in the text
    due_at: datetime | None = None
    expires_at: datetime | None = None
    priority: int = 0  # -1 bulk, 0 usual, 1 first
    flash: bool = False
    alphabet: str = ""
    receipt: bool = True  # wanted
    template: str = (
        ""  # the code of the company's own, in the text's stead; `params` fill its places in order
    )
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """`known`: it was taken before, under the same key."""

    message_id: int
    known: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    code: Refusal
    reason: str


class NoticePart(msgspec.Struct, frozen=True, array_like=True):
    """What became of one part of a long message: sent (no word yet), delivered or failed."""

    place: int  # from 1
    total: int
    state: str
    error: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What an interface is still to be told: a receipt of its message, or a reply from a phone."""

    id: int
    kind: str  # receipt | reply
    message_id: int
    client_ref: str
    number: str
    access_number: str
    state: str  # delivered, failed, expired; received
    error: str
    text: str  # of a reply
    submitted_at: datetime
    at: datetime
    parts: tuple[NoticePart, ...] = ()  # of several, where the interface's setting "receipts" is "part"
