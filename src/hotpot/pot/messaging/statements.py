"""Messaging's named SQL, the same for Django's actions and for the engine."""

from __future__ import annotations

CHANNEL = "hotpot_messages"  # PostgreSQL NOTIFY channel: "there is something to send".

TOLD = """message.id, message.state, message.customer_id, message.app_id, message.number, message.error,
          CASE WHEN message.interface_id IS NULL THEN
               (SELECT person.id FROM identity_person person WHERE person.number = message.number)
          END AS person_id, message.interface_id"""

# Two senders at once must not take one tail twice. One lock for all numbers: two could wait for each other.
LOCK_TAILS = "SELECT pg_advisory_xact_lock(hashtextextended('messaging.tails', 0))"

# Queues messages, and gives each question the next tail that no open question of its number holds.
# Tails go round, so that a late reply to a closed question still finds it. A question for which no tail
# is left has failed from the start; those are told.
QUEUE = f"""
WITH given AS (
    SELECT DISTINCT ON (key) *
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[],
                  $8::timestamptz[], $12::text[]) WITH ORDINALITY
           AS one (key, number, text, app_id, customer_id, ask, secret, expires_at, carrier, place)
     ORDER BY key, place
), fresh AS (
    SELECT *, row_number() OVER (PARTITION BY number, ask IS NULL ORDER BY place) AS turn
      FROM given
     WHERE NOT EXISTS (SELECT FROM messaging_message known WHERE known.key = given.key)
), wanted AS (
    SELECT number, count(*) AS asks FROM fresh WHERE ask IS NOT NULL GROUP BY number
), used AS MATERIALIZED (
    SELECT wanted.*,
           (SELECT count(*) FROM messaging_ask ask
             WHERE ask.number = wanted.number AND ask.closed_at IS NULL) AS open,
           coalesce((SELECT right(ask.access_number, 4)::int FROM messaging_ask ask
                      WHERE ask.number = wanted.number ORDER BY ask.id DESC LIMIT 1), 0) AS last
      FROM wanted
), tails AS MATERIALIZED (
    SELECT used.number, free.access_number, free.turn
      FROM used
     CROSS JOIN LATERAL (
        SELECT candidate.access_number, row_number() OVER (ORDER BY candidate.step) AS turn
          FROM (SELECT step, $9::text || lpad(((used.last + step) % 10000)::text, 4, '0') AS access_number
                  FROM generate_series(1, least(used.asks + used.open, 10000)) AS step) AS candidate
         WHERE NOT EXISTS (SELECT FROM messaging_ask ask
                            WHERE ask.number = used.number AND ask.access_number = candidate.access_number
                              AND ask.closed_at IS NULL)
      ) AS free
), added AS (
    INSERT INTO messaging_message
           (direction, state, key, number, access_number, text, app_id, customer_id, carrier, carrier_ref,
            error, attempts, created_at, due_at, expires_at, ended_at, secret)
    SELECT 'out', CASE WHEN untold THEN 'failed' ELSE 'queued' END, key, fresh.number,
           coalesce(tails.access_number, $9::text), text, app_id, customer_id, carrier,
           '', CASE WHEN untold THEN $11::text ELSE '' END, 0, $10::timestamptz, $10::timestamptz,
           expires_at, CASE WHEN untold THEN $10::timestamptz END, secret
      FROM fresh
      LEFT JOIN tails ON fresh.ask IS NOT NULL AND tails.number = fresh.number AND tails.turn = fresh.turn
     CROSS JOIN LATERAL (SELECT ask IS NOT NULL AND tails.access_number IS NULL AS untold) AS fate
     ORDER BY place
        ON CONFLICT (key) DO NOTHING
    RETURNING id, key, state, number, access_number, app_id, customer_id, error, interface_id
), asked AS (
    INSERT INTO messaging_ask (message_id, number, access_number, app_id, reference, asked_at)
    SELECT added.id, added.number, added.access_number, added.app_id, given.ask, $10::timestamptz
      FROM added JOIN given USING (key)
     WHERE given.ask IS NOT NULL AND added.state = 'queued'
     ORDER BY added.id
)
SELECT {TOLD} FROM added message WHERE state = 'failed'
"""

# The ids of messages by their keys, in the order given.
IDS = """
SELECT message.id
  FROM unnest($1::text[]) WITH ORDINALITY AS given (key, place)
  JOIN messaging_message message USING (key)
 ORDER BY place
"""

# Wakes the engine when the transaction commits.
WAKE = f"SELECT pg_notify('{CHANNEL}', '')"

# Takes replies once each and finds what they answer: the newest question of the number that used the access
# number replied to; without a tail, the number's only open question of the last week. What answers nothing is
# heard by the only app that its number has a seat for; else it is `unheard`.
RECEIVE = """
WITH given AS (
    SELECT DISTINCT ON (key) *
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
           WITH ORDINALITY AS one (key, carrier, ref, number, access_number, text, at, place)
     ORDER BY key, place
), answered AS (
    SELECT given.*, coalesce(named.id, single.id) AS ask_id, interface.id AS interface_id,
           interface.customer_id AS interface_customer_id
      FROM given
      LEFT JOIN LATERAL (
        SELECT ask.id FROM messaging_ask ask
         WHERE ask.number = given.number AND ask.access_number = given.access_number
         ORDER BY ask.id DESC LIMIT 1
      ) AS named ON true
      LEFT JOIN LATERAL (
        SELECT min(ask.id) AS id FROM messaging_ask ask
         WHERE named.id IS NULL AND ask.number = given.number AND ask.closed_at IS NULL
           AND starts_with(ask.access_number, given.access_number)
           AND length(ask.access_number) = length(given.access_number) + 4
           AND ask.asked_at > given.at - interval '7 days'
        HAVING count(*) = 1
      ) AS single ON true
      LEFT JOIN LATERAL (
        SELECT interface.id, interface.customer_id FROM messaging_interface interface
         WHERE named.id IS NULL AND single.id IS NULL AND given.access_number <> ''
           AND starts_with(given.access_number, interface.access_number)
         ORDER BY length(interface.access_number) DESC LIMIT 1
      ) AS interface ON true
), added AS (
    INSERT INTO messaging_message
           (direction, state, key, number, access_number, text, app_id, customer_id, carrier, carrier_ref,
            error, attempts, created_at, due_at, expires_at, ended_at, secret, interface_id)
    SELECT 'in', 'received', answered.key, answered.number, answered.access_number, answered.text,
           coalesce(ask.app_id, ''), coalesce(asked.customer_id, answered.interface_customer_id),
           answered.carrier, answered.ref,
           '', 0, answered.at, answered.at, answered.at, answered.at, false, answered.interface_id
      FROM answered
      LEFT JOIN messaging_ask ask ON ask.id = answered.ask_id
      LEFT JOIN messaging_message asked ON asked.id = ask.message_id
     ORDER BY answered.place
        ON CONFLICT (key) DO NOTHING
    RETURNING id, key, app_id, customer_id, interface_id
), noticed AS (
    INSERT INTO messaging_notice (interface_id, message_id, kind)
    SELECT interface_id, id, 'reply' FROM added WHERE interface_id IS NOT NULL ORDER BY id
)
SELECT added.id, answered.number, answered.text, added.app_id, added.customer_id, ask.reference,
       ask.closed_at IS NOT NULL AS late, person.id AS person_id, coalesce(person.language, '') AS language,
       CASE WHEN added.app_id <> '' OR added.interface_id IS NOT NULL THEN false
            ELSE (SELECT count(DISTINCT entitled.app_id) <> 1 FROM subscription_entitlement entitled
                   WHERE entitled.number = answered.number AND entitled.starts_at <= $8::timestamptz
                     AND (entitled.ends_at IS NULL OR entitled.ends_at > $8::timestamptz))
       END AS unheard, added.interface_id
  FROM added
  JOIN answered USING (key)
  LEFT JOIN messaging_ask ask ON ask.id = answered.ask_id
  LEFT JOIN identity_person person ON person.number = answered.number
 ORDER BY added.id
"""

# Replies to these questions of an app are late from now on.
CLOSE_ASKS = """
UPDATE messaging_ask SET closed_at = $3::timestamptz
 WHERE app_id = $1::text AND reference = ANY ($2::text[]) AND closed_at IS NULL
"""

# The carrier refused them for good.
MARK_FAILED = f"""
UPDATE messaging_message message
   SET state = 'failed', carrier = $1::text, ended_at = $2::timestamptz, error = given.error
  FROM unnest($3::bigint[], $4::text[]) AS given (id, error)
 WHERE message.id = given.id AND message.state = 'queued'
RETURNING {TOLD}
"""

# No carrier gets them before they are released: their people are told by another way first.
KEEP_BACK = """
UPDATE messaging_message SET due_at = expires_at
 WHERE id = ANY ($1::bigint[]) AND state = 'queued' AND attempts = 0
RETURNING id
"""

# The other ways are through: a carrier may have them.
RELEASE = """
UPDATE messaging_message SET due_at = $2::timestamptz
 WHERE id = ANY ($1::bigint[]) AND state = 'queued' AND attempts = 0
"""

# Nobody needs them any more: they are over, and expire at the engine's next look.
CALL_OFF = """
UPDATE messaging_message SET due_at = $2::timestamptz, expires_at = $2::timestamptz
 WHERE id = ANY ($1::bigint[]) AND state = 'queued' AND attempts = 0
"""

# Their people have them by another way.
MARK_REACHED = f"""
UPDATE messaging_message message
   SET state = 'delivered', carrier = $1::text, ended_at = $2::timestamptz, error = ''
 WHERE message.id = ANY ($3::bigint[]) AND message.state = 'queued'
RETURNING {TOLD}
"""

# Those that another way was thought to have brought, and whom each is for.
TAKE_BACK = """
UPDATE messaging_message
   SET state = 'queued', carrier = '', ended_at = NULL, due_at = expires_at
 WHERE id = ANY ($1::bigint[]) AND state = 'delivered' AND sent_at IS NULL
RETURNING id, number, customer_id
"""

WAIT_FOR = """
UPDATE messaging_message message SET carrier = given.carrier
  FROM unnest($1::bigint[], $2::text[]) AS given (id, carrier)
 WHERE message.id = given.id
"""

# Keeps parts of long messages from phones, each once.
HOLD_PARTS = """
INSERT INTO messaging_heldpart
       (carrier, carrier_ref, number, access_number, reference, total, place, alphabet, data, at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::smallint[],
                     $7::smallint[], $8::text[], $9::bytea[], $10::timestamptz[])
    ON CONFLICT (carrier, carrier_ref) DO NOTHING
"""

# Takes the parts of messages that are whole, and of those that waited since before $2.
TAKE_PARTS = """
WITH whole AS (
    SELECT carrier, number, access_number, reference, total FROM messaging_heldpart
     WHERE taken_at IS NULL
     GROUP BY carrier, number, access_number, reference, total
    HAVING count(DISTINCT place) = total OR min(at) < $2::timestamptz
)
UPDATE messaging_heldpart held SET taken_at = $1::timestamptz
  FROM whole
 WHERE held.taken_at IS NULL AND held.carrier = whole.carrier AND held.number = whole.number
   AND held.access_number = whole.access_number AND held.reference = whole.reference
   AND held.total = whole.total
RETURNING held.carrier, held.carrier_ref, held.number, held.access_number, held.reference, held.total,
          held.place, held.alphabet, held.data, held.at
"""

FORGET_PARTS = "DELETE FROM messaging_heldpart WHERE taken_at < $1::timestamptz"

CARRIER_ACCOUNTS = """
SELECT name, protocol, host, port, login, sealed_password, settings::text
  FROM messaging_carrieraccount ORDER BY id
"""

_INTERFACE = "SELECT id, customer_id, name, kind, login, access_number, state, settings::text"

INTERFACE_BY_LOGIN = f"{_INTERFACE}, sealed_password FROM messaging_interface WHERE login = $1::text"

INTERFACES = f"{_INTERFACE}, sealed_password FROM messaging_interface ORDER BY id"

INTERFACE_BY_ID = f"{_INTERFACE} FROM messaging_interface WHERE id = $1::bigint"

# Queues what an enterprise's interface took; some are handed on at once, and stored as claimed. A key comes
# once in a batch. Each one's id, in the order given, and whether it was known.
ACCEPT = """
WITH given AS MATERIALIZED (
    SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
                         $9::timestamptz[], $10::smallint[], $11::boolean[], $12::text[], $13::boolean[],
                         $15::text[], $16::text[], $17::boolean[])
           WITH ORDINALITY AS one (key, number, access_number, text, client_ref, due_at, expires_at, priority,
                                   flash, alphabet, wants_receipt, carrier, state, handed, place)
), fresh AS MATERIALIZED (
    SELECT CASE WHEN known.id IS NULL THEN nextval('messaging_message_id_seq') END AS id,
           known.id AS known_id, given.*
      FROM given
      LEFT JOIN messaging_message known ON known.key = given.key
     ORDER BY place
), added AS (
    INSERT INTO messaging_message
           (id, direction, state, key, number, access_number, text, app_id, customer_id, carrier, carrier_ref,
            error, attempts, created_at, due_at, expires_at, secret, interface_id, client_ref, priority,
            flash, alphabet, wants_receipt, handed_at)
    SELECT id, 'out', state, key, number, access_number, text, '', $2::bigint, carrier, '', '', handed::int,
           $14::timestamptz, due_at, expires_at, false, $1::bigint, client_ref, priority, flash, alphabet,
           wants_receipt, CASE WHEN handed THEN $14::timestamptz END
      FROM fresh
     WHERE id IS NOT NULL
     ORDER BY place
        ON CONFLICT (key) DO UPDATE SET key = excluded.key  -- taken meanwhile: its id is wanted
    RETURNING id, key, xmax <> 0 AS was_taken
), taken AS MATERIALIZED (
    SELECT id, key FROM added WHERE was_taken  -- hardly ever any, which keeps the join below short
)
SELECT coalesce(fresh.known_id, taken.id, fresh.id), fresh.known_id IS NOT NULL OR taken.id IS NOT NULL
  FROM fresh
  LEFT JOIN taken ON taken.key = fresh.key
 ORDER BY place
"""

# Keeps what was refused of a call whose answer could not say so: failed from the start, told by receipts.
REFUSED = """
WITH given AS (
    SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                         $10::boolean[])
           WITH ORDINALITY AS one (key, number, access_number, text, client_ref, alphabet, error,
                                   wants_receipt, place)
), added AS (
    INSERT INTO messaging_message
           (direction, state, key, number, access_number, text, app_id, customer_id, carrier, carrier_ref,
            error, attempts, created_at, due_at, expires_at, ended_at, secret, interface_id, client_ref,
            alphabet, wants_receipt)
    SELECT 'out', 'failed', key, number, access_number, text, '', $2::bigint, '', '', error, 0,
           $11::timestamptz, $11::timestamptz, $11::timestamptz, $11::timestamptz, false, $1::bigint,
           client_ref, alphabet, wants_receipt
      FROM given
     ORDER BY place
        ON CONFLICT (key) DO NOTHING
    RETURNING id, wants_receipt
)
INSERT INTO messaging_notice (interface_id, message_id, kind)
SELECT $1::bigint, id, 'receipt' FROM added WHERE wants_receipt ORDER BY id
"""

PENDING_NOTICES = """
SELECT notice.id, notice.kind, message.id, message.client_ref, message.number, message.access_number,
       message.state, message.error, CASE WHEN notice.kind = 'reply' THEN message.text ELSE '' END,
       message.created_at, coalesce(message.ended_at, message.created_at),
       CASE WHEN message.carrier_ref = '' AND (SELECT settings->>'receipts' = 'part'
                                                 FROM messaging_interface WHERE id = $1::bigint) THEN
            (SELECT json_agg(json_build_array(part.place, part.total, part.state, part.error)
                             ORDER BY part.place)::text
               FROM messaging_messagepart part
              WHERE part.message_id = message.id AND part.carrier = message.carrier)
       END
  FROM messaging_notice notice
  JOIN messaging_message message ON message.id = notice.message_id
 WHERE notice.interface_id = $1::bigint
 ORDER BY notice.id
 LIMIT $2::bigint
"""

NOTICES_TOLD = "DELETE FROM messaging_notice WHERE id = ANY ($1::bigint[])"
