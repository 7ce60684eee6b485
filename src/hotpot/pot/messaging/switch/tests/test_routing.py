"""Which carrier takes a message: the laws of routing, on values alone; and its look-ups on the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging.models import CarrierAccount, CarrierHealth
from hotpot.pot.messaging.models import Route as RouteRow
from hotpot.pot.messaging.switch import routing
from hotpot.pot.messaging.switch.routing import Route, Snapshot, Wanted, explained, ordered, route
from hotpot.pot.party.actions import assign_range, port_number, register_party

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday, 17:00 in China
NUMBER = "+8613800138000"
quick = settings(deadline=None, max_examples=60)
CARRIERS = ("a", "b", "c", "d")

numbers = some.integers(13_000_000_000, 19_999_999_999).map(lambda digits: f"+86{digits}")
minutes = some.integers(0, 1439)
routes = some.builds(
    Route,
    id=some.integers(1, 99),
    name=some.just("r"),
    carrier=some.sampled_from((*CARRIERS, "gone")),
    priority=some.integers(0, 2),
    operator_id=some.sampled_from((None, 1, 2)),
    prefix=some.sampled_from(("", "+86", "+86138", "+861380013")),
    customer_id=some.sampled_from((None, 7)),
    interface_id=some.sampled_from((None, 9)),
    message_class=some.sampled_from(("", "marketing")),
    days=some.integers(1, 127),
    from_minute=minutes,
    to_minute=some.integers(1, 1440),
    parts_max=some.integers(1, 5),
    weight=some.sampled_from((None, 0, 1, 5)),
    price_e4=some.integers(0, 900),
)
snapshots = some.builds(
    Snapshot,
    routes=some.lists(routes, max_size=8, unique_by=lambda one: one.id).map(tuple),
    carriers=some.sampled_from((CARRIERS, CARRIERS[:1], ())),
    down=some.frozensets(some.sampled_from(CARRIERS)),
    classes=some.sampled_from(({}, {9: "marketing"})),
)
wanteds = some.builds(
    Wanted,
    number=some.sampled_from((NUMBER, "+8615912345678", "+447700900123")),
    customer_id=some.sampled_from((None, 7)),
    interface_id=some.sampled_from((None, 9)),
    parts=some.integers(1, 6),
)
operators = some.sampled_from((None, 1, 2))
times = some.integers(0, 60 * 24 * 30).map(lambda minutes: NOW + timedelta(minutes=minutes))


def carrier_of(snapshot: Snapshot, wanted: Wanted, operator: int | None, now: datetime) -> str | None:
    return route(
        snapshot,
        number=wanted.number,
        operator=operator,
        customer_id=wanted.customer_id,
        interface_id=wanted.interface_id,
        parts=wanted.parts,
        now=now,
        without=wanted.without,
    )


@quick
@given(snapshots, wanteds, operators, times)
def test_every_message_gets_a_carrier_if_any_route_allows_one(
    snapshot: Snapshot, wanted: Wanted, operator: int | None, now: datetime
) -> None:
    usable = snapshot.carriers or (routing.SIMULATED,)
    allowed = {
        one.carrier
        for one in snapshot.routes
        if one.carrier in usable
        and one.operator_id in (None, operator)
        and one.customer_id in (None, wanted.customer_id)
        and one.interface_id in (None, wanted.interface_id)
        and one.message_class in ("", snapshot.class_of(wanted.interface_id))
        and wanted.number.startswith(one.prefix)
        and wanted.parts <= one.parts_max
        and one.fits_time(wanted.number, now)
    }
    if not snapshot.routes:
        allowed = set(usable)
    chosen = carrier_of(snapshot, wanted, operator, now)
    assert chosen in allowed if allowed else chosen is None


@quick
@given(snapshots, wanteds, operators, times)
def test_failing_over_goes_through_every_carrier_once(
    snapshot: Snapshot, wanted: Wanted, operator: int | None, now: datetime
) -> None:
    fitting = snapshot.for_whom(wanted.number, operator, wanted.customer_id, wanted.interface_id)
    order = ordered(snapshot, fitting, number=wanted.number, parts=wanted.parts, now=now)
    tried: list[str] = []
    while carrier := carrier_of(snapshot, replace(wanted, without=frozenset(tried)), operator, now):
        assert carrier not in tried
        tried.append(carrier)
    assert tried == [one.carrier for one in order]


@quick
@given(snapshots, wanteds, operators, times)
def test_a_carrier_that_is_up_goes_before_one_that_is_down(
    snapshot: Snapshot, wanted: Wanted, operator: int | None, now: datetime
) -> None:
    fitting = snapshot.for_whom(wanted.number, operator, wanted.customer_id, wanted.interface_id)
    order = ordered(snapshot, fitting, number=wanted.number, parts=wanted.parts, now=now)
    states = [one.carrier in snapshot.down for one in order]
    assert states == sorted(states)


@quick
@given(snapshots, wanteds, operators, times)
def test_an_explanation_agrees_with_the_choice(
    snapshot: Snapshot, wanted: Wanted, operator: int | None, now: datetime
) -> None:
    told = explained(snapshot, wanted, operator=operator, now=now)
    first = next((one.route.carrier for one in told if one.place == 1), None)
    assert first == carrier_of(snapshot, wanted, operator, now)
    assert all(one.reason for one in told if one.place is None)
    assert {one.route.id for one in told} >= {one.id for one in snapshot.routes}


@pytest.mark.parametrize(
    "narrow",
    [
        {"interface_id": 9},
        {"customer_id": 7},
        {"prefix": "+86138"},
        {"operator_id": 1},
        {"message_class": "marketing"},
        {"from_minute": 60},
    ],
)
def test_the_more_specific_route_wins_whatever_it_costs(narrow: dict[str, Any]) -> None:
    wide = Route(1, "wide", "a")
    special = replace(Route(2, "special", "b", price_e4=900), **narrow)
    snapshot = Snapshot((wide, special), CARRIERS, classes={9: "marketing"})
    assert carrier_of(snapshot, Wanted(NUMBER, 7, 9), 1, NOW) == "b"
    first = Snapshot((replace(wide, priority=-1), special), CARRIERS, classes={9: "marketing"})
    assert carrier_of(first, Wanted(NUMBER, 7, 9), 1, NOW) == "a"


def test_the_cheapest_of_equals_wins() -> None:
    dear, cheap = Route(1, "dear", "a", price_e4=500), Route(2, "cheap", "b", price_e4=350)
    assert carrier_of(Snapshot((dear, cheap), CARRIERS), Wanted(NUMBER), None, NOW) == "b"


@settings(deadline=None, max_examples=15)
@given(some.lists(some.integers(1, 9), min_size=2, max_size=4))
def test_weights_are_kept_over_many_numbers(weights: list[int]) -> None:
    shared = [Route(place, "r", CARRIERS[place], weight=one) for place, one in enumerate(weights)]
    snapshot = Snapshot(tuple(shared), CARRIERS)
    many = 2000
    taken = Counter(
        carrier_of(snapshot, Wanted(f"+861{38_0000_0000 + 7919 * one}"), None, NOW) for one in range(many)
    )
    for one, weight in zip(shared, weights, strict=True):
        assert abs(taken[one.carrier] / many - weight / sum(weights)) < 0.06


def test_without_routes_the_first_carrier_serves_and_without_carriers_the_simulated_one() -> None:
    assert carrier_of(Snapshot(carriers=("x", "y")), Wanted(NUMBER), None, NOW) == "x"
    assert carrier_of(Snapshot(carriers=("x", "y"), down=frozenset({"x"})), Wanted(NUMBER), None, NOW) == "y"
    assert carrier_of(Snapshot(), Wanted(NUMBER), None, NOW) == "simulated"


def test_hours_are_those_where_the_number_is_and_may_go_over_midnight() -> None:
    night = Route(1, "night", "a", from_minute=21 * 60, to_minute=8 * 60)
    assert not night.fits_time(NUMBER, NOW)  # 17:00
    assert night.fits_time(NUMBER, NOW + timedelta(hours=5))  # 22:00
    assert night.fits_time("+6421123456", NOW)  # 22:00 in New Zealand
    weekend = Route(2, "weekend", "a", days=0b1100000)
    assert not weekend.fits_time(NUMBER, NOW)
    assert weekend.fits_time(NUMBER, NOW + timedelta(days=5))


@pytest.mark.django_db
def test_routes_follow_the_network_of_today() -> None:
    def chosen() -> list[str | None]:
        with as_system():
            return perform(routing.routed([Wanted(NUMBER), Wanted("+8613900000001")], now=NOW))

    ours, theirs = (
        register_party(SYSTEM_ACTOR, kind="operator", name=name, owner=None, now=NOW)
        for name in ("Ours", "Theirs")
    )
    assert chosen() == ["simulated", "simulated"]
    for name in ("a", "b"):
        CarrierAccount.objects.create(
            name=name, protocol="smpp", host="h", port=1, login="l", sealed_password=b"", changed_at=NOW
        )
    RouteRow.objects.create(name="ours", carrier="a", operator=ours, changed_at=NOW)
    RouteRow.objects.create(name="theirs", carrier="b", operator=theirs, changed_at=NOW)
    assert chosen() == [None, None]
    assign_range(SYSTEM_ACTOR, operator=ours, prefix="+86138", now=NOW)
    assign_range(SYSTEM_ACTOR, operator=theirs, prefix="+8613", now=NOW)
    assert chosen() == ["a", "b"]
    port_number(SYSTEM_ACTOR, number=Msisdn(NUMBER), operator=theirs, now=NOW)
    assert chosen() == ["b", "b"]


@pytest.mark.django_db
def test_a_carrier_that_went_down_is_avoided_at_once() -> None:
    for name in ("a", "b"):
        CarrierAccount.objects.create(
            name=name, protocol="smpp", host="h", port=1, login="l", sealed_password=b"", changed_at=NOW
        )

    def chosen() -> list[str | None]:
        return perform(routing.routed([Wanted(NUMBER)], now=NOW))

    assert chosen() == ["a"]
    perform(routing.carrier_is("a", up=False, reason="connection refused", now=NOW))
    assert chosen() == ["b"]
    perform(routing.carrier_is("a", up=True, now=NOW + timedelta(minutes=1)))
    perform(routing.carrier_is("a", up=True, now=NOW + timedelta(minutes=2)))
    assert chosen() == ["a"]
    assert CarrierHealth.objects.get(name="a").since == NOW + timedelta(minutes=1)
