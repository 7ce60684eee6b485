"""Which mail is told how. Pure: the first of a person's rules that fits decides, else a mail is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hotpot.sdk.errors import Invalid
from hotpot.sdk.mail import Mail
from hotpot.sdk.text import gettext as _

Outcome = Literal["notify", "urgent", "digest", "silent"]
OUTCOMES: tuple[Outcome, ...] = ("notify", "urgent", "digest", "silent")
RULES_MAX = 50
TEXT_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """What is empty fits every mail. `start` and `until` are hours of the person's day, past midnight or not;
    equal ones are the whole day."""

    id: int
    person_id: int
    outcome: Outcome
    sender: str = ""
    subject: str = ""
    folder: str = ""
    start: time | None = None
    until: time | None = None

    def __post_init__(self) -> None:
        if (self.start is None) != (self.until is None):
            raise Invalid(_("Give both hours, or none."))
        if not (self.sender or self.subject or self.folder or self.start):
            raise Invalid(_("Say which mails this is for: a sender, a subject, a folder or hours."))
        if max(len(self.sender), len(self.subject), len(self.folder)) > TEXT_LENGTH_MAX:
            raise Invalid(_("Keep each part under %(max)d characters.") % {"max": TEXT_LENGTH_MAX})

    def fits(self, mail: Mail, at: time) -> bool:
        return (
            _holds(f"{mail.sender.name} {mail.sender.address}", self.sender)
            and _holds(mail.subject, self.subject)
            and self.folder in ("", mail.folder)
            and self._holds_at(at)
        )

    def _holds_at(self, at: time) -> bool:
        if self.start is None or self.until is None or self.start == self.until:
            return True
        if self.start < self.until:
            return self.start <= at < self.until
        return at >= self.start or at < self.until


def _holds(text: str, part: str) -> bool:
    return part.casefold() in text.casefold()


def outcome(rules: Iterable[Rule], mail: Mail, now: datetime, time_zone: str) -> Outcome:
    at = now.astimezone(ZoneInfo(time_zone)).time()
    return next((rule.outcome for rule in rules if rule.fits(mail, at)), "notify")


def next_hour(now: datetime) -> datetime:
    """When what is gathered is told."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
