"""What changes after a month was closed is noticed here, whoever changes it and however."""

from django.db import migrations

from hotpot.pot.access.rls import of_parent, owned

# `since` is the first day on which something is other than it was. Set-wise: a statement adds a row a
# subscription, however many seats it touches.
NOTICE = """
CREATE FUNCTION close_first_other(was date, was_until date, now_ date, now_until date) RETURNS date
    LANGUAGE sql IMMUTABLE RETURN least(
        CASE WHEN was IS DISTINCT FROM now_ THEN least(was, now_) END,
        CASE WHEN was_until IS DISTINCT FROM now_until THEN least(was_until, now_until) END);

CREATE FUNCTION close_notice_subscriptions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT operator_id, id, starts_on FROM after;
    ELSE
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT after.operator_id, id, found.since
          FROM before JOIN after USING (id), LATERAL (SELECT CASE
               WHEN before.offer_id <> after.offer_id THEN least(before.starts_on, after.starts_on)
               ELSE close_first_other(before.starts_on, before.ends_on, after.starts_on, after.ends_on)
               END AS since) AS found
         WHERE found.since IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER notice_new AFTER INSERT ON subscription_subscription
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_subscriptions();
CREATE TRIGGER notice_changed AFTER UPDATE ON subscription_subscription
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION close_notice_subscriptions();

-- Seats and suspensions: both are spans of a subscription.
CREATE FUNCTION close_notice_spans() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT held.operator_id, held.id, min(after.starts_on)
          FROM after JOIN subscription_subscription AS held ON held.id = after.subscription_id
         GROUP BY held.operator_id, held.id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT held.operator_id, held.id, min(before.starts_on)
          FROM before JOIN subscription_subscription AS held ON held.id = before.subscription_id
         GROUP BY held.operator_id, held.id;
    ELSE
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT held.operator_id, held.id, min(close_first_other(
                   before.starts_on, before.ends_on, after.starts_on, after.ends_on))
          FROM before JOIN after USING (id)
          JOIN subscription_subscription AS held ON held.id = after.subscription_id
         WHERE (before.starts_on, before.ends_on) IS DISTINCT FROM (after.starts_on, after.ends_on)
         GROUP BY held.operator_id, held.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER notice_new AFTER INSERT ON subscription_seat
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_spans();
CREATE TRIGGER notice_changed AFTER UPDATE ON subscription_seat
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION close_notice_spans();
CREATE TRIGGER notice_gone AFTER DELETE ON subscription_seat
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION close_notice_spans();
CREATE TRIGGER notice_new AFTER INSERT ON subscription_suspension
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_spans();
CREATE TRIGGER notice_changed AFTER UPDATE ON subscription_suspension
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION close_notice_spans();
CREATE TRIGGER notice_gone AFTER DELETE ON subscription_suspension
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION close_notice_spans();

-- A price from a day on touches every subscription that its offer had from then on.
CREATE FUNCTION close_notice_prices() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO close_touched (operator_id, subscription_id, since)
    SELECT held.operator_id, held.id, min(price.starts_on)
      FROM after JOIN catalog_price AS price ON price.id = after.price_id
      JOIN subscription_subscription AS held ON held.offer_id = price.offer_id
     WHERE held.ends_on IS NULL OR held.ends_on > price.starts_on
     GROUP BY held.operator_id, held.id;
    RETURN NULL;
END $$;
CREATE TRIGGER notice_new AFTER INSERT ON catalog_priceitem
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_prices();

-- Terms and credit notes leave charges as they are, but not their shares.
CREATE FUNCTION close_notice_terms() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO close_touched (operator_id, since)
    SELECT agreement.operator_id, min(after.starts_on)
      FROM after JOIN party_agreement AS agreement ON agreement.id = after.agreement_id
     GROUP BY agreement.operator_id;
    RETURN NULL;
END $$;
CREATE TRIGGER notice_new AFTER INSERT ON party_agreementversion
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_terms();
CREATE FUNCTION close_notice_credits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO close_touched (operator_id, since)
    SELECT bill.operator_id, min(after.period)
      FROM after JOIN billing_bill AS bill ON bill.id = after.bill_id
     WHERE bill.corrects_id IS NOT NULL GROUP BY bill.operator_id;
    RETURN NULL;
END $$;
CREATE TRIGGER notice_new AFTER INSERT ON billing_billline
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_credits();
"""
IGNORE = """
DROP FUNCTION close_notice_credits() CASCADE; DROP FUNCTION close_notice_terms() CASCADE;
DROP FUNCTION close_notice_prices() CASCADE; DROP FUNCTION close_notice_spans() CASCADE;
DROP FUNCTION close_notice_subscriptions() CASCADE;
DROP FUNCTION close_first_other(date, date, date, date);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("close", "0003_touched"),
        ("access", "0001_functions"),
        ("subscription", "0002_guards"),
        ("catalog", "0002_guards"),
        ("billing", "0002_guards"),
        ("party", "0002_guards"),
    ]
    operations = [
        migrations.RunSQL(NOTICE, IGNORE),
        owned("close_touched", parties=("operator_id",)),
        owned(
            "close_outcome",
            also=of_parent("run_id", "close_closerun"),
        ),
    ]
