"""Tax rates of operators."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hotpot.pot.access.rls import PARTIES, append_only, owned


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("billing", "0002_guards"),
        ("party", "0003_invoicedetails"),
    ]
    operations = [
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.TextField()),
                ("tax_class", models.TextField()),
                ("starts_on", models.DateField()),
                ("rate_bp", models.IntegerField()),
                ("inclusive", models.BooleanField()),
                ("written_at", models.DateTimeField()),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_rates",
                        to="party.party",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("operator", "place", "tax_class", "starts_on"), name="one_tax_rate_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_bp__range", (0, 10000))), name="tax_rate_bp"
                    ),
                ],
            },
        ),
        # Written by its verb alone, which has asked.
        owned("billing_taxrate", readable=f"operator_id = ANY ({PARTIES}::bigint[])"),
        append_only("billing_taxrate"),
    ]
