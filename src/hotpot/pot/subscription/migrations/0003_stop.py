"""Stops: use ends at once, whatever seats say."""

import django.db.models.deletion
from django.db import migrations, models

from hotpot.pot.access.rls import PARTIES, owned

# Whoever asks whether a number is entitled must meet the stop, also one who may not see it: the function
# answers as its owner. It costs one look into a small index; only where a stop is found, one more.
STOPPED = """
CREATE FUNCTION subscription_stopped(customer bigint, app text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT EXISTS (
    SELECT FROM subscription_stop AS stop
     WHERE stop.customer_id = $1 AND stop.lifted_at IS NULL
       AND (stop.app_id = $2 OR stop.app_id IS NULL)
       AND EXISTS (SELECT FROM subscription_subscription AS one
                    WHERE one.customer_id = $1 AND one.app_id = $2 AND one.operator_id = stop.operator_id))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("subscription", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name="Stop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cause", models.TextField()),
                ("since", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "app",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.app",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.party"
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.party"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)), fields=["customer"], name="stops_of_customer"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)), fields=("cause",), name="one_stop_a_cause"
                    )
                ],
            },
        ),
        # Written by its verbs alone.
        owned(
            "subscription_stop",
            readable=f"customer_id = ANY ({PARTIES}::bigint[]) OR operator_id = ANY ({PARTIES}::bigint[])",
        ),
        migrations.RunSQL(STOPPED, "DROP FUNCTION subscription_stopped(bigint, text)"),
    ]
