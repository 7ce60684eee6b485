"""What a running month comes to, and that a budget stops use by it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hotpot.kernel.period import Month
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.spending import count_spending, running
from hotpot.pot.close.tests.trade import LONG_AGO, make_bare_market, make_offer, make_subscription
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.payment.budgets import set_budget
from hotpot.pot.payment.owed import Sides
from hotpot.pot.subscription.models import Stop

OCTOBER = Month(2026, 10)
MIDDLE = datetime(2026, 10, 15, tzinfo=UTC)


@pytest.mark.django_db
def test_a_running_month_is_counted_as_its_close_will_and_stops_use() -> None:
    market = make_bare_market()
    offer = make_offer(market, prices={LONG_AGO: 1500})
    held = make_subscription(market, offer, seats=[(LONG_AGO, None), (date(2026, 10, 17), None)])
    sides = Sides(market.operator.id, market.customer.id, "CNY")
    assert running(sides, OCTOBER, now=MIDDLE) == {held.app_id: 2_226}
    assert count_spending(now=MIDDLE) == 0
    set_budget(actor=SYSTEM_ACTOR, sides=sides, app_id=None, soft_minor=None, hard_minor=2_226, now=MIDDLE)
    assert not Stop.objects.exists()
    assert count_spending(now=MIDDLE) == 1
    assert Stop.objects.filter(lifted_at=None).count() == 1
    (figures,) = close_month(
        OCTOBER, operator_ids=[market.operator.id], now=datetime(2026, 11, 2, tzinfo=UTC)
    )
    assert figures.problem == ""
    assert running(sides, OCTOBER, now=MIDDLE) == {held.app_id: 2_226}
