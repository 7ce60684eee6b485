"""Notices that nobody fetches are dropped after a time: how old they are, and how many it were."""

import django.db.models.deletion
from django.db import migrations, models

from hotpot.pot.access.rls import owned


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0010_number_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="DroppedNotices",
            fields=[
                (
                    "interface",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="dropped_notices",
                        serialize=False,
                        to="messaging.interface",
                    ),
                ),
                ("dropped", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="NoticeMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("notice_id", models.BigIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["at"], name="notice_marks_by_age")]},
        ),
        owned("messaging_droppednotices"),
        owned("messaging_noticemark"),
    ]
