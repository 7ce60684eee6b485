from __future__ import annotations

import csv
from pathlib import Path

import click

from hotpot.entry.commands import platform


@click.group()
def route() -> None:
    """Which carrier takes which messages."""


@route.command()
@click.argument("number")
@click.option("--interface", help="The login of the interface that sends; none: an app.")
@click.option("--parts", default=1, show_default=True, help="How many short messages the text needs.")
def explain(number: str, interface: str | None, parts: int) -> None:
    """Show the routes of NUMBER in the order in which they are tried, and what speaks against the others."""
    with platform():
        from django.conf import settings

        from hotpot.kernel.errors import NotFound
        from hotpot.kernel.msisdn import Msisdn
        from hotpot.pot.messaging.models import Interface
        from hotpot.pot.messaging.switch import routes
        from hotpot.pot.party.models import Party

        held = Interface.objects.filter(login=interface).first() if interface else None
        if interface and held is None:
            raise NotFound(f"There is no interface with the login {interface}.")
        parsed = Msisdn.parse(number, region="CN").e164
        told, home, snapshot = routes.explain(
            parsed,
            interface_id=held.pk if held else None,
            parts=parts,
            now=settings.HOTPOT_CLOCK.now(),
        )
        network = Party.objects.filter(id=home).first() if home else None
    click.echo(f"{parsed} is a number of {network or 'no known network'}.")
    for one in told:
        place = f"{one.place}." if one.place else "–"
        click.echo(f"{place:>3} {one.route.name}: {one.route.carrier}{_why(one.reason)}")
    if not any(one.place for one in told):
        click.echo("No carrier takes it: refused with no_route.")
    if not snapshot.routes:
        click.echo("There are no routes: the first carrier that is up takes all.")


def _why(reason: str) -> str:
    return f" ({reason.replace('_', ' ')})" if reason else ""


@route.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def port(file: Path) -> None:
    """Take a register of ported numbers: a CSV of number,operator (the operator's slug), of any length."""
    with platform():
        from django.conf import settings

        from hotpot.pot.messaging.switch import lists

        with file.open(newline="", encoding="utf-8-sig") as lines:
            rows = ((row[0].strip(), row[1].strip()) for row in csv.reader(lines) if len(row) > 1)
            moved, wrong = lists.port_numbers(rows, now=settings.HOTPOT_CLOCK.now())
    click.echo(f"{moved} numbers moved; {wrong} lines could not be read.")
