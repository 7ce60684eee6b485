"""A company's mail server is tried from the page that names it: a mail goes as failures and replies will."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from hotpot.kernel.errors import Invalid
from hotpot.pot.access.readers import outside_transaction
from hotpot.pot.connector.outside import addresses_of
from hotpot.pot.connector.smtp.line import NoTls, opened
from hotpot.pot.connector.smtp.returns import mail_server
from hotpot.pot.connector.trouble import Trouble
from hotpot.pot.notification.mail import Server
from hotpot.pot.web.sentences import Sentence

REASON_CHARACTERS_MAX = 200

AWAY = _("%(host)s does not answer on port %(port)s: %(reason)s.")
BROKE = _("The line to %(host)s broke: %(reason)s")
LATER = _("%(host)s takes no letters now: %(reason)s")
NO_LOGIN = _("%(host)s asks for no login. Leave user and password out of its address.")
NO_TLS = _("%(host)s speaks no TLS there (%(reason)s). Try the other kind of encryption.")
READABLE = _("%s offers no encryption there, so the password would travel readable.")
UNKNOWN_LETTERS = _("The password has letters that mail servers don't know.")
REFUSED = _("%(host)s refused the letter: %(reason)s")
UNTRUSTED = _("Nobody vouches for the certificate of %(host)s (%(reason)s).")
WRONG_PASSWORD = _("%(host)s does not take this name and password: %(reason)s")


def try_out(given: Mapping[str, object], *, name: str, to: str, now: datetime) -> str:
    """Gives the mail server of an interface's settings a mail to `to`; its host's name.

    Asks the network for up to a minute: what was written so far is committed. Raises Invalid.
    """
    server = mail_server(given, settings.SECRET_KEY)
    with outside_transaction():
        try:
            _give(server, to, _mail(name, to, now))
        except Trouble as trouble:
            raise Invalid(trouble.sentence) from None
    return server.host


def _mail(name: str, to: str, now: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    domain = settings.HOTPOT_SMTP_DOMAIN
    mail["From"] = formataddr(("Mail Delivery System", f"postmaster@{domain}"))
    mail["To"] = to
    mail["Subject"] = gettext("Test mail of “%(name)s”") % {"name": " ".join(name.split())}
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(gettext("Failures of its messages, and what phones answer, come by this mail server."))
    return mail


def _give(server: Server, to: str, mail: EmailMessage) -> None:
    """Without a sender in the envelope, as all that goes back. Raises Trouble."""
    _family, address = addresses_of(server.host, server.port)[0]
    try:
        line = opened(server, address, settings.HOTPOT_SMTP_DOMAIN)
    except smtplib.SMTPException as error:
        raise _trouble(server, error) from None
    except OSError as error:
        raise _away(server, error) from None
    except UnicodeEncodeError:
        raise Trouble(Sentence(UNKNOWN_LETTERS)) from None
    try:
        with line:
            line.sendmail("", [to], mail.as_bytes())
    except OSError as error:  # smtplib's errors are, too.
        raise _trouble(server, error) from None


def _away(server: Server, error: OSError) -> Trouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _said(server, UNTRUSTED, error.verify_message)
    if isinstance(error, ssl.SSLError):
        return _said(server, NO_TLS, error.reason or error)
    return _said(server, AWAY, error.strerror or error)


def _trouble(server: Server, error: OSError) -> Trouble:
    match error:
        case NoTls():
            return Trouble(Sentence(READABLE, server.host))
        case smtplib.SMTPNotSupportedError():
            return _said(server, NO_LOGIN, "")
        case smtplib.SMTPAuthenticationError():
            return _said(server, WRONG_PASSWORD, error.smtp_error)
        case smtplib.SMTPRecipientsRefused():
            return _answered(server, *next(iter(error.recipients.values())))
        case smtplib.SMTPResponseException():
            return _answered(server, error.smtp_code, error.smtp_error)
    return _said(server, BROKE, error)


def _answered(server: Server, code: int, said: bytes | str) -> Trouble:
    """4xx passes, 5xx stays (RFC 5321, 4.2.1)."""
    return _said(server, LATER if 400 <= code < 500 else REFUSED, said)


def _said(server: Server, sentence: str, reason: object) -> Trouble:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    shown = " ".join(text.split())[:REASON_CHARACTERS_MAX]
    return Trouble(Sentence(sentence, {"host": server.host, "port": server.port, "reason": shown}))
