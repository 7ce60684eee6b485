"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PARTIES, PERSON, of_parent, owned

# PostgreSQL could hold this by an exclusion constraint, but only with the btree_gist extension,
# which the embedded server does not carry. The verbs lock the subscription, so no two writers meet.
# A statement at a time, so that a million seats cost one join; planned anew each time (EXECUTE), since a
# plan kept from a small table would read a large one whole.
ONE_SEAT_A_DAY = """
CREATE FUNCTION subscription_one_seat_a_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE clash record;
BEGIN
    EXECUTE 'SELECT changed.number, changed.subscription_id
               FROM changed JOIN subscription_seat AS other USING (subscription_id, number)
              WHERE other.id <> changed.id
                AND daterange(other.starts_on, other.ends_on) && daterange(changed.starts_on, changed.ends_on)
              LIMIT 1' INTO clash;
    IF clash.number IS NOT NULL THEN
        RAISE EXCEPTION '% has a seat in subscription % on that day already', clash.number, clash.subscription_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'one_seat_a_day';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER one_seat_a_day AFTER INSERT ON subscription_seat
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subscription_one_seat_a_day();
CREATE TRIGGER still_one_seat_a_day AFTER UPDATE ON subscription_seat
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subscription_one_seat_a_day();
"""
SERVED = f"""subscription_id IN
    (SELECT id FROM subscription_subscription WHERE integrator_id = ANY ({PARTIES}::bigint[]))"""
# Not its developer's, who only reads the subscription.
RUN = f"""subscription_id IN (SELECT id FROM subscription_subscription
    WHERE customer_id = ANY ({PARTIES}::bigint[]) OR operator_id = ANY ({PARTIES}::bigint[])
       OR integrator_id = ANY ({PARTIES}::bigint[]))"""
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
            "DROP FUNCTION subscription_one_seat_a_day() CASCADE",
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
        owned(
            "subscription_suspension",
            also=RUN,
            readable=of_parent("subscription_id", "subscription_subscription"),
        ),
        owned(
            "subscription_seat",
            parties=("customer_id",),
            also=RUN,
            readable=f"{MINE} OR " + of_parent("subscription_id", "subscription_subscription"),
        ),
        # They follow from seats: the verbs write them as the system, nobody by hand.
        owned(
            "subscription_entitlement",
            readable=f"{MINE} OR " + of_parent("seat_id", "subscription_seat"),
        ),
        owned("subscription_seatimport", parties=("customer_id",), also=SERVED),
    ]
