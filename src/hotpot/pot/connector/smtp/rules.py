"""Pure decisions: whom an address means, what of a mail becomes a message, and what a refusal is in SMTP."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotpot.pot.connector.mailbox.parsing import fields_of, read_content
from hotpot.pot.messaging.wire import Given, Refusal

RECIPIENT = re.compile(r"(?P<number>\+?[0-9]{5,20})(?:\+(?P<extension>[0-9]{1,20}))?")
SIGNATURE = re.compile(r"(?m)^-- ?$")
BLANK = re.compile(r"\n\s*\n+")
SUBJECTS = ("first", "alone", "none")  # an interface's setting "subject"

# The reply to what the door refuses: RFC 5321 for the first code, RFC 3463 for the second. 4 is: try again.
REPLIES: Mapping[Refusal, str] = {
    Refusal.SUSPENDED: "550 5.7.1",
    Refusal.ADDRESS: "550 5.7.1",
    Refusal.BAD_NUMBER: "550 5.1.1",
    Refusal.TOO_MANY: "452 4.5.3",
    Refusal.BAD_CONTENT: "554 5.6.0",
    Refusal.TOO_LONG: "552 5.3.4",
    Refusal.BAD_EXTENSION: "550 5.1.1",
    Refusal.BAD_TIME: "554 5.6.0",
    Refusal.NO_SIGNATURE: "554 5.7.1",
    Refusal.BAD_SIGNATURE: "554 5.7.1",
    Refusal.BAD_TEMPLATE: "554 5.7.1",
    Refusal.SENSITIVE: "554 5.7.1",
    Refusal.BLOCKED: "550 5.7.1",
    Refusal.DUPLICATE: "554 5.7.1",
    Refusal.QUOTA: "452 4.2.2",
    Refusal.TOO_OFTEN: "450 4.2.1",
    Refusal.NO_CREDIT: "554 5.7.1",
    Refusal.THROTTLED: "452 4.3.2",
    Refusal.NO_ROUTE: "550 5.4.4",
}
# What a number can be refused for before anybody knows the text.
BEFORE_THE_TEXT = frozenset(
    {
        Refusal.SUSPENDED, Refusal.BAD_NUMBER, Refusal.BAD_EXTENSION, Refusal.BLOCKED, Refusal.NO_ROUTE,
        Refusal.NO_CREDIT, Refusal.QUOTA, Refusal.TOO_OFTEN,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipient:
    """`extension` of the interface's access number: what a reply comes back to."""

    number: str
    extension: str = ""


def recipient(address: str, domain: str) -> Recipient | None:
    """Of <number>@domain or <number>+<extension>@domain; a domain that is an address may stand in brackets.
    None for all else."""
    local, _at, host = address.strip().rpartition("@")
    found = RECIPIENT.fullmatch(local)
    if found is None or host.strip("[]").lower() != domain.lower():
        return None
    return Recipient(found["number"], found["extension"] or "")


def text_of(mail: bytes, subject: str) -> str:
    """The mail's text without its signature, with its subject as the interface says: before the text, alone,
    or not at all. A mail without a text is its subject."""
    title = fields_of(mail).text("subject")
    if subject == "alone":
        return title
    text = SIGNATURE.split(read_content(mail).text, maxsplit=1)[0]
    body = BLANK.sub("\n", "\n".join(line.strip() for line in text.splitlines())).strip()
    if not body or subject == "none":
        return body or title
    return f"{title}\n{body}" if title else body


def subject_setting(settings: Mapping[str, Any]) -> str:
    given = str(settings.get("subject", SUBJECTS[0]))
    return given if given in SUBJECTS else SUBJECTS[0]


def identity_of(mail: bytes) -> str:
    """The same for a mail that its sender gives us again, since our answer was lost on the way."""
    fields = fields_of(mail)
    said = [fields.first(name) for name in ("message-id", "date", "from", "subject")]
    body = re.split(rb"\r?\n\r?\n", mail, maxsplit=1)[-1]
    return hashlib.sha256(b"\0".join([*said, body])).hexdigest()[:40]


def given(to: Recipient, text: str, identity: str, *, receipt: bool) -> Given:
    key = f"{identity}/{to.number}/{to.extension}"
    return Given(to.number, text, client_ref=identity, key=key, extension=to.extension, receipt=receipt)


def one_line(text: str) -> str:
    """As a reply of SMTP may say it: printable ASCII, short enough for a line."""
    return re.sub(r"[^ -~]+", "?", " ".join(text.split()))[:400]
