"""What an interface's policy lets out: on the database, by the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.messaging import door, jobs, steps
from hotpot.pot.messaging.models import CompanyTemplate, ListedNumber, Message, Review, Signature
from hotpot.pot.messaging.models import Interface as InterfaceRow
from hotpot.pot.messaging.switch import approvals, interfaces, lists, reviews
from hotpot.pot.messaging.switch.tests.offering import NOW, NUMBER, OTHER, accept, codes, policy, said
from hotpot.pot.messaging.wire import Accepted, Given, Inbound, Interface
from hotpot.pot.party.actions import register_party
from hotpot.pot.party.models import PortedNumber

pytestmark = pytest.mark.django_db


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
