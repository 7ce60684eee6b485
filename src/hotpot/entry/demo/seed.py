"""Makes the demo's market in an empty, migrated database: the same one for the same moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hotpot.entry.demo.market import Market
from hotpot.entry.demo.money import remind, set_terms, settle
from hotpot.entry.demo.month import Play
from hotpot.entry.dishes import serve_dishes
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.errors import Refused
from hotpot.kernel.period import Month
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.connector.models import Decision, Task
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.engine import close_runs
from hotpot.pot.party.models import Party
from hotpot.pot.subscription.models import Seat

SEED = 20_130_801
PAPERS_TODAY = {"CN": 9, "US": 4}
WESTERNMOST = ZoneInfo("America/Los_Angeles")  # where the demo's month ends last

Progress = Callable[[str, int, int], None]  # what is done now, how much, of how much


@dataclass(frozen=True, slots=True)
class Figures:
    month: str
    parties: int
    people: int
    seats: int
    decisions: int
    open_tasks: int


def month_before(now: datetime) -> Month:
    """The newest month that is over everywhere, with a day to spare."""
    return Month.of((now - timedelta(days=1)).astimezone(WESTERNMOST).date()).previous()


def seed(folder: Path, database_url: str, now: datetime, progress: Progress) -> Figures:
    """Raises Refused where the database holds a market already, or anything did not go as it should."""
    if Party.objects.exists():
        raise Refused("This database holds parties already. Give an empty one, or another --data folder.")
    month = month_before(now)
    clock = SettableClock(datetime(*month.previous().first_day.timetuple()[:3], 2, tzinfo=UTC))
    market = Market(Random(SEED), clock, folder, month.first_day)
    serve_dishes()
    try:
        progress("Opening the market", 0, 1)
        market.open()
        set_terms(market)
        play = Play(market, month, database_url)
        play.run(lambda done, of: progress(f"Playing {month}", done, of))
        clock.move_to(month.ends_at(WESTERNMOST) + timedelta(hours=2))
        _close(month, clock, progress)
        settle(market)
        progress("Opening today", 0, 1)
        _open_today(market, play, now)
        progress("Checking the books", 0, 1)
        _check_books()
    finally:
        close_runs()
    return Figures(
        month=str(month),
        parties=Party.objects.count(),
        people=Person.objects.count(),
        seats=Seat.objects.filter(ends_on=None).count(),
        decisions=Decision.objects.count(),
        open_tasks=Task.objects.filter(state=Task.State.OPEN).count(),
    )


def _close(month: Month, clock: SettableClock, progress: Progress) -> None:
    progress(f"Closing {month}", 0, 1)
    for figures in close_month(month, actor=Actor(way="job"), now=clock.now()):
        if figures.problem:
            raise Refused(f"{figures.operator}: {figures.problem}")


def _check_books() -> None:
    if not (books := check_books()).right:
        raise Refused(f"The books are wrong: {', '.join(one.check.name for one in books.findings)}.")


def _open_today(market: Market, play: Play, now: datetime) -> None:
    """Papers of the last hours wait for whoever plays with the demo."""
    market.clock.move_to(now - timedelta(hours=1))
    offices = [company for company in market.companies if company.office is not None]
    for company in offices:
        assert company.office is not None
        company.office.submit(
            market.random, PAPERS_TODAY[company.party.country], market.clock.now(), company.party.time_zone
        )
    play.ask(offices)
    remind(market)
