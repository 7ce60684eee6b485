"""What an interface's policy lets out: on the database, by the door."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.steps import Steps
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.messaging import actions, door, jobs, steps
from hotpot.pot.messaging.models import (
    CompanyTemplate,
    ListedNumber,
    Message,
    NumberLimit,
    Review,
    Signature,
)
from hotpot.pot.messaging.models import Interface as InterfaceRow
from hotpot.pot.messaging.switch import approvals, interfaces, lists, reviews
from hotpot.pot.messaging.switch.policy import NumberLimits, PerNumber, Served
from hotpot.pot.messaging.wire import Accepted, Given, Inbound, Interface, Refusal, Refused
from hotpot.pot.party.actions import register_party
from hotpot.pot.party.models import Engagement, PortedNumber

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 17:00 in China
NUMBER, OTHER = "+8613800138000", "+8613900139000"

pytestmark = pytest.mark.django_db


@pytest.fixture
def interface() -> Interface:
    customer = register_party(SYSTEM_ACTOR, kind="customer", name="Acme", owner=None, now=NOW)
    id = actions.open_interface(
        customer.id, name="oa", kind="http", login="oa", password="p", access_number="1065712", now=NOW
    )
    found = perform(door.by_id(id))
    assert found is not None
    return found


def policy(interface: Interface, **given: Any) -> None:
    interfaces.set_policy(SYSTEM_ACTOR, interface_id=interface.id, policy=given, now=NOW)


def accept(interface: Interface, *given: Given, now: datetime = NOW) -> list[Accepted | Refused]:
    with as_system():
        return perform(door.accept(interface, given, now=now))


def codes(answers: Sequence[Accepted | Refused]) -> list[str]:
    return [one.code if isinstance(one, Refused) else "ok" for one in answers]


def said(interface: Interface, *texts: str, **more: Any) -> list[str]:
    return codes(accept(interface, *(Given(NUMBER, text, **more) for text in texts)))


def test_without_a_policy_all_that_can_be_sent_goes(interface: Interface) -> None:
    assert said(interface, "hello", "", "a\0b", "\ud800") == [
        "ok",
        "bad_content",
        "bad_content",
        "bad_content",
    ]
    assert said(interface, "hello", extension="88") == ["ok"]
    assert said(interface, "hello", extension="8a") == ["bad_extension"]
    assert said(interface, "hello", extension="1" * 14) == ["bad_extension"]
    assert said(interface, "hello", due_at=NOW + timedelta(days=91)) == ["bad_time"]
    assert said(interface, "hello", expires_at=NOW) == ["bad_time"]
    assert said(interface, "zz", alphabet="binary") == ["bad_content"]
    assert said(interface, "0aff", alphabet="binary") == ["ok"]
    assert codes(accept(replace(interface, running=False), Given(NUMBER, "x"))) == ["suspended"]


def test_lengths_and_parts_are_limited(interface: Interface) -> None:
    policy(interface, characters_max=100, parts_max=1)
    assert said(interface, "x" * 100, "x" * 101, "中" * 71) == ["ok", "too_long", "too_long"]
    assert said(interface, "中" * 67 * 256) == ["too_long"]


def test_an_approved_signature_is_required_and_the_usual_one_is_put_in(interface: Interface) -> None:
    policy(interface, signature="approved")
    assert said(interface, "hello", "【Hotpot】hello") == ["no_signature", "bad_signature"]
    held = approvals.ask_signature(
        Actor(None, interface.customer_id, "page"),
        customer_id=interface.customer_id,
        code="S1",
        text="【Hotpot】",
        now=NOW,
    )
    assert said(interface, "【Hotpot】hello") == ["bad_signature"]
    approvals.approve(SYSTEM_ACTOR, Signature, id=held.pk, now=NOW)
    assert said(interface, "【Hotpot】1") == ["ok"]
    assert said(interface, "2", signature="S1") == ["ok"]
    assert said(interface, "【Other】3", signature="Hotpot") == ["bad_signature"]
    policy(interface, signature="approved", signature_default="Hotpot", signature_place="after")
    assert said(interface, "4") == ["ok"]
    texts = list(Message.objects.order_by("id").values_list("text", flat=True))
    assert texts == ["【Hotpot】1", "【Hotpot】2", "4【Hotpot】"]
    approvals.refuse(SYSTEM_ACTOR, Signature, id=held.pk, reason="expired", now=NOW)
    assert said(interface, "5") == ["bad_signature"]


def test_only_approved_templates_go_where_they_are_demanded(interface: Interface) -> None:
    policy(interface, templates_only=True)
    ours = Actor(None, interface.customer_id, "page")
    held = approvals.ask_template(
        ours, customer_id=interface.customer_id, code="T1", text="Your code is {code}.", now=NOW
    )
    assert said(interface, "Your code is 12.") == ["bad_template"]
    approvals.approve(SYSTEM_ACTOR, CompanyTemplate, id=held.pk, now=NOW)
    assert said(interface, "Your code is 12.", "【Hotpot】Your code is 3.", "Buy!") == [
        "ok",
        "ok",
        "bad_template",
    ]
    assert said(interface, "", template="T1", params=("77",)) == ["ok"]
    assert said(interface, "", template="T1") == ["bad_template"]
    assert said(interface, "", template="T9") == ["bad_template"]
    assert Message.objects.latest("id").text == "Your code is 77."
    with pytest.raises(Conflict):
        approvals.ask_template(ours, customer_id=interface.customer_id, code="T1", text="x", now=NOW)


def test_words_are_refused_reviewed_or_replaced(interface: Interface) -> None:
    for text, action in (("赌博", "refuse"), ("贷款", "review"), ("darn", "replace")):
        approvals.add_word(SYSTEM_ACTOR, text=text, action=action, customer_id=None, now=NOW)
    assert said(interface, "来赌 博", "低息贷 款", "darn it") == ["sensitive", "ok", "ok"]
    states = list(Message.objects.order_by("id").values_list("state", "text"))
    assert states == [("held", "低息贷 款"), ("queued", "**** it")]
    assert "贷款" in Review.objects.get().reason


def test_somebody_looks_at_what_is_held(interface: Interface) -> None:
    policy(interface, review_all=True, review_hours=2)
    good, bad, late = (
        one.message_id
        for one in accept(interface, *(Given(NUMBER, text) for text in "abc"))
        if isinstance(one, Accepted)
    )
    with as_system():
        assert perform(steps.claim("simulated", now=NOW, limit=9, lease=timedelta(seconds=1))) == []
    assert reviews.release(SYSTEM_ACTOR, message_ids=[good], now=NOW) == 1
    with pytest.raises(Invalid):
        reviews.refuse(SYSTEM_ACTOR, message_ids=[bad], reason=" ", now=NOW)
    reviews.refuse(SYSTEM_ACTOR, message_ids=[bad], reason="spam", now=NOW)
    with pytest.raises(Conflict):
        reviews.release(SYSTEM_ACTOR, message_ids=[bad], now=NOW)
    assert reviews.expire(now=NOW + timedelta(hours=1)) == 0
    assert reviews.expire(now=NOW + timedelta(hours=2)) == 1
    assert dict(Message.objects.values_list("id", "state")) == {
        good: "queued",
        bad: "failed",
        late: "expired",
    }
    with as_system():
        told = perform(door.pending(interface.id, limit=9))
    assert [(one.message_id, one.state, one.error) for one in told] == [
        (bad, "failed", "spam"),
        (late, "expired", "nobody reviewed it in time"),
    ]


def test_lists_are_obeyed_in_their_order(interface: Interface) -> None:
    company = interface.customer_id

    def listed(kind: str, customer_id: int | None) -> None:
        lists.list_number(SYSTEM_ACTOR, kind=kind, number=NUMBER, customer_id=customer_id, now=NOW)

    listed("quiet", None)
    assert said(interface, "1") == ["ok"]
    policy(interface, sends="marketing")
    assert said(interface, "2") == ["blocked"]
    listed("allow", company)
    assert said(interface, "3") == ["ok"]
    listed("block", company)
    assert said(interface, "4") == ["ok"]
    listed("block", None)
    assert said(interface, "5") == ["blocked"]
    ListedNumber.objects.filter(kind="block").delete()
    ListedNumber.objects.create(
        kind="opt_out", number=NUMBER, customer_id=company, access_number="999", since=NOW
    )
    assert said(interface, "6") == ["ok"]  # that was another access number
    ListedNumber.objects.create(kind="opt_out", number=NUMBER, customer_id=company, since=NOW)
    assert said(interface, "7") == ["blocked"]


def test_an_allow_list_may_be_all_there_is(interface: Interface) -> None:
    policy(interface, allowed_only=True)
    lists.list_number(SYSTEM_ACTOR, kind="allow", number=OTHER, customer_id=interface.customer_id, now=NOW)
    assert codes(accept(interface, Given(NUMBER, "x"), Given(OTHER, "x"))) == ["blocked", "ok"]


def heard(text: str, ref: str) -> None:
    with as_system():
        perform(steps.receive([Inbound("acme", ref, NUMBER, "1065712", text, NOW)], now=NOW))


def test_a_phone_opts_out_by_a_keyword_and_comes_back(interface: Interface) -> None:
    heard("收到，谢谢", "1")
    assert said(interface, "a") == ["ok"]
    for ref, text in (("2", "ｔｄ。"), ("3", "退订")):
        heard(text, ref)
    answers = Message.objects.filter(direction="out", key__startswith="opt-out/")
    assert [(one.number, one.access_number) for one in answers] == [(NUMBER, "1065712")]
    assert said(interface, "b") == ["blocked"]
    assert codes(accept(interface, Given(OTHER, "b"))) == ["ok"]
    heard("start", "4")
    assert said(interface, "c") == ["ok"]


def test_an_interface_has_its_own_keywords(interface: Interface) -> None:
    policy(interface, stop_words=["取消"], stop_answer="", stop_scope="company")
    heard("TD", "1")
    assert said(interface, "a") == ["ok"]
    heard("取消", "2")
    assert said(interface, "b") == ["blocked"]
    assert ListedNumber.objects.get().access_number == ""
    assert not Message.objects.filter(key__startswith="opt-out/").exists()


def test_marketing_waits_for_the_morning_where_the_number_is(interface: Interface) -> None:
    policy(interface, sends="marketing")
    night = datetime(2026, 3, 2, 15, tzinfo=UTC)  # 23:00 in China, 15:00 in London
    assert codes(accept(interface, Given(NUMBER, "x"), Given("+447700900123", "x"), now=night)) == [
        "ok",
        "ok",
    ]
    due = list(Message.objects.order_by("id").values_list("due_at", flat=True))
    assert due == [datetime(2026, 3, 3, 0, tzinfo=UTC), night]
    soon = night + timedelta(hours=1)
    assert codes(accept(interface, Given(NUMBER, "x", expires_at=soon), now=night)) == ["bad_time"]
    policy(interface, sends="marketing", outside_hours="refuse")
    assert codes(accept(interface, Given(NUMBER, "x"), now=night)) == ["bad_time"]


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


def test_an_interface_has_a_priority_of_its_own(interface: Interface) -> None:
    policy(interface, priority=-1)
    assert said(interface, "a") == said(interface, "b", priority=1) == ["ok"]
    assert list(Message.objects.order_by("id").values_list("priority", flat=True)) == [-1, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"unknown": 1},
        {"parts_max": 256},
        {"hours": [600, 600]},
        {"sends": "spam"},
        {"per_day_max": -1},
        {"stop_words": [""]},
    ],
)
def test_a_policy_that_cannot_be_is_refused(interface: Interface, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        policy(interface, **wrong)


def test_a_policy_is_kept_as_it_is_read(interface: Interface) -> None:
    policy(interface, per_day_max="5", stop_words=["T"], hours=None, sends="")
    assert InterfaceRow.objects.get().policy == {"per_day_max": 5, "stop_words": ["T"]}
    assert said(interface, "a") == ["ok"]


def test_only_an_operator_sets_policies(interface: Interface) -> None:
    stranger = register_party(SYSTEM_ACTOR, kind="operator", name="Other", owner=None, now=NOW)
    from hotpot.conftest import make_membership

    person = make_membership(stranger).person
    for party_id in (interface.customer_id, stranger.id, None):
        with pytest.raises(Forbidden):
            interfaces.set_policy(
                Actor(person.id, party_id, "page"), interface_id=interface.id, policy={}, now=NOW
            )


def test_a_file_of_numbers_goes_onto_a_list(interface: Interface) -> None:
    content = "number,note\n13800138000,a\n+8613900139000\n\nnonsense\n13800138000\n".encode("gb18030")
    held = lists.start_import(
        SYSTEM_ACTOR, kind="block", content=content, customer_id=interface.customer_id, now=NOW
    )
    assert (held.state, held.lines_total, held.lines_done) == ("done", 4, 4)
    assert (held.taken, held.refused, held.problem, held.content) == (2, 1, "nonsense", "")
    assert said(interface, "x") == ["blocked"]
    listed = ListedNumber.objects.get(number=NUMBER)
    lists.unlist_number(SYSTEM_ACTOR, listed_id=listed.pk, now=NOW)
    assert said(interface, "x") == ["ok"]


def test_a_long_file_goes_on_where_it_stopped(interface: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LINES_AT_ONCE", 2)
    deferred: list[dict[str, Any]] = []
    monkeypatch.setattr(jobs.work_through, "defer", lambda **given: deferred.append(given))
    content = "\n".join(f"1380013800{n}" for n in range(5)).encode()
    held = lists.start_import(SYSTEM_ACTOR, kind="quiet", content=content, customer_id=None, now=NOW)
    assert (held.state, ListedNumber.objects.count()) == ("waiting", 0)
    lists.take_lines(SYSTEM_ACTOR, held, list(lists.lines_of(held.content))[:2], NOW)
    jobs.work_through(**deferred[0])
    held.refresh_from_db()
    assert (held.state, held.lines_done, held.taken) == ("done", 5, 5)
    assert ListedNumber.objects.count() == 5


def test_a_register_of_ported_numbers_is_taken(interface: Interface) -> None:
    ours = register_party(SYSTEM_ACTOR, kind="operator", name="Ours", owner=None, now=NOW)
    theirs = register_party(SYSTEM_ACTOR, kind="operator", name="Theirs", owner=None, now=NOW)
    rows = [
        (NUMBER, ours.slug),
        (OTHER, ours.slug),
        (NUMBER, theirs.slug),
        ("x", ours.slug),
        (OTHER, "nobody"),
    ]
    assert lists.port_numbers(iter(rows), now=NOW) == (2, 2)
    found = dict(PortedNumber.objects.values_list("number", "operator_id"))
    assert found == {NUMBER: theirs.id, OTHER: ours.id}
    assert lists.port_numbers(iter([(NUMBER, theirs.slug)]), now=NOW) == (0, 0)
    held = lists.start_import(
        Actor(None, ours.id, "page"), kind=lists.PORTED, content=NUMBER.encode(), customer_id=None, now=NOW
    )
    assert held.taken == 1
