"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PERSON, owned

MINE = f"number = (SELECT number FROM identity_person WHERE id = {PERSON})"


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_initial"),
        ("access", "0001_functions"),
        ("identity", "0002_guards"),
    ]
    operations = [
        owned("messaging_template", readable="true"),
        owned("messaging_message", parties=("customer_id",), readable=MINE),
        owned("messaging_ask", readable=MINE),
        owned("messaging_heldreceipt"),
        owned("messaging_airmessage"),
    ]
