"""People's mailboxes on their companies' own mail servers: the shapes, and the verbs of `pot.mail`.

The platform watches the mailboxes of people who have a seat for the app that connected them, and records
`mail.arrived` for each new mail. A mailbox is its person's alone: verbs that take a `person_id` answer
"unknown" for another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from hotpot.pot.connector.mailbox.rules import HINTS, checked_address, checked_server
from hotpot.pot.connector.mailbox.wire import (
    SECURITIES,
    Correspondent,
    Security,
    Server,
    Suggestion,
    UnknownCertificate,
)
from hotpot.sdk.platform import StoredFile

__all__ = [
    "HINTS", "SECURITIES", "AttachmentInfo", "Correspondent", "Letter", "Mail", "MailContent", "MailSettings",
    "Mailbox", "Mails", "NewLetter", "Reading", "Security", "Server", "Suggestion", "UnknownCertificate",
    "checked_address", "checked_server",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What a person enters. `login` is mostly the address itself."""

    address: str
    login: str
    password: str
    incoming: Server
    outgoing: Server

    def __repr__(self) -> str:
        return f"MailSettings({self.address!r})"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`state`: running; backing_off when the server is away, which ends by itself; broken when its person has
    to mend something. `problem` says what. `provider` is where its person signed in, "" for a password.
    `looked_at` is None until the server was looked at first."""

    id: int
    person_id: int
    customer_id: int
    address: str
    login: str
    incoming: Server
    outgoing: Server
    state: Literal["running", "backing_off", "broken"]
    problem: str
    provider: str
    folders: tuple[str, ...]
    watched: tuple[str, ...]
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail's head and first words. Names and subjects are as mended as they can be, and may be empty."""

    id: int
    mailbox_id: int
    person_id: int
    customer_id: int
    folder: str
    sender: Correspondent
    reply_to: tuple[Correspondent, ...]
    to: tuple[Correspondent, ...]
    cc: tuple[Correspondent, ...]
    subject: str
    snippet: str
    at: datetime
    seen: bool
    answered: bool
    has_attachments: bool


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """`number` counts from 1."""

    number: int
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class MailContent:
    """`html` is "" or sanitised: no script, style, picture or form; it may go into a page as it is.
    `pictures` is how many were left out; `cut` says that the mail is too large to be had whole."""

    text: str
    html: str
    attachments: tuple[AttachmentInfo, ...]
    pictures: int = 0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """`content` is None while it is on its way, or if it can't be had, as `problem` says."""

    mail: Mail
    content: MailContent | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NewLetter:
    """`to` and `cc` are as typed, commas between. `key` makes a second press harmless. `answers` is the mail
    that it answers, `forwards` the one whose attachments go along."""

    mailbox_id: int
    key: str
    to: str
    subject: str
    text: str
    cc: str = ""
    files: Sequence[StoredFile] = ()
    answers: int | None = None
    forwards: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that its person wrote here. A failed one says why in `problem`; so does a sent one that not
    everybody got."""

    id: int
    mailbox_id: int
    recipients: tuple[str, ...]
    subject: str
    state: Literal["waiting", "sent", "failed"]
    problem: str
    at: datetime


class Mails(Protocol):
    def suggest(self, address: str) -> Suggestion:
        """The usual settings; nothing is looked up over the network."""
        ...

    def connect(self, settings: MailSettings, *, person_id: int, customer_id: int, by: int) -> Mailbox:
        """Tries it first, which may take half a minute. `by` is who does it: the person, or a manager of
        the company. Raises Invalid with what is wrong, UnknownCertificate, Forbidden."""
        ...

    def sign_in(self, address: str, *, person_id: int, customer_id: int, back: str) -> str:
        """The provider's page to go to; it leads back to the app's page `back`. Raises NotFound."""
        ...

    def signed_in(self, *, state: str, code: str, person_id: int, back: str) -> Mailbox:
        """What came back to that page. Raises Invalid."""
        ...

    def mailboxes(self, person_id: int) -> Sequence[Mailbox]: ...

    def watch(self, mailbox_id: int, folders: Sequence[str], *, person_id: int) -> None:
        """Besides the inbox, which always is. Raises NotFound, Invalid."""
        ...

    def disconnect(self, mailbox_id: int, *, person_id: int) -> None:
        """What was kept of it is forgotten. Raises NotFound."""
        ...

    def inbox(
        self,
        person_id: int,
        *,
        mailbox_id: int | None = None,
        text: str = "",
        beyond: int | None = None,
        limit: int = 30,
    ) -> Sequence[Mail]:
        """Unread first, newest first. `text` is in the sender, subject or first words; `beyond` is the id of
        the last one seen."""
        ...

    def get(self, mail_ids: Sequence[int]) -> Mapping[int, Mail]:
        """Of the app's customers; for what events tell of."""
        ...

    def count_unread(self, person_id: int) -> int: ...

    def read(self, mail_id: int, *, person_id: int) -> Reading:
        """Marks it as read, here and on the server. Raises NotFound."""
        ...

    def mark_read(self, mail_ids: Sequence[int], *, person_id: int) -> None: ...

    def attachment(self, mail_id: int, number: int, *, person_id: int) -> StoredFile:
        """Raises NotFound."""
        ...

    def send(self, letter: NewLetter, *, person_id: int) -> Letter:
        """On its way through the mailbox's own server. Raises Invalid, NotFound."""
        ...

    def send_again(self, letter_id: int, *, person_id: int) -> None:
        """One that failed or waits. Raises NotFound."""
        ...

    def letters(self, person_id: int, *, limit: int = 30) -> Sequence[Letter]:
        """Newest first; for thirty days."""
        ...
