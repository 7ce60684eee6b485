"""How this installation reaches people, from its settings."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_address

from hotpot.kernel.errors import Refused
from hotpot.pot.messaging.gateway.outward import OUTSIDE_ONLY, Outward
from hotpot.pot.messaging.rules import ACCESS_NUMBER
from hotpot.pot.notification.mail import Mail, Server, Writer, sender_of
from hotpot.pot.notification.steps import House


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`contact` is where push services may complain (RFC 8292, 2.1): mailto: or https:."""

    base_url: str
    secret_key: str
    contact: str
    mail: Mail | None = None
    outward: Outward = OUTSIDE_ONLY

    @property
    def house(self) -> House:
        return House(ACCESS_NUMBER, self.base_url, self.mail is not None)


def outgoing(*, base_url: str, secret_key: str, smtp_url: str, mail_from: str, reply_domain: str) -> Outgoing:
    """Without `smtp_url` no mail is sent. Raises Refused where a setting can't be understood."""
    if smtp_url and not mail_from:
        raise Refused("HOTPOT_SMTP_URL is set and HOTPOT_MAIL_FROM is not. Say whom the mails come from.")
    sender = sender_of(mail_from) if mail_from else ""
    contact = f"mailto:{parseaddr(sender)[1]}" if sender else base_url
    mail = None
    if smtp_url:
        domain = "" if _is_number(reply_domain) else reply_domain
        mail = Mail(Server.of(smtp_url), Writer(sender, base_url, secret_key, domain))
    return Outgoing(base_url, secret_key, contact, mail)


def _is_number(host: str) -> bool:
    """An IP address is no domain that a mail could be addressed to."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
