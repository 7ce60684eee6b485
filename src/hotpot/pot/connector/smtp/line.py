"""The line to a company's own mail server (RFC 5321): as encrypted as it can be. No Django."""

from __future__ import annotations

import smtplib
import socket
import ssl

from hotpot.pot.connector.mailbox.allowance import LimitedSmtp
from hotpot.pot.notification.mail import Server

TIMEOUT_S = 10.0  # for the next piece of what it says
LINE_S_MAX = 45.0  # for all of it


class NoTls(smtplib.SMTPNotSupportedError):
    """A password would travel readable."""


class _Line(LimitedSmtp):
    """To the address that was looked up and checked, under the server's name."""

    def __init__(self, server: Server, address: str, domain: str) -> None:
        self._server, self._address = server, address
        super().__init__(server.host, server.port, hello=domain, seconds=LINE_S_MAX, piece_s=TIMEOUT_S)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = socket.create_connection((self._address, port), timeout)
        return _tls(self._server).wrap_socket(line, server_hostname=host) if self._server.by_tls else line


def _tls(server: Server) -> ssl.SSLContext:
    """Who gives a password is sure to whom. Else any encryption is better than none (RFC 7435), and many
    a mail server inside of a company vouches for itself."""
    context = ssl.create_default_context()
    if not server.password:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def opened(server: Server, address: str, domain: str) -> smtplib.SMTP:
    """Logged in where a password is known. `address` is one of its name's, `domain` is ours. Raises OSError,
    smtplib.SMTPException."""
    line = _Line(server, address, domain)
    try:
        line.ehlo()
        if not server.by_tls and line.has_extn("starttls"):
            line.starttls(context=_tls(server))
            line.ehlo()
        elif not server.by_tls and server.password:
            raise NoTls("it offers no TLS, so it gets no password")
        if server.password:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line
