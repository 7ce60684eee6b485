"""A mail server that takes letters, on a thread of its own. It asks for a login when it is given one."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.mail.dovecot import PASSWORD
from tests.ports import free_ports

_BEARERS = ("XOAUTH2", "OAUTHBEARER")


@dataclass
class Taken:
    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class PostOffice:
    """`asks_login`: it offers a login, and knows one password. `tokens`: it takes access tokens, each of one
    person, and no password; by `bearer`, OAUTHBEARER (RFC 7628) or XOAUTH2.

    `tls`: it speaks TLS from the first byte. `refusing` are answers to RCPT, by address; `closed` is one to
    every DATA."""

    asks_login: bool = False
    tokens: Mapping[str, str] | None = None
    bearer: str = "XOAUTH2"
    logged_in: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    closed: str = ""
    tls: ssl.SSLContext | None = None

    def start(self) -> None:
        self.port = free_ports()
        options: dict[str, Any] = {"ssl_context": self.tls}
        if self.asks_login:
            options |= {
                "auth_require_tls": False,
                "authenticator": self._knows,
                "auth_exclude_mechanism": set(_BEARERS),
            }
        if self.tokens is not None:
            others = {"LOGIN", "PLAIN", *_BEARERS} - {self.bearer}
            options |= {"auth_require_tls": False, "auth_exclude_mechanism": others}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def _knows(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=good)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        return await self._by_token(server, args, rb"user=(.+)\x01auth=Bearer (.+)\x01\x01", b"")

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        return await self._by_token(server, args, rb"n,a=(.+),\x01auth=Bearer (.+)\x01\x01", b"\x01")

    async def _by_token(self, server: SMTP, args: list[str], form: bytes, gives_up: bytes) -> AuthResult:
        """Why not is a challenge; what ends it is nothing but `gives_up`."""
        said = re.fullmatch(form, base64.b64decode(args[1], validate=True))
        person, token = (part.decode() for part in said.groups()) if said else ("", "")
        if self.tokens is not None and self.tokens.get(token) == person:
            self.logged_in.append(person)
            return AuthResult(success=True)
        assert await server.challenge_auth('{"status":"401","schemes":"bearer"}') == gives_up
        return AuthResult(success=False, handled=False, message="535 5.7.8 The token is over")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.tokens is not None and not session.authenticated:
            return "530 5.7.0 Log in first"
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
