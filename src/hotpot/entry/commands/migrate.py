from __future__ import annotations

import click

from hotpot.entry import database, prepared
from hotpot.entry.commands import platform
from hotpot.entry.config import Config


@click.command()
def migrate() -> None:
    """Bring the database, the apps and the static files up to date."""
    config = Config.from_env()
    with platform():
        from django.core.management import call_command

        from hotpot.entry.schema import bring_up_to_date
        from hotpot.sdk.apps import make_hosted_apps_ready

        database.prepare(config)
        applied = bring_up_to_date(config.database_url)
        for app, name in applied:
            click.echo(f"Applied {app}.{name}")
        if not applied:
            make_hosted_apps_ready()  # Else Django's migrate has seen to it.
        call_command("collectstatic", interactive=False, verbosity=0)
        prepared.note(config.data)
