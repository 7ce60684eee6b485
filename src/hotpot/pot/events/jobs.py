"""What the record does by itself at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from procrastinate.contrib.django import app


@app.periodic(cron="0 2 * * *")
@app.task(name="events.fill_lake", queue="lake", queueing_lock="events.fill_lake")
def fill_lake(timestamp: int) -> None:
    """The day before the one of `timestamp`, the moment it was planned for, in seconds since 1970."""
    from hotpot.pot.events.lake import write_day  # Arrow is for the process that writes.

    day = datetime.fromtimestamp(timestamp, UTC).date() - timedelta(days=1)
    write_day(settings.HOTPOT_DATA / "lake", day)
