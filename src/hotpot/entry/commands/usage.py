from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import click

from hotpot.entry.commands import platform

DAYS = 14


@click.group()
def usage() -> None:
    """Sources, meters and tokens of usage, and what arrived."""


@usage.command()
@click.argument("app_id")
@click.argument("uri")
def source(app_id: str, uri: str) -> None:
    """Events of source URI are APP_ID's from now on."""
    with platform():
        from hotpot.pot.metering import actions

        actions.add_source(actor=_actor(), app_id=app_id, uri=uri, now=_now())
        click.echo(f"{uri} belongs to {app_id}.")


@usage.command()
@click.argument("app_id")
@click.argument("code")
@click.argument("event_type")
@click.option(
    "--by", "aggregation", default="count", show_default=True, help="count, sum, max, last, unique."
)
@click.option("--field", default="", help="Of the event's data; for all but count.")
@click.option("--unit", required=True, help="What a quantity of 1 is, such as GB.")
@click.option("--exponent", default=0, show_default=True, help="The field times 10^EXPONENT is in the unit.")
def meter(
    app_id: str, code: str, event_type: str, aggregation: str, field: str, unit: str, exponent: int
) -> None:
    """Make meter CODE of APP_ID, which counts events of EVENT_TYPE."""
    with platform():
        from hotpot.pot.metering import actions

        made = actions.make_meter(
            actor=_actor(), app_id=app_id, code=code, event_type=event_type, aggregation=aggregation,
            field=field, unit=unit, exponent=exponent, now=_now(),
        )  # fmt: skip
        click.echo(f"Meter {made.id}: {app_id} {code}, {aggregation} of {field or 'events'} in {unit}.")


@usage.command()
@click.argument("app_id")
@click.argument("uris", nargs=-1, required=True)
@click.option("--number", required=True, help="Phone number (E.164) of the person whose token it is.")
@click.option("--name", default="usage", show_default=True, help="What uses it.")
@click.option("--days", default=365, show_default=True, help="How long it lives.")
def token(app_id: str, uris: tuple[str, ...], number: str, name: str, days: int) -> None:
    """Make a token that may send events of the sources URIS of APP_ID. It is shown once."""
    with platform():
        from hotpot.kernel.errors import NotFound
        from hotpot.kernel.msisdn import Msisdn
        from hotpot.pot.identity.queries import person_by_number
        from hotpot.pot.metering import actions

        person = person_by_number(Msisdn.parse(number))
        if person is None:
            raise NotFound(f"Nobody has the number {number}.")
        _token, text = actions.make_token(
            actor=_actor(), person=person, app_id=app_id, sources=uris, name=name, days=days, now=_now()
        )
        click.echo(text)


@usage.command()
@click.option("--app", "app_id", help="Of this app only.")
@click.option("--days", default=DAYS, show_default=True, help="How far back, in days of UTC.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(app_id: str | None, days: int, as_json: bool) -> None:
    """What each meter counted on each of the last days, and what was refused."""
    with platform():
        from hotpot.pot.metering.queries import refusals_since, tallies_since

        since = (_now() - timedelta(days=days - 1)).date()
        counted = [
            {"app": one.meter.app_id, "meter": one.meter.code, "day": f"{one.day}", "events": one.events}
            for one in tallies_since(since)
            if app_id in (None, one.meter.app_id)
        ]
        refused = [
            {"day": f"{one.day}", "code": one.code, "events": one.events, "last": one.last_message}
            for one in refusals_since(since)
        ]
    if as_json:
        click.echo(json.dumps({"counted": counted, "refused": refused}, ensure_ascii=False))
        return
    _table("Counted", counted)
    _table("Refused", refused)


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        click.echo(f"{title}: nothing.")
        return
    table = Table(*(name.title() for name in rows[0]), title=title)
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else value for value in row.values()))
    Console().print(table)


def _actor() -> Any:
    from hotpot.pot.events.wire import Actor

    return Actor(way="cli")


def _now() -> datetime:
    from django.conf import settings

    now: datetime = settings.HOTPOT_CLOCK.now()
    return now
