"""Tells the people who handle a company's money, in each one's language, as each of them chose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils.translation import override

from hotpot.pot.access.readers import as_system
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.notification.actions import tell as tell_people
from hotpot.pot.notification.wire import Notice
from hotpot.pot.party.models import Membership

ROLES = (Membership.Role.OWNER, Membership.Role.FINANCE)


def tell(customer_id: int, sentence: Callable[[], str], *, key: str, now: datetime) -> int:
    """Tells each person once for each `key`; how many were told."""
    with as_system():
        people = [
            one.person
            for one in Membership.objects.filter(party_id=customer_id, role__in=ROLES)
            .select_related("person")
            .order_by("person_id")
        ]
    notices = []
    for person in people:
        with override(person.language):
            said = Outbound(f"{key}:{person.id}", person.number, sentence(), customer_id=customer_id)
        notices.append(Notice(said, person.id, f"{settings.HOTPOT_BASE_URL}/"))
    tell_people(notices, now=now)
    return len(notices)
