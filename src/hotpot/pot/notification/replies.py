"""The address to which a question sent by mail is answered: it says which question, and who was asked.

With its prefix it has 56 characters before the @.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hotpot.kernel.errors import Forbidden, gettext_noop
from hotpot.pot.notification import tokens

PREFIX = "reply+"
PURPOSE = b"hotpot.notification.reply"
EXPIRY_BYTES, ASK_BYTES, PERSON_BYTES = 4, 6, 5  # seconds since 1970, and room for every id that comes

BAD = gettext_noop("This address is not one of ours. Answer the newest mail, or open its link.")
EXPIRED = gettext_noop("This question is no longer open to answers by mail. Open the link in the mail.")


class BadReplyAddress(Forbidden):
    code = "bad_reply_address"


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """`ask_id` is a `messaging_ask` row's; `person_id` is whom it was sent to."""

    ask_id: int
    person_id: int


def reply_address(ask_id: int, person_id: int, *, expires_at: datetime, secret: str, domain: str) -> str:
    """`reply+<token>@domain`. `secret` is the installation's key; `expires_at` is when the ask does."""
    said = _packed(int(expires_at.timestamp()), ask_id, person_id)
    return f"{PREFIX}{tokens.signed(said, PURPOSE, secret)}@{domain}"


def is_reply_address(address: str, *, domain: str) -> bool:
    """Whether it looks like one of ours, true or forged."""
    local, _at, host = address.strip().rpartition("@")
    return host.lower() == domain.lower() and local.lower().startswith(PREFIX)


def read_reply_address(address: str, *, secret: str, domain: str, now: datetime) -> ReplyTo:
    """Raises BadReplyAddress for one that we didn't make, or whose time is over."""
    token = address.strip().rpartition("@")[0][len(PREFIX) :]
    said = tokens.read(token, PURPOSE, secret) if is_reply_address(address, domain=domain) else None
    if said is None:
        raise BadReplyAddress(BAD)
    expiry, ask_id, person_id = _unpacked(said)
    if datetime.fromtimestamp(expiry, UTC) <= now:
        raise BadReplyAddress(EXPIRED)
    return ReplyTo(ask_id, person_id)


def _packed(expiry: int, ask_id: int, person_id: int) -> bytes:
    return expiry.to_bytes(EXPIRY_BYTES) + ask_id.to_bytes(ASK_BYTES) + person_id.to_bytes(PERSON_BYTES)


def _unpacked(said: bytes) -> tuple[int, int, int]:
    ask = said[EXPIRY_BYTES : EXPIRY_BYTES + ASK_BYTES]
    return int.from_bytes(said[:EXPIRY_BYTES]), int.from_bytes(ask), int.from_bytes(said[-PERSON_BYTES:])
