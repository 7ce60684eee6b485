import django.db.models.deletion
from django.db import migrations, models

from hotpot.pot.access.rls import owned


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0003_plug_ins"),
        ("messaging", "0004_interfaces"),
        ("party", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakenMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity", models.TextField()),
                ("return_path", models.TextField(blank=True)),
                ("reply_to", models.TextField(blank=True)),
                ("message_id", models.TextField(blank=True)),
                ("subject", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="party.party"
                    ),
                ),
                (
                    "interface",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messaging.interface",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["interface", "at"], name="taken_mails_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("interface", "identity"), name="one_taken_mail")
                ],
            },
        ),
        owned("connector_takenmail", parties=("customer_id",)),
    ]
