"""The switch's named SQL."""

from __future__ import annotations

_TOKENS = "(SELECT array_agg(topic || ':' || token) FROM messaging_switchtoken)"

# The tokens of what is known, and which of the numbers were taken to another operator: one row at least.
HOMES = f"""
SELECT {_TOKENS}, ported.place, ported.operator_id
  FROM (SELECT) AS always
  LEFT JOIN (SELECT given.place, held.operator_id
               FROM unnest($1::text[]) WITH ORDINALITY AS given (number, place)
               JOIN party_portednumber held USING (number)) AS ported ON true
"""

# In the order of routing.Route's fields.
ROUTES = """
SELECT id, name, carrier, priority, operator_id, prefix, customer_id, interface_id, message_class, days,
       from_minute, to_minute, parts_max, weight, price_e4
  FROM messaging_route WHERE is_on ORDER BY id
"""

# A carrier that nobody spoke of is up.
CARRIERS = """
SELECT account.name, coalesce(health.is_up, true)
  FROM messaging_carrieraccount account
  LEFT JOIN messaging_carrierhealth health ON health.name = account.name
 ORDER BY account.id
"""

RANGES = "SELECT prefix, operator_id FROM party_numberrange"

# Interfaces that say what kind of messages they send.
CLASSES = "SELECT id, policy->>'sends' FROM messaging_interface WHERE policy->>'sends' <> ''"

# What is true already is not written again: each change makes everybody load anew.
CARRIER_IS = """
INSERT INTO messaging_carrierhealth (name, is_up, reason, since)
VALUES ($1::text, $2::boolean, $3::text, $4::timestamptz)
    ON CONFLICT (name) DO UPDATE SET is_up = excluded.is_up, reason = excluded.reason, since = excluded.since
 WHERE (messaging_carrierhealth.is_up, messaging_carrierhealth.reason) <> (excluded.is_up, excluded.reason)
"""

# What is to be known of a batch: the tokens (one row), numbers that were taken to another operator, numbers
# on lists, keys that were taken before. Each number is asked by itself, by index, however large its table is.
LOOK = f"""
SELECT 'tokens' AS what, 0::bigint AS place, 0::bigint AS value, {_TOKENS} AS tokens
 UNION ALL
SELECT 'ported', given.place, held.operator_id, NULL
  FROM unnest($1::text[]) WITH ORDINALITY AS given (number, place)
 CROSS JOIN LATERAL (SELECT operator_id FROM party_portednumber ported
                      WHERE ported.number = given.number OFFSET 0) AS held
 UNION ALL
SELECT CASE WHEN held.customer_id IS NULL THEN 'operator ' ELSE 'company ' END || held.kind, given.place, 0,
       NULL
  FROM unnest($1::text[]) WITH ORDINALITY AS given (number, place)
 CROSS JOIN LATERAL (SELECT kind, customer_id FROM messaging_listednumber listed
                      WHERE listed.number = given.number
                        AND (listed.customer_id IS NULL OR listed.customer_id = $2::bigint)
                        AND listed.access_number IN ('', $3::text) OFFSET 0) AS held
 UNION ALL
SELECT 'known', given.place, held.id, NULL
  FROM unnest($4::text[]) WITH ORDINALITY AS given (key, place)
 CROSS JOIN LATERAL (SELECT id FROM messaging_message known WHERE known.key = given.key OFFSET 0) AS held
"""

POLICIES = """
SELECT interface.id, interface.policy::text, interface.customer_id, customer.time_zone
  FROM messaging_interface interface JOIN party_party customer ON customer.id = interface.customer_id
"""

# In the order of policy.Limits' fields.
LIMITS = "SELECT customer_id, per_second_max, per_day_max, per_month_max FROM messaging_customerlimit"

# In the order of policy.PerNumber's fields: of operators, and of companies.
NUMBER_LIMITS = """
SELECT party_id, per_minute_max, per_hour_max, per_day_max FROM messaging_numberlimit
"""

# In the order of policy.Served's fields: companies of operators that limit messages to one number.
SERVED = """
SELECT served.customer_id, served.operator_id, served.starts_on, served.ends_on
  FROM party_engagement served JOIN messaging_numberlimit usual ON usual.party_id = served.operator_id
 ORDER BY served.customer_id, served.id
"""

SIGNATURES = "SELECT customer_id, code, text FROM messaging_signature WHERE state = 'approved'"

TEMPLATES = (
    "SELECT customer_id, code, text FROM messaging_companytemplate WHERE state = 'approved' ORDER BY id"
)

# In the order of policy.Price's fields.
PRICES = "SELECT seller_id, customer_id, operator_id, prefix, price_e4 FROM messaging_tariff ORDER BY id"

WORDS = "SELECT text, action, customer_id FROM messaging_word"

# Before any account of messages that are paid in advance is touched: nobody waits in a ring.
LOCK_CREDIT = "SELECT pg_advisory_xact_lock(hashtextextended('messaging.credit', 0))"

# Locks what a batch may use up, and tells how far it is used: tallies (key, used), texts that did not go to
# their number lately (their digests), and the company's credit. Until the end of the transaction nobody else
# uses any of it.
RESERVE = """
WITH tallies AS (
    INSERT INTO messaging_tally (key, used, until)
    SELECT key, 0, until FROM unnest($1::text[], $2::timestamptz[]) AS given (key, until) ORDER BY key
        ON CONFLICT (key) DO UPDATE SET used = messaging_tally.used
    RETURNING key, used
), fresh AS (
    INSERT INTO messaging_recent (digest, until)
    SELECT digest, $4::timestamptz FROM unnest($3::uuid[]) AS given (digest) ORDER BY digest
        ON CONFLICT (digest) DO UPDATE SET until = excluded.until
     WHERE messaging_recent.until <= $5::timestamptz
    RETURNING digest
), credit AS MATERIALIZED (
    SELECT code, balance - held - coalesce(least, 0) AS free FROM ledger_account
     WHERE code = ANY ($6::text[]) ORDER BY id FOR NO KEY UPDATE
)
SELECT 'tally', key, used::bigint FROM tallies
 UNION ALL SELECT 'fresh', digest::text, 0 FROM fresh
 UNION ALL SELECT 'credit', code, free FROM credit
"""

# Counts what was taken, and frees the texts of what was refused after all.
TAKE = """
WITH freed AS (DELETE FROM messaging_recent WHERE digest = ANY ($3::uuid[]))
UPDATE messaging_tally tally SET used = tally.used + given.more
  FROM unnest($1::text[], $2::int[]) AS given (key, more)
 WHERE tally.key = given.key
"""

# Holds the price of messages that were accepted: their sum is moved from the credit to what is under way.
CHARGE = """
WITH accounts AS (
    SELECT max(id) FILTER (WHERE code = $3::text) AS credit_id,
           max(id) FILTER (WHERE code = $4::text) AS held_id,
           max(id) FILTER (WHERE code = $5::text) AS income_id
      FROM ledger_account WHERE code IN ($3::text, $4::text, $5::text)
), charged AS (
    INSERT INTO messaging_charge (message_id, credit_id, held_id, income_id, amount, at_submit)
    SELECT given.id, credit_id, held_id, income_id, given.amount, $6::boolean
      FROM unnest($1::bigint[], $2::bigint[]) AS given (id, amount) CROSS JOIN accounts
    RETURNING message_id, credit_id, held_id, amount
)
INSERT INTO ledger_transfer (key, source_id, target_id, amount, memo, time)
SELECT 'messages:held:' || min(message_id), credit_id, held_id, sum(amount), count(*) || ' messages accepted',
       $7::timestamptz
  FROM charged GROUP BY credit_id, held_id
"""

# Takes the charges of messages that ended, or that a carrier has where that is agreed.
TAKE_CHARGES = """
WITH ended AS (
    DELETE FROM messaging_charge charge USING messaging_message message
     WHERE charge.message_id = ANY ($1::bigint[]) AND message.id = charge.message_id
       AND (message.state IN ('delivered', 'failed', 'expired')
            OR message.state = 'sent' AND charge.at_submit)
    RETURNING charge.*,
              message.state = 'delivered' OR message.sent_at IS NOT NULL AND charge.at_submit AS earned
)
SELECT earned, held_id, CASE WHEN earned THEN income_id ELSE credit_id END, min(message_id),
       sum(amount)::bigint, count(*)
  FROM ended GROUP BY 1, 2, 3
"""

# Posts or voids them by their sums.
SETTLE_CHARGES = """
INSERT INTO ledger_transfer (key, source_id, target_id, amount, memo, time)
SELECT key, source_id, target_id, amount, memo, $6::timestamptz
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[])
       AS given (key, source_id, target_id, amount, memo)
"""

HOLD_FOR_REVIEW = """
INSERT INTO messaging_review (message_id, customer_id, reason, state, asked_at, expires_at)
SELECT id, $2::bigint, reason, 'waiting', $4::timestamptz, expires_at
  FROM unnest($1::bigint[], $3::text[], $5::timestamptz[]) AS given (id, reason, expires_at)
"""

# Short messages from phones to interfaces: the tokens, the message, who sent it, to whom.
HEARD = f"""
SELECT {_TOKENS}, message.id, message.number, message.text, message.access_number, interface.id,
       interface.customer_id, interface.access_number
  FROM messaging_message message
  JOIN messaging_interface interface ON interface.id = message.interface_id
 WHERE message.id = ANY ($1::bigint[]) AND message.direction = 'in' AND length(message.text) <= $2::int
 ORDER BY message.id
"""

# Those that were not listed yet.
OPT_OUT = """
INSERT INTO messaging_listednumber (kind, number, customer_id, access_number, since)
SELECT DISTINCT 'opt_out', number, customer_id, access_number, $4::timestamptz
  FROM unnest($1::text[], $2::bigint[], $3::text[]) AS given (number, customer_id, access_number)
    ON CONFLICT (number, kind, customer_id, access_number) DO NOTHING
RETURNING number, customer_id
"""

OPT_IN = """
DELETE FROM messaging_listednumber listed
 USING unnest($1::text[], $2::bigint[]) AS given (number, customer_id)
 WHERE listed.kind = 'opt_out' AND listed.number = given.number AND listed.customer_id = given.customer_id
"""

# Puts numbers onto a list, each once; how many are new.
LIST_NUMBERS = """
WITH added AS (
    INSERT INTO messaging_listednumber (kind, number, customer_id, access_number, since)
    SELECT DISTINCT $1::text, number, $2::bigint, '', $4::timestamptz
      FROM unnest($3::text[]) AS given (number)
        ON CONFLICT (number, kind, customer_id, access_number) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM added
"""

# Numbers that their owners took to an operator; how many are new or moved.
PORT_NUMBERS = """
WITH added AS (
    INSERT INTO party_portednumber (number, operator_id, since)
    SELECT DISTINCT ON (number) number, operator_id, $3::timestamptz
      FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS given (number, operator_id, place)
     ORDER BY number, place DESC
        ON CONFLICT (number) DO UPDATE SET operator_id = excluded.operator_id, since = excluded.since
     WHERE party_portednumber.operator_id <> excluded.operator_id
    RETURNING 1
)
SELECT count(*) FROM added
"""

# A person's word on messages that are held: those that still were.
DECIDE = """
WITH decided AS (
    UPDATE messaging_review SET state = $2::text, decided_at = $3::timestamptz, decided_by_id = $4::bigint
     WHERE message_id = ANY ($1::bigint[]) AND state = 'waiting'
    RETURNING message_id
)
UPDATE messaging_message message
   SET state = CASE WHEN $2::text = 'released' THEN 'queued' ELSE $5::text END,
       error = $6::text,
       due_at = CASE WHEN $2::text = 'released' THEN greatest(due_at, $3::timestamptz) ELSE due_at END,
       ended_at = CASE WHEN $2::text <> 'released' THEN $3::timestamptz END
  FROM decided
 WHERE message.id = decided.message_id AND message.state = 'held'
RETURNING message.id, message.interface_id
"""

# Receipts that interfaces are still to be told of what ended before a carrier had it.
NOTICE_ENDED = """
INSERT INTO messaging_notice (interface_id, message_id, kind)
SELECT interface_id, id, 'receipt' FROM messaging_message
 WHERE id = ANY ($1::bigint[]) AND wants_receipt AND interface_id IS NOT NULL ORDER BY id
"""

REVIEWS_OVERDUE = """
SELECT message_id FROM messaging_review
 WHERE state = 'waiting' AND expires_at <= $1::timestamptz ORDER BY expires_at LIMIT $2::bigint
"""

FORGET_TALLIES = "DELETE FROM messaging_tally WHERE until < $1::timestamptz"

FORGET_RECENT = "DELETE FROM messaging_recent WHERE until < $1::timestamptz"
