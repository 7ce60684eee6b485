"""Fewer indexes on each message: those that others make superfluous are gone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0008_queue"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="party.party",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="key",
            field=models.TextField(null=True),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("key",), name="one_message_per_key"),
        ),
    ]
