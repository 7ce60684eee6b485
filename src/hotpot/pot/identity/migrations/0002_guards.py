"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PERSON, append_only, owned

MINE = f"number = (SELECT number FROM identity_person WHERE id = {PERSON})"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned("identity_person", persons=("id",)),
        owned("identity_auditentry", persons=("person_id",), readable=MINE, insertable="true"),
        owned("identity_accesstoken", parties=("party_id",), persons=("person_id",)),
        append_only("identity_auditentry"),
    ]
