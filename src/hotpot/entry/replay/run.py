"""One replay from the files to the figures, on a data folder of its own."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Sum

from hotpot.entry.config import Config
from hotpot.entry.dishes import serve_dishes
from hotpot.entry.replay.link import connect
from hotpot.entry.replay.log import Log
from hotpot.entry.replay.market import FEE, ZONE, begins_at, open_market, staff_for
from hotpot.entry.replay.office import Office, create_office
from hotpot.entry.replay.play import Play
from hotpot.entry.replay.verdict import decided_on_platform, mismatches
from hotpot.entry.replay.web import web_process
from hotpot.kernel.clock import SharedClock
from hotpot.kernel.errors import Refused
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month, local_day
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.messaging.engine import close_runs
from hotpot.pot.messaging.models import Message
from hotpot.pot.rating.models import Charge
from hotpot.pot.settlement.models import Share
from hotpot.pot.subscription.models import Seat

Progress = Callable[[str, int, int], None]  # what is done now, how much, of how much


@dataclass(frozen=True, slots=True)
class Outcome:
    cases: int
    decisions: int
    mismatches: tuple[str, ...]
    problems: tuple[str, ...]  # rows of the log that could not be read
    messages: int
    seats: int
    months: int
    fees: Money
    shares: dict[str, Money]  # party -> its part of the fees
    books: bool
    seconds: float


def replay(log: Log, folder: Path, progress: Progress) -> Outcome:
    """Django is set up on an empty, migrated database. Raises Refused when something got stuck."""
    if not log.cases:
        raise Refused("The log has no case that can be read.")
    began = time.monotonic()
    clock = settings.HOTPOT_CLOCK
    if not isinstance(clock, SharedClock):
        raise TypeError("a replay needs a clock that its processes share: set HOTPOT_CLOCK_FILE")
    clock.move_to(begins_at(log))
    serve_dishes()
    staff = staff_for(log)
    office_url = create_office(Config.from_env().database_url, "office")
    office = Office(office_url)
    try:
        with web_process(folder / "clock", folder / "logs" / "web.log") as web:
            office.hire([one for people in staff.values() for one in people])
            market = open_market(clock.now())
            connector_id = connect(market, office_url, clock.now())
            play = Play(log, staff, office, market, connector_id, clock, web())
            gc.freeze()  # The log stays: collections need not walk it again with every few rounds.
            play.run(lambda done, of: progress("log", done, of))
        found = mismatches(log, office, decided_on_platform(connector_id, staff))
    finally:
        office.close()
        close_runs()
    months = _close_all(log, clock, progress)
    return Outcome(
        cases=len(log.cases),
        decisions=sum(len(case.decisions) for case in log.cases),
        mismatches=tuple(found),
        problems=log.problems,
        messages=Message.objects.count(),
        seats=Seat.objects.count(),
        months=months,
        fees=Money(Charge.objects.aggregate(sum=Sum("amount_minor"))["sum"] or 0, FEE.currency),
        shares=_shares(),
        books=check_books().right,
        seconds=round(time.monotonic() - began, 1),
    )


def _close_all(log: Log, clock: SharedClock, progress: Progress) -> int:
    """Every month that the log touches; how many."""
    month = Month.of(local_day(begins_at(log), ZONE))
    last = Month.of(local_day(max(case.events[-1].at for case in log.cases), ZONE))
    clock.move_to(last.ends_at(ZONE))
    months = (last.year - month.year) * 12 + last.month - month.month + 1
    for done in range(1, months + 1):
        _close(month, clock.now())
        month = month.next()
        progress("months", done, months)
    return months


def _close(month: Month, now: datetime) -> None:
    for figures in close_month(month, now=now):
        if figures.problem:
            raise Refused(f"{month} could not be closed: {figures.problem}")


def _shares() -> dict[str, Money]:
    rows = Share.objects.values("party__name").annotate(sum=Sum("amount_minor"))
    return {row["party__name"]: Money(row["sum"], FEE.currency) for row in rows.order_by("party_id")}
