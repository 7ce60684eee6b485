from __future__ import annotations

import click

from hotpot.entry.commands import platform

PROTOCOLS = ["cmpp2", "cmpp3", "sgip", "smgp", "smpp"]


@click.group()
def carrier() -> None:
    """Set up the carrier that messages go to."""


@carrier.command()
@click.argument("name")
@click.option(
    "--protocol",
    required=True,
    type=click.Choice(["cmpp2", "cmpp3", "sgip", "smgp", "smpp"]),
    help="As agreed.",
)
@click.option("--host", required=True, help="The carrier's address.")
@click.option("--port", required=True, type=int)
@click.option("--login", required=True, help="SP id, client id, login name or system id.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="window=32, connections=4 ...")
@click.password_option(help="The carrier's password or shared secret.")
def connect(
    name: str, protocol: str, host: str, port: int, login: str, settings: tuple[str, ...], password: str
) -> None:
    """Send messages to the carrier NAME, whose settings are listed in hotpot.pot.messaging.accounts."""
    given: dict[str, object] = dict(_pair(one) for one in settings)
    given |= {"name": name, "protocol": protocol, "host": host, "port": port, "login": login}
    with platform():
        from django.conf import settings as django_settings

        from hotpot.pot.messaging import actions

        actions.connect_carrier({**given, "password": password}, now=django_settings.HOTPOT_CLOCK.now())
    click.echo(f"{name} takes messages from the engine's next connection on.")


def _pair(setting: str) -> tuple[str, object]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise click.UsageError(f"--set {setting} has no “=”: write NAME=VALUE.")
    return name, value.split(",") if name == "alphabets" else value


@carrier.command()
@click.argument("name")
def disconnect(name: str) -> None:
    """Send nothing to the carrier NAME any more."""
    with platform():
        from django.conf import settings

        from hotpot.pot.messaging import actions

        actions.disconnect_carrier(name, now=settings.HOTPOT_CLOCK.now())
    click.echo(f"{name} takes no messages from the engine's next connection on.")
