"""Messages are found by time: built beside a gateway at work, which waits for nothing."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("messaging", "0011_dropped_notices"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=BrinIndex(
                fields=["created_at"], name="messages_by_time", pages_per_range=64, autosummarize=True
            ),
        ),
    ]
