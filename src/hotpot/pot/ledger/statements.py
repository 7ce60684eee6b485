"""The engine's SQL, named. Who writes locks accounts first, in the order of their ids, then touches keys."""

from __future__ import annotations

# What is needed of the accounts that commands name for the first time.
ACCOUNTS_BY_CODE = """
SELECT id, code, asset, party_id FROM ledger_account WHERE code = ANY ($1::text[])
"""
# The accounts of holds that this engine has not met.
ACCOUNTS_BY_ID = """
SELECT id, code, asset, party_id FROM ledger_account WHERE id = ANY ($1::bigint[])
"""
# Keys that were used before, with what for.
KNOWN_TRANSFERS = """
SELECT key, source_id, target_id, amount, memo, time FROM ledger_transfer WHERE key = ANY ($1::text[])
"""
KNOWN_HOLDS = """
SELECT key, source_id, target_id, amount, memo, made_at, expires_at, state, ended_at, posted
  FROM ledger_hold WHERE key = ANY ($1::text[])
"""
# Several tables are written: the accounts are judged by where they stand at the end.
BEGIN = "BEGIN; SET CONSTRAINTS not_below_least DEFERRED"
# From here to the commit nobody else moves these accounts.
LOCK = """
SELECT id, balance, held, least FROM ledger_account
 WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""
TRANSFER_COLUMNS = ("key", "source_id", "target_id", "amount", "memo", "time")
HOLD_COLUMNS = ("key", "source_id", "target_id", "amount", "memo", "made_at", "expires_at", "state")
# The trigger frees what was held and writes the transfers of those that are posted.
END_HOLDS = """
UPDATE ledger_hold AS hold SET state = ending.state, posted = ending.posted, ended_at = $4
  FROM unnest($1::text[], $2::text[], $3::bigint[]) AS ending(key, state, posted)
 WHERE hold.key = ending.key AND hold.state = 'open'
"""
# Accounts first, then the holds that are still open by then.
EXPIRE_HOLDS = """
WITH due AS MATERIALIZED (
    SELECT id, source_id, target_id FROM ledger_hold WHERE state = 'open' AND expires_at <= $1::timestamptz
     ORDER BY expires_at LIMIT $2::bigint
), locked AS MATERIALIZED (
    SELECT id FROM ledger_account WHERE id IN (SELECT source_id FROM due UNION SELECT target_id FROM due)
     ORDER BY id FOR NO KEY UPDATE
), ended AS (
    UPDATE ledger_hold SET state = 'voided', ended_at = $1::timestamptz
     WHERE id IN (SELECT due.id FROM due JOIN locked ON locked.id = due.source_id) AND state = 'open'
    RETURNING 1
)
SELECT count(*) FROM ended
"""
# An account that the party may look into: in its books, or about it.
ACCOUNT = """
SELECT id, code, asset, balance, held, least FROM ledger_account
 WHERE code = $1 AND ($2::bigint IS NULL OR $2 IN (party_id, counterparty_id))
"""
# Nothing comes back where the code is open already.
OPEN_ACCOUNT = """
INSERT INTO ledger_account (code, asset, party_id, least, balance, held, opened_at)
VALUES ($1, $2, $3, $4, 0, 0, $5) ON CONFLICT (code) DO NOTHING RETURNING id
"""
# What stood before a statement's page.
OPENING = """
SELECT coalesce(sum(amount), 0)::bigint FROM ledger_movement
 WHERE account_id = $1 AND time <= $2::timestamptz AND (time, id) <= ($2, $3::bigint)
"""
MOVEMENTS = """
SELECT id, key, memo, time, amount FROM ledger_movement
 WHERE account_id = $1 AND time >= $2::timestamptz AND (time, id) > ($2, $3::bigint) AND time < $4
 ORDER BY time, id LIMIT $5
"""
# A live token by its digest: whom it acts for, in which role.
BEARER = """
SELECT token.party_id, token.scopes ? $3::text AS may_move, membership.role
  FROM identity_accesstoken AS token
  JOIN identity_person AS person ON person.id = token.person_id AND person.is_active
  LEFT JOIN party_membership AS membership
    ON membership.person_id = token.person_id AND membership.party_id = token.party_id
 WHERE token.digest = $1::bytea AND token.revoked_at IS NULL
   AND (token.expires_at IS NULL OR token.expires_at > $2::timestamptz)
"""
