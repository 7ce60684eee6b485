"""Named SQL of the queue to carriers and back. What is hot is one statement a batch.

Messages that are known by their id are compared to a state that stands in a column: by a constant, the
planner might take the index of what is queued, and walk the whole queue for each.
"""

from __future__ import annotations

from hotpot.pot.messaging.statements import TOLD

# What is told of a message that moved on.
MOVED = """message.id, message.state, message.customer_id, message.app_id, message.number, message.error,
              message.interface_id, message.wants_receipt, message.carrier_ref"""

# Each interface (0: the apps) that has something queued for a carrier: a step through the index, not over it.
_LANES = """
WITH RECURSIVE lane (id) AS (
    (SELECT coalesce(interface_id, 0) FROM messaging_message
      WHERE state = 'queued' AND carrier = $2::text
      ORDER BY coalesce(interface_id, 0) LIMIT 1)
     UNION ALL
    SELECT (SELECT coalesce(message.interface_id, 0) FROM messaging_message message
             WHERE message.state = 'queued' AND message.carrier = $2::text
               AND coalesce(message.interface_id, 0) > lane.id
             ORDER BY coalesce(message.interface_id, 0) LIMIT 1)
      FROM lane WHERE lane.id IS NOT NULL
), share AS (
    SELECT id, greatest($3::bigint / count(*) OVER (), 1) AS most FROM lane WHERE id IS NOT NULL
), due AS (
    SELECT one.id, one.state
      FROM share
     CROSS JOIN LATERAL (
        (SELECT id, state FROM messaging_message
          WHERE state = 'queued' AND carrier = $2::text AND coalesce(interface_id, 0) = share.id
            AND priority = 1 AND due_at <= $1::timestamptz AND expires_at > $1::timestamptz
            AND (handed_at IS NULL OR $4::boolean)
          ORDER BY due_at, id LIMIT share.most)
         UNION ALL
        (SELECT id, state FROM messaging_message
          WHERE state = 'queued' AND carrier = $2::text AND coalesce(interface_id, 0) = share.id
            AND priority = 0 AND due_at <= $1::timestamptz AND expires_at > $1::timestamptz
            AND (handed_at IS NULL OR $4::boolean)
          ORDER BY due_at, id LIMIT share.most)
         UNION ALL
        (SELECT id, state FROM messaging_message
          WHERE state = 'queued' AND carrier = $2::text AND coalesce(interface_id, 0) = share.id
            AND priority = -1 AND due_at <= $1::timestamptz AND expires_at > $1::timestamptz
            AND (handed_at IS NULL OR $4::boolean)
          ORDER BY due_at, id LIMIT share.most)
         LIMIT share.most
     ) AS one
     LIMIT $3::bigint
)"""

# Takes messages that are due for a carrier, first those of priority, fairly among the interfaces, for as long
# as a lease. From then on the carrier may have them. Who lost a race for a row finds it changed. $4: also
# those that it may have already.
CLAIM = f"""
{_LANES}
UPDATE messaging_message message
   SET attempts = attempts + 1, due_at = $5::timestamptz, handed_at = $1::timestamptz
  FROM due
 WHERE message.id = due.id AND message.state = due.state AND message.due_at <= $1::timestamptz
RETURNING message.id, message.number, message.access_number, message.text, message.attempts,
          message.expires_at, message.customer_id, message.interface_id, message.priority, message.flash,
          message.alphabet, message.tried,
          ARRAY(SELECT part.place FROM messaging_messagepart part
                 WHERE part.message_id = message.id AND part.carrier = message.carrier
                   AND part.state <> 'failed')
"""

# Some that wait for a carrier, as CLAIM would take them.
WAITING_FOR = f"""
{_LANES}
SELECT message.id, message.number, message.customer_id, message.interface_id, message.tried
  FROM due JOIN messaging_message message USING (id)
 WHERE NOT EXISTS (SELECT FROM messaging_messagepart part WHERE part.message_id = message.id)
"""

# They wait for another carrier from now on. Nobody has them who might still deliver them.
GIVE_TO = """
WITH given AS MATERIALIZED (
    SELECT *, 'queued' AS was FROM unnest($1::bigint[], $2::text[]) AS one (id, carrier)
)
UPDATE messaging_message message SET carrier = given.carrier, handed_at = NULL
  FROM given
 WHERE message.id = given.id AND message.state = given.was AND message.due_at <= $3::timestamptz
RETURNING message.id
"""

# The carriers for which something is queued: one step through the index for each.
WAITED_FOR = """
WITH RECURSIVE one (carrier) AS (
    (SELECT carrier FROM messaging_message WHERE state = 'queued' ORDER BY carrier LIMIT 1)
     UNION ALL
    SELECT (SELECT message.carrier FROM messaging_message message
             WHERE message.state = 'queued' AND message.carrier > one.carrier
             ORDER BY message.carrier LIMIT 1)
      FROM one WHERE one.carrier IS NOT NULL
)
SELECT carrier FROM one WHERE carrier IS NOT NULL
"""

# What the carrier said to submissions, its receipts for them included where those came at the same time.
# Interfaces are told of what ended.
ANSWERED = f"""
WITH given AS MATERIALIZED (
    SELECT *, 'queued' AS was
      FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
        AS one (id, state, ref, error, ended_at)
), moved AS (
    UPDATE messaging_message message
       SET state = given.state, carrier = $1::text, carrier_ref = given.ref, error = given.error,
           sent_at = CASE WHEN given.state = 'failed' AND given.ref = '' THEN NULL ELSE $2::timestamptz END,
           ended_at = given.ended_at, handed_at = NULL
      FROM given
     WHERE message.id = given.id AND message.state = given.was
    RETURNING {MOVED}
), noticed AS (
    INSERT INTO messaging_notice (interface_id, message_id, kind)
    SELECT interface_id, id, 'receipt' FROM moved
     WHERE interface_id IS NOT NULL AND wants_receipt AND state <> 'sent'
     ORDER BY id
)
SELECT {TOLD} FROM moved message
"""

# What receipts say of messages that are known by their carrier's reference. One that comes after the validity
# still tells the truth. The reference stands first in each row. Each reference is looked up by itself: as a
# join, a plan made while there are few messages would walk all of the carrier's.
SETTLE = f"""
WITH given AS (
    SELECT DISTINCT ON (ref) * FROM unnest($2::text[], $3::boolean[], $4::text[], $5::timestamptz[])
        AS one (ref, delivered, error, at)
     ORDER BY ref, at DESC
), found AS MATERIALIZED (
    SELECT known.id, given.*
      FROM given
     CROSS JOIN LATERAL (
        SELECT id FROM messaging_message
         WHERE carrier = $1::text AND carrier_ref = given.ref AND carrier_ref <> '' AND direction = 'out'
           AND state IN ('sent', 'expired')
        OFFSET 0
     ) AS known
), moved AS (
    UPDATE messaging_message message
       SET state = CASE WHEN found.delivered THEN 'delivered' ELSE 'failed' END,
           error = found.error, ended_at = found.at
      FROM found
     WHERE message.id = found.id AND message.state IN ('sent', 'expired')
    RETURNING {MOVED}
), noticed AS (
    INSERT INTO messaging_notice (interface_id, message_id, kind)
    SELECT interface_id, id, 'receipt' FROM moved
     WHERE interface_id IS NOT NULL AND wants_receipt
     ORDER BY id
)
SELECT message.carrier_ref, {TOLD} FROM moved message
"""

# Which of these references are of messages or parts that ended already: their receipts came again.
ENDED_ALREADY = """
SELECT given.ref FROM unnest($2::text[]) AS given (ref)
 WHERE EXISTS (SELECT FROM messaging_message known
                WHERE known.carrier = $1::text AND known.carrier_ref = given.ref AND known.carrier_ref <> ''
                  AND known.direction = 'out')
    OR EXISTS (SELECT FROM messaging_messagepart part
                WHERE part.carrier = $1::text AND part.carrier_ref = given.ref)
"""

# The carrier could not take them now, or nobody knows whether it did: they are due again later, maybe at
# another carrier.
PUT_OFF = """
WITH given AS MATERIALIZED (
    SELECT *, 'queued' AS was
      FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::boolean[])
        AS one (id, due_at, error, carrier, tried, uncertain)
)
UPDATE messaging_message message
   SET due_at = given.due_at, error = given.error, carrier = given.carrier,
       tried = CASE WHEN given.tried = '' THEN message.tried
                    ELSE array_append(message.tried, given.tried) END,
       handed_at = CASE WHEN given.uncertain THEN message.handed_at END
  FROM given
 WHERE message.id = given.id AND message.state = given.was
"""

# Parts of long messages that a carrier took, each under a reference of its own.
PARTS_TAKEN = """
INSERT INTO messaging_messagepart (message_id, carrier, place, total, carrier_ref, state, error)
SELECT message_id, $1::text, place, total, ref, 'sent', ''
  FROM unnest($2::bigint[], $3::smallint[], $4::smallint[], $5::text[]) AS one (message_id, place, total, ref)
    ON CONFLICT (message_id, carrier, place) DO NOTHING
"""

# What receipts say of parts: the reference stands first in each row, then the message.
SETTLE_PARTS = """
UPDATE messaging_messagepart part
   SET state = CASE WHEN given.delivered THEN 'delivered' ELSE 'failed' END, error = given.error,
       ended_at = given.at
  FROM unnest($2::text[], $3::boolean[], $4::text[], $5::timestamptz[]) AS given (ref, delivered, error, at)
 WHERE part.carrier = $1::text AND part.carrier_ref = given.ref
   AND part.state = 'sent'
RETURNING part.carrier_ref, part.message_id
"""

# A long message is delivered when all of its parts are, and failed when one is.
SETTLE_WHOLE = f"""
WITH whole AS (
    SELECT part.message_id, bool_or(part.state = 'failed') AS failed,
           count(DISTINCT part.place) FILTER (WHERE part.state = 'delivered') = max(part.total) AS delivered,
           coalesce(min(part.error) FILTER (WHERE part.state = 'failed'), '') AS error,
           max(part.ended_at) AS at
      FROM messaging_messagepart part
     WHERE part.message_id = ANY ($1::bigint[])
     GROUP BY part.message_id
), moved AS (
    UPDATE messaging_message message
       SET state = CASE WHEN whole.failed THEN 'failed' ELSE 'delivered' END, error = whole.error,
           ended_at = whole.at
      FROM whole
     WHERE message.id = whole.message_id AND (whole.failed OR whole.delivered)
       AND message.state IN ('sent', 'expired')
    RETURNING {MOVED}
), noticed AS (
    INSERT INTO messaging_notice (interface_id, message_id, kind)
    SELECT interface_id, id, 'receipt' FROM moved
     WHERE interface_id IS NOT NULL AND wants_receipt
     ORDER BY id
)
SELECT {TOLD} FROM moved message
"""

# Receipts of messages not known yet.
HOLD = """
INSERT INTO messaging_heldreceipt
       (carrier, carrier_ref, delivered, error, at, number, access_number, submitted_at, held_at)
SELECT $1::text, ref, delivered, error, at, number, access_number, submitted_at, $9::timestamptz
  FROM unnest($2::text[], $3::boolean[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
              $8::timestamptz[]) AS one (ref, delivered, error, at, number, access_number, submitted_at)
    ON CONFLICT (carrier, carrier_ref) DO NOTHING
"""

# Held receipts that are of these references.
TAKE_HELD = """
DELETE FROM messaging_heldreceipt held
 WHERE held.carrier = $1::text AND held.carrier_ref = ANY ($2::text[])
RETURNING held.carrier, held.carrier_ref, held.delivered, held.at, held.error, held.number,
          held.access_number, held.submitted_at
"""

# Held receipts whose message or part is known by now: written by another hand in between.
TAKE_KNOWN = """
DELETE FROM messaging_heldreceipt held
 WHERE EXISTS (SELECT FROM messaging_message message
                WHERE message.carrier = held.carrier AND message.carrier_ref = held.carrier_ref
                  AND message.carrier_ref <> '' AND message.direction = 'out')
    OR EXISTS (SELECT FROM messaging_messagepart part
                WHERE part.carrier = held.carrier AND part.carrier_ref = held.carrier_ref)
RETURNING held.carrier, held.carrier_ref, held.delivered, held.at, held.error, held.number,
          held.access_number, held.submitted_at
"""

# Messages that a carrier may have and never answered for, and receipts of it that may be theirs: same number,
# same access number, submitted about then. Looked up by number, one by one, as in SETTLE.
LOST = """
WITH held AS MATERIALIZED (
    SELECT *, 'queued' AS was FROM messaging_heldreceipt
     WHERE carrier = $1::text AND held_at > $2::timestamptz AND number <> ''
)
SELECT message.id, message.text, message.alphabet, held.carrier_ref
  FROM held
 CROSS JOIN LATERAL (
    SELECT id, text, alphabet, handed_at FROM messaging_message
     WHERE number = held.number AND direction = 'out' AND state = held.was AND handed_at < $3::timestamptz
       AND (carrier = held.carrier OR held.carrier = ANY (tried))
       AND (held.access_number = access_number OR held.access_number = '')
    OFFSET 0
 ) AS message
 WHERE coalesce(held.submitted_at BETWEEN message.handed_at - interval '3 minutes'
                                      AND message.handed_at + interval '3 minutes', true)
 ORDER BY message.handed_at, message.id, held.at, held.id
"""

# Receipts that belong to nothing we ever sent.
FORGET_HELD = "DELETE FROM messaging_heldreceipt WHERE held_at < $1::timestamptz"

# Validity is over, whether it was sent or not.
EXPIRE = f"""
WITH overdue AS (
    SELECT id FROM messaging_message
     WHERE state IN ('queued', 'sent') AND expires_at <= $1::timestamptz
       AND (state = 'sent' OR due_at <= $1::timestamptz)  -- else a carrier is about to answer
     ORDER BY expires_at
     LIMIT $2::bigint
       FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE messaging_message message SET state = 'expired', ended_at = $1::timestamptz
      FROM overdue
     WHERE message.id = overdue.id
    RETURNING {MOVED}
), noticed AS (
    INSERT INTO messaging_notice (interface_id, message_id, kind)
    SELECT interface_id, id, 'receipt' FROM moved
     WHERE interface_id IS NOT NULL AND wants_receipt
     ORDER BY id
)
SELECT {TOLD} FROM moved message
"""
