from __future__ import annotations

import click

from hotpot.entry.commands import platform


@click.group()
def interface() -> None:
    """By what companies' own systems send messages."""


@interface.command("open")
@click.argument("login")
@click.option("--customer", required=True, help="The company's slug.")
@click.option("--name", help="Shown to people; the login where none is given.")
@click.option(
    "--kind", required=True, help="http, cmpp, sgip, smgp, smpp, cloud, soap, smtp, drop or tables."
)
@click.option("--access-number", required=True, help="3 to 20 digits.")
@click.password_option(help="What the company's system logs in with.")
def open_(login: str, customer: str, name: str | None, kind: str, access_number: str, password: str) -> None:
    """Let one system of a company in, under LOGIN."""
    with platform():
        from django.conf import settings

        from hotpot.kernel.errors import NotFound
        from hotpot.pot.messaging import actions
        from hotpot.pot.party.models import Party

        company = Party.objects.filter(slug=customer, kind=Party.Kind.CUSTOMER).first()
        if company is None:
            raise NotFound(f"There is no company {customer}. Its page in the console shows its slug.")
        opened = actions.open_interface(
            company.pk,
            name=name or login,
            kind=kind,
            login=login,
            password=password,
            access_number=access_number,
            now=settings.HOTPOT_CLOCK.now(),
        )
    click.echo(f"Interface {opened} is open: {login} on {access_number}.")


@interface.command("set")
@click.argument("login")
@click.argument("settings", nargs=-1, required=True, metavar="NAME=VALUE ...")
def set_(login: str, settings: tuple[str, ...]) -> None:
    """Change what the kind of the interface LOGIN needs, such as subject=alone, encoding=gbk,
    addresses=10.0.0.0/8,192.0.2.7 or webhook=https://…; an empty value takes one away."""
    given = dict(_pair(one) for one in settings)
    with platform():
        from django.conf import settings as django_settings

        from hotpot.kernel.errors import NotFound
        from hotpot.pot.events.wire import Actor
        from hotpot.pot.messaging.models import Interface
        from hotpot.pot.messaging.switch import interfaces

        held = Interface.objects.filter(login=login).first()
        if held is None:
            raise NotFound(f"There is no interface with the login {login}.")
        now = django_settings.HOTPOT_CLOCK.now()
        interfaces.change_settings(Actor(None, None, "cli"), interface_id=held.pk, given=given, now=now)
    click.echo(f"{login} has its new settings within seconds.")


def _pair(setting: str) -> tuple[str, object]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise click.UsageError(f"{setting} has no “=”: write NAME=VALUE.")
    return name, value.split(",") if name == "addresses" and value else value


@interface.command("list")
def list_() -> None:
    """Show all interfaces."""
    with platform():
        from hotpot.pot.messaging.models import Interface

        rows = Interface.objects.select_related("customer").order_by("customer__name", "name")
        for one in rows:
            click.echo(
                f"{one.login}\t{one.kind}\t{one.access_number}\t{one.state}\t{one.customer.slug}\t{one.name}"
            )


@interface.command()
@click.argument("login")
@click.option("--resume", is_flag=True, help="Take messages from it again.")
def suspend(login: str, resume: bool) -> None:
    """Take nothing more from the interface LOGIN; what is under way goes on."""
    with platform():
        from django.conf import settings

        from hotpot.kernel.errors import NotFound
        from hotpot.pot.events.wire import Actor
        from hotpot.pot.messaging.models import Interface
        from hotpot.pot.messaging.switch import interfaces

        held = Interface.objects.filter(login=login).first()
        if held is None:
            raise NotFound(f"There is no interface with the login {login}.")
        verb = interfaces.resume if resume else interfaces.suspend
        verb(Actor(None, None, "cli"), interface_id=held.pk, now=settings.HOTPOT_CLOCK.now())
    click.echo(f"{login} {'runs' if resume else 'is suspended'}.")
