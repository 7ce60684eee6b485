"""Stops: use ends at once, and begins again at once, whatever seats and days say.

A limit that is reached (money spent, credit lost) stops a company's apps. Unlike a suspension it has no
days, costs nothing to set however many seats there are, and changes no fee.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.subscription.models import Stop


@transaction.atomic
def stop(
    *, actor: Actor, customer_id: int, operator_id: int, app_id: str | None, cause: str, now: datetime
) -> Stop:
    """One app of the operator's, or all of them (`app_id` None). `cause` names what asks for it; the same
    cause again changes nothing while it holds."""
    with as_system():
        made, new = Stop.objects.get_or_create(
            cause=cause, lifted_at=None,
            defaults={
                "customer_id": customer_id, "operator_id": operator_id, "app_id": app_id, "since": now,
            },
        )  # fmt: skip
        if new:
            _tell(actor, "subscription.stopped", made, now)
    return made


@transaction.atomic
def lift(*, actor: Actor, cause: str, now: datetime) -> bool:
    """True where there was one."""
    with as_system():
        found = Stop.objects.select_for_update().filter(cause=cause, lifted_at=None).first()
        if found is None:
            return False
        found.lifted_at = now
        found.save(update_fields=["lifted_at"])
        _tell(actor, "subscription.started_again", found, now)
    return True


def _tell(actor: Actor, type: str, one: Stop, now: datetime) -> None:
    told = {"app_id": one.app_id, "cause": one.cause}
    record(actor, Fact(type, f"party/{one.customer_id}", [one.customer_id, one.operator_id], told), now=now)
