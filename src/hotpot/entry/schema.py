"""The database's tables: an empty database gets them at once, from a picture of what all migrations make.

Django needs some 15 s of a processor for all migrations; the picture, `schema.sql`, is loaded in under one.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command

from hotpot.entry import database
from hotpot.entry.prepared import SNAPSHOT, Migration, applied, is_empty

LOCK = 0x686F74706F74  # "hotpot"


def bring_up_to_date(url: str) -> list[Migration]:
    """Gives the database the tables of this version. Django must be set up, and `url` be the owner's.

    An empty database gets the snapshot, whole or not at all; then Django applies the migrations that are
    missing. Gives those, as (app, name).
    """
    with database.connect(url) as owner:
        _fill_empty(owner)
        missing = known() - applied(owner)
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
    return sorted(missing)


def known() -> set[Migration]:
    """The migrations of this version, by their files' names: loading them would cost a second."""
    return {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[!_]*.py")
    }


def _fill_empty(owner: psycopg.Connection) -> None:
    if not is_empty(owner):
        return
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        if is_empty(owner):  # Nobody else filled it while we waited.
            owner.execute(SNAPSHOT.read_bytes())
