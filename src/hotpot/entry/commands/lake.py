from __future__ import annotations

from datetime import date, datetime, timedelta

import click

from hotpot.entry.commands import platform


@click.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), required=False)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="All days from this one to yesterday.")
def lake(day: datetime | None, since: datetime | None) -> None:
    """Write the record of DAY (like 2026-10-31), else of yesterday, to the lake as Parquet.

    Writing a day again replaces its file. Days are those of UTC.
    """
    if day and since:
        raise click.UsageError("Give a day or --since, not both.")
    with platform():
        from django.conf import settings

        from hotpot.pot.events.lake import write_day

        for one in _days(settings.HOTPOT_CLOCK.now().date(), day, since):
            written = write_day(settings.HOTPOT_DATA / "lake", one)
            click.echo(f"{written.day}  {written.events:>9,} events  {written.path}")


def _days(today: date, day: datetime | None, since: datetime | None) -> list[date]:
    from hotpot.pot.events.lake import days_with_events

    yesterday = today - timedelta(days=1)
    if since:
        return days_with_events(since.date(), yesterday)
    return [day.date() if day else yesterday]
