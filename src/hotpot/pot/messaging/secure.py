"""TLS towards another end: somebody vouches for its certificate, or it is the one that the contract names."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from functools import cache

from hotpot.pot.messaging.accounts import Account


def context_for(account: Account) -> ssl.SSLContext | None:
    """None where the contract says nothing of TLS."""
    return _context(pinned=bool(account.certificate)) if account.tls else None


@cache
def _context(*, pinned: bool) -> ssl.SSLContext:
    """One for all links: each holds all authorities that are trusted, some 0.8 MB."""
    context = ssl.create_default_context()
    if pinned:  # then `distrust` has the word, before anything is said
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def distrust(transport: asyncio.BaseTransport, account: Account) -> str:
    """Why nothing is said over this connection; empty where it is as agreed."""
    if not (account.tls and account.certificate):
        return ""
    line = transport.get_extra_info("ssl_object")
    shown = hashlib.sha256(line.getpeercert(binary_form=True) or b"").hexdigest()
    if shown == account.certificate.replace(":", "").lower():
        return ""
    return f"{account.host} shows another certificate than agreed: its SHA-256 is {shown}"


def reason_of(error: OSError | TimeoutError, account: Account) -> str:
    """Why there is no connection, in words that say what to mend; empty where the error has none."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"nobody vouches for the certificate of {account.host}: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS with {account.host}:{account.port}: {error.reason or error}"
    return str(error)
