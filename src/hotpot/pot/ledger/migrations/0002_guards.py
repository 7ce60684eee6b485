"""What the database itself holds, whoever writes: entries balance, balances follow, nothing changes."""

from django.db import migrations

from hotpot.pot.access.rls import append_only, of_parent, owned

# Set-based, once a statement: an entry's postings are inserted together, so they are judged together.
BOOK_POSTINGS = """
CREATE FUNCTION ledger_book_postings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
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
CREATE FUNCTION ledger_entry_has_postings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
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

# What an account holds is the sum of its open holds.
FOLLOW_HOLDS = """
CREATE FUNCTION ledger_follow_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.state = 'open' THEN
        UPDATE ledger_account SET held = held + NEW.amount WHERE id = NEW.source_id;
    ELSIF TG_OP = 'UPDATE' AND (OLD.source_id, OLD.target_id, OLD.amount, OLD.key)
                               IS DISTINCT FROM (NEW.source_id, NEW.target_id, NEW.amount, NEW.key) THEN
        RAISE EXCEPTION 'hold % can only be ended', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'UPDATE' AND OLD.state <> 'open' THEN
        RAISE EXCEPTION 'hold % has ended', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'UPDATE' AND NEW.state <> 'open' THEN
        UPDATE ledger_account SET held = held - OLD.amount WHERE id = OLD.source_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_holds AFTER INSERT OR UPDATE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_follow_holds();
CREATE TRIGGER keep_holds BEFORE DELETE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION hotpot_append_only();
"""

DROP = """
DROP TRIGGER keep_holds ON ledger_hold; DROP TRIGGER follow_holds ON ledger_hold;
DROP TRIGGER has_postings ON ledger_entry; DROP TRIGGER book_postings ON ledger_posting;
DROP FUNCTION ledger_follow_holds(); DROP FUNCTION ledger_entry_has_postings();
DROP FUNCTION ledger_book_postings();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("access", "0001_functions")]
    operations = [
        migrations.RunSQL(BOOK_POSTINGS + ENTRY_HAS_POSTINGS + FOLLOW_HOLDS, DROP),
        append_only("ledger_entry"),
        append_only("ledger_posting"),
        owned("ledger_account", parties=("party_id",)),
        owned("ledger_posting", also=of_parent("account_id", "ledger_account")),
        owned("ledger_entry", also="id IN (SELECT entry_id FROM ledger_posting)"),
        owned(
            "ledger_hold",
            also=of_parent("source_id", "ledger_account") + " OR " + of_parent("target_id", "ledger_account"),
        ),
    ]
