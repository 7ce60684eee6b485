"""The one look-up says what seats and suspensions say, at every instant, and is quick about it."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpot.conftest import make_market
from hotpot.kernel.errors import Refused
from hotpot.kernel.money import Money
from hotpot.kernel.period import day_starts_at, local_day
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.models import App, Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.events.wire import Actor
from hotpot.pot.subscription import actions
from hotpot.pot.subscription.entitlements import follow
from hotpot.pot.subscription.models import Seat, Subscription, Suspension
from hotpot.pot.subscription.queries import ENTITLED, entitled

ACTOR = Actor(way="page")
FIRST = date(2026, 3, 25)  # around the days when clocks change in Europe and America
NUMBERS = [f"+861390000000{n}" for n in range(3)]
MANY = 100_000

days = st.integers(0, 12).map(lambda n: FIRST + timedelta(days=n))
numbers = st.lists(st.sampled_from(NUMBERS), min_size=1, unique=True)
verbs = st.one_of(
    st.tuples(st.just("assign_seats"), st.fixed_dictionaries({"numbers": numbers, "starts_on": days})),
    st.tuples(st.just("end_seats"), st.fixed_dictionaries({"numbers": numbers, "ends_on": days})),
    st.tuples(
        st.just("suspend"),
        st.fixed_dictionaries({"starts_on": days, "ends_on": st.none() | days, "reason": st.just("Holiday")}),
    ),
    st.tuples(st.just("resume"), st.fixed_dictionaries({"resumes_on": days})),
    st.tuples(st.just("cancel"), st.fixed_dictionaries({"ends_on": days})),
    st.tuples(st.just("change_offer"), st.fixed_dictionaries({"starts_on": days})),
)


def make_subscription(zone: str) -> tuple[Subscription, list[Offer]]:
    market = make_market()
    listed_at = datetime(2026, 1, 1, tzinfo=UTC)
    market.customer.time_zone = zone
    market.customer.save()
    App.objects.filter(id="approvals").delete()
    app = App.objects.create(
        id="approvals", developer=market.developer, name="Approvals", icon="stamp",
        manifest={"functions": [{"id": "inbox"}]}, listed_at=listed_at,
    )  # fmt: skip
    offers = [
        Offer.objects.create(app=app, operator=market.operator, name=name, made_at=listed_at)
        for name in ("Standard", "Plus")
    ]
    for offer in offers:
        store_price(offer, Pricing.monthly(Money(1500, "CNY")), date(2026, 1, 1))
    subscription = actions.place_order(
        actor=ACTOR, customer_id=market.customer.id, offer_id=offers[0].id, starts_on=FIRST, key=zone,
        integrator_id=market.integrator.id, now=datetime(2026, 3, 24, 12, tzinfo=UTC),
    )  # fmt: skip
    return subscription, offers


class Diary:
    """Days with a seat, days without use: kept by hand, verb by verb, to hold the tables against."""

    def __init__(self) -> None:
        self.span = {FIRST + timedelta(days=n) for n in range(40)}
        self.seated: dict[str, set[date]] = {number: set() for number in NUMBERS}
        self.suspended: set[date] = set()
        self.runs = set(self.span)

    def assign_seats(self, numbers: list[str], starts_on: date) -> None:
        for number in numbers:
            self.seated[number] |= {day for day in self.span if day >= starts_on}

    def end_seats(self, numbers: list[str], ends_on: date) -> None:
        for number in numbers:
            self.seated[number] = {day for day in self.seated[number] if day < ends_on}

    def suspend(self, starts_on: date, ends_on: date | None, reason: str) -> None:
        self.suspended |= {
            day for day in self.span if day >= starts_on and (ends_on is None or day < ends_on)
        }

    def resume(self, resumes_on: date) -> None:
        self.suspended = {day for day in self.suspended if day < resumes_on}

    def cancel(self, ends_on: date) -> None:
        self.runs = {day for day in self.runs if day < ends_on}
        self.end_seats(NUMBERS, ends_on)

    def change_offer(self, starts_on: date, **_: Any) -> None:
        """Nobody notices."""

    def may(self, number: str, day: date) -> bool:
        return day in self.seated[number] & self.runs - self.suspended


def covers(row: Any, day: date) -> bool:
    return bool(row.starts_on <= day and (row.ends_on is None or day < row.ends_on))


def days_that_rows_say(number: str, span: set[date]) -> set[date]:
    suspensions = list(Suspension.objects.all())
    return {
        day
        for seat in Seat.objects.filter(number=number).select_related("subscription")
        for day in span
        if covers(seat, day)
        and covers(seat.subscription, day)
        and not any(covers(s, day) for s in suspensions if s.subscription_id == seat.subscription_id)
    }


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Havana", "Europe/London"])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(data=st.data())
def test_after_any_verbs_the_look_up_says_what_seats_and_suspensions_say(zone: str, data: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        subscription, offers = make_subscription(zone)
        diary = Diary()
        for step, (verb, values) in enumerate(data.draw(st.lists(verbs, max_size=8))):
            newest = Subscription.objects.order_by("-id").first()
            assert newest is not None
            extra: dict[str, Any] = {}
            if verb == "change_offer":
                other = offers[0] if newest.offer_id == offers[1].id else offers[1]
                extra = {"offer_id": other.id, "key": f"{zone}/{step}"}
            try:
                with transaction.atomic():
                    getattr(actions, verb)(
                        actor=ACTOR, subscription_id=newest.id, now=subscription.order.placed_at,
                        **values, **extra,
                    )  # fmt: skip
            except Refused:
                continue
            # What a changed offer left behind is past for the subscription that follows it.
            since = {key: max(day, newest.starts_on) for key, day in values.items() if isinstance(day, date)}
            getattr(diary, verb)(**{**values, **since})
        said = {number: days_that_rows_say(number, diary.span) for number in NUMBERS}
        midnights = [day_starts_at(FIRST + timedelta(days=n), ZoneInfo(zone)) for n in range(15)]
        for moment in [*midnights, *(midnight - timedelta(seconds=1) for midnight in midnights)]:
            day = local_day(moment, ZoneInfo(zone))
            for number in NUMBERS:
                allowed = entitled(number, "approvals", "inbox", moment).allowed
                assert allowed == (day in said[number]) == diary.may(number, day), (number, moment)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_it_is_one_look_up_in_its_index_among_many() -> None:
    subscription, _offers = make_subscription("Asia/Shanghai")
    now = subscription.order.placed_at + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO subscription_seat (subscription_id, customer_id, number, starts_on, assigned_at)"
            " SELECT %s, %s, '+86139' || lpad(n::text, 8, '0'), %s, %s FROM generate_series(1, %s) AS n",
            [subscription.id, subscription.customer_id, FIRST, now, MANY],
        )
    follow(Subscription.objects.select_related("customer", "app").get(id=subscription.id))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE subscription_entitlement")
        values: dict[str, Any] = {
            "number": "+8613900050000",
            "app": "approvals",
            "function": "inbox",
            "now": now,
        }
        cursor.execute("EXPLAIN (FORMAT JSON) " + ENTITLED, values | {"now": now})
        shown = cursor.fetchone()[0]
    plan = shown if isinstance(shown, str) else json.dumps(shown)
    assert '"Index Name": "entitled"' in plan
    assert "Seq Scan" not in plan
    began = time.perf_counter()
    for n in range(1, MANY, MANY // 1_000):
        assert entitled(f"+86139{n:08}", "approvals", "inbox", now).allowed
    print(f"one look-up among {MANY}: {(time.perf_counter() - began):.3f} ms")  # noqa: T201
    assert not entitled("+8613900100001", "approvals", "inbox", now).allowed
