"""What the database itself holds, whoever writes: entries balance, balances follow, nothing changes."""

from django.db import migrations

from hotpot.pot.access.rls import ROW, append_only, of_parent, owned

# A balance is only ever moved by the triggers below, which run one level deeper than a statement.
GUARD_ACCOUNTS = """
CREATE FUNCTION ledger_guard_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account % : its balance follows its postings and holds, its code and asset stay', NEW.code
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER guard_balance BEFORE UPDATE ON ledger_account FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND (OLD.balance, OLD.held) IS DISTINCT FROM (NEW.balance, NEW.held)
          OR (OLD.code, OLD.asset) IS DISTINCT FROM (NEW.code, NEW.asset))
    EXECUTE FUNCTION ledger_guard_accounts();
CREATE TRIGGER open_empty BEFORE INSERT ON ledger_account FOR EACH ROW
    WHEN (NEW.balance <> 0 OR NEW.held <> 0) EXECUTE FUNCTION ledger_guard_accounts();
"""

# Set-based, once a statement: an entry's postings come together, so they are judged together.
BOOK_POSTINGS = """
CREATE FUNCTION ledger_book_postings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    SELECT entry_id, asset, sum(amount) AS off INTO bad
      FROM added JOIN ledger_account ON ledger_account.id = added.account_id
     GROUP BY entry_id, asset HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is off by % %', bad.entry_id, bad.off, bad.asset
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    SELECT come.entry_id INTO bad
      FROM (SELECT entry_id, count(*) AS lines FROM added GROUP BY entry_id) AS come
     WHERE come.lines <> (SELECT count(*) FROM ledger_posting AS there WHERE there.entry_id = come.entry_id)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % has its postings already', bad.entry_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'entry_posted_once';
    END IF;
    -- Accounts are locked in the order of their ids, so that two bookings can't wait for each other.
    PERFORM 1 FROM ledger_account WHERE id IN (SELECT account_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_account SET balance = balance + moved.amount
      FROM (SELECT account_id, sum(amount) AS amount FROM added GROUP BY account_id) AS moved
     WHERE ledger_account.id = moved.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER book_postings AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_book_postings();
"""

# An entry without postings, or one whose postings came in another transaction, is no entry.
ENTRY_HAS_POSTINGS = """
CREATE FUNCTION ledger_entry_has_postings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_posting WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has no postings', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_has_postings';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER has_postings AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_has_postings();
"""

# What an account holds is the sum of its open holds. A hold is made open and ended once.
FOLLOW_HOLDS = """
CREATE FUNCTION ledger_make_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added JOIN ledger_account AS source ON source.id = source_id
                 JOIN ledger_account AS target ON target.id = target_id
                WHERE added.state <> 'open' OR source.asset <> target.asset) THEN
        RAISE EXCEPTION 'a hold begins open, between two accounts of one asset'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_begins';
    END IF;
    PERFORM 1 FROM ledger_account WHERE id IN (SELECT source_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_account SET held = held + moved.amount
      FROM (SELECT source_id, sum(amount) AS amount FROM added GROUP BY source_id) AS moved
     WHERE ledger_account.id = moved.source_id;
    RETURN NULL;
END $$;
CREATE FUNCTION ledger_end_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM before LEFT JOIN after USING (id)
                WHERE (before.source_id, before.target_id, before.amount, before.key, before.made_at)
                      IS DISTINCT FROM (after.source_id, after.target_id, after.amount, after.key, after.made_at)
                   OR before.state <> 'open') THEN
        RAISE EXCEPTION 'a hold can only be ended, and once' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM 1 FROM ledger_account WHERE id IN (SELECT source_id FROM before) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_account SET held = held - moved.amount
      FROM (SELECT source_id, sum(amount) AS amount FROM after WHERE state <> 'open' GROUP BY source_id) AS moved
     WHERE ledger_account.id = moved.source_id;
    RETURN NULL;
END $$;
CREATE TRIGGER make_holds AFTER INSERT ON ledger_hold
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_make_holds();
CREATE TRIGGER end_holds AFTER UPDATE ON ledger_hold
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION ledger_end_holds();
CREATE TRIGGER keep_holds BEFORE DELETE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION hotpot_append_only();
"""

DROP = """
DROP TRIGGER keep_holds ON ledger_hold; DROP TRIGGER end_holds ON ledger_hold;
DROP TRIGGER make_holds ON ledger_hold; DROP TRIGGER has_postings ON ledger_entry;
DROP TRIGGER book_postings ON ledger_posting; DROP TRIGGER open_empty ON ledger_account;
DROP TRIGGER guard_balance ON ledger_account;
DROP FUNCTION ledger_end_holds(); DROP FUNCTION ledger_make_holds();
DROP FUNCTION ledger_entry_has_postings(); DROP FUNCTION ledger_book_postings();
DROP FUNCTION ledger_guard_accounts();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("access", "0001_functions")]
    operations = [
        migrations.RunSQL(GUARD_ACCOUNTS + BOOK_POSTINGS + ENTRY_HAS_POSTINGS + FOLLOW_HOLDS, DROP),
        append_only("ledger_entry"),
        append_only("ledger_posting"),
        owned("ledger_account", parties=("party_id", "counterparty_id")),
        owned("ledger_posting", also=of_parent("account_id", "ledger_account")),
        owned(
            "ledger_entry",
            also=f"EXISTS (SELECT FROM ledger_posting AS posting WHERE posting.entry_id = {ROW}.id)",
        ),
        owned(
            "ledger_hold",
            also=of_parent("source_id", "ledger_account") + " OR " + of_parent("target_id", "ledger_account"),
        ),
    ]
