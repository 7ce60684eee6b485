"""What the database itself holds about transfers and holds, whoever writes; and both kinds in one view."""

from django.db import migrations

from hotpot.pot.access.rls import append_only, of_parent, owned

# A transaction of many statements may put the judgement off to its end, so that the order in which it
# writes its tables doesn't matter. WHEN is asked at once: an account that has enough costs nothing more.
NOT_BELOW_LEAST = """
CREATE FUNCTION ledger_not_below_least() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    low record;
BEGIN
    SELECT code, balance, held, least INTO low FROM ledger_account
     WHERE id = NEW.id AND balance - held < least;
    IF FOUND THEN
        RAISE EXCEPTION 'account % would fall below its least (not_below_least): % of which % are held, least %',
            low.code, low.balance, low.held, low.least
            USING ERRCODE = 'check_violation', CONSTRAINT = 'not_below_least';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER not_below_least AFTER INSERT OR UPDATE ON ledger_account
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (NEW.balance - NEW.held < NEW.least)
    EXECUTE FUNCTION ledger_not_below_least();
CREATE TRIGGER keep_accounts BEFORE DELETE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION hotpot_append_only();
"""

# A plan is made once a connection, for a batch of whatever size came first. Reaching accounts by their index
# fits all sizes; a scan of all accounts, right for the first large batch, would be paid by each small one.
BY_INDEX = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"

# Set-based, once a statement. Balances are hot: room in their pages lets a new version stay beside the old.
BOOK_TRANSFERS = f"""
ALTER TABLE ledger_account SET (fillfactor = 50);
ALTER TABLE ledger_transfer ALTER COLUMN id DROP IDENTITY;
ALTER TABLE ledger_transfer ALTER COLUMN id SET DEFAULT nextval('ledger_posting_id_seq'::regclass);
CREATE FUNCTION ledger_book_transfers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp {BY_INDEX} AS $$
BEGIN
    IF EXISTS (SELECT FROM added LEFT JOIN ledger_account AS source ON source.id = added.source_id
                 LEFT JOIN ledger_account AS target ON target.id = added.target_id
                WHERE added.source_id = added.target_id
                   OR source.asset IS NULL OR source.asset IS DISTINCT FROM target.asset) THEN
        RAISE EXCEPTION 'a transfer moves one asset between two accounts that are open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_of_one_asset';
    END IF;
    -- In the order of their ids, so that two bookings can't wait for each other: BY_INDEX leaves no other plan.
    UPDATE ledger_account SET balance = balance + moved.amount
      FROM (SELECT account_id, sum(amount)::bigint AS amount
              FROM (SELECT source_id AS account_id, -amount AS amount FROM added
                     UNION ALL SELECT target_id, amount FROM added) AS legs
             GROUP BY account_id ORDER BY account_id) AS moved
     WHERE ledger_account.id = moved.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER book_transfers AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_book_transfers();
"""

# As in 0002; but what is posted becomes a transfer here, in the statement that ends the hold.
FOLLOW_HOLDS = f"""
CREATE OR REPLACE FUNCTION ledger_make_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp {BY_INDEX} AS $$
BEGIN
    IF EXISTS (SELECT FROM added LEFT JOIN ledger_account AS source ON source.id = added.source_id
                 LEFT JOIN ledger_account AS target ON target.id = added.target_id
                WHERE added.state <> 'open' OR added.source_id = added.target_id
                   OR source.asset IS NULL OR source.asset IS DISTINCT FROM target.asset) THEN
        RAISE EXCEPTION 'a hold begins open, between two accounts of one asset'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_begins';
    END IF;
    PERFORM 1 FROM ledger_account WHERE id IN (SELECT source_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_account SET held = held + moved.amount
      FROM (SELECT source_id, sum(amount)::bigint AS amount FROM added GROUP BY source_id) AS moved
     WHERE ledger_account.id = moved.source_id;
    RETURN NULL;
END $$;
CREATE FUNCTION ledger_guard_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hold % : a hold can only be ended, and once', OLD.key USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER guard_holds BEFORE UPDATE ON ledger_hold FOR EACH ROW
    WHEN (OLD.state <> 'open'
          OR (OLD.id, OLD.source_id, OLD.target_id, OLD.amount, OLD.key, OLD.memo, OLD.made_at, OLD.expires_at)
             IS DISTINCT FROM
             (NEW.id, NEW.source_id, NEW.target_id, NEW.amount, NEW.key, NEW.memo, NEW.made_at, NEW.expires_at))
    EXECUTE FUNCTION ledger_guard_holds();
CREATE OR REPLACE FUNCTION ledger_end_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp {BY_INDEX} AS $$
BEGIN
    PERFORM 1 FROM ledger_account
      WHERE id IN (SELECT source_id FROM after UNION SELECT target_id FROM after) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_account SET held = held - moved.amount
      FROM (SELECT source_id, sum(amount)::bigint AS amount FROM after WHERE state <> 'open' GROUP BY source_id)
           AS moved
     WHERE ledger_account.id = moved.source_id;
    -- Set free first: what was held may be all that the source has.
    INSERT INTO ledger_transfer (key, source_id, target_id, amount, memo, time)
    SELECT 'hold:' || key, source_id, target_id, posted, memo, ended_at FROM after WHERE state = 'posted';
    RETURN NULL;
END $$;
"""

# The order of columns is that of the union's three parts, each with an index on (account, time) below it.
MOVEMENTS = """
CREATE VIEW ledger_movement WITH (security_invoker = true) AS
SELECT posting.id, posting.account_id, posting.amount, entry.key, entry.memo, entry.time, entry.id AS entry_id
  FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = posting.entry_id
 UNION ALL
SELECT id, source_id, -amount, key, memo, time, NULL FROM ledger_transfer
 UNION ALL
SELECT id, target_id, amount, key, memo, time, NULL FROM ledger_transfer;
"""

DROP = """
DROP VIEW ledger_movement;
DROP TRIGGER guard_holds ON ledger_hold; DROP FUNCTION ledger_guard_holds();
DROP TRIGGER book_transfers ON ledger_transfer; DROP FUNCTION ledger_book_transfers();
DROP TRIGGER keep_accounts ON ledger_account; DROP TRIGGER not_below_least ON ledger_account;
DROP FUNCTION ledger_not_below_least();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_transfers")]
    operations = [
        migrations.RunSQL(NOT_BELOW_LEAST + BOOK_TRANSFERS + FOLLOW_HOLDS + MOVEMENTS, DROP),
        append_only("ledger_transfer"),
        owned(
            "ledger_transfer",
            also=of_parent("source_id", "ledger_account") + " OR " + of_parent("target_id", "ledger_account"),
        ),
    ]
