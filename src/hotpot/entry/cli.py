"""The command line. Each command's module is imported when it is used, so that `hotpot --help` is quick."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import NoReturn

import click

from hotpot.kernel.errors import Refused

EXIT_REFUSED = 2

# name -> (where it lives, the line that help shows)
COMMANDS = {
    "up": ("hotpot.entry.commands.up:up", "Start everything on this machine and keep it running."),
    "status": ("hotpot.entry.commands.status:status", "Show the health of each part."),
    "migrate": (
        "hotpot.entry.commands.migrate:migrate",
        "Bring database and static files up to date.",
    ),
    "run": ("hotpot.entry.commands.run:run", "Run one process in the foreground."),
    "party": ("hotpot.entry.commands.party:party", "Found operators, integrators and developers."),
    "app": ("hotpot.entry.commands.app:app", "Take hosted apps into the catalogue."),
    "books": ("hotpot.entry.commands.books:books", "Prove that the books are right."),
    "shares": ("hotpot.entry.commands.shares:shares", "Share revenue with partners."),
    "close": ("hotpot.entry.commands.close:close", "Close a month: bills, shares, statements."),
    "carrier": ("hotpot.entry.commands.carrier:carrier", "Set up the carrier that messages go to."),
    "route": ("hotpot.entry.commands.route:route", "Explain routes of messages; take ported numbers."),
    "interface": ("hotpot.entry.commands.interface:interface", "By what companies' systems send."),
    "mail": ("hotpot.entry.commands.mail:mail", "Set up where people sign in to their mail."),
    "usage": ("hotpot.entry.commands.usage:usage", "Sources, meters and tokens of usage; what arrived."),
    "price": ("hotpot.entry.commands.price:price", "Explain amounts; try new prices."),
    "connector": ("hotpot.entry.commands.connector:connector", "Check or run a connector."),
    "replay": ("hotpot.entry.commands.replay:replay", "Play a recorded log through the platform."),
    "demo": ("hotpot.entry.commands.demo:demo", "Make a seeded market to look at."),
    "lake": ("hotpot.entry.commands.lake:lake", "Write the daily lake files."),
    "bench": ("hotpot.entry.commands.bench:bench", "Measure."),
    "manage": ("hotpot.entry.commands.manage:manage", "Django's own management commands."),
}


class LazyGroup(click.Group):
    """Lists commands from the table alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hotpot")
def cli() -> None:
    """Industry mobile apps for companies: a monthly fee per phone number, shared, and on record."""


def main() -> None:
    """Exits with 2 and one sentence where a command was refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")
    try:
        cli()
    except Refused as refusal:
        refuse(refusal.sentence)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        refuse(f"The disk is full ({error.filename or 'no file named'}). Free some space and try again.")


def refuse(sentence: str) -> NoReturn:
    click.echo(f"hotpot: {sentence}", err=True)
    sys.exit(EXIT_REFUSED)


if __name__ == "__main__":
    main()
