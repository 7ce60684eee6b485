"""A letter on its way: the mailbox's own SMTP server takes it, or says why not."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress

from django.utils.translation import gettext_noop as _

from hotpot.pot.connector.mailbox.allowance import LimitedSmtp
from hotpot.pot.connector.mailbox.incoming import WrongPassword
from hotpot.pot.connector.mailbox.network import (
    SPEAK_TIMEOUT_S,
    check_pin,
    encrypted,
    line_to,
    tls,
    untrusted,
)
from hotpot.pot.connector.mailbox.wire import Access, Server
from hotpot.pot.connector.trouble import Away, Broken
from hotpot.pot.web.sentences import Sentence

LETTER_S_MAX = 60.0  # of waiting for answers, from logging in to the last word
OURS = "hotpot.invalid"  # What HELO says: who we are is told by the login.


class _Smtp(LimitedSmtp):
    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, hello=OURS, seconds=LETTER_S_MAX, piece_s=SPEAK_TIMEOUT_S)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = line_to(self._server)
        if self._server.security != "tls":
            return line
        return encrypted(line, self._server)


def try_out(access: Access) -> None:
    """Logs in and leaves. Raises Trouble."""
    _leave(_opened(access))


def send(access: Access, recipients: Sequence[str], mail: bytes) -> str:
    """Empty when everybody's copy was taken, else who gets none and why. Raises Away where another try may
    help, Broken where the server refuses the letter or us."""
    line = _opened(access)
    try:
        refused = line.sendmail(access.address, list(recipients), mail)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(access.outgoing, next(iter(error.recipients.values()))) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(access.outgoing, (error.smtp_code, error.smtp_error)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise _broke(access.outgoing, error) from None
    finally:
        _leave(line)
    return "; ".join(f"{address}: {_text(answer[1])}" for address, answer in refused.items())


def _opened(access: Access) -> smtplib.SMTP:
    server = access.outgoing
    line: smtplib.SMTP | None = None
    try:
        line = _Smtp(server)
        line.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            _encrypt(line, server)
        _log_in(line, access)
    except BaseException as error:
        if line is not None:
            line.close()
        if isinstance(error, ssl.SSLCertVerificationError):
            raise untrusted(server, error.verify_message) from None
        if isinstance(error, smtplib.SMTPException | OSError):
            raise _broke(server, error) from None
        raise
    return line


def _encrypt(line: smtplib.SMTP, server: Server) -> None:
    if not line.has_extn("starttls"):
        sentence = _("%s offers no encryption there, so the password would travel readable.")
        raise Broken(Sentence(sentence, server.host))
    line.starttls(context=tls(server))
    if line.sock is not None:
        check_pin(line.sock, server)
    line.ehlo()


def _log_in(line: smtplib.SMTP, access: Access) -> None:
    """A server that asks for no login takes letters from its own network as they are."""
    if not line.has_extn("auth"):
        return
    try:
        if access.secret.token:
            _log_in_by_token(line, access)
        else:
            line.login(access.login, access.secret.password)
    except smtplib.SMTPAuthenticationError as error:
        values = {"host": access.outgoing.host, "reason": _text(error.smtp_error)}
        sentence = _("%(host)s does not take this name and password: %(reason)s")
        raise WrongPassword(Sentence(sentence, values)) from None
    except UnicodeEncodeError:
        raise WrongPassword(Sentence(_("The password has letters that mail servers don't know."))) from None


def _log_in_by_token(line: smtplib.SMTP, access: Access) -> None:
    """A refusal comes as a challenge first, to which the answer is nothing (RFC 7628; XOAUTH2 alike)."""
    bearer = f"auth=Bearer {access.secret.token}\1\1"
    if "OAUTHBEARER" in line.esmtp_features.get("auth", "").upper():
        first = f"n,a={access.login},\1{bearer}"
        line.auth("OAUTHBEARER", lambda challenge=None: first if challenge is None else "\1")
    else:
        first = f"user={access.login}\1{bearer}"
        line.auth("XOAUTH2", lambda challenge=None: first if challenge is None else "")


def _refused(server: Server, answer: tuple[int, bytes | str]) -> Away | Broken:
    """4xx passes, 5xx stays (RFC 5321, 4.2.1)."""
    values = {"host": server.host, "reason": _text(answer[1])}
    if answer[0] < 500:
        return Away(Sentence(_("%(host)s takes no letters now: %(reason)s"), values))
    return Broken(Sentence(_("%(host)s refused the letter: %(reason)s"), values))


def _broke(server: Server, error: Exception) -> Away:
    values = {"host": server.host, "reason": " ".join(str(error).split())[:200]}
    return Away(Sentence(_("The line to %(host)s broke: %(reason)s"), values))


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:200]


def _leave(line: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        line.quit()
