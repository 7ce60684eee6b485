"""What goes back to who wrote: mails about messages that failed (RFC 3464), and what phones answer. Pure.

Both are a machine's (RFC 3834), so that no holiday note answers them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from urllib.parse import unquote, urlsplit, urlunsplit

from hotpot.kernel.vault import Vault
from hotpot.pot.connector.smtp.rules import REPLIES, one_line
from hotpot.pot.messaging.wire import Notice, Refusal
from hotpot.pot.notification.mail import Server

PURPOSE = "interface mail"  # of the vault
ADDRESS = re.compile(r"[!-;=?A-~]{1,64}@[!-;=?A-~]{1,255}")  # printable ASCII without < > and @
SUBJECT_CHARACTERS_MAX = 200
_REFUSALS = frozenset(Refusal)
_EXPIRED, _UNKNOWN = "4.4.7", "5.0.0"  # RFC 3463


@dataclass(frozen=True, slots=True)
class Written:
    """A mail that was taken, as far as its writer has to be told of it later. `return_path` is where mail
    programs want failures (RFC 5321, 4.4), `reply_to` where people answer; either may be empty."""

    return_path: str
    reply_to: str
    message_id: str
    subject: str


@dataclass(frozen=True, slots=True)
class Letter:
    """`notices`: the ids of those that it tells."""

    to: str
    mail: Message
    notices: Sequence[int]


def mail_settings(url: str, secret_key: str) -> dict[str, str]:
    """An interface's settings for the mail server at `url`, its password sealed."""
    parts = urlsplit(url)
    if parts.password is None:
        return {"mail_server": url}
    plain = parts._replace(netloc=f"{parts.username or ''}@{parts.netloc.rpartition('@')[2]}")
    sealed = Vault(secret_key, PURPOSE).seal(unquote(parts.password)).decode()
    return {"mail_server": urlunsplit(plain), "mail_password": sealed}


def mail_server(settings: Mapping[str, object], secret_key: str) -> Server:
    """What `mail_settings` made. Raises Refused."""
    server = Server.of(str(settings["mail_server"]))
    sealed = str(settings.get("mail_password", ""))
    return replace(server, password=Vault(secret_key, PURPOSE).open(sealed.encode())) if sealed else server


def plain_address(text: str) -> str:
    """As it can stand in an envelope; "" for all else."""
    return text if ADDRESS.fullmatch(text) else ""


def failure(written: Written, failed: Sequence[Notice], *, access_number: str, domain: str) -> Letter:
    """One delivery status notification for all numbers of a mail that are known to have failed by now."""
    mail = MIMEMultipart("report", report_type="delivery-status", policy=SMTP)
    _address_it(mail, written, written.return_path, failed[0], domain)
    mail["From"] = formataddr(("Mail Delivery System", f"postmaster@{domain}"))
    mail["Subject"] = f"Not delivered / 未送达: {_subject(written)}"
    mail["Auto-Submitted"] = "auto-replied"
    numbers = "\n".join(f"  {_address(one, access_number, domain)}  {_why(one)}" for one in failed)
    said = EmailMessage(policy=SMTP)
    said.set_content(
        f"Your message could not be delivered to:\n您的信息未能送达以下号码：\n\n{numbers}\n\n"
        f"Subject / 主题: {_subject(written)}\n"
    )
    mail.attach(said)
    about = [_about(one, access_number, domain) for one in failed]
    mail.attach(_status([_about_us(failed[0], domain), *about]))
    mail.attach(_head(written))
    return Letter(written.return_path, mail, [one.id for one in failed])


def answer(written: Written, reply: Notice, *, access_number: str, domain: str) -> Letter:
    """What a phone answered; an answer to it is a message to that phone again."""
    to = written.reply_to or written.return_path
    mail = EmailMessage(policy=SMTP)
    _address_it(mail, written, to, reply, domain)
    mail["From"] = formataddr((reply.number, _address(reply, access_number, domain)))
    mail["Subject"] = f"Re: {_subject(written)}"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(reply.text)
    return Letter(to, mail, [reply.id])


def _address_it(mail: Message, written: Written, to: str, first: Notice, domain: str) -> None:
    """Its id is of the message that it tells of: given away twice, it is the same mail."""
    mail["To"] = to
    mail["Date"] = format_datetime(first.at)
    mail["Message-ID"] = f"<{first.kind}-{first.message_id}@{domain}>"
    if written.message_id:
        mail["In-Reply-To"] = written.message_id
        mail["References"] = written.message_id


def _address(notice: Notice, access_number: str, domain: str) -> str:
    extension = notice.access_number.removeprefix(access_number)
    return f"{notice.number.removeprefix('+86')}{f'+{extension}' if extension else ''}@{domain}"


Fields = Mapping[str, str]


def _about_us(first: Notice, domain: str) -> Fields:
    return {"Reporting-MTA": f"dns; {domain}", "Arrival-Date": format_datetime(first.submitted_at)}


def _about(notice: Notice, access_number: str, domain: str) -> Fields:
    kind = "smtp" if notice.error in _REFUSALS else "x-sms"
    return {
        "Final-Recipient": f"rfc822; {_address(notice, access_number, domain)}",
        "Action": "failed",
        "Status": _code(notice),
        "Diagnostic-Code": f"{kind}; {one_line(_why(notice))}",
        "Last-Attempt-Date": format_datetime(notice.at),
    }


def _status(blocks: Sequence[Fields]) -> Message:
    """RFC 3464, 2.1: of the mail first, then of each recipient."""
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    for fields in blocks:
        block = Message()
        for name, value in fields.items():
            block[name] = value
        part.attach(block)
    return part


def _code(notice: Notice) -> str:
    """RFC 3463's. What was refused while others were taken isn't tried again, so none of those may pass."""
    if notice.error in _REFUSALS:
        return "5" + REPLIES[Refusal(notice.error)].split()[1][1:]
    return _EXPIRED if notice.state == "expired" else _UNKNOWN


def _why(notice: Notice) -> str:
    if notice.error in _REFUSALS:
        return f"{REPLIES[Refusal(notice.error)].split()[0]} {_code(notice)} {notice.error}"
    return " ".join(filter(None, (notice.state, notice.error)))


def _head(written: Written) -> Message:
    """What is known of the mail itself, for programs that seek it (RFC 3462, 2)."""
    head = EmailMessage(policy=SMTP)
    head["Subject"] = _subject(written)
    if written.message_id:
        head["Message-ID"] = written.message_id
    part = Message()
    part["Content-Type"] = "text/rfc822-headers"
    part.set_payload(head.as_string())
    return part


def _subject(written: Written) -> str:
    return " ".join(written.subject.split())[:SUBJECT_CHARACTERS_MAX]
