"""Tells the people who handle a company's money, in each one's language, by message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import override

from hotpot.pot.access.readers import as_system
from hotpot.pot.messaging.actions import send
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.party.models import Membership

ROLES = (Membership.Role.OWNER, Membership.Role.FINANCE)


def tell(customer_id: int, sentence: Callable[[], str], *, key: str, now: datetime) -> int:
    """Queues one message a person, once for each `key`; how many were told."""
    with as_system():
        people = [
            one.person
            for one in Membership.objects.filter(party_id=customer_id, role__in=ROLES)
            .select_related("person")
            .order_by("person_id")
        ]
    outbound = []
    for person in people:
        with override(person.language):
            outbound.append(
                Outbound(f"{key}:{person.id}", person.number, sentence(), customer_id=customer_id)
            )
    send(outbound, now=now)
    return len(outbound)
