"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PARTIES, owned


class Migration(migrations.Migration):
    dependencies = [
        ("sdk", "0001_initial"),
        ("access", "0001_functions"),
        ("catalog", "0002_guards"),
    ]
    operations = [
        owned(
            "sdk_parkedevent",
            readable=f"app_id IN (SELECT id FROM catalog_app WHERE developer_id = ANY ({PARTIES}::bigint[]))",
        ),
    ]
