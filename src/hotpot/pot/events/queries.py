"""Read the record in the order in which it was committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from hotpot.pot.events.actions import perform
from hotpot.pot.events.models import Cursor
from hotpot.pot.events.rules import read_after
from hotpot.pot.events.wire import Event


@contextmanager
def consume(reader: str, *, types: Sequence[str] | None, limit: int = 500) -> Iterator[list[Event]]:
    """The next events for `reader`, once: its place moves when the block ends without an exception.

    What the block writes and the move commit together, so that a crash repeats both or neither.
    """
    with transaction.atomic():
        Cursor.objects.get_or_create(reader=reader)
        place = Cursor.objects.select_for_update().get(reader=reader)
        events = perform(read_after(place.txid, place.sequence, types, limit))
        yield events
        if events:
            place.txid, place.sequence = events[-1].txid, events[-1].sequence
            place.save(update_fields=["txid", "sequence"])
