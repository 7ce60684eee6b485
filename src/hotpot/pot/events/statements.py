"""The record's named SQL, the same for Django and for the relay."""

from __future__ import annotations

CHANNEL = "hotpot_events"  # PostgreSQL NOTIFY channel: "there is something new to read".

# Adds many events in one round trip. Lists of ids come as text: PostgreSQL has no array of uneven arrays.
RECORD = """
INSERT INTO events_event
       (id, type, subject, time, person_id, party_id, way, party_ids, person_ids, data)
SELECT id, type, subject, time, person_id, party_id, way,
       party_ids::bigint[], person_ids::bigint[], data::jsonb
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::text[],
              $8::text[], $9::text[], $10::text[])
       AS given (id, type, subject, time, person_id, party_id, way, party_ids, person_ids, data)
"""

# Tells whoever listens; PostgreSQL sends it when the transaction commits, once however often it is asked.
TELL = f"SELECT pg_notify('{CHANNEL}', '')"

# Rows whose transaction began before every transaction still open: nothing can appear among them later.
# The horizon comes from the same snapshot, so that a reader may leap to it when it has read all.
READ_AFTER = """
WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin)
SELECT id, type, subject, time, person_id, party_id, way, party_ids, person_ids, data,
       txid::text::bigint, sequence, xmin::text::bigint
  FROM horizon LEFT JOIN LATERAL (
    SELECT * FROM events_event
     WHERE (txid, sequence) > ($1::text::xid8, $2::bigint) AND txid < horizon.xmin
       AND ($3::text[] IS NULL OR type = ANY ($3::text[]))
     ORDER BY txid, sequence LIMIT $4::bigint
  ) AS next ON true
 ORDER BY txid, sequence
"""

# Where a reader stands; a new one stands before everything.
PLACE = """
INSERT INTO events_cursor (reader, txid, sequence) VALUES ($1::text, 0, 0)
    ON CONFLICT (reader) DO UPDATE SET reader = excluded.reader
RETURNING txid, sequence
"""

MOVE = "UPDATE events_cursor SET txid = $2::bigint, sequence = $3::bigint WHERE reader = $1::text"

# One relay at a time: two would carry each event twice. Held for as long as the connection lives.
BE_THE_ONLY_ONE = "SELECT pg_try_advisory_lock(hashtextextended('events.' || $1::text, 0))"
