"""What a member has at the other end: a browser with a push service behind it, and a mailbox with its server.

The browser opens what it is sent with `http_ece`, a library that has nothing to do with ours.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import http_ece
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from hotpot.pot.notification.push import CURVE, b64, raw_point, unb64


@dataclass(frozen=True, slots=True)
class Pushed:
    """One push as it reached the service: whose, its headers in small letters, and what it said."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class StandInBrowser:
    """Keys as a browser makes them."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = b"sixteen bytes it"
    path: str = field(default_factory=lambda: f"/push/{uuid4()}")

    @property
    def p256dh(self) -> str:
        return b64(raw_point(self.key.public_key()))

    def reads(self, pushed: Pushed) -> dict[str, str]:
        plain = http_ece.decrypt(
            pushed.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        said: dict[str, str] = json.loads(plain)
        return said


@dataclass(slots=True)
class PushService:
    """Takes pushes, or answers what `answers` says for the next ones: a status and headers."""

    origin: str = ""
    delay_s: float = 0  # between taking one and saying so
    taken: list[Pushed] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        status, more = self.answers.pop(0) if self.answers else (201, {})
        if status < 300:
            self.taken.append(Pushed(line.split(" ")[1], headers, body))
        await asyncio.sleep(self.delay_s)
        said = "".join(f"{name}: {value}\r\n" for name, value in more.items())
        writer.write(f"HTTP/1.1 {status} Whatever\r\n{said}Content-Length: 0\r\n\r\n".encode())
        with contextlib.suppress(OSError):  # Whoever asked may be dead by now.
            await writer.drain()
        writer.close()


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    service = PushService()
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    service.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield service


def vapid_claims(header: str) -> dict[str, Any]:
    """What the Authorization header says, if its signature is right. Raises InvalidSignature."""
    scheme, _, rest = header.partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    said, _, signature = parts["t"].rpartition(".")
    raw = unb64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(parts["k"]))
    key.verify(der, said.encode(), ec.ECDSA(SHA256()))
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(said.split(".")[1] + "=="))
    return claims


@dataclass(slots=True)
class Mailbox:
    """A real SMTP server that keeps what it gets and from whom, or says to recipients what `refuses` holds.
    It takes mails of `only_sender` alone where there is one, and says so to `says_so`."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    refuses: str = ""
    only_sender: str = ""
    says_so: str = "MAIL"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.says_so == "MAIL" and self._is_wrong(address):
            return "501 mail from address must be same as authorization user"
        envelope.mail_from = address
        return "250 OK"

    def _is_wrong(self, sender: str | None) -> bool:
        return bool(self.only_sender) and sender != self.only_sender

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's own name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses
        if self.says_so == "RCPT" and self._is_wrong(envelope.mail_from):
            return "553 5.7.1 Sender address rejected: not owned by user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        if self.says_so == "DATA" and self._is_wrong(envelope.mail_from):
            return "550 5.7.60 Client does not have permissions to send as this sender"
        self.mails.append(read_mail(content))
        self.senders.append(envelope.mail_from or "")
        return "250 Taken"


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="mx.example", loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box


def read_mail(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def as_text(mail: EmailMessage, subtype: str = "plain") -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    text: str = part.get_content()
    return text
