"""Codes of coupons: redeemed at the order or later, once a customer, within their days and number."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from msgspec.structs import replace

from hotpot.conftest import NOW, Market, make_market, signed_in_client
from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import BillLine
from hotpot.pot.catalog.actions import set_price, store_price
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Coupon, Fee, Item, Pricing
from hotpot.pot.catalog.queries import pricing_of
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.close.tests.trade import Market as Parties
from hotpot.pot.close.tests.trade import make_offer
from hotpot.pot.close.tests.trade import make_subscription as make_held
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.rating.queries import explain
from hotpot.pot.subscription.coupons import redeem
from hotpot.pot.subscription.models import Redemption, Subscription

LONG_AGO, TODAY = date(2026, 1, 1), date(2026, 10, 15)
OCTOBER, NOVEMBER, DECEMBER = Month(2026, 10), Month(2026, 11), Month(2026, 12)
FEE = Item("seats", Fee(amount_minor=1_500))
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def market() -> Market:
    return make_market()


def offer_with(market: Market, **limits: Any) -> Offer:
    """15.00 a seat; who redeems WELCOME has half of it off in two months."""
    offer = make_offer(_parties(market), prices={})
    values: dict[str, Any] = {"rate_bp": 5_000, "periods": 2, "redeem": "WELCOME"}
    coupon = Coupon(**(values | limits))
    store_price(offer, Pricing("CNY", (FEE, Item("welcome", coupon))), LONG_AGO)
    return offer


def subscribe(market: Market, offer: Offer, **values: Any) -> Subscription:
    return make_held(_parties(market), offer, seats=[(LONG_AGO, None)] * 2, **values)


def _parties(market: Market) -> Parties:
    return Parties(market.operator, market.integrator, market.developer, market.customer)


def enter(held: Subscription, code: str = "WELCOME", *, now: datetime = NOW) -> Redemption:
    return redeem(actor=SYSTEM_ACTOR, subscription_id=held.id, code=code, now=now)


def close(market: Market, month: Month) -> None:
    (figures,) = close_month(month, operator_ids=[market.operator.id], now=datetime(2027, 3, 2, tzinfo=UTC))
    assert (figures.state, figures.problem) == ("done", "")


def off() -> dict[str, int]:
    """What the coupon took, by month."""
    found: Counter[str] = Counter()
    for line in BillLine.objects.filter(item__kind="coupon").order_by("period"):
        found[str(Month.of(line.period))] += line.net_minor
    return dict(found)


def test_it_counts_from_the_month_in_which_it_was_redeemed(market: Market) -> None:
    held = subscribe(market, offer_with(market))
    close(market, Month(2026, 9))
    enter(held)
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        close(market, month)
    assert off() == {"2026-10": -1_500, "2026-11": -1_500}
    assert check_books().right
    told = [step for row in explain(held, OCTOBER).rows for step in row.steps if step.code == "redeemed"]
    assert told[0].values == {"code": "WELCOME", "day": TODAY}


def test_one_that_is_redeemed_in_a_month_that_is_closed_comes_on_the_next_bill(market: Market) -> None:
    held = subscribe(market, offer_with(market, amount_minor=700, rate_bp=None, periods=None))
    close(market, OCTOBER)
    enter(held)
    close(market, NOVEMBER)
    assert off() == {"2026-10": -700, "2026-11": -700}
    assert check_books().right


def new_price(market: Market, offer: Offer, *items: Item, day: date = date(2026, 11, 1)) -> Pricing:
    actor = Actor(market.operator_owner.id, market.operator.id, "page")
    price = Pricing("CNY", items)
    return pricing_of(set_price(actor=actor, offer_id=offer.id, price=price, starts_on=day, now=NOW))


def test_who_redeemed_it_keeps_it_when_a_new_price_leaves_it_out(market: Market) -> None:
    offer = offer_with(market)
    held = subscribe(market, offer)
    enter(held)
    stored = new_price(market, offer, Item("seats", Fee(amount_minor=2_000)))
    (coupon,) = [item.params for item in stored.items if isinstance(item.params, Coupon)]
    assert (coupon.redeem, coupon.redeem_until) == ("WELCOME", date(2026, 10, 31))
    new_price(market, offer, Item("seats", Fee(amount_minor=3_000)), day=date(2026, 11, 16))
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        close(market, month)
    assert off() == {"2026-10": -1_500, "2026-11": -2_500}  # half of 40.00 and 60.00, 15 days each
    assert check_books().right


def test_nobody_redeems_a_code_that_the_price_left_out(market: Market) -> None:
    offer = offer_with(market)
    held = subscribe(market, offer)
    new_price(market, offer, FEE)
    with pytest.raises(Conflict, match="until 2026-10-31"):
        enter(held, now=datetime(2026, 11, 2, tzinfo=UTC))


def test_another_coupon_may_take_its_name(market: Market) -> None:
    offer = offer_with(market)
    summer = Item("welcome", Coupon(rate_bp=1_000, redeem="SUMMER"))
    codes = [(item.code, item.params.redeem) for item in new_price(market, offer, FEE, summer).items[1:]]  # type: ignore[attr-defined]
    assert codes == [("welcome", "SUMMER"), ("code-welcome", "WELCOME")]


def test_a_code_takes_off_what_it_promised(market: Market) -> None:
    offer = offer_with(market)
    other = Coupon(rate_bp=1_000, periods=2, redeem="WELCOME")
    with pytest.raises(Conflict, match="WELCOME takes off what was promised"):
        new_price(market, offer, FEE, Item("welcome", other))
    again = Coupon(rate_bp=5_000, periods=2, redeem="WELCOME", most=5)
    assert len(new_price(market, offer, FEE, Item("welcome", again)).items) == 2


def test_a_price_that_a_promised_coupon_does_not_fit_says_what_to_do(market: Market) -> None:
    offer = offer_with(market, of=("seats",))
    with pytest.raises(Invalid, match=r"WELCOME goes on .*no fee of this price.*Put the coupon"):
        new_price(market, offer, Item("places", Fee(amount_minor=2_000)))


def test_one_that_could_not_be_redeemed_yet_ends_with_its_price(market: Market) -> None:
    offer = offer_with(market, redeem_from=date(2026, 12, 1))
    assert [item.code for item in new_price(market, offer, FEE).items] == ["seats"]


# --- without a code -----------------------------------------------------------------------------------------


def offer_for_all(market: Market, **values: Any) -> Offer:
    """15.00 a seat; half of it off in the first three months."""
    offer = make_offer(_parties(market), prices={})
    coupon = Coupon(**({"rate_bp": 5_000, "periods": 3} | values))
    store_price(offer, Pricing("CNY", (FEE, Item("start", coupon))), LONG_AGO)
    return offer


def test_what_was_promised_without_a_code_goes_on_for_who_began_before(market: Market) -> None:
    offer = offer_for_all(market)
    subscribe(market, offer, starts_on=date(2026, 9, 20))
    new = make_market().customer
    subscribe(market, offer, starts_on=date(2026, 11, 1), customer=new)
    dearer = Item("seats", Fee(amount_minor=2_000))
    stored = new_price(market, offer, dearer)
    assert [(item.code, getattr(item.params, "begun_until", None)) for item in stored.items] == [
        ("seats", None), ("start", date(2026, 10, 31)),
    ]  # fmt: skip
    again = new_price(market, offer, FEE, day=date(2026, 11, 16))
    assert [getattr(item.params, "begun_until", None) for item in again.items] == [None, date(2026, 10, 31)]
    for month in (Month(2026, 9), OCTOBER, NOVEMBER, DECEMBER):
        close(market, month)
    # Of two seats half: 11 days of September; in November 15 days at 20.00 and 15 at 15.00.
    assert off() == {"2026-09": -550, "2026-10": -1_500, "2026-11": -1_750}
    assert not BillLine.objects.filter(item__kind="coupon", bill__customer=new).exists()
    assert check_books().right
    over = new_price(market, offer, dearer, day=date(2027, 1, 1))
    assert [item.code for item in over.items] == ["seats"]


def test_one_that_takes_the_place_of_another_is_for_who_begins_then(market: Market) -> None:
    offer = offer_for_all(market)
    subscribe(market, offer, starts_on=date(2026, 10, 1))
    new = make_market().customer
    subscribe(market, offer, starts_on=date(2026, 11, 1), customer=new)
    stored = new_price(market, offer, FEE, Item("start", Coupon(rate_bp=1_000, periods=2)))
    assert [item.code for item in stored.items] == ["seats", "start", "until-2026-10-31-start"]
    for month in (OCTOBER, NOVEMBER):
        close(market, month)
    taken = BillLine.objects.filter(item__kind="coupon", period=date(2026, 11, 1))
    had = dict(taken.values_list("bill__customer", "net_minor"))
    assert had == {market.customer.id: -1_500, new.id: -300}


@pytest.mark.parametrize(
    ("offered", "next_one", "kept"),
    [
        ({}, {"rate_bp": 5_000, "periods": 3}, [None]),  # it goes on for all
        ({}, {"rate_bp": 5_000, "periods": 3, "begun_from": date(2026, 12, 1)}, [None, date(2026, 10, 31)]),
        ({"periods": None}, None, []),  # a part of its price
        ({"begun_until": date(2026, 8, 31)}, None, []),  # its three months are over
        ({"begun_until": date(2026, 9, 1)}, None, [date(2026, 9, 1)]),
        ({"begun_from": date(2026, 11, 1)}, None, []),  # nobody has it
    ],
)
def test_a_coupon_without_a_code_goes_on_while_somebody_has_it(
    market: Market, offered: dict[str, Any], next_one: dict[str, Any] | None, kept: list[date | None]
) -> None:
    items = [Item("next", Coupon(**next_one))] if next_one else []
    stored = new_price(market, offer_for_all(market, **offered), FEE, *items)
    assert [item.params.begun_until for item in stored.items if isinstance(item.params, Coupon)] == kept


def test_one_that_goes_on_and_does_not_fit_is_named(market: Market) -> None:
    offer = offer_for_all(market, of=("seats",))
    with pytest.raises(Invalid, match=r"start goes on .*no fee of this price.*Put the coupon"):
        new_price(market, offer, Item("places", Fee(amount_minor=2_000)))


def test_a_like_coupon_of_other_fees_takes_no_promise_away(market: Market) -> None:
    offer = make_offer(_parties(market), prices={})
    line = Item("line", Fee(amount_minor=900, per="subscription"))
    half: dict[str, Any] = {"rate_bp": 5_000, "periods": 3}
    of_line, of_seats = Coupon(**half, of=("line",)), Coupon(**half, of=("seats",))
    store_price(offer, Pricing("CNY", (FEE, line, Item("first", of_line))), LONG_AGO)
    stored = new_price(market, offer, FEE, line, Item("next", of_seats))
    assert [(item.code, item.params.begun_from, item.params.begun_until) for item in stored.items[2:]] == [  # type: ignore[attr-defined]
        ("next", date(2026, 11, 1), None), ("first", None, date(2026, 10, 31)),
    ]  # fmt: skip
    renamed = new_price(
        market, offer, FEE, Item("main-line", line.params), Item("next", of_seats),
        Item("first", Coupon(**half, of=("main-line",))), day=date(2026, 11, 16),
    )  # fmt: skip
    assert (
        len(renamed.items) == 4
    )  # Its fee has another name now: the coupon in the price is the one promised.


def test_a_code_takes_it_off_what_it_promised(market: Market) -> None:
    offer = make_offer(_parties(market), prices={})
    line = Item("line", Fee(amount_minor=900, per="subscription"))
    code: dict[str, Any] = {"rate_bp": 5_000, "periods": 2, "redeem": "WELCOME"}
    store_price(offer, Pricing("CNY", (FEE, line, Item("welcome", Coupon(**code, of=("line",))))), LONG_AGO)
    with pytest.raises(Conflict, match="WELCOME takes off what was promised"):
        new_price(market, offer, FEE, line, Item("welcome", Coupon(**code, of=("seats",))))
    renamed = Item("main-line", line.params)
    stored = new_price(market, offer, FEE, renamed, Item("welcome", Coupon(**code, of=("main-line",))))
    assert len(stored.items) == 3


@pytest.mark.parametrize("code", ["", "WELCOME"])
def test_a_higher_percentage_may_take_the_place_of_one_that_goes_on(market: Market, code: str) -> None:
    """Nobody is promised both: together they may come to more than all."""
    offer = offer_for_all(market, rate_bp=6_000, redeem=code)
    stored = new_price(
        market, offer, FEE, Item("next", Coupon(rate_bp=7_000, periods=2, redeem=code and "MORE"))
    )
    assert [item.code for item in stored.items] == ["seats", "next", "start"]


def test_one_for_who_began_long_ago_stays_as_it_was_written(market: Market) -> None:
    loyal = Item("loyal", Coupon(rate_bp=1_000, periods=24, begun_until=LONG_AGO))
    stored = new_price(market, offer_for_all(market), FEE, loyal)
    assert stored.items[1] == loyal


def test_no_day_promises_more_than_all() -> None:
    first, second = TODAY, TODAY + timedelta(days=1)
    early, late = Coupon(rate_bp=6_000, begun_until=first), Coupon(rate_bp=6_000, begun_from=second)
    Pricing("CNY", (FEE, Item("early", early), Item("late", late)))
    also = Item("also", Coupon(rate_bp=6_000, begun_from=first, begun_until=first))
    for other in (early, replace(late, begun_from=first)):
        with pytest.raises(Invalid, match="more than 100 %"):
            Pricing("CNY", (FEE, Item("other", other), also))


def test_who_redeems_nothing_pays_all(market: Market) -> None:
    subscribe(market, offer_with(market))
    close(market, OCTOBER)
    assert off() == {}


def test_it_is_redeemed_once_a_customer(market: Market) -> None:
    offer = offer_with(market)
    held = subscribe(market, offer, ends_on=date(2026, 10, 20))
    first = enter(held, " welcome ")
    assert enter(held) == first
    later = subscribe(market, offer, starts_on=date(2026, 10, 20))
    with pytest.raises(Conflict, match="WELCOME was redeemed for this company before"):
        enter(later)


def test_no_more_often_than_it_may_be(market: Market) -> None:
    offer = offer_with(market, most=1)
    enter(subscribe(market, offer))
    other = make_market()
    held = subscribe(market, offer, customer=other.customer)
    with pytest.raises(Conflict, match="as often as it may be"):
        enter(held)


def test_within_its_days(market: Market) -> None:
    limits = {"redeem_from": TODAY + timedelta(days=1), "redeem_until": TODAY + timedelta(days=2)}
    held = subscribe(market, offer_with(market, **limits))
    with pytest.raises(Conflict, match="from 2026-10-16 on"):
        enter(held)
    with pytest.raises(Conflict, match="until 2026-10-17"):
        enter(held, now=NOW + timedelta(days=3))
    assert enter(held, now=NOW + timedelta(days=2)).starts_on == date(2026, 10, 17)


@pytest.mark.parametrize("code", ["WELLCOME", "welcome!"])
def test_a_code_that_isnt_one_is_not_found(market: Market, code: str) -> None:
    with pytest.raises(NotFound, match="is no code for this offer"):
        enter(subscribe(market, offer_with(market)), code)


def test_strangers_redeem_nothing(market: Market) -> None:
    held = subscribe(market, offer_with(market))
    stranger = Actor(make_market().customer_owner.id, market.customer.id, "page")
    with pytest.raises(Forbidden):
        redeem(actor=stranger, subscription_id=held.id, code="WELCOME", now=NOW)
    developer = Actor(market.developer_owner.id, market.developer.id, "page")
    with pytest.raises(Forbidden):
        redeem(actor=developer, subscription_id=held.id, code="WELCOME", now=NOW)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"redeem": "no"}, "3 to 40 capital"),
        ({"redeem": "", "most": 3}, "Only a coupon with a code"),
        ({"redeem_from": TODAY, "redeem_until": TODAY - timedelta(days=1)}, "before it begins"),
        ({"most": 0}, "once or more"),
        ({"begun_until": TODAY}, "whenever the subscription began"),
        ({"redeem": "", "begun_from": TODAY, "begun_until": LONG_AGO}, "end before they begin"),
    ],
)
def test_limits_fit_together(wrong: dict[str, Any], said: str) -> None:
    values: dict[str, Any] = {"rate_bp": 5_000, "redeem": "WELCOME"}
    with pytest.raises(Invalid, match=said):
        Coupon(**(values | wrong)).check()


def test_two_coupons_of_a_price_have_two_codes() -> None:
    coupon = Coupon(rate_bp=5_000, redeem="WELCOME")
    with pytest.raises(Invalid, match="“WELCOME” stands twice"):
        Pricing("CNY", (FEE, Item("one", coupon), Item("other", coupon)))


@pytest.mark.parametrize("who", ["customer_owner", "integrator_owner"])
def test_it_is_entered_at_the_order(market: Market, who: str) -> None:
    offer = offer_with(market)
    client = signed_in_client(getattr(market, who))
    url = reverse("console:order", args=[market.customer.id])
    order = {"offer": offer.id, "starts_on": "2026-10-15", "key": "k"}
    refused = client.post(url, order | {"coupon": "WRONG"}).content.decode()
    assert "WRONG is no code for this offer" in refused
    assert not Subscription.objects.exists()
    assert client.post(url, order | {"coupon": "welcome"}).status_code == 302
    assert Redemption.objects.get().subscription == Subscription.objects.get()


def test_it_is_entered_on_the_page_of_the_subscription(market: Market) -> None:
    held = subscribe(market, offer_with(market))
    client: Client = signed_in_client(market.customer_owner)
    page = reverse("console:subscription", args=[held.id])
    assert "Redeem a code" in client.get(page).content.decode()
    url = reverse("console:subscription_redeem", args=[held.id])
    assert client.post(url, {"code": "nothing"}).status_code == 404
    assert client.post(url, {"code": "welcome"}).status_code == 302
    assert "WELCOME" in client.get(page).content.decode()


def test_who_guesses_codes_has_to_wait(market: Market) -> None:
    """Ten wrong ones for a company, wherever they are entered and by whom; then not even the right one."""
    held = subscribe(market, offer_with(market))
    other = offer_with(market)
    url = reverse("console:subscription_redeem", args=[held.id])
    order = {"offer": other.id, "starts_on": "2026-10-15", "key": "k"}
    customer, integrator = signed_in_client(market.customer_owner), signed_in_client(market.integrator_owner)
    assert [customer.post(url, {"code": f"GUESS-{n}"}).status_code for n in range(5)] == [404] * 5
    order_url = reverse("console:order", args=[market.customer.id])
    for n in range(5):
        assert "is no code" in integrator.post(order_url, order | {"coupon": f"TRY-{n}"}).content.decode()
    refused = customer.post(url, {"code": "WELCOME"})
    assert (refused.status_code, "too many wrong codes" in refused.content.decode()) == (429, True)
    said = integrator.post(order_url, order | {"coupon": "WELCOME"}).content.decode()
    assert "too many wrong codes" in said
    assert not Redemption.objects.exists()
    assert integrator.post(order_url, order).status_code == 302  # An order without a code asks for none.


def test_who_guesses_for_many_companies_has_to_wait_too(market: Market) -> None:
    client = signed_in_client(market.customer_owner)
    limits = {**settings.ACCOUNT_RATE_LIMITS, "redeem_failed": "100/h/key,2/h/user"}
    url = reverse("console:subscription_redeem", args=[subscribe(market, offer_with(market)).id])
    with override_settings(ACCOUNT_RATE_LIMITS=limits):
        assert [client.post(url, {"code": code}).status_code for code in "AB"] == [404, 404]
        assert client.post(url, {"code": "WELCOME"}).status_code == 429
    assert client.post(url, {"code": "WELCOME"}).status_code == 302
