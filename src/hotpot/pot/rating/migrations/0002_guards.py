"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import append_only, of_parent, owned


class Migration(migrations.Migration):
    dependencies = [
        ("rating", "0001_initial"),
        ("access", "0001_functions"),
        ("subscription", "0002_guards"),
    ]
    operations = [
        owned(
            "rating_charge",
            parties=("customer_id", "operator_id"),
            # Its integrator and developer see what their shares are shares of.
            readable=of_parent("subscription_id", "subscription_subscription"),
        ),
        append_only("rating_charge"),
    ]
