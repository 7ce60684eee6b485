"""What passes between those who tell people something, the engine and the ways. No Django here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotpot.pot.messaging.wire import Outbound


class Way(StrEnum):
    """How a notice reaches its person, in the order in which they are tried."""

    PUSH = "push"
    MAIL = "mail"
    SMS = "sms"


class Pace(StrEnum):
    """When a person hears of an app's notices."""

    NOW = "now"
    HOURLY = "hourly"  # in one digest at the full hour
    DAILY = "daily"  # in one digest at the person's own time


class State(StrEnum):
    HELD = "held"  # until its moment: alone, or in a digest
    TRYING = "trying"  # a way is tried, again and again
    SENT = "sent"  # a push service took it; the phone has not shown it yet
    DELIVERED = "delivered"
    DIGESTED = "digested"  # told in a digest, which is a notice itself
    HANDED_OVER = "handed_over"  # goes by SMS: its message's state tells the rest
    WITHDRAWN = "withdrawn"  # the question was closed before it was told
    FAILED = "failed"


OPEN = (State.HELD, State.TRYING, State.SENT)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is to be told; the room decides how and when. `message` is how it reads as an SMS.

    `linked` is what it says where a link to `link` stands under it (push, mail, digest); the same text if
    empty. `link` is a whole address of ours. What is urgent or secret goes by SMS at once.
    """

    message: Outbound
    person_id: int
    link: str = ""
    linked: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Browser:
    """Where one browser's pushes go, and the keys that only it can open them with (RFC 8291)."""

    id: int
    endpoint: str
    p256dh: str  # its public key, base64url
    auth: str  # its authentication secret, base64url


@dataclass(frozen=True, slots=True)
class Piece:
    """One notice of a digest, as a mail tells it."""

    token: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Due:
    """A notice whose way is to be tried now. `title` is the app's name in the person's language."""

    id: int
    token: str
    way: Way
    title: str
    text: str
    link: str
    language: str
    expires_at: datetime
    browsers: tuple[Browser, ...]
    address: str  # a mail address
    person_id: int
    ask_id: int | None  # of a question that is open
    pieces: tuple[Piece, ...]  # of a digest


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it. Without an error it was taken; `later` says that the same way may be tried again,
    at the earliest after `wait_s` seconds. Browsers `used` took it; those `gone` take no pushes any more."""

    error: str = ""
    later: bool = False
    wait_s: int = 0
    used: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
