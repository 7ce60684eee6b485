"""django-allauth's own tables of a person's devices are guarded like ours."""

from django.db import migrations

from hotpot.pot.access.rls import owned


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0003_cache"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    ]
    operations = [
        owned("mfa_authenticator", persons=("user_id",)),
        owned("usersessions_usersession", persons=("user_id",)),
    ]
