"""Verbs of messages that are held until somebody looked at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform, record
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.messaging.models import Review
from hotpot.pot.messaging.switch import statements
from hotpot.pot.messaging.switch.after import decided
from hotpot.pot.messaging.switch.may import require_operator

BATCH = 1_000


def release(actor: Actor, *, message_ids: Sequence[int], now: datetime) -> int:
    """They go out; how many of them were still held. Raises Forbidden, Conflict where none was."""
    return _decided(actor, message_ids, Review.State.RELEASED, "", now)


def refuse(actor: Actor, *, message_ids: Sequence[int], reason: str, now: datetime) -> int:
    """They fail, with the reason for their company to read. Raises Forbidden, Invalid, Conflict."""
    if not reason.strip():
        raise Invalid(_("Say why: the company reads the reason."))
    return _decided(actor, message_ids, Review.State.REFUSED, reason.strip(), now)


def _decided(actor: Actor, message_ids: Sequence[int], state: str, reason: str, now: datetime) -> int:
    with transaction.atomic(), as_system():
        reviews = Review.objects.filter(message_id__in=message_ids)
        customers = set(reviews.values_list("customer_id", flat=True))
        for customer_id in customers:
            require_operator(actor, customer_id, now=now)
        ended = perform(decided(message_ids, state=state, person_id=actor.person_id, reason=reason, now=now))
        if not ended:
            raise Conflict(_("Somebody decided on this already."))
        fact = Fact(
            f"review.{state}", "reviews", [actor.party_id, *sorted(customers)], {"messages": len(ended)}
        )
        record(actor, fact, now=now)
    return len(ended)


def expire(*, now: datetime) -> int:
    """Messages at which nobody looked in time have expired; how many."""
    total = 0
    while True:
        with transaction.atomic(), as_system():
            done = perform(_expired(now))
        total += len(done)
        if len(done) < BATCH:
            return total


def _expired(now: datetime) -> Steps[list[int]]:
    rows = yield Call(statements.REVIEWS_OVERDUE, (now, BATCH))
    if not rows:
        return []
    overdue = [row[0] for row in rows]
    reason = "nobody reviewed it in time"
    return (yield from decided(overdue, state=Review.State.EXPIRED, person_id=None, reason=reason, now=now))


def forget(*, now: datetime) -> None:
    """Counts and texts whose time is over."""
    with transaction.atomic(), as_system():
        perform(_forgotten(now))


def _forgotten(now: datetime) -> Steps[None]:
    yield Call(statements.FORGET_TALLIES, (now,))
    yield Call(statements.FORGET_RECENT, (now,))
