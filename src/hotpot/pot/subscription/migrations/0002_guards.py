"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PARTIES, PERSON, of_parent, owned

# PostgreSQL could hold this by an exclusion constraint, but only with the btree_gist extension,
# which the embedded server does not carry. The verbs lock the subscription, so no two writers meet.
ONE_SEAT_A_DAY = """
CREATE FUNCTION subscription_one_seat_a_day() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF EXISTS (
        SELECT FROM subscription_seat AS other
         WHERE other.number = NEW.number AND other.subscription_id = NEW.subscription_id
           AND other.id <> NEW.id
           AND daterange(other.starts_on, other.ends_on) && daterange(NEW.starts_on, NEW.ends_on)
    ) THEN
        RAISE EXCEPTION '% has a seat in subscription % on that day already', NEW.number, NEW.subscription_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'one_seat_a_day';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER one_seat_a_day AFTER INSERT OR UPDATE ON subscription_seat
    FOR EACH ROW EXECUTE FUNCTION subscription_one_seat_a_day();
"""
SERVED = f"""subscription_id IN
    (SELECT id FROM subscription_subscription WHERE integrator_id = ANY ({PARTIES}::bigint[]))"""
MINE = f"number = (SELECT number FROM identity_person WHERE id = {PERSON})"


class Migration(migrations.Migration):
    dependencies = [
        ("subscription", "0001_initial"),
        ("access", "0001_functions"),
        ("identity", "0002_guards"),
        ("catalog", "0002_guards"),
    ]
    operations = [
        migrations.RunSQL(
            ONE_SEAT_A_DAY,
            "DROP TRIGGER one_seat_a_day ON subscription_seat; DROP FUNCTION subscription_one_seat_a_day()",
        ),
        owned(
            "subscription_order",
            parties=(
                "customer_id",
                "placed_by_party_id",
            ),
            also=f"offer_id IN (SELECT id FROM catalog_offer WHERE operator_id = ANY ({PARTIES}::bigint[]))",
        ),
        owned(
            "subscription_subscription",
            parties=(
                "customer_id",
                "operator_id",
                "integrator_id",
            ),
            readable=f"developer_id = ANY ({PARTIES}::bigint[])",
        ),
        owned("subscription_suspension", also=of_parent("subscription_id", "subscription_subscription")),
        owned(
            "subscription_seat",
            parties=("customer_id",),
            also=SERVED,
            readable=f"{MINE} OR " + of_parent("subscription_id", "subscription_subscription"),
        ),
        owned(
            "subscription_entitlement",
            parties=("customer_id",),
            also=of_parent("seat_id", "subscription_seat"),
            readable=MINE,
        ),
        owned("subscription_seatimport", parties=("customer_id",), also=SERVED),
    ]
