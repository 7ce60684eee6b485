"""What people chose, and how the ways fare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from hotpot.pot.identity.models import Person
from hotpot.pot.notification.models import Browser, Choice, Habits


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person chose: `choices` by app, "" for all others."""

    habits: Habits | None
    choices: Mapping[str, Choice]
    browsers: Sequence[Browser]


def settled(person: Person) -> Settled:
    return Settled(
        Habits.objects.filter(person=person).first(),
        {one.app_id: one for one in Choice.objects.filter(person=person)},
        list(Browser.objects.filter(person=person).order_by("-id")),
    )


def mails_are_sent() -> bool:
    """Whether this installation has a mail server to send by."""
    mails: bool = settings.HOTPOT_MAILS
    return mails
