"""Messages and their answers, on the platform in memory and on the real one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotpot.sdk.errors import Invalid
from hotpot.sdk.platform import NewMessage
from tests.conformance.worlds import World

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_each_is_written_to_in_the_own_language(world: World) -> None:
    li, wang = world.hire("Li"), world.hire("王芳", language="zh-hans")
    world.pot.messages.send(
        [NewMessage(f"hello/{one.person_id}", one, "hello", {"name": one.name}) for one in (li, wang)]
    )
    assert [one.text for one in world.outbox] == ["Hello Li.", "你好，王芳。"]


def test_a_language_without_words_falls_back_on_english(world: World) -> None:
    wang = world.hire("王芳", language="zh-hans")
    world.pot.messages.send([NewMessage("q", wang, "question", {"what": "tea"})])
    assert world.outbox[0].text == "Yes or no: tea?"


def test_the_same_key_sends_once_and_gives_the_same_id(world: World) -> None:
    li = world.hire("Li")
    message = NewMessage("hello", li, "hello", {"name": "Li"})
    first = world.pot.messages.send([message])
    assert world.pot.messages.send([message, message]) == [*first, *first]
    assert len(world.outbox) == 1


def test_nothing_to_send_is_no_trouble(world: World) -> None:
    assert list(world.pot.messages.send([])) == []


def test_an_unknown_template_is_refused(world: World) -> None:
    li = world.hire("Li")
    with pytest.raises(Invalid, match="nonsense"):
        world.pot.messages.send([NewMessage("x", li, "nonsense")])


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "tasks/1", ""])
def test_a_message_leads_to_the_app_s_own_pages_only(world: World, link: str) -> None:
    member = world.hire("Li Lei")
    world.pot.messages.send([NewMessage("fit", member, "hello", {"name": "Li"}, link="/tasks/1")])
    with pytest.raises(Invalid):
        world.pot.messages.send([NewMessage("unfit", member, "hello", {"name": "Li"}, link=link)])
    signed = world.pot.links.make("/tasks/1", to=member, valid_for=timedelta(days=1))
    world.pot.messages.send([NewMessage("signed", member, "hello", {"name": "Li"}, link=signed)])


def test_a_template_wants_all_its_values(world: World) -> None:
    li = world.hire("Li")
    with pytest.raises(Invalid, match="name"):
        world.pot.messages.send([NewMessage("x", li, "hello", {"nome": "Li"})])
    assert list(world.outbox) == []


def test_an_answer_comes_back_with_the_question_it_answers(world: World) -> None:
    li = world.hire("Li")
    pot = world.pot
    pot.messages.send(
        [
            NewMessage(f"q/{what}", li, "question", {"what": what}, ask=f"drink/{what}")
            for what in ("tea", "milk")
        ]
    )
    tea, milk = world.outbox
    world.take_events()
    world.reply(li, "yes please", to=milk)
    world.reply(li, "no", to=tea)
    replies = world.pot.messages.replies(world.take_events())
    assert [(one.by.person_id, one.text, one.ask, one.late) for one in replies] == [
        (li.person_id, "yes please", "drink/milk", False),
        (li.person_id, "no", "drink/tea", False),
    ]
    assert len({one.message_id for one in replies}) == 2


def test_an_answer_to_a_closed_question_is_late(world: World) -> None:
    li = world.hire("Li")
    world.pot.messages.send([NewMessage("q", li, "question", {"what": "tea"}, ask="drink/tea")])
    world.pot.messages.close_asks(["drink/tea", "drink/unheard-of"])
    world.take_events()
    world.move_clock(HOUR)
    world.reply(li, "yes", to=world.outbox[0])
    (reply,) = world.pot.messages.replies(world.take_events())
    assert (reply.ask, reply.late, reply.text) == ("drink/tea", True, "yes")


def test_an_answer_from_another_phone_answers_no_question(world: World) -> None:
    li, wu = world.hire("Li"), world.hire("Wu")
    world.pot.messages.send([NewMessage("q", li, "question", {"what": "tea"}, ask="drink/tea")])
    world.take_events()
    world.reply(wu, "yes", to=world.outbox[0])
    (reply,) = world.pot.messages.replies(world.take_events())
    assert (reply.by.person_id, reply.ask) == (wu.person_id, None)


def test_an_answer_from_a_stranger_does_not_reach_the_app(world: World) -> None:
    li, wu = world.hire("Li"), world.hire("Wu", seat=False)
    world.pot.messages.send([NewMessage("q", li, "question", {"what": "tea"}, ask="drink/tea")])
    world.take_events()
    world.reply(wu, "yes", to=world.outbox[0])
    assert world.take_events() == []
