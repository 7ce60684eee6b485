"""Read the record in the order in which it was committed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from hotpot.pot.events.models import Cursor
from hotpot.pot.events.wire import Actor, Event

# Rows whose transaction began before every transaction still open: nothing can appear among them later.
# The horizon comes from the same snapshot, so that a reader may leap to it when it has read all.
READ_AFTER = """
WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin)
SELECT id, type, subject, time, person_id, party_id, way, party_ids, person_ids, data,
       txid::text::bigint, sequence, xmin::text::bigint
  FROM horizon LEFT JOIN LATERAL (
    SELECT * FROM events_event
     WHERE (txid, sequence) > (%(txid)s::text::xid8, %(sequence)s) AND txid < horizon.xmin
       AND (%(types)s::text[] IS NULL OR type = ANY (%(types)s::text[]))
     ORDER BY txid, sequence LIMIT %(limit)s
  ) AS next ON true
 ORDER BY txid, sequence
"""
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
        events, xmin = _read_after(place, types, limit)
        yield events
        _move(place, events[-1] if len(events) == limit else None, xmin, idle=not events)


def _move(place: Cursor, last: Event | None, xmin: int, *, idle: bool) -> None:
    """To `last`; without one to the horizon, since all below it was read or is of no interest."""
    if idle and xmin - place.txid < IDLE_TRANSACTIONS:
        return
    place.txid, place.sequence = (last.txid, last.sequence) if last else (xmin - 1, SEQUENCE_MAX)
    place.save(update_fields=["txid", "sequence"])


def _read_after(place: Cursor, types: Sequence[str] | None, limit: int) -> tuple[list[Event], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            READ_AFTER,
            {
                "txid": str(place.txid),
                "sequence": place.sequence,
                "types": None if types is None else list(types),
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    return [_event(row) for row in rows if row[0] is not None], rows[0][12]


def _event(row: tuple[Any, ...]) -> Event:
    return Event(
        id=row[0],
        type=row[1],
        subject=row[2],
        time=row[3],
        actor=Actor(*row[4:7]),
        party_ids=tuple(row[7]),
        person_ids=tuple(row[8]),
        data=_decoded(row[9]),
        txid=row[10],
        sequence=row[11],
    )


def _decoded(data: object) -> dict[str, object]:
    # Django's connection hands JSON over undecoded in raw queries.
    return json.loads(data) if isinstance(data, str) else data  # type: ignore[return-value]
