from __future__ import annotations

from pathlib import Path

import click

from hotpot.entry.commands import platform


@click.group()
def mail() -> None:
    """Set up where people sign in to their mail."""


@mail.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def provider(file: Path) -> None:
    """Let people of its domains sign in by OAuth 2.0, as the TOML FILE says; see docs/guides/mail.md."""
    with platform():
        from django.conf import settings

        from hotpot.pot.connector.mailbox import actions
        from hotpot.pot.connector.mailbox.provider_file import read_provider

        read = read_provider(file.read_text(encoding="utf-8"), near=settings.HOTPOT_DEMO)
        actions.keep_provider(read, settings.HOTPOT_CLOCK.now())
        back = f"{settings.HOTPOT_BASE_URL}/apps/mail/signed-in"
    click.echo(f"People of {', '.join(read.domains)} sign in at {read.name}.")
    click.echo(f"Register this address there, to which it leads back: {back}")
