"""Whose phones there are, and what is on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, OuterRef, Q

from hotpot.kernel.errors import Invalid
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.models import AirMessage
from hotpot.pot.messaging.simulated import phones

SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class Thread:
    """What passed between a phone and one access number, oldest first."""

    access_number: str
    messages: Sequence[AirMessage]

    @property
    def last(self) -> AirMessage:
        return self.messages[-1]

    @property
    def waits(self) -> bool:
        """The platform spoke last."""
        return self.last.kind == AirMessage.Kind.TO_PHONE


@dataclass(frozen=True, slots=True)
class Phone:
    number: str
    name: str
    threads: Sequence[Thread]  # the one with the newest message first

    @property
    def newest(self) -> int:
        """The id of its newest message; 0 while it is empty."""
        return max((thread.last.pk for thread in self.threads), default=0)

    def thread(self, access_number: str) -> Thread | None:
        return next((one for one in self.threads if one.access_number == access_number), None)


def phone_of(number: str, *, now: datetime) -> Phone:
    """Any number has a phone. Raises InvalidMsisdn for what is none."""
    number = Msisdn.parse(number, region="CN").e164
    with as_system():
        person = Person.objects.filter(number=number).first()
    by_access_number = sorted(phones.on_screen(number, now=now), key=lambda one: (one.access_number, one.pk))
    threads = [
        Thread(access_number, list(messages))
        for access_number, messages in groupby(by_access_number, lambda one: one.access_number)
    ]
    threads.sort(key=lambda thread: thread.last.pk, reverse=True)
    return Phone(number, person.name if person else "", threads)


def suggestions(text: str) -> list[Person]:
    """People by a part of name or number; those whose phones were written to come first."""
    written_to = Exists(AirMessage.objects.filter(number=OuterRef("number")))
    digits = "".join(one for one in text if one.isdigit())
    by_number = Q(number__contains=digits) if digits else Q(pk=None)
    with as_system():
        people = Person.objects.filter(Q(name__icontains=text.strip()) | by_number)
        return list(people.annotate(written_to=written_to).order_by("-written_to", "name")[:SUGGESTIONS])


def readable(numbers: Sequence[str]) -> list[str]:
    """Those of the numbers that are some, each once, in order."""
    found: dict[str, None] = {}
    for number in numbers:
        try:
            found[Msisdn.parse(number, region="CN").e164] = None
        except Invalid:
            continue
    return list(found)
