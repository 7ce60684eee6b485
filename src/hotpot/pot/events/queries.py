"""Read the record in the order in which it was committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from hotpot.pot.events.actions import perform
from hotpot.pot.events.models import Cursor
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
