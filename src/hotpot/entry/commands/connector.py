from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotpot.entry.commands import platform
from hotpot.kernel.errors import Invalid, NotFound, Refused

if TYPE_CHECKING:
    from hotpot.pot.connector.enterprise import Enterprise
    from hotpot.pot.connector.models import Connector
    from hotpot.pot.connector.preview import Preview
    from hotpot.pot.connector.wire import Config, File, PollResult

EXIT_PROBLEMS = 1


@click.group()
def connector() -> None:
    """Check or run a connector to an enterprise's database."""


@connector.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--currency", default="CNY", show_default=True, help="The company's own.")
@click.option("--country", default="CN", show_default=True, help="Of numbers without a country code.")
def check(file: Path, currency: str, country: str) -> None:
    """Validate FILE, connect, show what would be picked up, and test the write-back. Keeps nothing."""
    import django

    django.setup()
    from django.conf import settings

    from hotpot.pot.connector.address import shown
    from hotpot.pot.connector.enterprise import Enterprise
    from hotpot.pot.connector.preview import preview
    from hotpot.pot.connector.trouble import Trouble
    from hotpot.pot.connector.wire import read_config

    content = _read(file)
    config = read_config(content.config)
    address = _address(content)
    enterprise = Enterprise(address, config.encoding)
    click.echo(f"{content.name}: the configuration is complete.")
    now = settings.HOTPOT_CLOCK.now()
    try:
        seen = preview(enterprise, config, currency=currency, country=country, now=now)
        click.echo(f"Connected to {shown(address)}.")
        _show(seen)
        problems = sum(1 for row in seen.rows if row.problem) + _test_write_back(enterprise, config, seen)
    except Trouble as trouble:
        raise Refused(str(trouble)) from None
    finally:
        enterprise.close()
    if problems:
        raise SystemExit(EXIT_PROBLEMS)


def _show(seen: Preview) -> None:
    if seen.columns:
        click.echo(f"Columns: {', '.join(seen.columns)}")
    if seen.members:
        click.echo(f"Directory: {seen.members} people in {seen.departments} departments.")
    for row in seen.rows:
        if row.task is None:
            click.echo(f"  {row.key or '(no key)'}: can't be read. {row.problem}")
            continue
        amount = f", {row.task.amount}" if row.task.amount is not None else ""
        click.echo(f"  {row.key}: {row.task.title}{amount}; {row.task.applicant} -> {row.task.approver}")
    for warning in seen.warnings:
        click.echo(f"Look: {warning}")


def _test_write_back(enterprise: Enterprise, config: Config, seen: Preview) -> int:
    """How many verdicts failed. Everything is rolled back."""
    from django.conf import settings

    from hotpot.pot.connector.preview import try_write_back

    if config.rows is None:
        return 0
    if not seen.rows:
        click.echo("There is no open row now, so the write-back could not be tested.")
        return 0
    trials = try_write_back(enterprise, config, settings.HOTPOT_CLOCK.now())
    for trial in trials:
        click.echo(
            f"Write-back of “{trial.verdict}” to {trial.key}: {trial.problem or 'works'} (rolled back)"
        )
    return sum(1 for trial in trials if trial.problem)


@connector.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--customer", "slug", required=True, help="The company whose system it is.")
@click.option("--once", is_flag=True, help="Look once and stop.")
def run(file: Path, slug: str, once: bool) -> None:
    """Make or change the company's connector as FILE says, start it, and run it in the foreground."""
    content = _read(file)
    with platform():
        from django.conf import settings

        from hotpot.pot.connector.runner import poll_once

        made = _started(content, slug)
        stopped = threading.Event()
        while True:
            result = poll_once(made.pk, settings.HOTPOT_CLOCK.now())
            _tell(made.name, result)
            if once:
                raise SystemExit(EXIT_PROBLEMS if result.problem else 0)
            stopped.wait(float(made.config.get("poll_s", 2.0)))


def _started(content: File, slug: str) -> Connector:
    from django.conf import settings

    from hotpot.pot.connector import actions
    from hotpot.pot.connector.models import Connector
    from hotpot.pot.events.wire import Actor
    from hotpot.pot.party.models import Party

    now, actor = settings.HOTPOT_CLOCK.now(), Actor(way="cli")
    customer = Party.objects.filter(slug=slug, kind=Party.Kind.CUSTOMER).first()
    if customer is None:
        raise NotFound(
            f"There is no customer “{slug}”. Give the short name that its page's address ends with."
        )
    found = Connector.objects.filter(customer=customer, name=content.name).first()
    if found is None:
        found = actions.create(
            actor,
            customer=customer,
            name=content.name,
            address=_address(content),
            config=content.config,
            app_id=content.app,
            now=now,
        )
    elif found.config != content.config or actions.address_of(found) != _address(content):
        found = actions.change(
            actor, connector=found, address=_address(content), config=content.config, now=now
        )
    return actions.start(actor, connector=found, now=now)


def _tell(name: str, result: PollResult) -> None:
    if result.problem:
        click.echo(f"{name}: {result.problem}", err=True)
    elif result.taken or result.written_back or result.refused or result.withdrawn or result.unreadable:
        click.echo(
            f"{name}: {result.taken} taken, {result.written_back} written back, {result.refused} refused, "
            f"{result.withdrawn} withdrawn, {result.unreadable} can't be read"
        )


@connector.command("list")
def list_() -> None:
    """All connectors with their states."""
    with platform():
        from hotpot.pot.connector.models import Connector

        for one in Connector.objects.select_related("customer").order_by("customer__slug", "name"):
            click.echo(f"{one.pk:>5}  {one.customer.slug:<24} {one.name:<32} {one.state:<12} {one.problem}")


def _read(file: Path) -> File:
    from hotpot.pot.connector.wire import read_file

    try:
        return read_file(file.read_text("utf-8"))
    except UnicodeDecodeError:
        raise Invalid(f"{file} is not UTF-8 text. Save it so.") from None


def _address(content: File) -> str:
    if content.url:
        return content.url
    address = os.environ.get(content.url_env, "")
    if not address:
        raise Invalid(
            f"url_env: the variable {content.url_env} is not set. Set it to the database's address."
        )
    return address
