"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import owned


class Migration(migrations.Migration):
    dependencies = [
        ("close", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned("close_closerun", parties=("operator_id",)),
    ]
