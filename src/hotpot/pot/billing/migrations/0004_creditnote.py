"""Credit notes that were written by hand: why, and what they take back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hotpot.pot.access.rls import append_only, of_parent, owned


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("billing", "0003_taxrate"),
    ]
    operations = [
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                (
                    "bill",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="credit_note",
                        serialize=False,
                        to="billing.bill",
                    ),
                ),
                ("key", models.TextField(unique=True)),
                ("reason", models.TextField()),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CreditedLine",
            fields=[
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="credited",
                        serialize=False,
                        to="billing.billline",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="billing.billline",
                    ),
                ),
            ],
        ),
        # Written by its verb alone.
        owned("billing_creditnote", readable=of_parent("bill_id", "billing_bill")),
        owned("billing_creditedline", readable=of_parent("line_id", "billing_billline")),
        append_only("billing_creditnote"),
        append_only("billing_creditedline"),
    ]
