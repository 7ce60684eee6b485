"""The close as a job, and what pages ask of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.kernel.errors import Conflict
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.close import queries
from hotpot.pot.close.jobs import close_operator_month, start_close, start_dry_run, try_operator_month
from hotpot.pot.close.models import CloseRun
from hotpot.pot.close.tests.trade import make_bare_market, make_offer, make_subscription
from hotpot.pot.events.wire import Actor

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)


def test_a_close_waits_once() -> None:
    operator = make_bare_market().operator
    assert start_close(operator.id, OCTOBER, actor=Actor()) > 0
    with pytest.raises(Conflict, match="2026-10"):
        start_close(operator.id, OCTOBER, actor=Actor())
    assert start_close(operator.id, Month(2026, 9), actor=Actor()) > 0


def test_months_are_closed_one_after_the_other(settings: Any) -> None:
    settings.HOTPOT_CLOCK = SettableClock(datetime(2026, 11, 2, tzinfo=UTC))
    market = make_bare_market()
    operator = market.operator.id
    offer = make_offer(market, prices={date(2026, 8, 1): 1500})
    make_subscription(market, offer, seats=[(date(2026, 9, 1), None)], starts_on=date(2026, 9, 1))
    today = date(2026, 11, 2)
    assert queries.months_to_close(operator, today) == [Month(2026, 9), OCTOBER]
    close_operator_month(operator_id=operator, month="2026-09")
    assert queries.months_to_close(operator, today) == [OCTOBER]
    assert queries.closed_months(operator) == [Month(2026, 9)]
    run = queries.runs(operator, Month(2026, 9)).get()
    assert run.state == "done"
    assert run.figures["sums"][0]["charged_minor"] == 1500
    assert queries.running(operator) is None


def test_a_dry_run_is_kept_beside_what_is_booked(settings: Any) -> None:
    settings.HOTPOT_CLOCK = SettableClock(datetime(2026, 11, 2, tzinfo=UTC))
    market = make_bare_market()
    operator = market.operator.id
    offer = make_offer(market, prices={date(2026, 8, 1): 1500})
    held = make_subscription(market, offer, seats=[(date(2026, 9, 1), None)], starts_on=date(2026, 9, 1))
    close_operator_month(operator_id=operator, month="2026-10")
    make_subscription(
        market, make_offer(market, prices={date(2026, 8, 1): 3100}), seats=[(date(2026, 10, 31), None)]
    )
    start_dry_run(operator, OCTOBER, actor=Actor())
    start_dry_run(operator, OCTOBER, actor=Actor())  # One waits already.
    for _again in range(2):
        try_operator_month(operator_id=operator, month="2026-10")
    run = CloseRun.objects.get(dry_run=True)
    assert queries.dry_run(operator, OCTOBER) == run
    assert (run.state, run.done_bp, run.figures["sums"][0]["charged_minor"]) == ("done", 10_000, 100)
    outcome = run.outcomes.get(paper="bill")
    assert (outcome.party_id, outcome.booked_minor, outcome.minor) == (held.customer_id, 1500, 100)
    assert queries.runs(operator, OCTOBER).count() == 1
    assert Bill.objects.count() == 1
