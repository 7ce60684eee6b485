from __future__ import annotations

import click

from hotpot.entry import database, prepared
from hotpot.entry.commands import platform
from hotpot.entry.config import Config


@click.command()
def migrate() -> None:
    """Bring the database and the static files up to date. Does nothing, quickly, where they are."""
    config = Config.from_env()
    with platform():
        from django.core.management import call_command

        from hotpot.entry.schema import bring_up_to_date

        database.prepare(config)
        for app, name in bring_up_to_date(config.database_url):
            click.echo(f"Applied {app}.{name}")
        call_command("collectstatic", interactive=False, verbosity=0)
        prepared.note_static_files(config.data)
