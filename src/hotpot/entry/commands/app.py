from __future__ import annotations

import click

from hotpot.entry.commands import platform


@click.group()
def app() -> None:
    """Take hosted apps into the catalogue."""


@app.command("list")
@click.argument("app_id")
@click.option("--developer", required=True, help="The developer's slug, as `hotpot party found` says it.")
def list_(app_id: str, developer: str) -> None:
    """Register the hosted app APP_ID for its developer, and list it for operators to offer."""
    with platform():
        from django.conf import settings
        from django.db import transaction

        from hotpot.kernel.errors import NotFound
        from hotpot.pot.catalog.actions import list_app
        from hotpot.pot.events.wire import SYSTEM_ACTOR
        from hotpot.pot.party.models import Party
        from hotpot.sdk.host import hosted, register

        apps = hosted()
        if app_id not in apps:
            raise NotFound(f"No app {app_id!r} is hosted here; choose one of: {', '.join(sorted(apps))}.")
        owner = Party.objects.filter(kind=Party.Kind.DEVELOPER, slug=developer).first()
        if owner is None:
            raise NotFound(
                f"There is no developer {developer!r}. Found one: hotpot party found developer NAME."
            )
        now = settings.HOTPOT_CLOCK.now()
        with transaction.atomic():
            register(apps[app_id], actor=SYSTEM_ACTOR, developer_id=owner.id, now=now)
            list_app(actor=SYSTEM_ACTOR, app_id=app_id, now=now)
    click.echo(f"{apps[app_id].manifest.name} is listed. Operators may offer it now.")
