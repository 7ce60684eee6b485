from __future__ import annotations

import click

from hotpot.entry.commands import platform


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own management commands."""
    from django.core.management import execute_from_command_line

    with platform():
        execute_from_command_line(["hotpot manage", *arguments])
