"""What people chose, and how the ways fare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.models import Message
from hotpot.pot.notification.models import Attempt, Browser, Choice, Habits, Notification
from hotpot.pot.notification.wire import Way
from hotpot.pot.party.models import Member

WRONG_MAX = 50


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person chose: `choices` by app, "" for all others."""

    habits: Habits | None
    choices: Mapping[str, Choice]
    browsers: Sequence[Browser]


@dataclass(frozen=True, slots=True)
class Fare:
    """How one way fared: how many people chose it, how often it was tried, how often in vain."""

    people: int = 0
    tried: int = 0
    failed: int = 0
    last_at: datetime | None = None


def settled(person: Person) -> Settled:
    return Settled(
        Habits.objects.filter(person=person).first(),
        {one.app_id: one for one in Choice.objects.filter(person=person)},
        list(Browser.objects.filter(person=person).order_by("-id")),
    )


def mail_address_of(person_id: int | None) -> str:
    """Where a person's notices go by mail; "" where none is verified."""
    verified = Habits.objects.filter(person=person_id, mail_verified_at__isnull=False)
    return verified.values_list("mail_address", flat=True).first() or ""


def mails_are_sent() -> bool:
    """Whether this installation has a mail server to send by."""
    mails: bool = settings.HOTPOT_MAILS
    return mails


def bounces_are_noticed() -> bool:
    """Whether mails that can't be delivered come back to us."""
    return bool(settings.HOTPOT_MAIL_DOMAIN)


def states(customer_ids: Iterable[int], since: datetime) -> Mapping[str, int]:
    """How many notices of these companies' apps are in which state."""
    found = Notification.objects.filter(message__customer_id__in=customer_ids, created_at__gte=since)
    return dict(found.values_list("state").annotate(n=Count("id")).order_by())


def fares(customer_ids: Sequence[int], since: datetime) -> Mapping[str, Fare]:
    """By way. SMS are the messages themselves, also of people who chose nothing."""
    people = _people(customer_ids)
    tried = (
        _attempts(customer_ids, since)
        .values_list("way")
        .annotate(n=Count("id"), failed=Count("id", filter=~Q(error="")), last=Max("at"))
    )
    found = {way: Fare(people[way], n, failed, last) for way, n, failed, last in tried}
    sent = Message.objects.filter(
        customer_id__in=customer_ids, created_at__gte=since, direction="out", attempts__gt=0
    )
    sms = sent.aggregate(n=Count("id"), failed=Count("id", filter=Q(state="failed")), last=Max("sent_at"))
    usual = {way.value: Fare(people[way]) for way in Way}
    return usual | found | {Way.SMS: Fare(people[Way.SMS], sms["n"], sms["failed"], sms["last"])}


def failures(customer_ids: Sequence[int], since: datetime) -> Sequence[Mapping[str, Any]]:
    """What ways answered when they failed, the most frequent first."""
    found = _attempts(customer_ids, since).exclude(error="").values("way", "error")
    return list(found.annotate(times=Count("id"), last_at=Max("at")).order_by("-times")[:WRONG_MAX])


def _attempts(customer_ids: Sequence[int], since: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(at__gte=since, notification__message__customer_id__in=customer_ids)


def _people(customer_ids: Sequence[int]) -> Mapping[str, int]:
    members = Member.objects.filter(customer_id__in=customer_ids, left_on=None)
    chosen = Choice.objects.filter(person_id__in=members.values("person_id"))
    return {
        way: chosen.filter(ways__contains=[way]).aggregate(n=Count("person_id", distinct=True))["n"]
        for way in Way
    }
