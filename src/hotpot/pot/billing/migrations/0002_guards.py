"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import append_only, of_parent, owned


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned(
            "billing_bill",
            parties=(
                "operator_id",
                "customer_id",
            ),
        ),
        owned("billing_billline", also=of_parent("bill_id", "billing_bill")),
        owned("billing_billedcharge", also=of_parent("line_id", "billing_billline")),
        append_only("billing_bill"),
        append_only("billing_billline"),
        append_only("billing_billedcharge"),
    ]
