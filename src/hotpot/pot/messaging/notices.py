"""Notices that nobody fetches are kept for a week, then dropped and counted. Steps.

How old a notice is, is known by marks: which id was the last at a moment of our own clock. So a notice costs
nothing more when it is written, and no carrier's clock can make one old.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hotpot.pot.events.steps import Call, Steps

NOTICES_KEPT = timedelta(days=7)
MARKED_EVERY = timedelta(hours=1)
AT_ONCE = 5_000  # dropped in one transaction

# Before the first notice the sequence's last_value is 1 already: is_called tells that from its id.
MARK = """
INSERT INTO messaging_noticemark (at, notice_id)
SELECT $1::timestamptz, (SELECT last_value - (NOT is_called)::int FROM messaging_notice_id_seq)
 WHERE NOT EXISTS (SELECT FROM messaging_noticemark WHERE at > $2::timestamptz)
"""

# The oldest, as far as they are older than $1; how many were dropped. Marks that are passed are forgotten.
DROP = """
WITH passed AS MATERIALIZED (
    SELECT id, notice_id FROM messaging_noticemark WHERE at <= $1::timestamptz ORDER BY at DESC LIMIT 1
), forgotten AS (
    DELETE FROM messaging_noticemark mark USING passed
     WHERE mark.at <= $1::timestamptz AND mark.id <> passed.id
), dropped AS (
    DELETE FROM messaging_notice
     WHERE id = ANY (ARRAY(SELECT notice.id FROM messaging_notice notice
                            WHERE notice.id <= (SELECT notice_id FROM passed)
                            ORDER BY notice.id LIMIT $3::bigint FOR UPDATE SKIP LOCKED))
    RETURNING interface_id
), counted AS (
    INSERT INTO messaging_droppednotices (interface_id, dropped, since, last_at)
    SELECT dropped.interface_id, count(*), $2::timestamptz, $2::timestamptz
      FROM dropped JOIN messaging_interface held ON held.id = dropped.interface_id
     GROUP BY dropped.interface_id ORDER BY dropped.interface_id
        ON CONFLICT (interface_id) DO UPDATE
       SET dropped = messaging_droppednotices.dropped + excluded.dropped, last_at = excluded.last_at
)
SELECT count(*) FROM dropped
"""


def swept(*, now: datetime) -> Steps[int]:
    """Drops at most AT_ONCE notices that waited for longer than NOTICES_KEPT; how many."""
    yield Call(MARK, (now, now - MARKED_EVERY))
    [[count]] = yield Call(DROP, (now - NOTICES_KEPT, now, AT_ONCE))
    return int(count)
