"""A coupon that is redeemed makes its subscription cheaper from the month on in which that happens."""

from django.db import migrations

NOTICE = """
CREATE FUNCTION close_notice_redemptions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO close_touched (operator_id, subscription_id, since)
    SELECT held.operator_id, held.id, min(after.starts_on)
      FROM after JOIN subscription_subscription AS held ON held.id = after.subscription_id
     GROUP BY held.operator_id, held.id;
    RETURN NULL;
END $$;
CREATE TRIGGER notice_new AFTER INSERT ON subscription_redemption
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_redemptions();
"""


class Migration(migrations.Migration):
    dependencies = [("close", "0006_noticing_rivals"), ("subscription", "0004_redemption")]
    operations = [migrations.RunSQL(NOTICE, "DROP FUNCTION close_notice_redemptions() CASCADE")]
