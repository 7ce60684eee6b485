"""Signed links: whoever holds one acts as one person, on one page of one app, until it expires.

A token is `path|person|customer|expiry`, in URL-safe base64, with an HMAC of Django's signer behind it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from django.core.signing import BadSignature, Signer

from hotpot.sdk.errors import Forbidden, Invalid
from hotpot.sdk.text import gettext as _


class BadLink(Forbidden):
    code = "bad_link"


@dataclass(frozen=True, slots=True)
class Link:
    path: str
    person_id: int
    customer_id: int
    expires_at: datetime


def signed(app_id: str, link: Link) -> str:
    """The token, safe in a URL."""
    expiry = int(link.expires_at.timestamp())
    said = f"{link.path}|{link.person_id}|{link.customer_id}|{expiry}".encode()
    return _signer(app_id).sign(urlsafe_b64encode(said).decode().rstrip("="))


def opened(app_id: str, token: str, now: datetime) -> Link:
    """Raises BadLink for one that is not ours, or whose time is over."""
    try:
        text = _signer(app_id).unsign(token)
    except BadSignature:
        raise BadLink(_("This link is not valid. Open the newest message, or sign in.")) from None
    said = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    path, person_id, customer_id, expiry = said.rsplit("|", 3)
    expires_at = datetime.fromtimestamp(int(expiry), tz=now.tzinfo)
    if expires_at <= now:
        raise BadLink(_("This link has expired. Open the newest message, or sign in."))
    return Link(path, int(person_id), int(customer_id), expires_at)


def address_of(link: str, base: str) -> str:
    """A message's link as a whole address: a path below the app's own `base`, or an address there already.

    Raises Invalid for one that leads elsewhere.
    """
    address = f"{base}{link}" if link.startswith("/") else link
    if not address.startswith(f"{base}/"):
        raise Invalid(f"“{link}” is no page of this app. Give a path of its own, like /tasks/17.")
    return address


def _signer(app_id: str) -> Signer:
    return Signer(salt=f"hotpot.sdk.link.{app_id}", sep=".")
