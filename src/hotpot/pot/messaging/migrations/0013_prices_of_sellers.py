"""Each operator has message prices of its own: one for all companies was everybody's."""

import django.db.models.deletion
from django.db import migrations, models

# A company's price is of who serves it; one for all companies becomes one of each operator.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE messaging_tariff AS tariff SET seller_id = (
       SELECT operator_id FROM party_engagement AS engagement
        WHERE engagement.customer_id = tariff.customer_id
        ORDER BY ends_on IS NULL DESC, starts_on DESC, id DESC LIMIT 1)
 WHERE customer_id IS NOT NULL;
INSERT INTO messaging_tariff (seller_id, customer_id, operator_id, prefix, price_e4, changed_at)
SELECT seller.id, NULL, tariff.operator_id, tariff.prefix, tariff.price_e4, tariff.changed_at
  FROM messaging_tariff AS tariff CROSS JOIN party_party AS seller
 WHERE tariff.customer_id IS NULL AND seller.kind = 'operator';
DELETE FROM messaging_tariff WHERE seller_id IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0012_by_time"),
        ("party", "0003_invoicedetails"),
    ]

    operations = [
        migrations.RemoveConstraint("tariff", "one_tariff"),
        migrations.AddField(
            "tariff",
            "seller",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="party.party",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "tariff",
            "seller",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="party.party"
            ),
        ),
        migrations.AddConstraint(
            "tariff",
            models.UniqueConstraint(
                fields=("seller", "customer", "operator", "prefix"), name="one_tariff", nulls_distinct=False
            ),
        ),
    ]
