"""How many messages may go: an interface's quotas, a company's, and what one number may get."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from hotpot.kernel.errors import Forbidden, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.steps import Steps
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.messaging import actions, door
from hotpot.pot.messaging.models import Message, NumberLimit
from hotpot.pot.messaging.switch import interfaces, reviews
from hotpot.pot.messaging.switch.policy import NumberLimits, PerNumber, Served
from hotpot.pot.messaging.switch.tests.offering import NOW, NUMBER, OTHER, accept, codes, policy, said
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Refusal, Refused
from hotpot.pot.party.actions import register_party
from hotpot.pot.party.models import Engagement

pytestmark = pytest.mark.django_db


def test_the_same_text_does_not_go_twice_too_soon(interface: Interface) -> None:
    policy(interface, same_text_minutes=10, per_day_max=3)
    assert said(interface, "a", "a", "b") == ["ok", "duplicate", "ok"]
    assert said(interface, "a") == ["duplicate"]
    later = NOW + timedelta(minutes=10)
    assert codes(accept(interface, Given(NUMBER, "a"), Given(NUMBER, "z"), now=later)) == ["ok", "quota"]
    policy(interface, same_text_minutes=10)
    assert codes(accept(interface, Given(NUMBER, "z"), now=later)) == ["ok"]  # what was refused did not go


def test_quotas_are_by_second_day_month_and_number(interface: Interface) -> None:
    policy(interface, per_second_max=2)
    assert said(interface, "a", "b", "c") == ["ok", "ok", "throttled"]
    second = NOW + timedelta(seconds=1)
    policy(interface, per_day_max=3, per_number_day_max=2)
    assert said(interface, "d", "e", "f") == ["ok", "ok", "too_often"]
    assert codes(accept(interface, Given(OTHER, "g"), Given(OTHER, "h"), now=second)) == ["ok", "quota"]
    tomorrow = NOW + timedelta(hours=8)  # past midnight in China
    assert codes(accept(interface, Given(OTHER, "i"), now=tomorrow)) == ["ok"]
    policy(interface)
    interfaces.set_limits(
        SYSTEM_ACTOR,
        customer_id=interface.customer_id,
        per_second_max=0,
        per_day_max=0,
        per_month_max=1,
        now=NOW,
    )
    assert said(interface, "j", "k") == ["ok", "quota"]
    reviews.forget(now=NOW + timedelta(days=99))


def limit(party_id: int, **most: int) -> None:
    spans = ("per_minute_max", "per_hour_max", "per_day_max")
    given = {name: most.get(name) for name in spans}
    interfaces.limit_numbers(SYSTEM_ACTOR, party_id=party_id, **given, now=NOW)


def test_a_number_gets_so_many_by_minute_hour_and_day(interface: Interface) -> None:
    def at(minutes: int, texts: str = "x") -> list[str]:
        given = [Given(NUMBER, text) for text in texts]
        return codes(accept(interface, *given, now=NOW + timedelta(minutes=minutes)))

    policy(interface, per_number_minute_max=2, per_number_hour_max=3, per_number_day_max=5)
    assert at(0, "abc") == ["ok", "ok", "too_often"]
    assert codes(accept(interface, Given(OTHER, "x"))) == ["ok"]
    assert at(1, "de") == ["ok", "too_often"]
    assert at(2) == ["too_often"]
    assert at(60, "fg") == ["ok", "ok"]
    assert at(120) == ["too_often"]
    assert at(8 * 60) == ["ok"]  # past midnight in China
    [refused] = accept(interface, *[Given(OTHER, "y")] * 3)[2:]
    assert isinstance(refused, Refused)
    assert refused.reason == "One number gets at most 2 messages a minute from this interface."


def test_a_companys_interfaces_share_what_one_number_may_get(interface: Interface) -> None:
    other_id = actions.open_interface(
        interface.customer_id, name="erp", kind="http", login="erp", password="p", access_number="1065713",
        now=NOW,
    )  # fmt: skip
    other = perform(door.by_id(other_id))
    assert other is not None
    limit(interface.customer_id, per_hour_max=2)
    assert said(interface, "a") == said(other, "b") == ["ok"]
    assert said(interface, "c") == said(other, "d") == ["too_often"]
    limit(interface.customer_id, per_hour_max=0)
    assert said(interface, "e", "f", "g") == ["ok", "ok", "ok"]


def test_an_operators_limit_holds_for_all_it_serves_that_have_none(interface: Interface) -> None:
    operator = register_party(SYSTEM_ACTOR, kind="operator", name="Ours", owner=None, now=NOW)
    limit(operator.id, per_minute_max=1, per_day_max=9)
    assert said(interface, "a", "b") == ["ok", "ok"]  # it doesn't serve this company
    served = Engagement.objects.create(
        customer_id=interface.customer_id, operator=operator, starts_on=NOW.date()
    )
    assert codes(accept(interface, Given(OTHER, "c"), Given(OTHER, "d"))) == ["ok", "too_often"]
    limit(interface.customer_id, per_minute_max=2)
    later = NOW + timedelta(minutes=1)
    three = [Given(OTHER, text) for text in "efg"]
    assert codes(accept(interface, *three, now=later)) == ["ok", "ok", "too_often"]
    limit(interface.customer_id)
    assert not NumberLimit.objects.filter(party_id=interface.customer_id).exists()
    served.ends_on = NOW.date()
    served.save()
    assert said(interface, "h", "i") == ["ok", "ok"]


def test_the_least_of_several_operators_limits_holds() -> None:
    day = NOW.date()
    held = NumberLimits(
        {1: PerNumber(5, 0, 8), 2: PerNumber(3, 4, None), 3: PerNumber(1, 1, 1), 9: PerNumber(None, 0, None)},
        {9: [Served(1, day, None), Served(2, day, None), Served(3, day + timedelta(days=1), None)]},
    )
    assert held.of(9, day) == (3, 0, 8)
    assert held.of(9, day + timedelta(days=1)) == (1, 0, 1)
    assert held.of(8, day) == (0, 0, 0)


def test_only_their_operator_limits_messages_to_one_number(interface: Interface) -> None:
    from hotpot.conftest import make_membership

    stranger = register_party(SYSTEM_ACTOR, kind="operator", name="Other", owner=None, now=NOW)
    person = make_membership(stranger).person
    given: dict[str, Any] = {"per_minute_max": 1, "per_hour_max": None, "per_day_max": None, "now": NOW}
    with pytest.raises(Forbidden):
        interfaces.limit_numbers(
            Actor(person.id, stranger.id, "page"), party_id=interface.customer_id, **given
        )
    with pytest.raises(Forbidden):
        interfaces.limit_numbers(
            Actor(person.id, interface.customer_id, "page"), party_id=interface.customer_id, **given
        )
    with pytest.raises(Invalid):
        limit(interface.customer_id, per_day_max=-1)
    interfaces.limit_numbers(Actor(person.id, stranger.id, "page"), party_id=stranger.id, **given)
    assert NumberLimit.objects.get().party_id == stranger.id


def statements_of(interface: Interface, given: Sequence[Given]) -> int:
    asked: list[str] = []

    def counting() -> Steps[None]:
        steps = door.accept(interface, given, now=NOW)
        with suppress(StopIteration):
            call = next(steps)
            while True:
                asked.append(call.statement)
                call = steps.send((yield call))

    with as_system():
        perform(counting())
    return len(asked)


def test_limits_cost_no_statement_a_message_and_none_where_there_are_none(interface: Interface) -> None:
    many = [Given(f"+86138001{place:05}", "x") for place in range(50)]
    said(interface, "all is known by now")
    free = statements_of(interface, many)
    stranger = register_party(SYSTEM_ACTOR, kind="operator", name="Other", owner=None, now=NOW)
    limit(stranger.id, per_day_max=1)
    said(interface, "and again")
    assert statements_of(interface, many) == free  # the limits of others cost nothing
    limit(interface.customer_id, per_minute_max=100, per_hour_max=100, per_day_max=100)
    said(interface, "and again")
    assert statements_of(interface, many) == statements_of(interface, many[:1]) == free + 2


def test_a_retry_uses_nothing_up(interface: Interface) -> None:
    policy(interface, per_day_max=1)
    first = accept(interface, Given(NUMBER, "a", key="1"))
    assert codes(first) == ["ok"]
    again = accept(interface, Given(NUMBER, "a", key="1"), Given(NUMBER, "a", key="1"), Given(NUMBER, "b"))
    assert codes(again) == ["ok", "ok", "quota"]
    assert {one.message_id for one in [*first, *again] if isinstance(one, Accepted)} == {
        Message.objects.get().pk
    }


def test_the_second_of_a_batch_with_the_same_key_has_the_first_ones_fate(interface: Interface) -> None:
    policy(interface, per_day_max=1)
    answers = accept(
        interface, Given(NUMBER, "a", key="1"), Given(NUMBER, "b", key="2"), Given(NUMBER, "b", key="2")
    )
    assert codes(answers) == ["ok", "quota", "quota"]
    assert answers[1] == answers[2]
    assert isinstance(answers[1], Refused)
    assert answers[1].code is Refusal.QUOTA
