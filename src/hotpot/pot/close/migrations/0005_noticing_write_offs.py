"""A debt that is written off leaves charges as they are, but not their shares."""

from django.db import migrations

NOTICE = """
CREATE FUNCTION close_notice_write_offs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO close_touched (operator_id, since)
    SELECT bill.operator_id, min(line.period)
      FROM after JOIN billing_billline AS line ON line.id = after.line_id
      JOIN billing_bill AS bill ON bill.id = line.bill_id
     GROUP BY bill.operator_id;
    RETURN NULL;
END $$;
CREATE TRIGGER notice_new AFTER INSERT ON payment_writeoffline
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION close_notice_write_offs();
"""


class Migration(migrations.Migration):
    dependencies = [("close", "0004_noticing"), ("payment", "0002_guards")]
    operations = [migrations.RunSQL(NOTICE, "DROP FUNCTION close_notice_write_offs() CASCADE")]
