"""A letter as RFC 5322 wants it: new, an answer, or a mail passed on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.pot.connector.mailbox.charsets import clean
from hotpot.pot.connector.mailbox.rules import ADDRESS, ADDRESS_CHARACTERS_MAX, domain_of
from hotpot.pot.connector.mailbox.wire import Attachment, Correspondent

RECIPIENTS_MAX = 100
TEXT_CHARACTERS_MAX = 200_000
LETTER_BYTES_MAX = 25 * 1024 * 1024
ID = re.compile(r"<[^<>\s]{1,300}>")
_PIECE = re.compile(r'(?:"[^"]*"|[^,"])+')
_NAMED = re.compile(r"(.*)<([^<>]*)>")
IDS_MAX = 20  # of References: a long thread's head would grow without end


@dataclass(frozen=True, slots=True)
class Draft:
    sender: Correspondent
    to: Sequence[Correspondent]
    cc: Sequence[Correspondent]
    subject: str
    text: str
    attachments: Sequence[Attachment] = ()
    answers: str = ""  # the message id of the mail that it answers
    references: str = ""  # and that mail's own


def addressed(text: str) -> list[Correspondent]:
    """What somebody typed: addresses with or without names, commas between. Raises Invalid."""
    pieces = _PIECE.findall(" ".join(re.sub("[;，；\\n]", ",", text).split()))
    found = [_addressed(piece.strip()) for piece in pieces if piece.strip()]
    if len(found) > RECIPIENTS_MAX:
        raise Invalid(_("A letter goes to at most %(max)d addresses.") % {"max": RECIPIENTS_MAX})
    return found


def _addressed(piece: str) -> Correspondent:
    named = _NAMED.fullmatch(piece)
    name, address = (named[1].strip(' "'), named[2].strip()) if named else ("", piece)
    if len(address) > ADDRESS_CHARACTERS_MAX or not address.isascii() or not ADDRESS.fullmatch(address):
        raise Invalid(
            _("“%(text)s” is not a mail address. Write it like name@example.com.") % {"text": piece}
        )
    return Correspondent(clean(name), address)


def composed(draft: Draft, message_id: str, now: datetime) -> bytes:
    """Raises Invalid for a letter to nobody, or one that is too large."""
    if not (draft.to or draft.cc):
        raise Invalid(_("Say whom the letter is for."))
    if len(draft.text) > TEXT_CHARACTERS_MAX:
        raise Invalid(_("The letter is too long. Send the rest as a file."))
    message = EmailMessage(policy=SMTP)
    message["From"] = _header(draft.sender)
    message["To"] = [_header(one) for one in draft.to]
    if draft.cc:
        message["Cc"] = [_header(one) for one in draft.cc]
    message["Subject"] = _one_line(draft.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    if ID.fullmatch(draft.answers):
        message["In-Reply-To"] = draft.answers
        message["References"] = " ".join([*draft.references.split()[-IDS_MAX:], draft.answers])
    message.set_content(clean(draft.text))
    for one in draft.attachments:
        main, _slash, sub = one.content_type.partition("/")
        if main in ("multipart", "message") or not sub:
            main, sub = "application", "octet-stream"
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=_one_line(one.name))
    written = message.as_bytes()
    if len(written) > LETTER_BYTES_MAX:
        raise Invalid(_("The letter with its files is too large. Mail servers take at most 25 MiB."))
    return written


def new_message_id(token: str, address: str) -> str:
    return f"<{token}@{domain_of(address)}>"


def _header(one: Correspondent) -> Address:
    user, _at, domain = one.address.rpartition("@")
    return Address(_one_line(one.name), user, domain)


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f]", " ", clean(text)).split())
