"""What the money pages call things: states of months, entries of the books, quantities, where one is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from hotpot.conftest import NOW, Market, make_market, signed_in_client
from hotpot.kernel.money import Money
from hotpot.pot.billing.documents import quantity_of
from hotpot.pot.billing.pages import _how
from hotpot.pot.catalog.models import PriceItem
from hotpot.pot.catalog.pricing import MICRO
from hotpot.pot.console.operator.books import entry_word
from hotpot.pot.console.rail import rail
from hotpot.pot.ledger.models import Entry
from hotpot.pot.party.models import Membership
from hotpot.pot.rating.models import Charge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def market() -> Market:
    return make_market()


def charge(kind: str, quantity: int, **item: object) -> Charge:
    params = item.pop("params", {})
    made = PriceItem(code="x", kind=kind, params=params, **item)
    return Charge(item=made, quantity=quantity, basis=1, amount_minor=-2_500, currency="CNY")


def test_a_quantity_is_in_units_and_not_in_millionths() -> None:
    assert quantity_of(charge("fee", 31)) == 31
    assert quantity_of(charge("unit", 1_689 * MICRO + MICRO // 2, meter="sms")) == Decimal("1689.5")
    assert quantity_of(charge("coupon", 10_000)) is None


def test_a_discount_says_of_what_it_was_reckoned() -> None:
    told = _how(charge("coupon", 10_000, params={"rate_bp": 2_500}))
    assert told == f"25 % off {Money(10_000, 'CNY')} = {Money(-2_500, 'CNY')}"


@pytest.mark.parametrize(
    ("key", "memo", "word"),
    [
        ("bill:1:7", "", "Bill 7"),
        ("payout:3", "Payout 12", "Payout 12"),
        ("payout_back:3", "Payout 12 came back", "Payout 12 came back"),
        ("chargeback:9", "Payment RF17P1 taken back: No.\nNever.", "Payment RF17P1 taken back: No.\nNever."),
        ("chargeback:9", "In other words", "In other words"),
        ("else:1", "", "else:1"),
    ],
)
def test_an_entry_is_named(key: str, memo: str, word: str) -> None:
    assert entry_word(Entry(key=key, memo=memo, time=NOW)) == word


@pytest.mark.parametrize("page", ["bank", "terms_of_payment", "receivables", "open_bills"])
def test_the_rail_says_where_one_is(market: Market, page: str) -> None:
    held = Membership.objects.get(person=market.operator_owner, party=market.operator)
    shown = rail(held, reverse(f"console:operator:{page}"))
    assert [one["url"] for one in shown if one.get("active")] == [reverse("console:operator:receivables")]


def test_a_month_is_to_be_closed_when_it_is_over_and_not_before(market: Market) -> None:
    client: Client = signed_in_client(market.operator_owner)
    for month, word in (("2026-09", "To be closed"), ("2026-10", "Not over yet")):
        page = client.get(reverse("console:operator:closed", args=[month])).content.decode()
        assert word in page, month


def test_a_dry_run_that_was_not_asked_for_says_how_to_ask(market: Market) -> None:
    client = signed_in_client(market.operator_owner)
    page = client.get(reverse("console:operator:dry_run", args=["2026-10"])).content.decode()
    assert "Not reckoned yet" in page
    assert "Nothing new to book" not in page
