"""The gateway's named SQL."""

from __future__ import annotations

_SHOWN = """message.id, message.direction, message.number, message.access_number, message.text, message.state,
       message.error, message.client_ref, message.created_at, message.due_at, message.sent_at,
       message.ended_at"""

# One message of an interface.
MESSAGE = f"""
SELECT {_SHOWN} FROM messaging_message message WHERE id = $1::bigint AND interface_id = $2::bigint
"""

# The message that an interface gave under a key.
MESSAGE_BY_KEY = f"""
SELECT {_SHOWN} FROM messaging_message message WHERE key = $1::text AND interface_id = $2::bigint
"""

# An interface's messages, the newest first: by number or not.
MESSAGES_OF_NUMBER = f"""
SELECT {_SHOWN} FROM messaging_message message
 WHERE number = $3::text AND interface_id = $2::bigint AND customer_id = $1::bigint AND id < $4::bigint
   AND ($5::text = '' OR state = $5::text) AND created_at >= $6::timestamptz
 ORDER BY id DESC LIMIT $7::bigint
"""

MESSAGES_OF_INTERFACE = f"""
SELECT {_SHOWN} FROM messaging_message message
 WHERE customer_id = $1::bigint AND interface_id = $2::bigint AND $3::text = '' AND id < $4::bigint
   AND ($5::text = '' OR state = $5::text) AND created_at >= $6::timestamptz
 ORDER BY id DESC LIMIT $7::bigint
"""

# Calls off a message that no carrier was given yet: it is over, and expires at the engine's next look.
CALL_OFF = """
UPDATE messaging_message SET due_at = $3::timestamptz, expires_at = $3::timestamptz
 WHERE id = $1::bigint AND interface_id = $2::bigint AND state = 'queued' AND attempts = 0
RETURNING id
"""

# One message of an interface, by the id under which it was acknowledged.
MESSAGE_ASKED_FOR = """
SELECT id, access_number, state, error, ended_at FROM messaging_message
 WHERE id = $1::bigint AND interface_id = $2::bigint AND direction = 'out'
"""

# Those of an id that is no message's: of several numbers, or of a part. They follow it closely.
MESSAGES_AFTER_REF = """
SELECT id, access_number, state, error, ended_at
  FROM (SELECT * FROM messaging_message
         WHERE customer_id = $1::bigint AND id > $3::bigint
         ORDER BY id LIMIT 20000) AS message
 WHERE interface_id = $2::bigint AND direction = 'out'
   AND $4::text = ANY (string_to_array(client_ref, ' '))
 ORDER BY id LIMIT 100
"""

# Whether a part waits for its others under this id.
PART_WAITS = "SELECT 1 FROM messaging_givenpart WHERE interface_id = $1::bigint AND ref = $2::text"

# Drops all parts that came of the message whose part waits under this id.
CALL_OFF_PARTS = """
DELETE FROM messaging_givenpart part USING messaging_givenpart one
 WHERE one.interface_id = $1::bigint AND one.ref = $2::text
   AND part.interface_id = one.interface_id AND part.numbers = one.numbers AND part.extension = one.extension
   AND part.reference = one.reference AND part.total = one.total
RETURNING part.ref
"""

# An interface's messages of a time: given, passed on, waiting, come to nothing; replies that it was told of,
# and those that it wasn't yet. Back from the newest, as far as that time goes: ids follow time, but for those
# that were written side by side. One statement, so that a reply that comes meanwhile is in both sums or none.
COUNT_MESSAGES = """
WITH before AS (
    SELECT id FROM messaging_message
     WHERE customer_id = $1::bigint AND created_at < $3::timestamptz - interval '5 minutes'
     ORDER BY id DESC LIMIT 1
), untold AS (
    SELECT count(*) AS replies
      FROM messaging_notice notice JOIN messaging_message message ON message.id = notice.message_id
     WHERE notice.interface_id = $2::bigint AND notice.kind = 'reply'
       AND message.id > coalesce((SELECT id FROM before), 0)
       AND message.created_at >= $3::timestamptz AND message.created_at < $4::timestamptz
)
SELECT count(*) FILTER (WHERE direction = 'out'),
       count(*) FILTER (WHERE state IN ('sent', 'delivered')),
       count(*) FILTER (WHERE state IN ('held', 'queued')),
       count(*) FILTER (WHERE state IN ('failed', 'expired')),
       count(*) FILTER (WHERE direction = 'in') - (SELECT replies FROM untold),
       (SELECT replies FROM untold)
  FROM messaging_message
 WHERE customer_id = $1::bigint AND interface_id = $2::bigint
   AND id > coalesce((SELECT id FROM before), 0)
   AND created_at >= $3::timestamptz AND created_at < $4::timestamptz
"""

# Notices that an interface fetched itself.
FETCHED = """
DELETE FROM messaging_notice WHERE interface_id = $1::bigint AND id = ANY ($2::bigint[]) RETURNING id
"""

# Which interfaces have notices: one step through the index for each, however many notices wait.
TO_TELL = """
WITH RECURSIVE waiting AS (
    (SELECT interface_id FROM messaging_notice ORDER BY interface_id LIMIT 1)
     UNION ALL
    SELECT (SELECT notice.interface_id FROM messaging_notice notice
             WHERE notice.interface_id > waiting.interface_id
             ORDER BY notice.interface_id LIMIT 1)
      FROM waiting WHERE waiting.interface_id IS NOT NULL
)
SELECT interface_id FROM waiting WHERE interface_id IS NOT NULL
"""

SILENCES = """
SELECT interface_id, since, tries, reason, next_at, parked_at FROM messaging_silence
"""

# The other end did not take its notices.
IS_SILENT = """
INSERT INTO messaging_silence (interface_id, since, tries, reason, next_at, parked_at)
VALUES ($1::bigint, $2::timestamptz, $3::int, $4::text, $5::timestamptz, $6::timestamptz)
    ON CONFLICT (interface_id) DO UPDATE
   SET tries = excluded.tries, reason = excluded.reason, next_at = excluded.next_at,
       parked_at = excluded.parked_at
"""

IS_HEARD = "DELETE FROM messaging_silence WHERE interface_id = $1::bigint"

# Ids from those of messages, so that none is ever the id of another.
NEW_REFS = "SELECT nextval('messaging_message_id_seq') FROM generate_series(1, $1::bigint)"

# Keeps parts of enterprises' long messages. The same part again takes the place of the first.
KEEP_PARTS = """
INSERT INTO messaging_givenpart
       (interface_id, numbers, extension, reference, total, place, ref, wants_receipt, alphabet, data, flash,
        due_at, expires_at, at)
SELECT $1::bigint, one.*, $14::timestamptz
  FROM unnest($2::text[], $3::text[], $4::int[], $5::smallint[], $6::smallint[], $7::text[], $8::boolean[],
              $9::text[], $10::bytea[], $11::boolean[], $12::timestamptz[], $13::timestamptz[]) AS one
    ON CONFLICT (interface_id, numbers, extension, reference, total, place) DO UPDATE
   SET ref = excluded.ref, wants_receipt = excluded.wants_receipt, alphabet = excluded.alphabet,
       data = excluded.data, flash = excluded.flash, due_at = excluded.due_at,
       expires_at = excluded.expires_at, at = excluded.at
"""

PARTS = """part.numbers, part.extension, part.reference, part.total, part.place, part.ref, part.wants_receipt,
          part.alphabet, part.data, part.flash, part.due_at, part.expires_at, part.at"""

# Takes the parts of an interface's messages of which all are here.
WHOLE_PARTS = f"""
WITH whole AS (
    SELECT numbers, extension, reference, total FROM messaging_givenpart
     WHERE interface_id = $1::bigint
     GROUP BY numbers, extension, reference, total
    HAVING count(*) = total
)
DELETE FROM messaging_givenpart part USING whole
 WHERE part.interface_id = $1::bigint AND part.numbers = whole.numbers AND part.extension = whole.extension
   AND part.reference = whole.reference AND part.total = whole.total
RETURNING {PARTS}
"""

# Takes the parts of those whose newest part is older than $2: the others won't come any more.
OVERDUE_PARTS = f"""
WITH overdue AS (
    SELECT numbers, extension, reference, total FROM messaging_givenpart
     WHERE interface_id = $1::bigint
     GROUP BY numbers, extension, reference, total
    HAVING max(at) < $2::timestamptz
)
DELETE FROM messaging_givenpart part USING overdue
 WHERE part.interface_id = $1::bigint AND part.numbers = overdue.numbers
   AND part.extension = overdue.extension AND part.reference = overdue.reference
   AND part.total = overdue.total
RETURNING {PARTS}
"""

# Interfaces that parts wait for.
WITH_PARTS = "SELECT DISTINCT interface_id FROM messaging_givenpart"
