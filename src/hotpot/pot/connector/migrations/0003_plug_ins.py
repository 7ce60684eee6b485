import django.db.models.deletion
from django.db import migrations, models

from hotpot.pot.access.rls import owned


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0002_guards"),
        ("messaging", "0004_interfaces"),
        ("party", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="connector",
            name="interface",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="messaging.interface",
            ),
        ),
        migrations.AddField(
            model_name="connector",
            name="taken",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField()),
                ("reason", models.TextField()),
                ("example", models.TextField(blank=True)),
                ("times", models.BigIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="party.party"
                    ),
                ),
                (
                    "interface",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messaging.interface",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.UniqueConstraint(fields=("interface", "code"), name="one_problem_per_code"),
        ),
        owned("connector_problem", parties=("customer_id",)),
    ]
