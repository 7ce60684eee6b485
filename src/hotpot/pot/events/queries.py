"""Read the record: in the order in which it was committed, or what a person searches in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from hotpot.pot.events.actions import perform
from hotpot.pot.events.models import Cursor, EventRow
from hotpot.pot.events.rules import read_after
from hotpot.pot.events.wire import Event

SEQUENCE_MAX = 2**63 - 1
# An idle reader writes its place down only now and then, not at every look.
IDLE_TRANSACTIONS = 1_000


@contextmanager
def consume(reader: str, *, types: Sequence[str] | None, limit: int = 500) -> Iterator[list[Event]]:
    """The next events for `reader`, once: its place moves when the block ends without an exception.

    What the block writes and the move commit together, so that a crash repeats both or neither.
    """
    with transaction.atomic():
        Cursor.objects.get_or_create(reader=reader)
        place = Cursor.objects.select_for_update().get(reader=reader)
        events, horizon = perform(read_after(place.txid, place.sequence, types, limit))
        yield events
        _move(place, events[-1] if len(events) == limit else None, horizon, idle=not events)


def _move(place: Cursor, last: Event | None, horizon: int, *, idle: bool) -> None:
    """To `last`; without one to the horizon, since all below it was read or is of no interest."""
    if idle and horizon - place.txid < IDLE_TRANSACTIONS:
        return
    place.txid, place.sequence = (last.txid, last.sequence) if last else (horizon - 1, SEQUENCE_MAX)
    place.save(update_fields=["txid", "sequence"])


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader of the record asks for; an empty value asks for all. Times are aware."""

    type: str = ""  # itself and all below it: "task" finds "task.opened"
    subject: str = ""
    party_id: int | None = None
    person_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # exclusive


def visible(person_id: int, party_ids: Iterable[int]) -> QuerySet[EventRow]:
    """Events that concern the person or a party in whose name the person reads."""
    concerned = Q(party_ids__overlap=list(party_ids)) | Q(person_ids__contains=[person_id])
    return EventRow.objects.filter(concerned)


def found(events: QuerySet[EventRow], search: Search) -> QuerySet[EventRow]:
    """Those that fit; order and pages are the table's."""
    if search.type:
        events = events.filter(Q(type=search.type) | Q(type__startswith=f"{search.type}."))
    if search.subject:
        events = events.filter(subject=search.subject)
    if search.party_id is not None:
        events = events.filter(party_ids__contains=[search.party_id])
    if search.person_id is not None:
        events = events.filter(person_ids__contains=[search.person_id])
    if search.since is not None:
        events = events.filter(time__gte=search.since)
    if search.until is not None:
        events = events.filter(time__lt=search.until)
    return events
