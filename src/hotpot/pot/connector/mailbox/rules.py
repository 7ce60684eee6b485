"""Pure decisions: usual settings of a domain, what makes two mails the same, what is news."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Invalid
from hotpot.pot.connector.mailbox.wire import SECURITIES, Security, Seen, Server, Suggestion

ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]+@[^\s@<>\"(),:;\[\]\\]+\.[^\s@<>\"(),:;\[\]\\]+")
ADDRESS_CHARACTERS_MAX = 254  # RFC 5321, 4.5.3.1.3
HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
IMAP_TLS, SMTP_TLS = 993, 465
CLOCKS_APART = timedelta(days=1)  # a mail server's clock may be this wrong
BACK_OFF_FIRST_S, BACK_OFF_MAX_S = 2.0, 600.0
PROBE_S = 3600.0  # a wrong password tried often locks an account
LETTER_TRIED_FOR = timedelta(days=1)

HINTS: Mapping[str, object] = {
    "code": _(
        "This provider wants an authorisation code in place of the password: make one in its settings."
    ),
    "app_password": _("This provider wants an app password: make one in your account's security settings."),
    "sign_in": _("This provider takes no password from other programs, only signing in."),
}


@cache
def _domains() -> Mapping[str, Suggestion]:
    text = files("hotpot.pot.connector.mailbox").joinpath("domains.toml").read_text(encoding="utf-8")
    found: dict[str, Suggestion] = {}
    for one in tomllib.loads(text)["provider"]:
        incoming, outgoing = _server(one["imap"], IMAP_TLS), _server(one["smtp"], SMTP_TLS)
        suggestion = Suggestion(incoming, outgoing, known=True, hint=one.get("hint", ""))
        found |= dict.fromkeys(one["domains"], suggestion)
    return found


def _server(text: str, tls_port: int) -> Server:
    """ "host" or "host:port"; any port but the one for TLS begins in the clear and changes over."""
    host, _colon, port = text.partition(":")
    number = int(port or tls_port)
    return Server(host, number, "tls" if number == tls_port else "starttls")


def suggested(address: str) -> Suggestion:
    """The usual settings for an address, known or guessed from its domain; nothing is looked up."""
    domain = domain_of(address)
    return _domains().get(domain) or Suggestion(
        Server(f"imap.{domain}", IMAP_TLS), Server(f"smtp.{domain}", SMTP_TLS)
    )


def checked_address(text: str) -> str:
    """Raises Invalid."""
    address = text.strip()
    if len(address) > ADDRESS_CHARACTERS_MAX or not address.isascii() or not ADDRESS.fullmatch(address):
        raise Invalid(_("This is not a mail address. Write it like name@example.com."))
    return address


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()


def checked_server(host: str, port: str | int, security: str) -> Server:
    """What a form says. Raises Invalid."""
    host = host.strip().rstrip(".")
    if not HOST.fullmatch(host):
        raise Invalid(_("Give the mail server's name, such as imap.example.com."))
    if not str(port).isascii() or not str(port).isdecimal() or not 1 <= int(port) <= 65535:
        raise Invalid(_("The port is a number from 1 to 65535. For IMAP it is usually 993, for SMTP 465."))
    return Server(host, int(port), checked_security(security))


def checked_security(text: str) -> Security:
    for one in SECURITIES:
        if one == text:
            return one
    raise Invalid(_("Choose how the connection is encrypted."))


def fingerprint(head: bytes, *, message_id: str, size: int, received_at: datetime) -> str:
    """Two mails with the same one are the same mail, in whatever folder and under whatever number.

    A message id alone would let a forged mail hide behind another's, so From, Date and Subject count as
    well. A mail without an id is known by its whole head, its size and when it came.
    """
    if message_id:
        known = b"\0".join(
            [message_id.encode(), *(_line(head, name) for name in (b"from", b"date", b"subject"))]
        )
    else:
        known = b"\0".join([head.strip(), str(size).encode(), received_at.isoformat().encode()])
    return hashlib.sha256(known).hexdigest()


def _line(head: bytes, name: bytes) -> bytes:
    found = re.search(rb"(?mi)^" + name + rb"[ \t]*:((?:.*\n[ \t]+)*.*)$", head)
    return b" ".join(found[1].split()) if found else b""


def is_news(received_at: datetime, since: datetime | None, newest: datetime | None) -> bool:
    """`since` is when its folder was looked through first; before that nothing is news. After a server
    numbered everything anew, `newest` is the latest that was known before: what is older is no news."""
    if since is None or (newest is not None and received_at < newest):
        return False
    return received_at >= since - CLOCKS_APART


def unknown(listed: Iterable[Seen], known: Collection[tuple[int, int, datetime]]) -> Sequence[Seen]:
    """Messages to look at: a number that was given to something else before counts as new."""
    return [one for one in listed if (one.uid, one.size, one.received_at) not in known]


def spans(uids: Iterable[int]) -> str:
    """1, 2, 3, 7 is "1:3,7", as IMAP writes sets."""
    parts: list[list[int]] = []
    for uid in sorted(set(uids)):
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(f"{first}:{last}" if last > first else str(first) for first, last in parts)


def back_off_s(failures: int, jitter: float) -> float:
    """Doubles from 2 s to 10 min; `jitter` in [0, 1) takes away up to half, so that a crowd spreads."""
    longest = min(BACK_OFF_MAX_S, BACK_OFF_FIRST_S * float(1 << min(failures - 1, 16)))
    return longest * (1 - jitter / 2)
