"""Secrets at rest: encrypted with a key derived from the installation's own secret key.

Fernet (AES-128-CBC with HMAC-SHA256) of the `cryptography` package; the key is HKDF-SHA256 of the
installation's secret with the purpose as its info, so that two purposes never share a key.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hotpot.kernel.errors import Refused


class Unreadable(Refused):
    code = "secret_unreadable"


class Vault:
    def __init__(self, secret_key: str, purpose: str) -> None:
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(secret_key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, plain: str) -> bytes:
        return self._fernet.encrypt(plain.encode())

    def open(self, sealed: bytes) -> str:
        try:
            return self._fernet.decrypt(bytes(sealed)).decode()
        except InvalidToken:
            raise Unreadable(
                "A stored secret can't be read with this installation's key. "
                "Enter it again, or bring back the secret.key it was saved with."
            ) from None
