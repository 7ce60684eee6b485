"""Named SQL of the intake, for asyncpg: $1, $2 ... each cast to its type."""

from __future__ import annotations

CHANNEL = "hotpot_usage"  # PostgreSQL NOTIFY channel: an app of this pot submitted events

# One intake at a time: what was taken before is known to it alone. Held for as long as the connection lives,
# and everything is committed on that connection, so a second one cannot write beside it.
BE_THE_ONLY_ONE = "SELECT pg_try_advisory_lock(hashtextextended('metering.intake', 0))"

# Live tokens with a scope "usage:<source>" whose source belongs to an app of the token's party.
BEARERS = """
SELECT token.digest, token.party_id, source.uri, source.app_id
  FROM identity_accesstoken AS token
  JOIN identity_person AS person ON person.id = token.person_id AND person.is_active
  JOIN party_membership AS membership
    ON membership.person_id = token.person_id AND membership.party_id = token.party_id
 CROSS JOIN LATERAL jsonb_array_elements_text(token.scopes) AS scope
  JOIN metering_source AS source ON 'usage:' || source.uri = scope
  JOIN catalog_app AS app ON app.id = source.app_id AND app.developer_id = token.party_id
 WHERE token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > $1::timestamptz)
"""

# Meters that count today, those of one type of one app side by side.
METERS = """
SELECT app_id, event_type, id, aggregation, field, exponent
  FROM metering_meter WHERE ended_at IS NULL ORDER BY app_id, event_type, id
"""

# The highest event number there is; 0 before the first. Numbers are given in the order of commits.
LAST_EVENT = "SELECT coalesce(max(last_event), 0) FROM metering_segment"

# Keys of what was taken after an event and lately enough to be sent again, in order.
KEYS = """
SELECT first_event, received_at, keys FROM metering_segment
 WHERE last_event > $1::bigint AND received_at > $2::timestamptz ORDER BY first_event
"""

# Sizes of the segments at the end, which may be small.
SIZES = """
SELECT first_event, last_event FROM metering_segment ORDER BY first_event DESC LIMIT $1::bigint
"""

# Keeps what was taken: this and the keys are one row, so neither can be without the other.
KEEP = """
INSERT INTO metering_segment
       (first_event, last_event, received_at, oldest_us, newest_us, keys, events, usage)
VALUES ($1::bigint, $2::bigint, to_timestamp($3::bigint / 1e6), $4::bigint, $5::bigint, $6::bytea, $7::bytea,
        $8::bytea)
"""

# Whole segments from one event on, for a merge.
PARTS = """
SELECT first_event, last_event, (extract(epoch FROM received_at) * 1000000)::bigint, oldest_us, newest_us,
       keys, events, usage
  FROM metering_segment WHERE first_event >= $1::bigint ORDER BY first_event
"""

DROP = "DELETE FROM metering_segment WHERE first_event >= $1::bigint"

# Adds to the days' tallies.
TALLY = """
INSERT INTO metering_tally (meter_id, day, events, quantity)
SELECT * FROM unnest($1::bigint[], $2::date[], $3::bigint[], $4::numeric[])
    ON CONFLICT (meter_id, day) DO UPDATE
   SET events = metering_tally.events + excluded.events,
       quantity = metering_tally.quantity + excluded.quantity
"""

# Adds to what a party was refused, with the last event of each reason.
REFUSE = """
INSERT INTO metering_refusal
       (party_id, code, day, events, last_at, last_source, last_type, last_event, last_message)
SELECT party_id, code, $3::timestamptz::date, events, $3::timestamptz, source, type, event, message
  FROM unnest($1::bigint[], $2::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[])
       AS given (party_id, code, events, source, type, event, message)
    ON CONFLICT (party_id, code, day) DO UPDATE
   SET events = metering_refusal.events + excluded.events, last_at = excluded.last_at,
       last_source = excluded.last_source, last_type = excluded.last_type,
       last_event = excluded.last_event, last_message = excluded.last_message
"""

# What apps of this pot submitted, oldest first, with the app's developer.
SUBMISSIONS = """
SELECT submission.id, submission.app_id, app.developer_id, submission.events
  FROM metering_submission AS submission JOIN catalog_app AS app ON app.id = submission.app_id
 ORDER BY submission.id LIMIT $1::bigint
"""

TAKEN = "DELETE FROM metering_submission WHERE id = ANY ($1::bigint[])"
