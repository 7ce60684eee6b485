"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PARTIES, of_parent, owned

MINE = f"app_id IN (SELECT id FROM catalog_app WHERE developer_id = ANY ({PARTIES}::bigint[]))"

# The columns are compressed already: PostgreSQL need not try.
EXTERNAL = "".join(
    f"ALTER TABLE metering_segment ALTER COLUMN {column} SET STORAGE EXTERNAL;"
    for column in ("keys", "events", "usage")
)
PLAIN = EXTERNAL.replace("EXTERNAL", "EXTENDED")

# A meter's meaning is what its past quantities mean; it may only end.
FIXED = """
CREATE FUNCTION metering_meter_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.app_id, NEW.code, NEW.event_type, NEW.aggregation, NEW.field, NEW.unit, NEW.exponent)
       IS DISTINCT FROM
       (OLD.app_id, OLD.code, OLD.event_type, OLD.aggregation, OLD.field, OLD.unit, OLD.exponent) THEN
        RAISE EXCEPTION 'a meter means what it meant: end it and make another'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fixed BEFORE UPDATE ON metering_meter
    FOR EACH ROW EXECUTE FUNCTION metering_meter_is_fixed();
"""
LOOSE = "DROP TRIGGER fixed ON metering_meter; DROP FUNCTION metering_meter_is_fixed();"


class Migration(migrations.Migration):
    dependencies = [
        ("metering", "0001_initial"),
        ("identity", "0002_guards"),
        ("access", "0001_functions"),
    ]
    operations = [
        migrations.RunSQL(EXTERNAL, PLAIN),
        migrations.RunSQL(FIXED, LOOSE),
        owned("metering_source", also=MINE),
        owned("metering_meter", also=MINE, readable=of_parent("app_id", "catalog_app")),
        owned("metering_segment"),  # events of many customers: read through queries, never by rows
        owned("metering_submission"),
        owned("metering_tally", also=f"meter_id IN (SELECT id FROM metering_meter WHERE {MINE})"),
        owned("metering_refusal", parties=("party_id",)),
    ]
