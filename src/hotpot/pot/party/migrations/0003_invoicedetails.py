"""What a party's papers say of it, in versions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hotpot.pot.access.rls import PARTIES, ROW, append_only, owned

# Whom one serves, bills or pays, and by whom one is served, billed or paid. Engagements and agreements
# show themselves to their parties alone, so that each sub-select finds the reader's own.
BUSINESS = f"""EXISTS (SELECT FROM party_engagement AS e WHERE e.operator_id = {ROW}.party_id
       OR (e.customer_id = {ROW}.party_id AND e.operator_id = ANY ({PARTIES}::bigint[])))
   OR EXISTS (SELECT FROM party_agreement AS a WHERE a.operator_id = {ROW}.party_id
       OR (a.partner_id = {ROW}.party_id AND a.operator_id = ANY ({PARTIES}::bigint[])))"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("party", "0002_guards"),
    ]
    operations = [
        migrations.CreateModel(
            name="InvoiceDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("legal_name", models.TextField()),
                ("address", models.TextField(blank=True)),
                ("place", models.TextField()),
                ("tax_number", models.TextField(blank=True)),
                (
                    "tax_status",
                    models.TextField(
                        choices=[
                            ("taxed", "Taxed"),
                            ("exempt", "Exempt"),
                            ("reverse_charge", "Reverse Charge"),
                        ],
                        default="taxed",
                    ),
                ),
                ("bank_name", models.TextField(blank=True)),
                ("bank_account", models.TextField(blank=True)),
                ("bank_bic", models.TextField(blank=True)),
                ("language", models.TextField()),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_details",
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
                "indexes": [models.Index(fields=["party", "-since", "-id"], name="invoice_details_of_party")],
            },
        ),
        owned("party_invoicedetails", readable=BUSINESS + f" OR party_id = ANY ({PARTIES}::bigint[])"),
        append_only("party_invoicedetails"),
    ]
