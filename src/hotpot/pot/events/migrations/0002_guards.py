"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PARTIES, PERSON, append_only, owned


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned(
            "events_event",
            also=f"party_ids && {PARTIES}::bigint[] OR {PERSON} = ANY (person_ids)",
            insertable="true",
        ),
        owned("events_cursor"),
        append_only("events_event"),
    ]
