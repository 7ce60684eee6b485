"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import append_only, of_parent, owned

# A line and a charge belong to their parents as a set: a foreign key would ask once a row, which at a
# million rows is most of what they cost. Planned anew each time (EXECUTE), since a plan kept from a small
# table would read a large one whole. min() rather than LIMIT 1, which would make it look rows up one by one.
STAND = """
CREATE FUNCTION billing_lines_stand() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE stray bigint;
BEGIN
    EXECUTE 'SELECT min(added.id)
               FROM added LEFT JOIN billing_bill AS bill ON bill.id = added.bill_id
               LEFT JOIN subscription_subscription AS held ON held.id = added.subscription_id
               LEFT JOIN catalog_priceitem AS item ON item.id = added.item_id
              WHERE item.id IS NULL OR (held.operator_id, held.customer_id)
                    IS DISTINCT FROM (bill.operator_id, bill.customer_id)' INTO stray;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'line % : its bill, subscription and item are not there, or not of one customer', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'lines_stand';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_stand AFTER INSERT ON billing_billline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION billing_lines_stand();
CREATE FUNCTION billing_charges_stand() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE stray bigint;
BEGIN
    EXECUTE 'SELECT min(added.id)
               FROM added LEFT JOIN billing_billline AS line ON line.id = added.line_id
               LEFT JOIN billing_bill AS bill ON bill.id = line.bill_id
               LEFT JOIN subscription_seat AS seat ON seat.id = added.seat_id
              WHERE (line.subscription_id, line.item_id, line.period, bill.customer_id, bill.operator_id,
                     bill.currency::text)
                    IS DISTINCT FROM (added.subscription_id, added.item_id, added.period, added.customer_id,
                                      added.operator_id, added.currency::text)
                 OR added.seat_id IS NOT NULL AND seat.subscription_id IS DISTINCT FROM added.subscription_id' INTO stray;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'charge % : its line or seat is not there, or of something else', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'charges_stand';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER charges_stand AFTER INSERT ON rating_charge
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION billing_charges_stand();
"""
FALL = "DROP FUNCTION billing_charges_stand() CASCADE; DROP FUNCTION billing_lines_stand() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
        ("access", "0001_functions"),
        ("rating", "0002_guards"),
    ]
    operations = [
        migrations.RunSQL(STAND, FALL),
        owned(
            "billing_bill",
            parties=(
                "operator_id",
                "customer_id",
            ),
        ),
        owned("billing_billline", also=of_parent("bill_id", "billing_bill")),
        append_only("billing_bill"),
        append_only("billing_billline"),
    ]
