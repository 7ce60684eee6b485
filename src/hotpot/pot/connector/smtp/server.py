"""Mails in over SMTP (RFC 5321): STARTTLS (RFC 3207), AUTH PLAIN and LOGIN (RFC 4954). asyncio, no Django."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from hotpot.kernel.errors import Refused
from hotpot.pot.connector.smtp.mails import Letterbox, reply_to
from hotpot.pot.messaging.gateway.desk import Busy, Desk
from hotpot.pot.messaging.wire import Interface

KIND = "smtp"  # of the interfaces that come in here
MAIL_BYTES_MAX = 1024 * 1024
LINE_BYTES_MAX = 64 * 1024  # RFC 5321 says 1,000; programs that write HTML on one line don't know it
RECIPIENTS_MAX = 100  # of a mail
MAILS_MAX = 1_000  # of a connection; then it may come again
MAILS_A_SECOND = 20.0  # of a connection
CONNECTIONS_MAX = 200
CONNECTIONS_OF_ONE_MAX = 20  # from one address
IDLE_S = 60.0
AUTH_TRIES_MAX = 5  # of a connection

TOO_MANY_CONNECTIONS = b"421 4.7.0 Too many connections. Come again in a minute.\r\n"
LATER = "451 4.3.0 This could not be written now. Send it again in a moment."

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Pace:
    """How fast one connection may bring mails: a bucket of tokens."""

    tokens: float = MAILS_A_SECOND
    at: float = 0.0
    mails: int = 0

    def allows(self, now: float) -> bool:
        self.tokens = min(MAILS_A_SECOND, self.tokens + (now - self.at) * MAILS_A_SECOND)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        self.mails += 1
        return True


@dataclass(slots=True)
class House:
    """Who is connected."""

    of: Counter[str] = field(default_factory=Counter)

    def enter(self, address: str) -> bool:
        if self.of.total() >= CONNECTIONS_MAX or self.of[address] >= CONNECTIONS_OF_ONE_MAX:
            return False
        self.of[address] += 1
        return True

    def leave(self, address: str) -> None:
        self.of[address] -= 1
        if not self.of[address]:
            del self.of[address]


class Handler:
    """aiosmtpd's hooks. What raises is answered by 4xx or 5xx and never ends the process."""

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Connection, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients for one mail"
        if address in envelope.rcpt_tos:
            return "250 2.1.5 Known already"
        if envelope.rcpt_tos and self._letterbox.stands_alone(address, envelope.rcpt_tos[0]):
            return "452 4.5.3 An answer, and a report, is a mail of its own"
        refused = await self._letterbox.refused(address, server.interface)
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Connection, session: Session, envelope: Envelope
    ) -> str:
        if not server.pace.allows(asyncio.get_running_loop().time()):
            return "452 4.3.2 Slower: too many mails a second on this connection"
        content = envelope.original_content or b""
        mail_from = envelope.mail_from or ""
        return await self._letterbox.take(content, mail_from, envelope.rcpt_tos, server.interface)

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, Refused):
            return reply_to(error)
        log.error("a mail made trouble", exc_info=error)
        return LATER


class Connection(SMTP):
    """One client's. `interface` is whose login it gave."""

    line_length_limit = LINE_BYTES_MAX

    def __init__(self, desk: Desk, house: House, handler: Handler, **given: Any) -> None:
        super().__init__(handler, authenticator=_taken_down, **given)
        self.interface: Interface | None = None
        self.pace = Pace()
        self._desk = desk
        self._house = house
        self._address = ""
        self._auth_tries = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A second time after STARTTLS: what was said in the clear is forgotten (RFC 3207, 4.2)."""
        first = not self._address
        if first:
            self._address = str((transport.get_extra_info("peername") or ("",))[0])
        self.interface = None
        super().connection_made(transport)
        if first and not self._house.enter(self._address):
            self._address = ""
            assert isinstance(transport, asyncio.Transport)
            transport.write(TOO_MANY_CONNECTIONS)
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self._address:
            self._house.leave(self._address)
            self._address = ""
        super().connection_lost(error)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Mechanisms have no case (RFC 4422, 3.1)."""
        self._auth_tries += 1
        if self._auth_tries > AUTH_TRIES_MAX:
            await self.push("421 4.7.0 Too many tries")
            self._writer.close()
            return
        mechanism, _blank, rest = (arg or "").partition(" ")
        await super().smtp_AUTH(f"{mechanism.upper()} {rest}".strip())

    async def auth_PLAIN(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        return self._checked(await super().auth_PLAIN(server, args))

    async def auth_LOGIN(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        return self._checked(await super().auth_LOGIN(server, args))

    def _checked(self, given: AuthResult) -> AuthResult:
        if not given.success or given.auth_data is None:
            return given
        login, password = (part.decode("utf-8", "replace") for part in given.auth_data)
        try:
            interface = self._desk.check(login, password, self._address)
        except Busy:
            return _denied("454 4.7.0 This can't be checked now. Try again in a moment.")
        except Refused as refusal:
            return _denied(f"535 5.7.8 {refusal.sentence}")
        if interface.kind != KIND:
            return _denied("535 5.7.8 This login is not for mails. Open an interface of the kind smtp.")
        self.interface = interface
        return given

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if self.pace.mails >= MAILS_MAX:
            await self.push("421 4.7.0 Enough for one connection. Connect again.")
            self._writer.close()
            return
        await super().smtp_MAIL(arg)


def _taken_down(*given: Any) -> AuthResult:
    """Login and password as they were sent; whether they are right is asked afterwards."""
    *_others, login_password = given
    assert isinstance(login_password, LoginPassword)
    return AuthResult(success=True, auth_data=login_password)


def _denied(message: str) -> AuthResult:
    return AuthResult(success=False, handled=False, message=message)


async def listen(letterbox: Letterbox, *, host: str, port: int, tls: ssl.SSLContext | None) -> asyncio.Server:
    """Passwords are taken over TLS only, except where nobody but this machine can connect."""
    loop = asyncio.get_running_loop()
    house, handler = House(), Handler(letterbox)

    def connection() -> Connection:
        return Connection(
            letterbox.desk,
            house,
            handler,
            data_size_limit=MAIL_BYTES_MAX,
            enable_SMTPUTF8=True,
            hostname=letterbox.domain,
            ident="Hotpot",
            tls_context=tls,
            auth_require_tls=not _is_this_machine(host),
            timeout=IDLE_S,
            loop=loop,
        )

    return await loop.create_server(connection, host, port)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
