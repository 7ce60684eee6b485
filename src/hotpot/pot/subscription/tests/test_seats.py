"""What a company orders and whom it gives seats."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from hotpot.conftest import NOW, Market, make_market, make_party
from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.kernel.money import Money
from hotpot.pot.access.readers import become, reader_of, web_role
from hotpot.pot.catalog import actions as catalog
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.models import Certification, Department
from hotpot.pot.subscription import actions
from hotpot.pot.subscription.models import Entitlement, Seat, Subscription
from hotpot.pot.subscription.queries import (
    entitled,
    entitled_numbers,
    seats_on,
    state_of,
    subscriptions,
)
from hotpot.pot.subscription.wire import Assigned

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 15)
ACTOR = Actor(way="page")
MANIFEST = {
    "id": "approvals",
    "name": "Approvals",
    "functions": [{"id": "inbox", "name": "Inbox"}, {"id": "sms", "name": "Decide by SMS"}],
}


def make_offer(market: Market, name: str = "Standard", fee: int = 1500) -> Offer:
    catalog.register_app(actor=ACTOR, developer_id=market.developer.id, manifest=MANIFEST, now=NOW)
    catalog.list_app(actor=ACTOR, app_id="approvals", now=NOW)
    return catalog.make_offer(
        actor=ACTOR, operator_id=market.operator.id, app_id="approvals", name=name,
        price=Pricing.monthly(Money(fee, "CNY")), starts_on=date(2026, 1, 1), now=NOW,
    )  # fmt: skip


def order(market: Market, offer: Offer, *, key: str = "o1", starts_on: date = TODAY) -> Subscription:
    return actions.place_order(
        actor=ACTOR, customer_id=market.customer.id, offer_id=offer.id, starts_on=starts_on,
        key=key, integrator_id=market.integrator.id, now=NOW,
    )  # fmt: skip


def assign(subscription: Subscription, numbers: list[str], day: date = TODAY) -> Assigned:
    return actions.assign_seats(
        actor=ACTOR, subscription_id=subscription.id, numbers=numbers, starts_on=day, now=NOW
    )


def at(day: date, hour: int = 12) -> datetime:
    """That hour in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


def may(number: str, day: date, hour: int = 12) -> bool:
    return entitled(number, "approvals", "inbox", at(day, hour)).allowed


@pytest.fixture
def market() -> Market:
    return make_market()


@pytest.fixture
def running(market: Market) -> Subscription:
    return order(market, make_offer(market))


def test_an_order_again_with_its_key_is_the_same_order(market: Market) -> None:
    offer = make_offer(market)
    assert order(market, offer).id == order(market, offer).id
    assert EventRow.objects.filter(type="subscription.ordered").count() == 1
    with pytest.raises(Conflict, match="already"):
        order(market, offer, key="o2")


def test_only_a_certified_and_engaged_integrator_orders(market: Market) -> None:
    offer = make_offer(market)
    Certification.objects.update(state="suspended")
    with pytest.raises(Forbidden, match="certified"):
        order(market, offer)
    with pytest.raises(Forbidden, match="does not serve"):
        actions.place_order(
            actor=ACTOR, customer_id=market.customer.id, offer_id=offer.id, starts_on=TODAY, key="k",
            integrator_id=make_party("integrator").id, now=NOW,
        )  # fmt: skip


def test_a_withdrawn_offer_takes_no_orders(market: Market) -> None:
    offer = make_offer(market)
    catalog.withdraw_offer(actor=ACTOR, offer_id=offer.id, withdrawn_on=TODAY, now=NOW)
    with pytest.raises(Conflict, match="no new orders"):
        order(market, offer)


def test_days_gone_by_stay_as_they_were(running: Subscription) -> None:
    with pytest.raises(Invalid, match="days gone by"):
        assign(running, ["+8613900000001"], TODAY - timedelta(days=1))


def test_a_seat_entitles_from_its_first_midnight_in_the_customers_zone(
    market: Market, running: Subscription
) -> None:
    number = market.members[0].person.number
    assert len(assign(running, [number], TODAY + timedelta(days=1)).seat_ids) == 1
    assert not may(number, TODAY, 23)
    assert may(number, TODAY + timedelta(days=1), 0)
    answer = entitled(number, "approvals", "sms", at(TODAY + timedelta(days=9)))
    assert (answer.allowed, answer.limit, answer.customer_id) == (True, None, market.customer.id)
    assert not entitled(number, "approvals", "unknown", at(TODAY + timedelta(days=9))).allowed
    assert Seat.objects.get().member == market.members[0]


def test_seats_come_and_go_from_a_day_on(running: Subscription) -> None:
    number, other = "+8613900000001", "+8613900000002"
    assert assign(running, [number, other, "+86 139 0000 0001"]).already == 0
    assert assign(running, [number]).already == 1
    leaves, back = TODAY + timedelta(days=3), TODAY + timedelta(days=5)
    end: dict[str, Any] = {"actor": ACTOR, "subscription_id": running.id, "now": NOW, "numbers": [number]}
    assert actions.end_seats(ends_on=leaves, **end) == 1
    assign(running, [number], back)
    assert [may(number, TODAY + timedelta(days=n)) for n in range(7)] == [True] * 3 + [False] * 2 + [True] * 2
    assert entitled_numbers([number, other], "approvals", "inbox", at(leaves)) == {other}
    assert seats_on([running.id], leaves) == {running.id: 1}
    assign(running, [number], TODAY + timedelta(days=1))  # takes the end back
    assert all(may(number, TODAY + timedelta(days=n)) for n in range(9))
    assert EventRow.objects.filter(type="seat.ended").count() == 1


def test_a_department_gets_seats_with_those_below_it(market: Market, running: Subscription) -> None:
    below = Department.objects.create(customer=market.customer, name="Below", parent=market.department)
    market.members[0].department = below
    market.members[0].save()
    given = actions.assign_department(
        actor=ACTOR, subscription_id=running.id, department_id=market.department.id, starts_on=TODAY, now=NOW
    )
    assert len(given.seat_ids) == 3
    persons = EventRow.objects.filter(type="seat.assigned").values_list("person_ids", flat=True)
    assert sorted(persons) == sorted([member.person_id] for member in market.members)


def test_a_suspension_takes_use_away_until_it_is_resumed(running: Subscription) -> None:
    number = "+8613900000001"
    assign(running, [number])
    verb: dict[str, Any] = {"actor": ACTOR, "subscription_id": running.id, "now": NOW}
    first = TODAY + timedelta(days=2)
    actions.suspend(starts_on=first, reason="Unpaid", **verb)
    assert state_of(subscriptions(first).get(), first) == "suspended"
    with pytest.raises(Conflict, match="suspended from"):
        actions.suspend(starts_on=TODAY, reason="Unpaid", **verb)
    assign(running, ["+8613900000002"])  # a seat given meanwhile is suspended as well
    actions.resume(resumes_on=first + timedelta(days=2), **verb)
    for one in (number, "+8613900000002"):
        days = [may(one, TODAY + timedelta(days=n)) for n in range(6)]
        assert days == [True] * 2 + [False] * 2 + [True] * 2
    with pytest.raises(Conflict, match="not suspended"):
        actions.resume(resumes_on=first + timedelta(days=9), **verb)


def test_another_offer_takes_over_seats_and_suspensions(market: Market, running: Subscription) -> None:
    number, leaver = "+8613900000001", "+8613900000002"
    assign(running, [number, leaver])
    verb: dict[str, Any] = {"actor": ACTOR, "subscription_id": running.id, "now": NOW}
    actions.end_seats(ends_on=TODAY + timedelta(days=8), numbers=[leaver], **verb)
    actions.suspend(
        starts_on=TODAY + timedelta(days=4), ends_on=TODAY + timedelta(days=6), reason="Moving", **verb
    )
    dear = catalog.make_offer(
        actor=ACTOR, operator_id=market.operator.id, app_id="approvals", name="Plus",
        price=Pricing.monthly(Money(1800, "CNY")), starts_on=TODAY, now=NOW,
    )  # fmt: skip
    change = TODAY + timedelta(days=5)
    new = actions.change_offer(offer_id=dear.id, starts_on=change, key="c1", **verb)
    assert new.id == actions.change_offer(offer_id=dear.id, starts_on=change, key="c1", **verb).id
    running.refresh_from_db()
    assert (running.ends_on, new.starts_on, new.offer_id) == (change, change, dear.id)
    days = [may(number, TODAY + timedelta(days=n)) for n in range(9)]
    assert days == [True] * 4 + [False] * 2 + [True] * 3
    assert [may(leaver, TODAY + timedelta(days=n)) for n in (7, 8)] == [True, False]
    assert seats_on([running.id, new.id], change) == {new.id: 2}


def test_the_end_of_a_subscription_ends_its_seats(market: Market, running: Subscription) -> None:
    assign(running, ["+8613900000001"])
    last = TODAY + timedelta(days=10)
    actions.cancel(actor=ACTOR, subscription_id=running.id, ends_on=last, now=NOW)
    assert may("+8613900000001", last - timedelta(days=1), 23)
    assert not may("+8613900000001", last, 0)
    with pytest.raises(Conflict, match="Order again"):
        assign(running, ["+8613900000002"], last)
    again = order(market, Offer.objects.get(), key="o2", starts_on=last)
    assert again.starts_on == last


def test_a_new_function_is_opened_to_seats(market: Market, running: Subscription) -> None:
    assign(running, ["+8613900000001"])
    manifest = MANIFEST | {"functions": [{"id": "inbox", "name": "Inbox"}, {"id": "chat", "name": "Chat"}]}
    catalog.register_app(actor=ACTOR, developer_id=market.developer.id, manifest=manifest, now=NOW)
    actions.follow_manifest("approvals")
    assert entitled("+8613900000001", "approvals", "chat", at(TODAY)).allowed
    assert not entitled("+8613900000001", "approvals", "sms", at(TODAY)).allowed


@pytest.mark.parametrize("party", ["customer", "integrator"])
def test_those_whose_subscription_it_is_run_it_as_the_web_role(
    market: Market, running: Subscription, party: str
) -> None:
    number = market.members[0].person.number
    verb: dict[str, Any] = {"actor": ACTOR, "subscription_id": running.id, "now": NOW}
    with web_role():
        become(reader_of(market.members[1].person_id, [getattr(market, party).id]))
        assign(running, [number])
        actions.suspend(starts_on=TODAY + timedelta(days=1), reason="Holiday", **verb)
        actions.end_seats(ends_on=TODAY + timedelta(days=2), numbers=[number], **verb)
    assert may(number, TODAY)
    assert not may(number, TODAY + timedelta(days=1))


@pytest.mark.parametrize("party", ["developer", "stranger"])
def test_others_do_not_find_it(market: Market, running: Subscription, party: str) -> None:
    stranger = make_market().customer
    with web_role():
        become(reader_of(1, [stranger.id if party == "stranger" else market.developer.id]))
        with pytest.raises(NotFound):
            assign(running, ["+8613900000001"])
        assert not Entitlement.objects.exists()


def test_a_file_makes_people_members_and_seats_them(market: Market, running: Subscription) -> None:
    known = market.members[0]
    content = (
        f"Number,Name,Department\n{known.person.number},,\n139 0000 0001,王芳,财务部\n"
        "12,Nobody,\n+8613900000002,Li Wei,财务部\n"
    )
    done = actions.start_import(
        actor=ACTOR, subscription_id=running.id, content=content.encode("gb18030"), starts_on=TODAY, now=NOW
    )
    assert (done.lines, done.lines_done, done.assigned, done.finished_at) == (4, 4, 3, NOW)
    assert len(done.problems) == 1
    assert done.problems[0].startswith("4: “12” has too few")
    wang = market.customer.members.get(person__number="+8613900000001")
    assert wang.department is not None
    assert (wang.name, wang.department.name) == ("王芳", "财务部")
    known.refresh_from_db()
    assert known.name.endswith("member 1")
    assert known.department == market.department
    assert Seat.objects.filter(member__department=wang.department).count() == 2


def test_a_long_file_is_worked_through_step_by_step(
    running: Subscription, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from hotpot.kernel.clock import SettableClock
    from hotpot.pot.subscription import jobs

    settings.HOTPOT_CLOCK = SettableClock(NOW)
    monkeypatch.setattr(jobs, "LINES_AT_ONCE", 3)
    deferred = []
    monkeypatch.setattr(jobs.work_through, "defer", lambda **values: deferred.append(values))
    content = "number\n" + "".join(f"+861390000001{n}\n" for n in range(8))
    row = actions.start_import(
        actor=ACTOR, subscription_id=running.id, content=content.encode(), starts_on=TODAY, now=NOW
    )
    assert (row.lines, row.lines_done, row.finished_at) == (8, 0, None)
    jobs.work_through(**deferred[0])
    jobs.work_through(**deferred[0])  # a worker that fell after the last step tries again
    row.refresh_from_db()
    assert (row.lines_done, row.assigned, row.finished_at, row.content) == (8, 8, NOW, "")


def test_a_viewer_may_look_only(market: Market, running: Subscription) -> None:
    from hotpot.conftest import make_membership

    viewer = make_membership(market.customer, role="viewer").person
    with pytest.raises(Forbidden, match="manager"):
        actions.assign_seats(
            actor=Actor(viewer.id, market.customer.id), subscription_id=running.id,
            numbers=["+8613900000001"], starts_on=TODAY, now=NOW,
        )  # fmt: skip


def test_the_database_holds_one_seat_a_day_by_itself(running: Subscription) -> None:
    assign(running, ["+8613900000001"])
    with pytest.raises(IntegrityError, match="has a seat"):
        Seat.objects.create(
            subscription=running, customer=running.customer, number="+8613900000001",
            starts_on=TODAY - timedelta(days=5), ends_on=TODAY + timedelta(days=1), assigned_at=NOW,
        )  # fmt: skip
