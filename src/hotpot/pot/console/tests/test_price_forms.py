"""What the price editor shows of a price, sent back, is that price; and what it would have brought."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hotpot.conftest import make_party
from hotpot.kernel.period import Month
from hotpot.pot.catalog.pricing import (
    KINDS,
    MICRO,
    SEATS,
    USAGE,
    Coupon,
    Fee,
    Graduated,
    Item,
    Params,
    Phase,
    Pricing,
    Tier,
    Timed,
    Unit,
)
from hotpot.pot.close.tests.trade import make_offer, make_subscription
from hotpot.pot.console.operator.price_forms import ItemForm, initial_of
from hotpot.pot.rating.simulation import simulate

LONG_AGO = date(2026, 1, 1)
TIERS = (Tier(up_to=500 * MICRO, price_micro=10 * MICRO), Tier(price_micro=5 * MICRO))


@pytest.mark.parametrize(
    "params",
    [
        Fee(amount_minor=1_200),
        Fee(amount_minor=1_200, per="subscription", proration="month", phase=Phase(unit="day", after=14)),
        Unit(price_micro=8 * MICRO),
        Graduated(tiers=TIERS, included=10 * MICRO, included_per="seat"),
        Graduated(tiers=TIERS, per="seat"),
        Timed(price_micro=9 * MICRO, connect_micro=5 * MICRO, step=6 * MICRO),
        Coupon(rate_bp=2_000, periods=3, begun_from=LONG_AGO, begun_until=date(2026, 10, 31)),
        Coupon(amount_minor=500, redeem="WELCOME", redeem_from=LONG_AGO, most=10),
    ],
    ids=lambda params: type(params).__name__,
)
def test_an_item_comes_back_as_it_was(params: Params) -> None:
    kind = next(kind for kind, shape in KINDS.items() if type(params) is shape)
    meter = "messages" if kind in USAGE else None
    item = Item("one", params, meter=meter, label="One")
    shown = ItemForm(kind=kind, currency="CNY", initial=initial_of(item, "CNY"))
    sent: dict[str, Any] = {}
    for field in shown:
        value = field.value()
        # A browser sends the first choice where none is marked.
        sent[field.name] = value if value is not None else getattr(field.field, "choices", [("",)])[0][0]
    form = ItemForm(sent, kind=kind, currency="CNY")
    assert form.is_valid(), form.errors
    assert form.item() == item


def test_what_is_folded_is_named_after_its_fields() -> None:
    words = {kind: ItemForm(kind=kind, currency="CNY").folded_word for kind in ("fee", "once", "coupon")}
    assert words["fee"] == "Trial, name on the bill, tax"
    assert words["once"] == "Name on the bill, tax"
    assert words["coupon"] == "When and for whom, name on the bill, tax"


@pytest.mark.django_db
def test_tiers_are_tried_for_each_subscription_alone(make_market: Any) -> None:
    """Three seats by tiers come to 2 x 10.00 + 1 x 5.00, however many others have the offer."""
    market = make_market()
    offer = make_offer(market, prices={LONG_AGO: 1500})
    for customer in (market.customer, make_party("customer")):
        make_subscription(market, offer, seats=[(LONG_AGO, None)] * 3, customer=customer)
    tiers = (Tier(up_to=2 * MICRO, price_micro=1_000 * MICRO), Tier(price_micro=500 * MICRO))
    price = Pricing("CNY", (Item("seats", Graduated(tiers=tiers), meter=SEATS),))
    assert [one.new_minor for one in simulate(offer, price, Month(2026, 9))] == [2_500, 2_500]
