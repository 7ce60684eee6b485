"""A change at one operator is noticed at others whose subscriptions share a number and an app with it."""

from django.db import migrations, models

# Whose usage is whose may be other than it was. Most apps are had from one operator only: asked first.
# What comes in here goes out to rivals in turn, until they are all known.
NOTICE = """
CREATE FUNCTION close_notice_rivals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM after WHERE subscription_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO close_touched (operator_id, subscription_id, since)
    SELECT rival.operator_id, rival.id, min(met.since)
      FROM (SELECT held.id, held.app_id, held.operator_id, min(after.since) AS since
              FROM after JOIN subscription_subscription AS held ON held.id = after.subscription_id
             WHERE EXISTS (SELECT FROM catalog_offer AS offer
                            WHERE offer.app_id = held.app_id AND offer.operator_id <> held.operator_id)
             GROUP BY held.id) AS met
      JOIN subscription_seat AS mine ON mine.subscription_id = met.id
      JOIN subscription_seat AS other ON other.number = mine.number
      JOIN subscription_subscription AS rival ON rival.id = other.subscription_id
       AND rival.app_id = met.app_id AND rival.operator_id <> met.operator_id
     WHERE NOT EXISTS (SELECT FROM close_touched AS known
                        WHERE known.operator_id = rival.operator_id AND known.subscription_id = rival.id
                          AND known.since <= met.since)
     GROUP BY rival.operator_id, rival.id;
    RETURN NULL;
END $$;
CREATE TRIGGER notice_rivals AFTER INSERT ON close_touched
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_rivals();
"""


class Migration(migrations.Migration):
    dependencies = [("close", "0005_noticing_write_offs")]
    operations = [
        migrations.AddIndex(
            "touched", models.Index(fields=["operator", "subscription_id"], name="touched_subscriptions")
        ),
        migrations.RemoveIndex("touched", "touched_by_operator"),
        migrations.RunSQL(NOTICE, "DROP FUNCTION close_notice_rivals() CASCADE"),
    ]
