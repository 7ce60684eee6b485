"""What a member's own number leads to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.models import App
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.models import Message
from hotpot.pot.party.models import Member
from hotpot.pot.subscription.models import Entitlement


def apps_of(person: Person, now: datetime) -> Sequence[App]:
    """Those that the number may use now. An app that left the catalogue still serves its seats."""
    entitled = Entitlement.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), number=person.number, starts_at__lte=now
    )
    with as_system():
        return list(App.objects.filter(id__in=entitled.values("app_id")).order_by("name"))


def employments_of(person: Person) -> QuerySet[Member]:
    return Member.objects.filter(person=person, left_on=None).select_related("customer", "department")


def messages_of(person: Person, *, before: int | None, limit: int) -> Sequence[Message]:
    """Newest first, to and from the person's number; `before` is the id of the last one seen."""
    found = Message.objects.filter(number=person.number).select_related("notification")
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:limit])
