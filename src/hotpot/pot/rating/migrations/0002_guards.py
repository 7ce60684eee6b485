"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import append_only, owned


class Migration(migrations.Migration):
    dependencies = [
        ("rating", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned(
            "rating_charge",
            parties=(
                "customer_id",
                "operator_id",
                "integrator_id",
                "developer_id",
            ),
        ),
        append_only("rating_charge"),
    ]
