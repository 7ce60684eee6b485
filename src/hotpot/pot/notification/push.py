"""Web Push: RFC 8030 (how push services are asked), RFC 8291 (how only the browser can read it) and
RFC 8292 (how push services know who asks). No Django here."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hotpot.pot.messaging.gateway.outward import Answer, BadAddress, Outward
from hotpot.pot.notification.wire import Browser, Due, Tried
from hotpot.pot.notification.words import shortened

CURVE = ec.SECP256R1()
RECORD_BYTES = 4096  # RFC 8030, 7.2: every push service takes bodies of that size
POINT_BYTES = 65
SALT_BYTES, AUTH_BYTES = 16, 16
TOKEN_VALID_FOR = timedelta(hours=12)  # RFC 8292, 2: at most 24
TOKEN_RENEWED_BEFORE = timedelta(hours=1)
TITLE_CHARACTERS_MAX, BODY_CHARACTERS_MAX = 80, 400  # 6 bytes each at worst: below a record with the rest
GONE = (404, 410)
TOO_MANY = 429
RETRY_AFTER_MAX_S = 24 * 60 * 60


class BadKeys(ValueError):
    """What a browser gave as its keys isn't any."""


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def point_of(text: str) -> ec.EllipticCurvePublicKey:
    """A browser's public key. Raises BadKeys."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(text))
    except (ValueError, UnsupportedAlgorithm):
        raise BadKeys("the public key is not a point of P-256") from None


def secret_of(text: str) -> bytes:
    """A browser's authentication secret. Raises BadKeys."""
    try:
        secret = unb64(text)
    except ValueError:
        secret = b""
    if len(secret) != AUTH_BYTES:
        raise BadKeys("the authentication secret has not 16 bytes")
    return secret


def encrypted(
    payload: bytes, browser: Browser, *, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The body of a push (RFC 8291, 3.4). `key` and `salt` are new each time, but in the RFC's example."""
    theirs, auth = point_of(browser.p256dh), secret_of(browser.auth)
    key = key or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(SALT_BYTES)
    ours = raw_point(key.public_key())
    info = b"WebPush: info\0" + raw_point(theirs) + ours
    shared = _derived(key.exchange(ec.ECDH(), theirs), auth, info, 32)
    content_key = _derived(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, payload + b"\x02", None)  # RFC 8188, 2: the last record
    return salt + RECORD_BYTES.to_bytes(4) + POINT_BYTES.to_bytes(1) + ours + sealed


def raw_point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=salt, info=info).derive(secret)


class Signature:
    """Who asks, as push services want it: a JWT of our key for each of them, kept until it is nearly over.

    `contact` is where a push service may complain: a mailto: or https: address.
    """

    def __init__(self, private_key: ec.EllipticCurvePrivateKey, contact: str) -> None:
        self._key = private_key
        self._contact = contact
        self._tokens: dict[str, tuple[datetime, str]] = {}
        self.public_key = b64(raw_point(private_key.public_key()))

    def header(self, endpoint: str, now: datetime) -> str:
        """The Authorization header (RFC 8292, 3)."""
        parts = urlsplit(endpoint)
        service = f"{parts.scheme}://{parts.netloc}"
        until, token = self._tokens.get(service, (now, ""))
        if until - now < TOKEN_RENEWED_BEFORE:
            until = now + TOKEN_VALID_FOR
            token = self._token(service, until)
            self._tokens[service] = until, token
        return f"vapid t={token}, k={self.public_key}"

    def _token(self, service: str, until: datetime) -> str:
        claims = {"aud": service, "exp": int(until.timestamp()), "sub": self._contact}
        said = ".".join(b64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self._key.sign(said.encode(), ec.ECDSA(SHA256())))
        return f"{said}.{b64(r.to_bytes(32) + s.to_bytes(32))}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one browser's push service made of a push. Without an error it was taken."""

    browser_id: int
    error: str = ""
    later: bool = False
    gone: bool = False
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class Push:
    """Pushes to all browsers of a person."""

    signature: Signature
    outward: Outward

    async def tell(self, due: Due, now: datetime) -> Tried:
        """Taken when one push service took it; else what may pass is tried again."""
        payload = json.dumps(self.payload(due), ensure_ascii=False).encode()
        return _judged([await self._send(due, one, payload, now) for one in due.browsers])

    def payload(self, due: Due) -> dict[str, str]:
        """What the service worker shows. The tag makes a repetition take the place of the first."""
        return {
            "title": shortened(due.title, TITLE_CHARACTERS_MAX) or "Hotpot",
            "body": due.text[:BODY_CHARACTERS_MAX],
            "tag": due.token,
            "url": f"/n/{due.token}/",
            "shown": f"/n/{due.token}/shown/",
            "lang": due.language,
        }

    async def _send(self, due: Due, browser: Browser, payload: bytes, now: datetime) -> Sent:
        headers = {
            "Authorization": self.signature.header(browser.endpoint, now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(0, int((due.expires_at - now).total_seconds()))),
            "Urgency": "high" if due.ask_id is not None else "normal",
            "Topic": due.token.replace("-", ""),  # RFC 8030, 5.4: 32 characters of base64url
        }
        try:
            answer = await self.outward.ask(browser.endpoint, encrypted(payload, browser), headers)
        except (BadAddress, BadKeys) as error:
            return Sent(browser.id, str(error), gone=True)
        except (OSError, TimeoutError) as error:
            return Sent(browser.id, f"the push service is away: {error or 'no answer'}", later=True)
        return _read(browser.id, answer)


def _read(browser_id: int, answer: Answer) -> Sent:
    if answer.status // 100 == 2:
        return Sent(browser_id)
    error = f"the push service answered {answer.status}"
    passes = answer.status == TOO_MANY or answer.status >= 500
    return Sent(browser_id, error, passes, answer.status in GONE, _retry_after(answer))


def _judged(sent: Sequence[Sent]) -> Tried:
    gone = tuple(one.browser_id for one in sent if one.gone)
    used = tuple(one.browser_id for one in sent if not one.error)
    if used:
        return Tried(used=used, gone=gone)
    waits = [one.wait_s for one in sent if one.later]
    error = "; ".join(dict.fromkeys(one.error for one in sent))
    return Tried(error, later=bool(waits), wait_s=min(waits, default=0), gone=gone)


def _retry_after(answer: Answer) -> int:
    """In seconds; a push service that names a date instead is asked again by our own measure."""
    said = answer.headers.get("retry-after", "")
    return min(int(said), RETRY_AFTER_MAX_S) if said.isascii() and said.isdecimal() else 0
