from __future__ import annotations

import click

from hotpot.entry import database
from hotpot.entry.commands import platform
from hotpot.entry.config import Config


@click.command()
def migrate() -> None:
    """Bring the database and the static files up to date. Does nothing, quickly, where they are."""
    with platform():
        database.prepare(Config.from_env())
        _migrate()
        _collect_static()


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False)


def _collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
