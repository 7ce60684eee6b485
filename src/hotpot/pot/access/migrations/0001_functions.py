from django.db import migrations

from hotpot.pot.access import rls

# The role belongs to the whole cluster: another database of it may have made it already.
CREATE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{rls.WEB_ROLE}') THEN
        CREATE ROLE {rls.WEB_ROLE} LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(CREATE_ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(rls.CREATE_FUNCTIONS, rls.DROP_FUNCTIONS),
        migrations.RunSQL(rls.CREATE_APPEND_ONLY, "DROP FUNCTION hotpot_append_only()"),
    ]
