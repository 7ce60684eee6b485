"""A mail server that takes letters, on a thread of its own. It asks for a login when it is given one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.mail.dovecot import PASSWORD
from tests.ports import free_ports


@dataclass
class Taken:
    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class PostOffice:
    """`asks_login`: it offers a login, and knows one password.

    `refusing` are answers to RCPT, by address; `closed` is one to every DATA."""

    asks_login: bool = False
    taken: list[Taken] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    closed: str = ""

    def start(self) -> None:
        self.port = free_ports()
        options: dict[str, Any] = {}
        if self.asks_login:
            options = {"auth_require_tls": False, "authenticator": self._knows}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def _knows(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=good)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.closed:
            return self.closed
        assert isinstance(envelope.content, bytes)
        self.taken.append(Taken(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        return "250 taken"
