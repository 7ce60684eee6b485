"""Notices by mail: how one is written (RFC 5322, 3834, 2369, 8058), and how it goes to the installation's
mail server (RFC 5321). No Django here."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from html import escape
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import structlog

from hotpot.kernel.errors import Refused
from hotpot.pot.notification import words
from hotpot.pot.notification.bounces import return_path
from hotpot.pot.notification.replies import reply_address
from hotpot.pot.notification.wire import Due, Tried

TIMEOUT_S = 20.0
# What a slow server didn't take by then is tried again. The last mail's own commands may each take TIMEOUT_S,
# and all of it ends within the engine's lease: else another would send the same mails beside us.
GIVE_S = 120.0
SUBJECT_CHARACTERS_MAX = 78
NO_NOTICE = 0  # its id: none has it
# Some mailboxes read an address of a header only on its first line (RFC 5322, 2.1.1 allows 998 characters).
UNFOLDED = SMTP.clone(max_line_length=250)
PORTS = {"smtp": 587, "smtps": 465}
# The product's own tokens: mail programs read no style sheet of ours.
INK, QUIET, ACCENT, LINE = "#211d1a", "#6a625a", "#b32a1c", "#e8e3dc"
FONTS = "system-ui,-apple-system,'PingFang SC','Noto Sans SC','Microsoft YaHei',sans-serif"
BODY = f"margin:0;padding:24px;font:16px/1.5 {FONTS};color:{INK}"
HEAD = f"margin:0 0 16px;font-weight:600;color:{ACCENT}"
TEXT = "margin:0 0 16px;white-space:pre-line"
BUTTON = (
    f"display:inline-block;padding:10px 20px;border-radius:8px;background:{ACCENT};color:#ffffff;"
    "text-decoration:none"
)
FOOT = f"margin:32px 0 0;padding-top:12px;border-top:1px solid {LINE};font-size:13px;color:{QUIET}"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails are given away. `by_tls` from the first byte; else STARTTLS where the server offers it."""

    host: str
    port: int
    by_tls: bool
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str) -> Server:
        """smtp(s)://user:password@host:port. Raises Refused, without the password."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise Refused("HOTPOT_SMTP_URL is not like smtp://user:password@host:587 or smtps://host:465.")
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            parts.scheme == "smtps",
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


@dataclass(frozen=True, slots=True)
class Writer:
    """How mails are written. Without a `reply_domain` none can be answered, and what comes back of them comes
    to the `sender`, which may carry a name."""

    sender: str
    base_url: str
    secret: str
    reply_domain: str = ""

    def write(self, due: Due, now: datetime) -> EmailMessage:
        """Known by its token, so that a mail that went out twice is the same mail."""
        stop = f"{self.base_url}/n/{due.token}/stop/"
        mail = EmailMessage(policy=UNFOLDED)
        mail["From"] = self.sender
        mail["To"] = due.address
        mail["Subject"] = _subject(due)
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{due.token}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = due.language
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        answers = due.ask_id is not None and bool(self.reply_domain)
        if due.ask_id is not None and answers:
            mail["Reply-To"] = reply_address(
                due.ask_id,
                due.person_id,
                expires_at=due.expires_at,
                secret=self.secret,
                domain=self.reply_domain,
            )
        mail.set_content(self._plain(due, stop, answers))
        mail.add_alternative(self._html(due, stop, answers), subtype="html")
        return mail

    def return_path(self, notice_id: int, address: str) -> str:
        """Where a mail comes back to if nobody takes it (RFC 5321, 4.4)."""
        if not self.reply_domain:
            return self.address
        return return_path(notice_id, address, secret=self.secret, domain=self.reply_domain)

    def write_test(self, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
        """Of no notice: there is nothing to open."""
        mail = EmailMessage(policy=UNFOLDED)
        mail["From"] = self.sender
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = make_msgid(domain=self._domain)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        return mail

    @property
    def address(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def _domain(self) -> str:
        return self.address.rpartition("@")[2]

    def _lines(self, due: Due) -> list[tuple[str, str]]:
        """What it says, each with its link; of a digest, its pieces."""
        said = [
            (piece.token, f"{piece.title}: {piece.text}" if piece.title else piece.text)
            for piece in due.pieces
        ]
        return [(text, f"{self.base_url}/n/{token}/") for token, text in said or [(due.token, due.text)]]

    def _plain(self, due: Due, stop: str, answers: bool) -> str:
        said = [f"{text}\n{link}" for text, link in self._lines(due)]
        said += [words.say(words.ANSWER, due.language)] if answers else []
        why = f"{words.say(words.WHY, due.language)} {words.say(words.STOP, due.language)}: {stop}"
        return "\n\n".join([*said, f"-- \n{why}"]) + "\n"

    def _html(self, due: Due, stop: str, answers: bool) -> str:
        open_ = escape(words.say(words.OPEN, due.language))
        said = "".join(
            f'<p style="{TEXT}">{escape(text)}</p>'
            f'<p style="margin:0 0 24px"><a href="{escape(link)}" style="{BUTTON}">{open_}</a></p>'
            for text, link in self._lines(due)
        )
        if answers:
            said += f'<p style="{TEXT}">{escape(words.say(words.ANSWER, due.language))}</p>'
        no_more = escape(words.say(words.STOP, due.language))
        return (
            f'<!doctype html><html lang="{escape(due.language)}"><body style="{BODY}">'
            f'<div style="max-width:560px"><p style="{HEAD}">{escape(due.title or "Hotpot")}</p>{said}'
            f'<p style="{FOOT}">{escape(words.say(words.WHY, due.language))} '
            f'<a href="{escape(stop)}" style="color:{QUIET}">{no_more}</a></p></div></body></html>\n'
        )


def _subject(due: Due) -> str:
    title = " ".join(due.title.split()) or "Hotpot"
    return words.shortened(f"{title}: {due.text}", SUBJECT_CHARACTERS_MAX)


def sender_of(text: str) -> str:
    """HOTPOT_MAIL_FROM as it goes into a mail. Raises Refused."""
    name, address = parseaddr(text)
    if not address.isascii() or address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        raise Refused("HOTPOT_MAIL_FROM is not like notices@example.com or Hotpot <notices@example.com>.")
    return formataddr((name, address))


@dataclass(frozen=True, slots=True)
class Mail:
    """Mails to the installation's server, several on one connection. The library is a blocking one, so it
    works in a thread of its own."""

    server: Server
    writer: Writer
    ticks: Callable[[], float] = time.monotonic

    async def tell(self, dues: Sequence[Due], now: datetime) -> list[Tried]:
        return await asyncio.to_thread(self._give, dues, now)

    def _give(self, dues: Sequence[Due], now: datetime) -> list[Tried]:
        came: list[Tried] = []
        until = self.ticks() + GIVE_S
        try:
            with self._connected() as server:
                for due in dues:
                    if self.ticks() >= until:
                        raise TimeoutError("it is too slow")
                    came.append(self._tried(server, due, now))
        except (OSError, smtplib.SMTPException) as error:
            # The server itself is away or does not want us: no mail is to blame.
            came += [Tried(_said(error), later=True)] * (len(dues) - len(came))
        return came

    def try_out(self, to: str, subject: str, text: str, now: datetime) -> tuple[Tried, bool]:
        """One mail of no notice; and whether it would be noticed if it came back. Blocks for up to a minute
        or two."""
        mail = self.writer.write_test(to, subject, text, now)
        try:
            with self._connected() as server:
                answer, path = self._passed_on(server, mail, to, self.writer.return_path(NO_NOTICE, to))
        except (OSError, smtplib.SMTPException) as error:
            return Tried(_said(error), later=True), False
        return _outcome(answer), path != self.writer.address

    def _tried(self, server: smtplib.SMTP, due: Due, now: datetime) -> Tried:
        path = self.writer.return_path(due.id, due.address)
        answer, _path = self._passed_on(server, self.writer.write(due, now), due.address, path)
        return _outcome(answer)

    def _passed_on(
        self, server: smtplib.SMTP, mail: EmailMessage, to: str, path: str
    ) -> tuple[Refusal | None, str]:
        """And by which return path. Many a provider's server takes mails of the login's own address alone:
        then it is that, and what comes back stays in its mailbox. Raises what shows that the whole connection
        is at an end."""
        answer = _given(server, path, to, mail)
        if path == self.writer.address or not _blames_the_return_path(answer):
            return answer, path
        log.warning("bounces go unnoticed: the mail server wants the sender's own address", said=answer)
        return _given(server, self.writer.address, to, mail), self.writer.address

    def _connected(self) -> smtplib.SMTP:
        one, tls = self.server, ssl.create_default_context()
        if one.by_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(one.host, one.port, timeout=TIMEOUT_S, context=tls)
        else:
            server = smtplib.SMTP(one.host, one.port, timeout=TIMEOUT_S)
        try:
            server.ehlo()
            if not one.by_tls and server.has_extn("starttls"):
                server.starttls(context=tls)
                server.ehlo()
            elif not one.by_tls and one.password and not _is_here(one.host):
                raise smtplib.SMTPNotSupportedError("the mail server offers no TLS, so it gets no password")
            if one.user:
                server.login(one.user, one.password)
        except BaseException:
            server.close()
            raise
        return server


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a mail server answered. `of_sender`: to MAIL already."""

    code: int
    text: str
    of_sender: bool = False

    @classmethod
    def of(cls, code: int, said: bytes | str, *, of_sender: bool = False) -> Refusal:
        return cls(code, said.decode(errors="replace") if isinstance(said, bytes) else said, of_sender)


def _given(server: smtplib.SMTP, path: str, address: str, mail: EmailMessage) -> Refusal | None:
    """None where it was taken. Raises what shows that the whole connection is at an end."""
    try:
        server.send_message(mail, from_addr=path, to_addrs=[address])
    except smtplib.SMTPRecipientsRefused as refused:
        return Refusal.of(*refused.recipients[address])
    except smtplib.SMTPResponseException as error:
        of_sender = isinstance(error, smtplib.SMTPSenderRefused)
        return Refusal.of(error.smtp_code, error.smtp_error, of_sender=of_sender)
    return None


def _blames_the_return_path(refusal: Refusal | None) -> bool:
    """Said to MAIL; or later, by servers that keep what they hold against the sender until then: as 553
    (RFC 5321, 4.2.2) or as policy (RFC 3463, 3.8: 5.7)."""
    if refusal is None or refusal.code < 500:
        return False
    return refusal.of_sender or refusal.code == 553 or refusal.text.startswith("5.7.")


def _outcome(answer: Refusal | None) -> Tried:
    return Tried() if answer is None else _refused(answer)


def _refused(refusal: Refusal) -> Tried:
    """RFC 5321, 4.2.1: 4yz may pass, 5yz does not."""
    said = f"the mail server said {refusal.code} {words.shortened(refusal.text, 200)}"
    return Tried(said, later=refusal.code < 500)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(Refusal.of(error.smtp_code, error.smtp_error)).error
    return f"the mail server is away: {words.shortened(str(error) or type(error).__name__, 200)}"


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
