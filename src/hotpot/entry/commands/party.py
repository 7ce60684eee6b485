from __future__ import annotations

import click

from hotpot.entry.commands import platform

KINDS = ("operator", "integrator", "developer")


@click.group()
def party() -> None:
    """Found operators, integrators and developers."""


@party.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option("--owner", "number", required=True, help="The owner's phone number: +8613800138000.")
@click.option("--owner-name", default="", help="What the owner is called.")
@click.option("--country", default="CN", show_default=True, help="Two letters of ISO 3166.")
@click.option("--currency", default="CNY", show_default=True, help="Three letters of ISO 4217.")
@click.option("--time-zone", default="Asia/Shanghai", show_default=True)
@click.option("--prefix", "prefixes", multiple=True, help="Numbers that begin so are the operator's: +86138.")
@click.password_option(help="The owner's first password, to be changed at /account/.")
def found(
    kind: str,
    name: str,
    number: str,
    owner_name: str,
    country: str,
    currency: str,
    time_zone: str,
    prefixes: tuple[str, ...],
    password: str,
) -> None:
    """Found an operator, integrator or developer NAME, whose owner signs in at /sign-in/password/."""
    if prefixes and kind != "operator":
        raise click.UsageError("Only an operator has number ranges: leave out --prefix.")
    with platform():
        from django.conf import settings
        from django.contrib.auth.password_validation import validate_password
        from django.core.exceptions import ValidationError
        from django.db import transaction

        from hotpot.kernel.msisdn import Msisdn
        from hotpot.pot.events.wire import SYSTEM_ACTOR
        from hotpot.pot.party import actions

        try:
            validate_password(password)
        except ValidationError as error:
            raise click.UsageError(" ".join(error.messages)) from None
        now = settings.HOTPOT_CLOCK.now()
        place = {"country": country, "currency": currency, "time_zone": time_zone}
        with transaction.atomic():
            made = actions.register_party(SYSTEM_ACTOR, kind=kind, name=name, owner=None, **place, now=now)
            held = actions.grant_role(
                SYSTEM_ACTOR,
                party=made,
                number=Msisdn.parse(number, region=country),
                name=owner_name,
                role="owner",
                now=now,
            )
            held.person.set_password(password)
            held.person.save(update_fields=["password"])
            for prefix in prefixes:
                actions.assign_range(SYSTEM_ACTOR, operator=made, prefix=prefix, now=now)
    click.echo(f"{made.name} is founded. It is called “{made.slug}” in commands.")
