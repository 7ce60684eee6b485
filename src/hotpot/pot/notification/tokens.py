"""What the part of an address before the @ says, so that nobody else could have written it.

A mail server may change the case of an address, so a token is base32 in small letters; RFC 5321 (4.5.3.1.1)
allows 64 characters before the @.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

MAC_BYTES = 16


def signed(said: bytes, purpose: bytes, secret: str) -> str:
    """`secret` is the installation's key; a token of one purpose is none of another."""
    return base64.b32encode(said + _mac(said, purpose, secret)).decode().rstrip("=").lower()


def read(token: str, purpose: bytes, secret: str) -> bytes | None:
    """What was signed; None for what we didn't write."""
    letters = token.upper()
    try:
        whole = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        return None
    said, mac = whole[:-MAC_BYTES], whole[-MAC_BYTES:]
    return said if hmac.compare_digest(mac, _mac(said, purpose, secret)) else None


def _mac(said: bytes, purpose: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), purpose + said, hashlib.sha256).digest()[:MAC_BYTES]
