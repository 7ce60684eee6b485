"""A close that is killed at any step leaves nothing, and the next one books everything once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection

from hotpot.conftest import make_agreement
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.close.models import CloseRun, Touched
from hotpot.pot.close.rules import Step
from hotpot.pot.close.tests.trade import LONG_AGO, make_bare_market, make_offer, make_subscription
from hotpot.pot.events.models import EventRow
from hotpot.pot.ledger.models import Entry
from hotpot.pot.rating.models import Charge
from hotpot.pot.settlement.models import Share, Statement

OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 2, tzinfo=UTC)
BOOKED = (Charge, Share, Bill, Statement, Entry)

# The process is gone as soon as it has told of the step; of BOOKING also when all but the statements is
# written, and when all is written but not committed.
KILLED = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from hotpot.kernel.period import Month
from hotpot.pot.close import actions, booking
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def progress(_operator, step, _done):
    step == sys.argv[2] and die()
if sys.argv[2] == "statements":
    booking._store_statements = die
if sys.argv[2] == "commit":
    book = booking.book
    def book_and_die(*words, **named):
        book(*words, **named)
        die()
    booking.book = book_and_die
actions.close_month(Month(2026, 10), now=datetime.fromisoformat(sys.argv[1]), progress=progress)
"""


def kill_a_close(at: str) -> None:
    url = urlsplit(os.environ["HOTPOT_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environ = {
        **os.environ,
        "HOTPOT_DATABASE_URL": url.geturl(),
        "DJANGO_SETTINGS_MODULE": "hotpot.entry.settings",
    }
    command = [sys.executable, "-c", KILLED, NOW.isoformat(), at]
    assert subprocess.run(command, env=environ, timeout=120).returncode == -signal.SIGKILL


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_kill_9_at_any_step_leaves_nothing_and_the_next_close_books_all_once() -> None:
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, fixed_minor=500, starts_on=LONG_AGO)
    make_subscription(market, make_offer(market, prices={LONG_AGO: 1500}), seats=[(LONG_AGO, None)] * 20)
    touched = Touched.objects.count()
    moments = [*(step.value for step in Step if step is not Step.DONE), "statements", "commit"]
    for number, moment in enumerate(moments, 1):
        kill_a_close(moment)
        run = CloseRun.objects.latest("id")
        assert (run.state, CloseRun.objects.count()) == ("running", number), moment
        assert [model._default_manager.count() for model in BOOKED] == [0] * len(BOOKED), moment
        assert Touched.objects.count() == touched, moment

    (figures,) = close_month(OCTOBER, now=NOW)
    assert figures.state == "done"
    bill = Bill.objects.get()
    assert (bill.number, bill.total_minor) == (1, 20 * 1500)
    assert Statement.objects.get().number == 1
    states = CloseRun.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["failed"] * len(moments) + ["done"]
    assert check_books().right
    (again,) = close_month(OCTOBER, now=NOW)
    assert again.sums == ()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_kill_9_after_all_is_booked_books_nothing_twice() -> None:
    """The process ends before it could say that it is done: the booking says so itself."""
    market = make_bare_market()
    make_subscription(market, make_offer(market, prices={LONG_AGO: 1500}), seats=[(date(2026, 10, 1), None)])
    kill_a_close(Step.DONE)
    assert CloseRun.objects.get().state == "done"
    assert Bill.objects.get().total_minor == 1500
    assert EventRow.objects.filter(type="close.month.closed").count() == 1
    (again,) = close_month(OCTOBER, now=NOW)
    assert (again.problem, again.sums) == ("", ())
    assert check_books().right
