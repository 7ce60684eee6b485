"""What a mail server says of a mail that it could not deliver: delivery status notifications (RFC 3464).
Pure.

Holiday notes, receipts and mails without a status come to the same address, and say nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from email.policy import compat32

import structlog

from hotpot.pot.connector.mailbox.charsets import clean, header_text
from hotpot.pot.notification.bounces import Bounce

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")  # RFC 3463, 2
REPLY = re.compile(r"(?<!\d)([45])\d\d(?!\d)")  # RFC 5321, 4.2.1
REASON_CHARACTERS_MAX = 500

log = structlog.get_logger(__name__)


def bounce_of(mail: bytes) -> Bounce | None:
    """That the mail was given up, and why; None for all else, a delay too. Of several recipients, whom one
    address was forwarded to, the one that failed for good counts."""
    try:
        bounces = [bounce for block in _recipients(mail) if (bounce := _bounce(block))]
    except Exception as error:  # The library raises whatever it stumbles over.
        log.warning("a report can't be read", error=type(error).__name__)
        return None
    return max(bounces, key=lambda one: one.status.startswith("5."), default=None)


def _recipients(mail: bytes) -> Iterator[Message]:
    """The groups of fields in the report's own parts; each character stands for one byte."""
    report = Parser(policy=compat32).parsestr(mail.decode("latin-1"))
    if report.get_content_type() != "multipart/report":
        return
    for part in _inside(report):
        if part.get_content_type() == "message/delivery-status":
            yield from _inside(part)


def _inside(message: Message) -> Iterator[Message]:
    parts = message.get_payload()
    if isinstance(parts, list):
        yield from (part for part in parts if isinstance(part, Message))


def _bounce(fields: Message) -> Bounce | None:
    """What a server gave up has failed, with a status that may pass, too: it won't try again. Without an
    action, which is no report as it should be, the status has to say that it is for good."""
    action, reason = _text(fields, "action").lower(), _text(fields, "diagnostic-code")
    reason = reason.partition(";")[2].strip() or reason
    status = _status(_text(fields, "status"), reason)
    if action.startswith("failed") or (not action and status.startswith("5.")):
        return Bounce(status or "5.0.0", reason[:REASON_CHARACTERS_MAX])
    return None


def _status(given: str, reason: str) -> str:
    """The more exact one of both: some leave it out, or write it into the diagnostic text alone."""
    own, told = (found[1] if (found := STATUS.search(text)) else "" for text in (given, reason))
    if told and own in ("", f"{told[0]}.0.0"):
        return told
    reply = REPLY.search(reason)
    return own or (f"{reply[1]}.0.0" if reply else "")


def _text(fields: Message, name: str) -> str:
    return clean(header_text(str(fields.get(name, "")).encode("latin-1", "replace")))
