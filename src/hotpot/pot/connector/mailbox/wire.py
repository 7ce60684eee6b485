"""The shapes of mailboxes and mail that pass between this room and its callers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotpot.kernel.errors import Conflict

Security = Literal["tls", "starttls", "none"]
SECURITIES: tuple[Security, ...] = ("tls", "starttls", "none")
INBOX = "INBOX"


@dataclass(frozen=True, slots=True)
class Server:
    """`pin` is the SHA-256 (hex) of a certificate that its person trusts though nobody vouches for it."""

    host: str
    port: int
    security: Security = "tls"
    pin: str = ""


class UnknownCertificate(Conflict):
    """Nobody vouches for the certificate that a server shows; its person may trust it by its `pin`."""

    code = "unknown_certificate"

    def __init__(self, sentence: str, *, side: Literal["incoming", "outgoing"], pin: str) -> None:
        super().__init__(sentence)
        self.side = side
        self.pin = pin


@dataclass(frozen=True, slots=True)
class Secret:
    """A password, or an OAuth 2.0 access token. Never in a log: its text says nothing."""

    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Access:
    """All that it takes to reach a mailbox: read by `incoming` (IMAP), written by `outgoing` (SMTP)."""

    address: str
    login: str
    incoming: Server
    outgoing: Server
    secret: Secret


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The usual settings of a domain. `provider` can be signed in to without a password; `hint` says what a
    provider asks of its customers first (a key of rules.HINTS)."""

    incoming: Server
    outgoing: Server
    known: bool = False
    provider: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody in a mail's head; either may be empty."""

    name: str
    address: str

    @property
    def shown(self) -> str:
        return self.name or self.address


@dataclass(frozen=True, slots=True)
class Head:
    """What a mail says of itself, mended where it was broken. `sent_at` is None without a readable Date."""

    message_id: str
    references: str  # message ids, blank between
    sender: Correspondent
    reply_to: tuple[Correspondent, ...]
    to: tuple[Correspondent, ...]
    cc: tuple[Correspondent, ...]
    subject: str
    sent_at: datetime | None
    has_attachments: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """`number` counts from 1 in the order of the mail."""

    number: int
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """A mail's body. `html` is sanitised: no script, no style, no picture, no form; links open elsewhere.
    `pictures` is how many were left out. `cut`: the mail is larger than what is fetched."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]
    pictures: int = 0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as a look found it on the server. `head_bytes` and `text_bytes` are the beginning of it."""

    uid: int
    size: int
    received_at: datetime
    seen: bool
    answered: bool
    head_bytes: bytes
    text_bytes: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server's list says of one message: its number now, and what tells it from others."""

    number: int
    uid: int
    size: int
    received_at: datetime
    seen: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What selecting a folder told."""

    validity: int
    exists: int


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """An OAuth 2.0 provider as the operator configures it (RFC 6749 with PKCE, RFC 7636)."""

    name: str
    domains: tuple[str, ...]
    incoming: Server
    outgoing: Server
    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str
    scope: str
    parameters: Mapping[str, str]
