"""Where a mail that can't be delivered comes back to, and what its coming back means.

Each mail has a return path of its own (VERP): the mail server that gives up needs to quote nothing for us to
know which notice it is about, and which address it went to. It has 55 characters before the @.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from hotpot.kernel.errors import Forbidden, gettext_noop
from hotpot.pot.notification import tokens

PREFIX = "bounce+"
PURPOSE = b"hotpot.notification.bounce"
NOTICE_BYTES, MARK_BYTES = 6, 8

BAD = gettext_noop("This address is not one of ours. No mail of ours came from it.")


class BadReturnPath(Forbidden):
    code = "bad_return_path"


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """`mark` is of the address that the mail went to: a person may have another one by now."""

    notice_id: int
    mark: bytes

    def is_of(self, address: str) -> bool:
        return self.mark == _mark(address)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that was given up. `status` is RFC 3463's, such as 5.1.1; `reason` is the server's own words."""

    status: str
    reason: str = ""

    @property
    def blames_address(self) -> bool:
        """For good, and not for what was sent (5.6), by whom (5.7) or how large it was (5.3.4)."""
        return self.status.startswith("5.") and not (
            self.status.startswith(("5.6.", "5.7.")) or self.status == "5.3.4"
        )


def return_path(notice_id: int, address: str, *, secret: str, domain: str) -> str:
    """`bounce+<token>@domain`. `secret` is the installation's key."""
    said = notice_id.to_bytes(NOTICE_BYTES) + _mark(address)
    return f"{PREFIX}{tokens.signed(said, PURPOSE, secret)}@{domain}"


def is_return_path(address: str, *, domain: str) -> bool:
    """Whether it looks like one of ours, true or forged."""
    local, _at, host = address.strip().rpartition("@")
    return host.lower() == domain.lower() and local.lower().startswith(PREFIX)


def read_return_path(address: str, *, secret: str, domain: str) -> ReturnPath:
    """Raises BadReturnPath for one that we didn't make."""
    token = address.strip().rpartition("@")[0][len(PREFIX) :]
    said = tokens.read(token, PURPOSE, secret) if is_return_path(address, domain=domain) else None
    if said is None:
        raise BadReturnPath(BAD)
    return ReturnPath(int.from_bytes(said[:NOTICE_BYTES]), said[NOTICE_BYTES:])


def _mark(address: str) -> bytes:
    return hashlib.sha256(address.lower().encode()).digest()[:MARK_BYTES]
