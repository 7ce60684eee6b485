"""What holds of each price model by itself, on the pure rules; the plans are held against these."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpot.kernel.errors import Invalid
from hotpot.kernel.period import Month
from hotpot.pot.catalog.pricing import (
    KINDS,
    MICRO,
    Bundle,
    Coupon,
    Fee,
    Graduated,
    Item,
    Minimum,
    Package,
    Params,
    Percent,
    Pricing,
    Tier,
    Timed,
    Unit,
    Volume,
    Window,
)
from hotpot.pot.rating import inputs
from hotpot.pot.rating.rules import Charged, Held, Other, Seat, Step, Use, Version
from hotpot.pot.rating.rules_sums import charges
from hotpot.pot.rating.sentences import rounding_point, said
from hotpot.pot.rating.tests.strategies import FEE_PARAMS, SUM_PARAMS, USAGE_PARAMS, ZONES, tiers

OCTOBER = Month(2026, 10)
FIRST = OCTOBER.first_day
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
quick = settings(max_examples=60, deadline=None)
quantities = st.integers(1, 10**9)


def held(*items: Item, **more: Any) -> Held:
    values: dict[str, Any] = {
        "id": 1, "zone": ZoneInfo("Asia/Shanghai"), "starts": FIRST, "ends": None,
        "versions": (Version(FIRST, "CNY", dict(enumerate(items, 1))),),
    }  # fmt: skip
    return Held(**values | more)


def use(event: int, quantity: int, at: datetime = NOON) -> Use:
    return Use(event, "subscription:1", "units", at, quantity)


def of_usage(params: Params, *quantities: int) -> Fraction:
    """What these events cost, before rounding."""
    uses = tuple(use(event, quantity) for event, quantity in enumerate(quantities))
    rows = charges(held(Item("units", params, meter="units"), uses=uses), OCTOBER)
    return sum((row.exact_minor for row in rows), start=Fraction(0))


def minor(rows: list[Charged]) -> int:
    return sum(row.amount_minor for row in rows)


@quick
@given(price=st.integers(0, 10**7), parts=st.lists(quantities, min_size=1, max_size=6))
def test_units_cost_the_same_in_one_event_or_in_many(price: int, parts: list[int]) -> None:
    params = Unit(price_micro=price)
    rounded = charges(held(Item("units", params, meter="units"), uses=(use(1, sum(parts)),)), OCTOBER)
    assert minor(rounded) == int(Fraction(sum(parts) * price, MICRO * MICRO) + Fraction(1, 2))


@quick
@given(tiers=tiers(), parts=st.lists(st.integers(1, 50 * MICRO), min_size=1, max_size=5))
def test_graduated_tiers_never_fall_and_lie_between_their_dearest_and_cheapest(
    tiers: tuple[Tier, ...], parts: list[int]
) -> None:
    params = Graduated(tiers=tuple(Tier(price_micro=t.price_micro, up_to=t.up_to) for t in tiers))
    costs = [of_usage(params, sum(parts[: n + 1])) for n in range(len(parts))]
    assert costs == sorted(costs)
    prices = [tier.price_micro for tier in tiers]
    for n, cost in enumerate(costs):
        if cost >= 1:  # less than a minor unit may round to no row at all
            quantity = Fraction(sum(parts[: n + 1]), MICRO)
            assert quantity * min(prices) <= cost * MICRO <= quantity * max(prices)


@quick
@given(quantity=st.integers(1, 100 * MICRO), price=st.integers(1, 10**7))
def test_one_tier_is_the_price_of_a_unit(quantity: int, price: int) -> None:
    one = (Tier(price_micro=price),)
    flat = of_usage(Unit(price_micro=price), quantity)
    assert of_usage(Graduated(tiers=one), quantity) == of_usage(Volume(tiers=one), quantity) == flat


@quick
@given(quantity=st.integers(1, 10**9), size=st.integers(1, 10**8), amount=st.integers(1, 10_000))
def test_packages_are_paid_when_begun_and_never_for_more_than_one_unused(
    quantity: int, size: int, amount: int
) -> None:
    packages = of_usage(Package(size=size, amount_minor=amount), quantity) / amount
    assert 0 <= packages * size - quantity < size


@quick
@given(
    amounts=st.lists(quantities, min_size=1, max_size=6), floor=st.integers(0, 50), over=st.integers(0, 500)
)
def test_percentages_keep_floor_and_cap_for_each_event(amounts: list[int], floor: int, over: int) -> None:
    params = Percent(rate_bp=250, floor_minor=floor, cap_minor=floor + over)
    cost = of_usage(params, *amounts)
    if cost >= 1:
        assert floor * len(amounts) <= cost <= (floor + over) * len(amounts)


@quick
@given(seconds=st.integers(1, 10_000), first=st.integers(0, 120), step=st.integers(1, 90))
def test_a_call_counts_in_increments_up_never_down(seconds: int, first: int, step: int) -> None:
    params = Timed(price_micro=MICRO, first=first * MICRO, step=step * MICRO)
    counted = of_usage(params, seconds * MICRO)
    assert counted >= max(seconds, first)
    assert counted < max(seconds, first) + step


@quick
@given(included=st.integers(0, 300), calls=st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=8))
def test_what_is_included_covers_the_dearest_first(included: int, calls: list[tuple[bool, int]]) -> None:
    """8:00 to 20:00 costs 3, other times 1; by hand, minute by minute."""
    day = Window(price_micro=3 * MICRO, from_minute=8 * 60, to_minute=20 * 60)
    params = Timed(price_micro=MICRO, windows=(day,), included=included * MICRO)
    times = {True: NOON - timedelta(hours=8), False: NOON + timedelta(hours=6)}  # noon and 2 at night
    uses = tuple(use(n, minutes * MICRO, times[dear]) for n, (dear, minutes) in enumerate(calls))
    prices = sorted((3 if dear else 1 for dear, minutes in calls for _ in range(minutes)), reverse=True)
    rows = charges(held(Item("units", params, meter="units"), uses=uses), OCTOBER)
    assert minor(rows) == sum(prices[included:])


@quick
@given(
    fee=st.integers(62, 10**9), cut=st.integers(1, 30), zone=st.sampled_from(ZONES),
    proration=st.sampled_from(["day", "second"]),
)  # fmt: skip
def test_a_month_split_between_two_prices_costs_the_whole_but_for_a_rounding(
    fee: int, cut: int, zone: str, proration: Any
) -> None:
    seat = Seat(1, "+8613800000001", FIRST)
    item = Item("seats", Fee(amount_minor=fee, proration=proration))
    versions = (
        Version(FIRST, "CNY", {1: item}), Version(FIRST + timedelta(days=cut), "CNY", {2: item}),
    )  # fmt: skip
    rows = charges(held(versions=versions, seats=(seat,), zone=ZoneInfo(zone)), OCTOBER)
    assert sum(row.exact_minor for row in rows) == fee
    assert abs(minor(rows) - fee) <= 1


@quick
@given(fee=st.integers(1, 10**6), days=st.integers(1, 31))
def test_a_whole_month_is_paid_once_a_number_however_often_it_comes_back(fee: int, days: int) -> None:
    seats = tuple(
        Seat(n, "+8613800000001", FIRST + timedelta(days=n), FIRST + timedelta(days=n + 1))
        for n in range(days)
    )
    rows = charges(held(Item("seats", Fee(amount_minor=fee, proration="month")), seats=seats), OCTOBER)
    assert [row.amount_minor for row in rows] == [fee]


@quick
@given(fee=st.integers(0, 10**6), least=st.integers(0, 10**6))
def test_a_minimum_tops_up_to_itself_and_no_further(fee: int, least: int) -> None:
    items = (
        Item("base", Fee(amount_minor=fee, per="subscription")),
        Item("least", Minimum(amount_minor=least)),
    )
    assert minor(charges(held(*items), OCTOBER)) == max(fee, least)


@quick
@given(
    fee=st.integers(0, 10**6), rates=st.lists(st.integers(0, 5_000), max_size=2), off=st.integers(0, 10**6)
)
def test_discounts_never_exceed_the_fees(fee: int, rates: list[int], off: int) -> None:
    items = [Item("base", Fee(amount_minor=fee, per="subscription"))]
    items += [Item(f"c{n}", Coupon(rate_bp=rate, periods=None)) for n, rate in enumerate(rates)]
    items.append(Item("off", Coupon(amount_minor=off)))
    assert 0 <= minor(charges(held(*items), OCTOBER)) <= fee


def test_a_coupon_holds_for_its_periods_and_a_bundle_while_all_apps_are_there() -> None:
    items = (
        Item("base", Fee(amount_minor=1_000, per="subscription")),
        Item("welcome", Coupon(rate_bp=2_000, periods=2)),
        Item("both", Bundle(rate_bp=1_000, apps=("mail",))),
    )  # fmt: skip
    alone = held(*items)
    months = [OCTOBER, OCTOBER.next(), OCTOBER.next().next()]
    assert [minor(charges(alone, month)) for month in months] == [800, 800, 1_000]
    both = replace(alone, others=(Other("mail", FIRST, date(2026, 12, 31)),))
    assert [minor(charges(both, month)) for month in months] == [700, 700, 1_000]


def test_ten_to_the_twelve_bytes_times_a_price_do_not_wrap() -> None:
    cost = of_usage(Unit(price_micro=999_999), 10**12 * MICRO)
    assert cost == Fraction(10**12 * 999_999, MICRO)


@quick
@given(data=st.data())
def test_what_is_written_is_read_again(data: st.DataObject) -> None:
    kind, shape = data.draw(
        st.sampled_from(sorted((FEE_PARAMS | USAGE_PARAMS | SUM_PARAMS).items(), key=str))
    )
    item = Item("c0", data.draw(shape), meter="units" if kind in USAGE_PARAMS else None)
    items = (Item("c0", Fee(amount_minor=1)), replace(item, code="c1")) if kind in SUM_PARAMS else (item,)
    pricing = Pricing("CNY", items)
    assert Pricing.read(pricing.as_json()) == pricing
    assert Item.read(kind, item.written(), code="c0", meter=item.meter).params == item.params


@pytest.mark.parametrize(
    ("kind", "params", "problem"),
    [
        ("fee", {}, "amount_minor"),
        ("fee", {"amount_minor": -1}, "below zero"),
        ("fee", {"amount_minor": 1, "colour": "red"}, "colour"),
        ("graduated", {"tiers": [{"price_micro": 1, "up_to": 5}]}, "upper end"),
        ("volume", {"tiers": [*[{"price_micro": 1, "up_to": 5}] * 2, {"price_micro": 1}]}, "above the one"),
        ("percent", {"rate_bp": 10_001}, "100 %"),
        ("percent", {"rate_bp": 1, "floor_minor": 2, "cap_minor": 1}, "below the floor"),
        ("timed", {"price_micro": 1, "windows": [{"price_micro": 1, "from_minute": 7}]}, "quarter"),
        ("timed", {"price_micro": 1, "windows": [{"price_micro": 1}, {"price_micro": 2}]}, "overlap"),
        ("coupon", {}, "either"),
        ("magic", {}, "not a kind"),
    ],
)  # fmt: skip
def test_a_wrong_price_is_refused_with_what_is_wrong(kind: str, params: dict[str, Any], problem: str) -> None:
    meter = "units" if kind in USAGE_PARAMS else None
    with pytest.raises(Invalid, match=problem):
        Item.read(kind, params, code="c0", meter=meter)


def test_every_step_has_a_sentence_and_every_kind_a_rounding_point() -> None:
    seats = (Seat(1, "+8613800000001", FIRST),)
    fee, usage = Item("a", Fee(amount_minor=1_000)), Item("b", Unit(price_micro=5), meter="units")
    rows = charges(held(fee, usage, seats=seats, uses=(use(1, 10**13),)), OCTOBER)
    assert all(said(step, "CNY") for row in rows for step in row.steps)
    assert all(rounding_point(kind) for kind in KINDS)


def test_one_is_said_as_one() -> None:
    assert said(Step("seats", {"seats": 1}), "CNY") == "1 seat was in use in the period."
    assert said(Step("seats", {"seats": 2}), "CNY") == "2 seats were in use in the period."
    assert said(Step("used", {"first": FIRST, "last": FIRST, "days": 1}), "CNY").endswith(": 1 day.")


def test_zones_are_spans_of_one_offset() -> None:
    berlin = inputs.zone_rows(["Europe/Berlin"], date(2026, 10, 1), date(2026, 11, 1))
    assert [row["offset_us"] // 3_600_000_000 for row in berlin] == [2, 1]
    assert (
        berlin[0]["to_us"]
        == berlin[1]["from_us"]
        == int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp() * 10**6)
    )
