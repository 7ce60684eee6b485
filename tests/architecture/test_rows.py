"""Every table that has an owner is guarded by the database itself."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

WITHOUT_OWNER = {
    "auth_group": "Django's own; not used",
    "auth_group_permissions": "Django's own; not used",
    "auth_permission": "Django's own; holds no data of anybody",
    "django_content_type": "Django's own; holds no data of anybody",
    "django_session": "read before the reader is known; the key is the secret",
    "account_emailaddress": "allauth's; nobody has an e-mail address here",
    "account_emailconfirmation": "allauth's; nobody has an e-mail address here",
}


@pytest.mark.django_db
def test_every_table_of_ours_has_row_level_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")
        guarded = {name for (name,) in cursor.fetchall()}
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not _is_queue(model._meta.app_label)  # A view has its tables' policies.
    }
    assert tables - guarded == set(WITHOUT_OWNER)


def _is_queue(label: str) -> bool:
    """procrastinate's tables are the worker's; the web role only adds jobs to them."""
    return label == "procrastinate"


@pytest.mark.django_db
def test_the_web_role_is_no_owner_and_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'hotpot_web'"
        )
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = 'hotpot_web'")
        assert cursor.fetchone() == (0,)
