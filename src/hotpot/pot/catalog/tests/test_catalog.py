"""Apps, offers and their prices by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hotpot.conftest import NOW, Market, make_market, make_membership
from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.kernel.money import Money
from hotpot.pot.access.readers import become, reader_of, web_role
from hotpot.pot.catalog import actions
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.catalog.queries import fee_in_force, offers_for_customer
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import Actor

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 15)
ACTOR = Actor(way="cli")
MANIFEST: dict[str, Any] = {
    "id": "approvals",
    "name": "Approvals",
    "name_zh": "审批",
    "functions": [{"id": "inbox", "name": "Inbox"}],
}


@pytest.fixture
def market() -> Market:
    market = make_market()
    actions.register_app(actor=ACTOR, developer_id=market.developer.id, manifest=MANIFEST, now=NOW)
    return market


@pytest.fixture
def offer(market: Market) -> Offer:
    actions.list_app(actor=ACTOR, app_id="approvals", now=NOW)
    return actions.make_offer(
        actor=ACTOR, operator_id=market.operator.id, app_id="approvals", name="Standard",
        price=Pricing.monthly(Money(1500, "CNY")), starts_on=TODAY, now=NOW,
    )  # fmt: skip


def test_the_same_manifest_again_changes_nothing(market: Market) -> None:
    again = actions.register_app(actor=ACTOR, developer_id=market.developer.id, manifest=MANIFEST, now=NOW)
    assert EventRow.objects.filter(subject="app/approvals").count() == 1
    newer = MANIFEST | {"name": "Approve"}
    assert actions.register_app(
        actor=ACTOR, developer_id=market.developer.id, manifest=newer, now=NOW
    ).name == "Approve"  # fmt: skip
    assert again.name_zh == "审批"
    with pytest.raises(Conflict, match="another developer"):
        actions.register_app(actor=ACTOR, developer_id=make_market().developer.id, manifest=MANIFEST, now=NOW)


@pytest.mark.parametrize(
    ("change", "key"),
    [({"name": ""}, "name"), ({"functions": []}, "functions"), ({"colour": "red"}, "colour")],
)
def test_a_wrong_manifest_is_told_by_its_key(market: Market, change: dict[str, Any], key: str) -> None:
    with pytest.raises(Invalid, match=key):
        actions.register_app(
            actor=ACTOR, developer_id=market.developer.id, manifest=MANIFEST | change, now=NOW
        )


def test_only_a_listed_app_is_offered(market: Market) -> None:
    with pytest.raises(NotFound):
        actions.make_offer(
            actor=ACTOR, operator_id=market.operator.id, app_id="approvals", name="Standard",
            price=Pricing.monthly(Money(1500, "CNY")), starts_on=TODAY, now=NOW,
        )  # fmt: skip


def test_a_price_holds_from_its_day_until_the_next(offer: Offer) -> None:
    later = TODAY + timedelta(days=10)
    actions.set_price(
        actor=ACTOR, offer_id=offer.id, price=Pricing.monthly(Money(1200, "CNY")), starts_on=later, now=NOW
    )
    assert fee_in_force(offer, TODAY - timedelta(days=1)) is None
    assert fee_in_force(offer, later - timedelta(days=1)) == Money(1500, "CNY")
    assert fee_in_force(offer, later) == Money(1200, "CNY")


@pytest.mark.parametrize(
    ("day", "fee", "refusal"),
    [
        (TODAY - timedelta(days=1), Money(1, "CNY"), Invalid),
        (TODAY, Money(1, "CNY"), Conflict),
        (TODAY + timedelta(days=1), Money(1, "USD"), Invalid),
    ],
)
def test_a_price_never_changes_what_was_charged(
    offer: Offer, day: date, fee: Money, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        actions.set_price(actor=ACTOR, offer_id=offer.id, price=Pricing.monthly(fee), starts_on=day, now=NOW)


def test_a_company_is_offered_what_its_operators_sell(market: Market, offer: Offer) -> None:
    (one,) = offers_for_customer(market.customer.id, TODAY)
    assert (one.id, one.fee_minor, one.currency) == (offer.id, 1500, "CNY")
    assert not offers_for_customer(make_market().customer.id, TODAY)
    actions.withdraw_offer(actor=ACTOR, offer_id=offer.id, withdrawn_on=TODAY, now=NOW)
    assert not offers_for_customer(market.customer.id, TODAY)


def test_another_operator_does_not_find_the_offer(offer: Offer) -> None:
    other = make_market()
    with web_role():
        become(reader_of(other.operator_owner.id, [other.operator.id]))
        with pytest.raises(NotFound):
            actions.withdraw_offer(
                actor=Actor(other.operator_owner.id, other.operator.id), offer_id=offer.id,
                withdrawn_on=TODAY, now=NOW,
            )  # fmt: skip


def test_finance_does_not_set_prices(market: Market, offer: Offer) -> None:
    clerk = make_membership(market.operator, role="finance").person
    with pytest.raises(Forbidden):
        actions.set_price(
            actor=Actor(clerk.id, market.operator.id), offer_id=offer.id,
            price=Pricing.monthly(Money(1, "CNY")), starts_on=TODAY + timedelta(days=1), now=NOW,
        )  # fmt: skip
