"""Connections to mail servers: only where they may lead, and encrypted towards whom they say they are."""

from __future__ import annotations

import hashlib
import socket
import ssl
from functools import cache

from django.utils.translation import gettext_noop as _

from hotpot.pot.connector.mailbox.wire import Server
from hotpot.pot.connector.outside import dial
from hotpot.pot.connector.trouble import Away, Broken
from hotpot.pot.web.sentences import Sentence

CONNECT_TIMEOUT_S = 8.0
SPEAK_TIMEOUT_S = 30.0
QUIET_BEFORE_PROBE_S = 120  # of TCP: a line that a router forgot is found out


class Untrusted(Broken):
    """No authority vouches for the server's certificate. Its person may trust it by its fingerprint."""

    def __init__(self, sentence: str, pin: str) -> None:
        super().__init__(sentence)
        self.pin = pin


def line_to(server: Server) -> socket.socket:
    """A TCP connection to it. Raises Away, Broken."""
    try:
        line = dial(server.host, server.port, within_s=CONNECT_TIMEOUT_S)
    except OSError as error:
        values = {"host": server.host, "port": server.port, "reason": error.strerror or error}
        raise Away(Sentence(_("%(host)s does not answer on port %(port)s: %(reason)s."), values)) from None
    line.settimeout(SPEAK_TIMEOUT_S)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, QUIET_BEFORE_PROBE_S)
    return line


def encrypted(line: socket.socket, server: Server) -> ssl.SSLSocket:
    """By TLS, with the certificate vouched for or pinned. Raises Untrusted, Away."""
    try:
        safe = tls(server).wrap_socket(line, server_hostname=server.host)
    except ssl.SSLCertVerificationError as error:
        raise untrusted(server, error.verify_message) from None
    except (OSError, ValueError) as error:
        line.close()
        values = {"host": server.host, "reason": getattr(error, "reason", "") or error}
        sentence = _("%(host)s speaks no TLS there (%(reason)s). Try the other kind of encryption.")
        raise Away(Sentence(sentence, values)) from None
    try:
        check_pin(safe, server)
    except Untrusted:
        safe.close()
        raise
    return safe


def tls(server: Server) -> ssl.SSLContext:
    """Where a certificate is pinned, `check_pin` has the last word."""
    return _context(pinned=bool(server.pin))


@cache
def _context(*, pinned: bool) -> ssl.SSLContext:
    """One for all lines: each holds all authorities that are trusted, some 0.8 MB."""
    context = ssl.create_default_context()
    if pinned:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def check_pin(line: socket.socket, server: Server) -> None:
    """Raises Untrusted when the server shows another certificate than the one that was trusted."""
    if not server.pin or not isinstance(line, ssl.SSLSocket):
        return
    shown = hashlib.sha256(line.getpeercert(binary_form=True) or b"").hexdigest()
    if shown != server.pin:
        sentence = _("%s shows another certificate than the one you trusted. Ask its administrator.")
        raise Untrusted(Sentence(sentence, server.host), shown)


def untrusted(server: Server, reason: str) -> Untrusted:
    sentence = _("Nobody vouches for the certificate of %(host)s (%(reason)s).")
    return Untrusted(Sentence(sentence, {"host": server.host, "reason": reason}), "")
