"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PARTIES, append_only, of_parent, owned


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned("catalog_app", parties=("developer_id",), readable="listed_at IS NOT NULL"),
        owned("catalog_offer", parties=("operator_id",), readable=of_parent("app_id", "catalog_app")),
        owned(
            "catalog_price",
            also=f"offer_id IN (SELECT id FROM catalog_offer WHERE operator_id = ANY ({PARTIES}::bigint[]))",
            readable=of_parent("offer_id", "catalog_offer"),
        ),
        append_only("catalog_price"),
        owned(
            "catalog_priceitem",
            also="price_id IN (SELECT price.id FROM catalog_price AS price JOIN catalog_offer AS offer"
            f" ON offer.id = price.offer_id WHERE offer.operator_id = ANY ({PARTIES}::bigint[]))",
            readable=of_parent("price_id", "catalog_price"),
        ),
        append_only("catalog_priceitem"),
    ]
