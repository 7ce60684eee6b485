"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PARTIES, append_only, of_parent, owned

# Set-based, once a statement. The bills are locked first, so that two writers judge one after the other.
NEVER_MORE_THAN_THE_TOTAL = """
CREATE FUNCTION payment_clear() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    PERFORM 1 FROM billing_bill WHERE id IN (SELECT bill_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    SELECT bill.id, bill.total_minor, sum(clearing.amount_minor) AS cleared INTO bad
      FROM billing_bill AS bill JOIN payment_clearing AS clearing ON clearing.bill_id = bill.id
     WHERE bill.id IN (SELECT bill_id FROM added)
     GROUP BY bill.id
    HAVING sum(clearing.amount_minor) NOT BETWEEN least(bill.total_minor, 0) AND greatest(bill.total_minor, 0)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'bill % over % would be cleared by %', bad.id, bad.total_minor, bad.cleared
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cleared_within_total';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER within_total AFTER INSERT ON payment_clearing
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payment_clear();
"""
# A wallet is the operator's debt: its balance is zero or a credit. The verbs ask first; this is the last word.
WALLET = """
ALTER TABLE ledger_account ADD CONSTRAINT wallet_not_overdrawn
    CHECK (split_part(code, ':', 3) <> 'wallet' OR balance <= 0)
"""
# Received is the end of a payment; what was asked for never changes.
KEEP_PAYMENTS = """
CREATE FUNCTION payment_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'payment % : what was received or asked for stays as it is', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_received BEFORE UPDATE ON payment_payment FOR EACH ROW
    WHEN (OLD.state = 'received'
          OR (OLD.operator_id, OLD.customer_id, OLD.currency, OLD.amount_minor, OLD.key, OLD.provider, OLD.reference)
             IS DISTINCT FROM
             (NEW.operator_id, NEW.customer_id, NEW.currency, NEW.amount_minor, NEW.key, NEW.provider, NEW.reference))
    EXECUTE FUNCTION payment_keep();
CREATE TRIGGER keep_all BEFORE DELETE ON payment_payment FOR EACH STATEMENT EXECUTE FUNCTION hotpot_append_only();
"""
MINE = f"operator_id = ANY ({PARTIES}::bigint[]) OR customer_id = ANY ({PARTIES}::bigint[])"
OPERATORS = f"operator_id = ANY ({PARTIES}::bigint[])"
ADDED_ONLY = ("callback", "writeoff", "writeoffline", "refund", "clearing", "bankfile", "policy", "dunning")


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0001_initial"),
        ("access", "0001_functions"),
        ("ledger", "0002_guards"),
        ("billing", "0002_guards"),
    ]
    operations = [
        migrations.RunSQL(
            NEVER_MORE_THAN_THE_TOTAL,
            "DROP TRIGGER within_total ON payment_clearing; DROP FUNCTION payment_clear()",
        ),
        migrations.RunSQL(WALLET, "ALTER TABLE ledger_account DROP CONSTRAINT wallet_not_overdrawn"),
        migrations.RunSQL(
            KEEP_PAYMENTS,
            "DROP TRIGGER keep_all ON payment_payment; DROP TRIGGER keep_received ON payment_payment;"
            " DROP FUNCTION payment_keep()",
        ),
        # Everything here is written by verbs alone, which have asked whether they may.
        *(
            owned(f"payment_{name}", readable=MINE)
            for name in ("payment", "writeoff", "refund", "walletrule", "budget", "spending")
        ),
        owned("payment_callback", readable=of_parent("payment_id", "payment_payment")),
        owned("payment_writeoffline", readable=of_parent("write_off_id", "payment_writeoff")),
        owned("payment_clearing", readable=of_parent("bill_id", "billing_bill")),
        owned("payment_bankfile", readable=OPERATORS),
        owned("payment_bankline", readable=OPERATORS),
        owned("payment_policy", readable=MINE),
        owned("payment_dunning", readable=of_parent("bill_id", "billing_bill")),
        owned("payment_dunningsuspension", readable=of_parent("dunning_id", "payment_dunning")),
        owned("payment_budgetalert", readable=of_parent("budget_id", "payment_budget")),
        *(append_only(f"payment_{name}") for name in ADDED_ONLY),
    ]
