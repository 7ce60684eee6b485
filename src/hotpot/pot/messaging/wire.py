"""What passes between those who send, the engine and the carriers. No Django here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Inbound:
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """A carrier's word on what became of a message that it took under `ref`."""

    carrier: str
    ref: str
    delivered: bool
    at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One message on its way to a carrier. `key` stays the same when it is tried again."""

    message_id: int
    number: str
    access_number: str
    text: str
    attempt: int
    expires_at: datetime

    @property
    def key(self) -> str:
        return str(self.message_id)


@dataclass(frozen=True, slots=True)
class Submitted:
    """The carrier's answer: taken under `ref`, or an `error` that may pass (`temporary`) or not."""

    message_id: int
    ref: str = ""
    error: str = ""
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came from a carrier and must be acknowledged to it after our commit.

    `marks` are the carrier's own: what it needs to acknowledge them.
    """

    receipts: tuple[Receipt, ...] = ()
    inbounds: tuple[Inbound, ...] = ()
    marks: tuple[Any, ...] = ()

    def __len__(self) -> int:
        return len(self.receipts) + len(self.inbounds)

    def halves(self) -> tuple[Arrivals, Arrivals]:
        """Both smaller, where there are two or more; receipts before messages."""
        middle = len(self) // 2
        inbound = max(0, middle - len(self.receipts))
        return (
            Arrivals(self.receipts[:middle], self.inbounds[:inbound]),
            Arrivals(self.receipts[middle:], self.inbounds[inbound:]),
        )


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
    template: str = ""  # the code of the company's own, in the text's stead; `params` fill its places in order
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
