"""What an answer, or a mail passed on, begins with. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hotpot.sdk.mail import Correspondent, Mail
from hotpot.sdk.text import clock_time
from hotpot.sdk.text import gettext as _

How = Literal["reply", "all", "forward"]
QUOTED_CHARACTERS_MAX = 50_000
_UNQUOTED = re.compile(r'[\\"\r\n]')
_BEFORE = re.compile(r"^\s*((re|fwd?|aw|wg|回复|答复|转发)\s*(\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Start:
    to: str
    cc: str
    subject: str
    quoted: str


def start(mail: Mail, text: str, how: How, *, own: str, time_zone: str) -> Start:
    """`own` is the address that writes: nobody answers oneself, unless there is nobody else."""
    if how == "forward":
        return Start("", "", f"Fwd: {_bare(mail.subject)}", _passed_on(mail, text, time_zone))
    to = list(mail.reply_to or (mail.sender,))
    others: list[Correspondent] = []
    if how == "all":
        to += [one for one in mail.to if _is_other(one, own, to)]
        others = [one for one in mail.cc if _is_other(one, own, to)]
    return Start(_listed(to), _listed(others), f"Re: {_bare(mail.subject)}", _answered(mail, text, time_zone))


def _bare(subject: str) -> str:
    """Without the marks of answers before it: one is enough."""
    return _BEFORE.sub("", subject).strip()


def _is_other(one: Correspondent, own: str, known: Sequence[Correspondent]) -> bool:
    address = one.address.casefold()
    return bool(address) and address not in {own.casefold(), *(other.address.casefold() for other in known)}


def _listed(people: Sequence[Correspondent]) -> str:
    return ", ".join(_written(one) for one in people if one.address)


def _written(one: Correspondent) -> str:
    """A name with commas or brackets would be taken for several."""
    if not one.name or one.name == one.address:
        return one.address
    name = _UNQUOTED.sub("", one.name)
    return f'"{name}" <{one.address}>'


def _answered(mail: Mail, text: str, time_zone: str) -> str:
    said = _("On %(when)s %(who)s wrote:") % {
        "when": clock_time(mail.at, time_zone),
        "who": mail.sender.shown,
    }
    lines = (f"> {line}".rstrip() for line in text[:QUOTED_CHARACTERS_MAX].splitlines())
    return "\n\n" + "\n".join([said, *lines])


def _passed_on(mail: Mail, text: str, time_zone: str) -> str:
    head = [
        _("---------- Forwarded mail ----------"),
        _("From: %(who)s") % {"who": _written(mail.sender)},
        _("Date: %(when)s") % {"when": clock_time(mail.at, time_zone)},
        _("Subject: %(subject)s") % {"subject": mail.subject},
        _("To: %(who)s") % {"who": _listed(mail.to)},
    ]
    return "\n\n" + "\n".join([*head, "", text[:QUOTED_CHARACTERS_MAX]])
