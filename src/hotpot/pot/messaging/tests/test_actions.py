"""Queueing, questions with their tails, and replies that find them again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpot.conftest import Market
from hotpot.kernel.errors import Invalid
from hotpot.kernel.money import Money
from hotpot.pot.catalog import actions as catalog
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging import actions, queries
from hotpot.pot.messaging.models import Ask, Message
from hotpot.pot.messaging.wire import Inbound, Outbound
from hotpot.pot.subscription import actions as subscription

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
NUMBER, OTHER = "+8613800138000", "+8613900139000"
BASE = "10690000"

pytestmark = pytest.mark.django_db


def ask(reference: str, number: str = NUMBER) -> Outbound:
    return Outbound(f"ask/{reference}/{number}", number, f"{reference}?", app_id="approvals", ask=reference)


def reply(ref: str, access_number: str, text: str = "1", number: str = NUMBER, at: datetime = NOW) -> Inbound:
    return Inbound("simulated", ref, number, access_number, text, at)


def access_numbers(ids: list[int]) -> list[str]:
    found = Message.objects.in_bulk(ids)
    return [found[one].access_number for one in ids]


def replied() -> list[tuple[str | None, bool]]:
    events = EventRow.objects.filter(type="message.replied").order_by("sequence")
    return [(event.data["ask"], event.data["late"]) for event in events]


def test_a_text_is_queued_once_per_key() -> None:
    first = actions.send_text(key="code/1", number=NUMBER, text="123456", now=NOW, secret=True)
    again = actions.send_text(key="code/1", number=NUMBER, text="123456", now=NOW, secret=True)
    assert first == again
    message = Message.objects.get()
    assert (message.state, message.access_number, message.secret) == ("queued", BASE, True)
    assert message.expires_at == NOW + timedelta(hours=48)


def test_a_bulk_keeps_its_order_and_its_old_ids() -> None:
    [old] = actions.send([ask("b")], now=NOW)
    ids = actions.send([ask("a"), ask("b"), ask("c"), ask("a")], now=NOW)
    assert ids[1] == old
    assert ids[0] == ids[3]
    assert [Message.objects.get(pk=one).text for one in ids] == ["a?", "b?", "c?", "a?"]
    assert Ask.objects.count() == 3


def test_each_open_question_of_a_number_has_a_tail_of_its_own() -> None:
    ids = actions.send([ask("a"), ask("b"), ask("a", OTHER)], now=NOW)
    assert access_numbers(ids) == [BASE + "0001", BASE + "0002", BASE + "0001"]
    actions.close_asks("approvals", ["a"], now=NOW)
    assert access_numbers(actions.send([ask("c")], now=NOW)) == [BASE + "0003"], "a closed tail rests"


def test_tails_go_round_past_those_that_are_open() -> None:
    actions.send([ask("a"), ask("b")], now=NOW)
    Ask.objects.filter(reference="b").update(access_number=BASE + "9999")
    assert access_numbers(actions.send([ask("c"), ask("d")], now=NOW)) == [BASE + "0000", BASE + "0002"]


def test_a_reply_is_taken_once_and_finds_its_question() -> None:
    actions.send([ask("a"), ask("b")], now=NOW)
    first = actions.receive([reply("r1", BASE + "0002", "1 fine")], now=NOW)
    assert actions.receive([reply("r1", BASE + "0002", "1 fine")], now=NOW) == []
    assert replied() == [("b", False)]
    message = Message.objects.get(pk=first[0])
    assert (message.direction, message.state, message.app_id) == ("in", "received", "approvals")


def test_a_reply_to_a_closed_question_is_late() -> None:
    actions.send([ask("a")], now=NOW)
    actions.close_asks("approvals", ["a"], now=NOW)
    actions.receive([reply("r1", BASE + "0001")], now=NOW)
    assert replied() == [("a", True)]


def test_without_a_tail_only_a_single_recent_question_is_meant() -> None:
    actions.send([ask("a")], now=NOW)
    actions.receive([reply("r1", BASE)], now=NOW)
    actions.receive([reply("r2", BASE, at=NOW + timedelta(days=8))], now=NOW)
    actions.receive([reply("r3", BASE + "7777")], now=NOW)
    actions.send([ask("b")], now=NOW)
    actions.receive([reply("r4", BASE), reply("r5", BASE, number=OTHER)], now=NOW)
    assert replied() == [("a", False), (None, False), (None, False), (None, False), (None, False)]


def test_a_reply_with_a_nul_is_kept_without_it() -> None:
    [taken] = actions.receive([reply("r1", BASE, "1\0 ok")], now=NOW)
    assert Message.objects.get(pk=taken).text == "1 ok"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("ask"), st.sampled_from([NUMBER, OTHER])),
            st.tuples(st.just("close"), st.integers(0, 9)),
            st.tuples(st.just("reply"), st.integers(0, 9)),
        ),
        max_size=14,
    )
)
def test_any_interleaving_matches_each_reply_to_its_question(steps: list[tuple[str, object]]) -> None:
    """A model in memory: tails are never shared by open questions, so a reply knows its question."""
    Ask.objects.all().delete()
    Message.objects.all().delete()
    seen = EventRow.objects.count()
    asked: list[tuple[str, str, str]] = []  # reference, number, access number
    closed: set[str] = set()
    expected: list[tuple[str | None, bool]] = []
    for place, (verb, what) in enumerate(steps):
        if verb == "ask":
            reference = f"t/{place}"
            [message] = actions.send([ask(reference, str(what))], now=NOW)
            asked.append((reference, str(what), access_numbers([message])[0]))
        elif verb == "close" and asked:
            reference = asked[int(str(what)) % len(asked)][0]
            actions.close_asks("approvals", [reference], now=NOW)
            closed.add(reference)
        elif verb == "reply" and asked:
            reference, number, access_number = asked[int(str(what)) % len(asked)]
            actions.receive([reply(f"r{place}", access_number, number=number)], now=NOW)
            expected.append((reference, reference in closed))
    events = EventRow.objects.filter(type="message.replied").order_by("sequence")[seen:]
    assert [(event.data["ask"], event.data["late"]) for event in events] == expected


def test_templates_are_kept_and_rendered_in_the_readers_language() -> None:
    actions.register_templates("approvals", {"old": {"en": "Old"}})
    actions.register_templates("approvals", {"new": {"en": "{who} asks", "zh-hans": "{who} 请示"}})
    templates = queries.templates_of("approvals")
    assert set(templates) == {"new"}
    assert actions.render(templates["new"], "zh-hans", {"who": "李"}) == "李 请示"
    assert actions.render(templates["new"], "fr", {"who": "Li"}) == "Li asks"
    with pytest.raises(Invalid, match="who"):
        actions.render(templates["new"], "en", {})


def test_a_number_without_a_free_tail_refuses_that_question_only() -> None:
    [first] = actions.send([ask("first")], now=NOW)
    Message.objects.bulk_create(
        [
            Message(
                direction="out", state="sent", key=f"old/{n}", number=NUMBER, access_number=f"{BASE}{n:04}",
                text="?", created_at=NOW, due_at=NOW, expires_at=NOW,
            )
            for n in range(2, 10_001)
        ],
        batch_size=1_000,
    )  # fmt: skip
    Ask.objects.bulk_create(
        Ask(
            message=one, number=NUMBER, access_number=f"{BASE}{n % 10_000:04}", app_id="approvals",
            reference=str(n), asked_at=NOW,
        )
        for n, one in enumerate(Message.objects.filter(key__startswith="old/").order_by("id"), start=2)
    )  # fmt: skip
    assert Ask.objects.filter(number=NUMBER, closed_at=None).count() == 10_000
    ids = actions.send([ask("too much"), Outbound("plain", NUMBER, "Hello"), ask("x", OTHER)], now=NOW)
    refused, plain, other = (Message.objects.get(pk=one) for one in ids)
    assert (refused.state, plain.state, other.state) == ("failed", "queued", "queued")
    assert "10,000" in refused.error
    assert refused.ended_at == NOW
    [told] = EventRow.objects.filter(type="message.failed")
    assert told.data["error"] == refused.error
    assert actions.send([ask("too much")], now=NOW) == [refused.id]
    assert EventRow.objects.filter(type="message.failed").count() == 1
    actions.close_asks("approvals", ["first"], now=NOW)
    [again] = actions.send([ask("now")], now=NOW)
    assert Message.objects.get(pk=again).access_number == Message.objects.get(pk=first).access_number


def test_characters_that_no_text_may_hold_are_left_out() -> None:
    [one] = actions.send([Outbound("odd", NUMBER, "a\0b\ud83dc")], now=NOW)
    assert Message.objects.get(pk=one).text == "ab?c"


def unheard_texts() -> list[str]:
    return list(
        Message.objects.filter(key__startswith="unheard/").order_by("id").values_list("text", flat=True)
    )


def test_a_phone_that_nobody_asked_is_told_where_to_look_once_a_day() -> None:
    actions.receive([reply("1", BASE, "hello"), reply("2", BASE, "anybody?")], now=NOW)
    actions.receive([reply("3", BASE, "hello!", at=NOW)], now=NOW + timedelta(hours=1))
    [told] = unheard_texts()
    assert "http" in told
    assert "查看待办" in told  # nobody knows who it is; the number is Chinese
    actions.receive([reply("4", BASE, "hello?")], now=NOW + timedelta(days=1))
    assert len(unheard_texts()) == 2


def test_it_is_told_in_the_persons_own_language(make_person: Any) -> None:
    make_person(NUMBER, language="en")
    actions.receive([reply("1", BASE)], now=NOW)
    actions.receive([reply("2", BASE, number="+442079460000")], now=NOW)
    assert [text.startswith("We have no open question") for text in unheard_texts()] == [True, True]


def give_seat(market: Market, app_id: str) -> None:
    functions = [{"id": "decide", "name": "Decide"}]
    manifest = {"id": app_id, "name": app_id, "summary": "For a test.", "functions": functions}
    by: dict[str, Any] = {"actor": SYSTEM_ACTOR, "now": NOW}
    catalog.register_app(**by, developer_id=market.developer.id, manifest=manifest)
    catalog.list_app(**by, app_id=app_id)
    offer = catalog.make_offer(
        **by, operator_id=market.operator.id, app_id=app_id, name="All",
        price=Pricing.monthly(Money(1500, "CNY")), starts_on=NOW.date(),
    )  # fmt: skip
    held = subscription.place_order(
        **by, customer_id=market.customer.id, offer_id=offer.id, starts_on=NOW.date(), key=app_id,
        integrator_id=market.integrator.id,
    )  # fmt: skip
    subscription.assign_seats(
        **by, subscription_id=held.id, member_ids=[market.members[0].id], starts_on=NOW.date()
    )


def test_whoever_an_app_hears_gets_no_answer_from_the_platform(make_market: Any) -> None:
    [asked] = actions.send([ask("a")], now=NOW)
    actions.receive([reply("1", access_numbers([asked])[0])], now=NOW)
    actions.receive([reply("2", "10086", number="10086")], now=NOW)  # a machine
    market = make_market()
    number = market.members[0].person.number
    give_seat(market, "one")
    actions.receive([reply("3", BASE, number=number)], now=NOW)
    assert unheard_texts() == []
    give_seat(market, "other")  # Which of the two is meant?
    actions.receive([reply("4", BASE, number=number)], now=NOW)
    assert len(unheard_texts()) == 1
