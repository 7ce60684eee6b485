"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PERSON, append_only, of_parent, owned


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned(
            "connector_connector",
            parties=(
                "customer_id",
                "integrator_id",
            ),
        ),
        owned("connector_assignee", parties=("customer_id",), persons=("person_id",)),
        owned(
            "connector_task",
            parties=("customer_id",),
            also=f"id IN (SELECT task_id FROM connector_assignee WHERE person_id = {PERSON})",
            # Who set the connector up supports it, and has their database's address anyway.
            readable=of_parent("connector_id", "connector_connector"),
        ),
        owned(
            "connector_decision",
            parties=("customer_id",),
            persons=("person_id",),
            readable=of_parent("task_id", "connector_task"),
        ),
        owned(
            "connector_writeback",
            parties=("customer_id",),
            also=of_parent("decision_id", "connector_decision"),
            readable=of_parent("connector_id", "connector_connector"),
        ),
        owned(
            "connector_unreadablerow",
            parties=("customer_id",),
            also=of_parent("connector_id", "connector_connector"),
        ),
        append_only("connector_decision"),
    ]
