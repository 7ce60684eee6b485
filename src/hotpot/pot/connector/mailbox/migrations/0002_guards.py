"""What the database itself holds, whoever writes: mail is its person's alone, not the company's managers'."""

from django.db import migrations

from hotpot.pot.access.rls import owned


class Migration(migrations.Migration):
    dependencies = [
        ("mailbox", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned("mailbox_provider"),
        owned("mailbox_signin", persons=("person_id",)),
        owned("mailbox_mailbox", persons=("person_id",)),
        owned("mailbox_folder", persons=("person_id",)),
        owned("mailbox_mail", persons=("person_id",)),
        owned("mailbox_body", persons=("person_id",)),
        owned("mailbox_letter", persons=("person_id",)),
    ]
