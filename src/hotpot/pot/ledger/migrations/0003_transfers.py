"""Transfers in one row each, beside entries; holds that are posted become transfers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("key", models.TextField()),
                ("memo", models.TextField()),
                ("time", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_movement",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField()),
                ("amount", models.BigIntegerField()),
                ("memo", models.TextField()),
                ("time", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="not_below_least",
        ),
        migrations.RemoveConstraint(
            model_name="hold",
            name="posted_hold_has_entry",
        ),
        migrations.RemoveIndex(
            model_name="hold",
            name="open_holds",
        ),
        migrations.RemoveField(
            model_name="hold",
            name="entry",
        ),
        migrations.AddField(
            model_name="hold",
            name="posted",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="hold",
            name="key",
            field=models.TextField(),
        ),
        migrations.AlterField(
            model_name="hold",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AlterField(
            model_name="hold",
            name="target",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False), ("state", "open")),
                fields=["expires_at"],
                name="open_holds",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(fields=("key",), name="hold_key"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("posted__gt", 0), ("posted__lte", models.F("amount")), ("state", "posted")),
                    models.Q(models.Q(("state", "posted"), _negated=True), ("posted", None)),
                    _connector="OR",
                ),
                name="posted_hold_has_amount",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="target",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["source", "time"], name="transfers_from"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["target", "time"], name="transfers_to"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(fields=("key",), name="transfer_key"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="transfer_positive"
            ),
        ),
    ]
