"""How many messages one number may get: of a company, or of all that an operator serves."""

import django.db.models.deletion
from django.db import migrations, models

from hotpot.pot.access.rls import PARTIES, owned

TELL = [
    migrations.RunSQL(
        f"CREATE TRIGGER switch_policies AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION messaging_switch_changed('policies')",
        f"DROP TRIGGER switch_policies ON {table}",
    )
    for table in ("messaging_numberlimit", "party_engagement")
]


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0009_lighter"),
        ("party", "0003_invoicedetails"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberLimit",
            fields=[
                (
                    "party",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="party.party",
                    ),
                ),
                ("per_minute_max", models.IntegerField(null=True)),
                ("per_hour_max", models.IntegerField(null=True)),
                ("per_day_max", models.IntegerField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        owned("messaging_numberlimit", readable=f"party_id = ANY ({PARTIES}::bigint[])"),
        *TELL,
    ]
