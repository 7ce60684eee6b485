"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import of_parent, owned


class Migration(migrations.Migration):
    dependencies = [
        ("notification", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned("notification_habits", persons=("person_id",)),
        owned("notification_choice", persons=("person_id",)),
        owned("notification_browser", persons=("person_id",)),
        owned("notification_notification", persons=("person_id",)),
        owned("notification_attempt", also=of_parent("notification_id", "notification_notification")),
        owned("notification_vapidkey"),  # the system's alone
    ]
