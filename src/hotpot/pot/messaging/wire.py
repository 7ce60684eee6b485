"""What passes between those who send, the engine and the carriers. No Django here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
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
