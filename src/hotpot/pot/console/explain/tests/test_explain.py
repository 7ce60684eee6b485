"""How an amount came about, told to who pays it; and what another price would have brought."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.urls import reverse

from hotpot.conftest import Market, make_market, signed_in_client
from hotpot.entry.commands import price as price_command
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import BillLine
from hotpot.pot.catalog.pricing import Coupon, Fee, Item, Minimum, Pricing
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.tests.trade import LONG_AGO, make_offer, make_subscription
from hotpot.pot.close.tests.trade import Market as BareMarket
from hotpot.pot.rating import trials
from hotpot.pot.rating.models import Trial
from hotpot.pot.rating.simulation import simulate
from hotpot.pot.subscription.models import Seat, Subscription
from hotpot.pot.web.shown import phone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, tzinfo=UTC)
OCTOBER = Month(2026, 10)


@pytest.fixture
def market() -> Market:
    market = make_market(developer_bp=2000)
    bare = BareMarket(market.operator, market.integrator, market.developer, market.customer)
    offer = make_offer(bare, prices={LONG_AGO: 1500})
    make_subscription(bare, offer, seats=[(LONG_AGO, None), (date(2026, 10, 17), None)])
    (figures,) = close_month(OCTOBER, operator_ids=[market.operator.id], now=NOW)
    assert figures.problem == ""
    return market


def test_a_line_is_told_step_by_step_to_its_parties_alone(market: Market) -> None:
    url = reverse("explain:line", args=[BillLine.objects.get().id])
    number = Seat.objects.get(starts_on=date(2026, 10, 17)).number
    for reader in (market.customer_owner, market.operator_owner):
        text = signed_in_client(reader).get(url).content.decode()
        assert f"{phone(number)} had a seat from 2026-10-17 to 2026-10-31: 15 days." in text
        assert "15.00 CNY × 15 / 31 days of the month." in text
        assert "rounded once to the smallest unit: 7.26 CNY." in text
        assert "22.26" in text
    for stranger in (market.developer_owner, make_market().customer_owner):
        assert signed_in_client(stranger).get(url).status_code == 404


def test_another_price_is_tried_on_a_month_that_is_over(market: Market) -> None:
    offer = Subscription.objects.get().offer
    items = (
        Item("seats", Fee(amount_minor=3100)),
        Item("least", Minimum(amount_minor=10_000)),
        Item("welcome", Coupon(rate_bp=1_000, periods=None)),
    )
    (one,) = simulate(offer, Pricing("CNY", items), OCTOBER)
    # 31.00 + 15.00 = 46.00; 54.00 are missing to 100.00; a tenth of 46.00 is off.
    assert (one.new_minor, one.booked_minor) == (10_000 - 460, 2226)
    (same,) = simulate(offer, Pricing.monthly(Money(1500, "CNY")), OCTOBER)
    assert same.difference_minor == 0


def test_an_operator_tries_and_sets_a_price_of_several_items(market: Market) -> None:
    offer = Subscription.objects.get().offer
    client = signed_in_client(market.operator_owner)
    page = reverse("console:operator:price", args=[offer.id])
    assert client.get(page).status_code == 200
    written = {
        "starts_on": "2026-12-01", "items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "0",
        "items-0-kind": "fee", "items-0-code": "seats", "items-0-amount": "12.00", "items-0-per": "seat",
        "items-0-proration": "day", "items-1-kind": "graduated", "items-1-code": "calls",
        "items-1-meter": "calls", "items-1-included": "100", "items-1-per": "subscription",
        "items-1-tiers": "1000: 0.05\nrest: 0.0125",
    }  # fmt: skip
    preview = client.get(
        reverse("console:operator:price_preview", args=[offer.id]),
        written | {"seats": "10", "quantity": "1500"},
    ).content.decode()
    # 10 x 12.00, and 1000 x 0.05 + 400 x 0.0125.
    assert "120.00 CNY" in preview
    assert "55.00 CNY" in preview
    asked = written | {"month": "2026-10"}
    assert (
        client.post(reverse("console:operator:price_simulation", args=[offer.id]), asked).status_code == 200
    )
    trial = Trial.objects.get()
    trials.carry_out(trial.id, now=NOW)
    tried = client.get(reverse("console:operator:price_simulated", args=[offer.id, trial.id]))
    assert "17.81 CNY" in tried.content.decode()
    answer = client.post(page, written)
    assert answer.status_code in {204, 302}, answer.content.decode()
    stored = offer.prices.get(starts_on=date(2026, 12, 1))
    assert [row.kind for row in stored.items.order_by("id")] == ["fee", "graduated"]
    wrong = client.post(page, written | {"items-1-tiers": "1000: 0.05"})
    assert "The last tier must be without an upper end" in wrong.content.decode()
    assert stored.items.get(code="calls").params["included"] == 100_000_000


def test_the_command_line_says_the_same(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_command, "platform", nullcontext)
    held = Subscription.objects.get()
    told = CliRunner().invoke(price_command.price, ["explain", str(held.id), "2026-10", "--item", "seats"])
    assert told.exit_code == 0, told.output
    assert "15.00 CNY × 15 / 31 days of the month." in told.output
    written = json.dumps(Pricing.monthly(Money(3000, "CNY")).as_json())
    options = ["simulate", str(held.offer_id), "2026-10", "-", "--json"]
    tried = CliRunner().invoke(price_command.price, options, input=written)
    assert tried.exit_code == 0, tried.output
    (one,) = json.loads(tried.output)
    assert (one["new_minor"], one["booked_minor"]) == (3000 + 1452, 2226)
