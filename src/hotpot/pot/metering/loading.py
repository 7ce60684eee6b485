"""Brings many events in at once, straight into segments: for benchmarks and for moving in from elsewhere.

The events were checked by whoever gives them; nothing is refused here and no repetition is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import psycopg
import pyarrow as pa
import pyarrow.compute as pc

from hotpot.kernel.errors import Conflict
from hotpot.pot.metering import segments, statements
from hotpot.pot.metering.known import keys_of
from hotpot.pot.metering.rules import US_PER_S

COPY = """
COPY metering_segment (first_event, last_event, received_at, oldest_us, newest_us, keys, events, usage)
FROM STDIN (FORMAT BINARY)
"""
TYPES = ("int8", "int8", "timestamptz", "int8", "int8", "bytea", "bytea", "bytea")
TALLY = """
INSERT INTO metering_tally (meter_id, day, events, quantity) VALUES (%s, %s, %s, %s)
    ON CONFLICT (meter_id, day) DO UPDATE
   SET events = metering_tally.events + excluded.events,
       quantity = metering_tally.quantity + excluded.quantity
"""


def load(database_url: str, chunks: Iterable[tuple[pa.Table, pa.Table]], *, now: datetime) -> int:
    """Adds each chunk as one segment, all in one transaction; how many events there were.

    A chunk is a table of `segments.EVENTS` and its `segments.USAGE`. Some 10,000 to 100,000 events a chunk
    read best. Raises Conflict while an intake runs on this database.
    """
    with psycopg.connect(database_url) as link:
        if not _value(link, statements.BE_THE_ONLY_ONE):
            raise Conflict("The intake runs on this database. Stop it first, or send the events to it.")
        first = next_event = int(_value(link, statements.LAST_EVENT)) + 1
        received_us = int(now.timestamp() * US_PER_S)
        tallies: list[pa.Table] = []
        with link.cursor() as cursor:
            with cursor.copy(COPY) as copy:
                copy.set_types(TYPES)
                for events, usage in chunks:
                    segment = segments.make(next_event, received_us, _keys(events), events, usage)
                    copy.write_row(
                        (segment.first_event, segment.last_event, now, segment.oldest_us, segment.newest_us,
                         segment.keys, segment.events, segment.usage)
                    )  # fmt: skip
                    tallies.append(segments.by_day(usage))
                    next_event = segment.last_event + 1
            days = segments.sum_up(tallies)
            cursor.executemany(TALLY, [(one.meter, one.day, one.events, one.quantity) for one in days])
    return next_event - first


def _value(link: psycopg.Connection, statement: str) -> int:
    row = link.execute(statement).fetchone()
    return row[0] if row else 0


def _keys(events: pa.Table) -> bytes:
    names = pc.binary_join_element_wise(events["source"].cast(pa.string()), events["id"], "\n")
    return keys_of(names.to_pylist())
