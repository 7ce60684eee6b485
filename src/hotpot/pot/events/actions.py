"""Write to the record. Called by every business verb, inside its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from hotpot.kernel.ids import uuid7
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import Actor

CHANNEL = "hotpot_events"  # PostgreSQL NOTIFY channel: "there is something new to read".


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened to `subject` (e.g. "seat/17"); `type` is dotted: "subscription.seat.assigned".

    `party_ids` and `person_ids` name those whom it concerns: they may read it.
    """

    type: str
    subject: str
    party_ids: Iterable[int | None]
    data: Mapping[str, Any] = field(default_factory=dict)
    person_ids: Iterable[int | None] = ()


def record(actor: Actor, fact: Fact, *, now: datetime) -> None:
    """One fact by one actor."""
    record_all(actor, [fact], now=now)


def record_all(actor: Actor, facts: Sequence[Fact], *, now: datetime) -> None:
    """Many facts in one round trip. They are visible when the transaction commits."""
    if not facts:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of what it tells")
    EventRow.objects.bulk_create([_row(actor, fact, now) for fact in facts])
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def _row(actor: Actor, fact: Fact, now: datetime) -> EventRow:
    return EventRow(
        id=uuid7(now),
        type=fact.type,
        subject=fact.subject,
        time=now,
        person_id=actor.person_id,
        party_id=actor.party_id,
        way=actor.way,
        party_ids=_known(*fact.party_ids, actor.party_id),
        person_ids=_known(*fact.person_ids, actor.person_id),
        data=dict(fact.data),
    )


def _known(*ids: int | None) -> list[int]:
    return sorted({one for one in ids if one is not None})
