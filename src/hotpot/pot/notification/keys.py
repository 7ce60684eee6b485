"""The installation's own key, by which push services know it: made once, sealed at rest (RFC 8292)."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from hotpot.kernel.vault import Unreadable, Vault
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.notification import statements
from hotpot.pot.notification.push import CURVE, b64, raw_point, unb64

PURPOSE = "vapid"


def vapid_key(secret_key: str, *, now: datetime) -> Steps[ec.EllipticCurvePrivateKey]:
    """Made at its first use. Raises Unreadable where it was sealed with another secret key."""
    vault = Vault(secret_key, PURPOSE)
    rows = yield Call(statements.VAPID_KEY)
    if not rows:
        made = ec.generate_private_key(CURVE)
        der = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        public = b64(raw_point(made.public_key()))
        yield Call(statements.KEEP_VAPID_KEY, (public, vault.seal(b64(der)), now))
        rows = yield Call(statements.VAPID_KEY)
    key = load_der_private_key(unb64(vault.open(rows[0][1])), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Unreadable("The stored key for pushes is of another kind. Restore the table it came from.")
    return key
