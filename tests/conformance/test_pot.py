"""Every verb of `hotpot.sdk.platform`, on the platform in memory and on the real one: one suite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test.utils import override_settings

from hotpot.sdk.app import App
from hotpot.sdk.errors import Forbidden, Invalid, NotFound
from hotpot.sdk.host import mind_the_clock
from hotpot.sdk.local import LocalPot
from hotpot.sdk.mail import Correspondent, NewLetter
from hotpot.sdk.manifest import SCOPES, Manifest
from hotpot.sdk.platform import NewDecision, NewMessage, NewUsage, PlatformEvent, Pot, StoredFile
from hotpot.sdk.testing import AppHarness, MemoryPot
from tests.conformance.worlds import MANIFEST, LocalWorld, MemoryWorld, World

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(params=[MemoryWorld, LocalWorld], ids=["memory", "local"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with override_settings(HOTPOT_ACCESS_NUMBER="10690000"):
        yield request.param()


def types(events: object) -> list[str]:
    assert isinstance(events, list)
    return [event.type for event in events]


# Members and entitlements


def test_a_member_is_found_by_person_and_company(world: World) -> None:
    li = world.hire("Li Lei", department="Sales", roles=["SUPERVISOR"])
    assert world.pot.members.get(li.person_id, li.customer_id) == li
    assert world.pot.members.get(li.person_id, li.customer_id + 10_000) is None
    assert world.pot.members.get(10_000_000, li.customer_id) is None


def test_search_finds_colleagues_with_a_seat_by_name_number_or_department(world: World) -> None:
    li = world.hire("Li Lei", department="Sales")
    han = world.hire("Han Meimei", department="Finance")
    world.hire("Li Without", seat=False)
    search = world.pot.members.search
    assert [one.name for one in search(li.customer_id, "li")] == ["Li Lei"]
    assert [one.name for one in search(li.customer_id, "FINANCE")] == ["Han Meimei"]
    assert [one.name for one in search(li.customer_id, han.number[-5:])] == ["Han Meimei"]
    assert [one.name for one in search(li.customer_id, "")] == ["Han Meimei", "Li Lei"]
    assert len(search(li.customer_id, "", limit=1)) == 1
    assert search(li.customer_id, "nobody") == []


def test_a_company_that_does_not_subscribe_shows_nobody(world: World) -> None:
    other = world.hire("Wu", company="other")
    assert world.pot.members.search(other.customer_id, "Wu") == []


def test_a_seat_entitles_to_the_functions_of_the_manifest(world: World) -> None:
    li, wu = world.hire("Li"), world.hire("Wu", seat=False)
    check = world.pot.entitlements.check
    assert check(li.number, "inbox").allowed
    assert check(li.number, "inbox").limit is None
    assert not check(li.number, "something-else").allowed
    assert not check(wu.number, "inbox").allowed
    assert world.pot.entitlements.allowed([li.number, wu.number], "messages") == {li.number}


def test_a_seat_that_ends_entitles_no_more(world: World) -> None:
    li = world.hire("Li")
    world.take_seat(li)
    assert not world.pot.entitlements.check(li.number, "inbox").allowed
    world.give_seat(li)
    assert world.pot.entitlements.check(li.number, "inbox").allowed


def test_a_person_works_where_there_is_a_seat(world: World) -> None:
    li, wu = world.hire("Li"), world.hire("Wu", seat=False)
    assert world.pot.members.employments(li.person_id) == [li]
    assert world.pot.members.employments(wu.person_id) == []
    world.take_seat(li)
    assert world.pot.members.employments(li.person_id) == []


def test_departments_lie_in_one_another(world: World) -> None:
    li, han = world.hire("Li", department="Sales"), world.hire("Han", department="Sales/North")
    known = {one.name: one for one in world.pot.members.departments(li.customer_id)}
    assert (li.department_id, han.department_id) == (known["Sales"].id, known["Sales/North"].id)
    assert known["Sales"].above_id is None
    assert known["Sales/North"].above_id == known["Sales"].id
    assert "Sales" not in {one.name for one in world.pot.members.departments(li.customer_id + 10_000)}


def test_managers_run_the_company_and_have_a_seat(world: World) -> None:
    li = world.hire("Li")
    zhou, _seatless = world.hire("Zhou", manages=True), world.hire("Wu", manages=True, seat=False)
    other = world.hire("Elsewhere", company="other", manages=True)
    assert world.pot.members.managers(li.customer_id) == [zhou]
    assert world.pot.members.managers(other.customer_id) == []


# Messages


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


# Tasks


def test_a_task_is_as_the_enterprise_wrote_it(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han")
    opened = world.open_task(
        "Travel claim", to=[li, han], applicant="Chen Wei", amount_minor=128450, details={"Where": "Wuhan"}
    )
    events = world.take_events()
    assert [(one.type, one.subject, one.data["task_id"]) for one in events if one.type == "task.opened"] == [
        ("task.opened", f"task/{opened.id}", opened.id)
    ]
    task = world.pot.tasks.get([opened.id])[opened.id]
    assert (task.title, task.applicant, task.amount_minor, task.currency) == (
        "Travel claim",
        "Chen Wei",
        128450,
        "CNY",
    )
    assert (task.details, task.state, task.decision) == ({"Where": "Wuhan"}, "open", None)
    assert {one.name for one in task.assignees} == {"Li", "Han"}


def test_a_task_without_an_amount_has_no_currency(world: World) -> None:
    opened = world.open_task("Leave", to=[world.hire("Li")])
    task = world.pot.tasks.get([opened.id])[opened.id]
    assert (task.amount_minor, task.currency) == (None, None)


def test_tasks_of_others_are_not_to_be_had(world: World) -> None:
    stranger = world.hire("Wu", company="other")
    if isinstance(world, MemoryWorld):
        pytest.skip("in memory every company subscribes to the app")
    foreign = world.open_task("Secret", to=[stranger])
    assert world.take_events() == []
    assert world.pot.tasks.get([foreign.id, 10_000_000]) == {}
    assert world.pot.tasks.inbox(stranger.person_id) == []
    decision = NewDecision(foreign.id, stranger.person_id, "approved")
    assert world.pot.tasks.decide([decision])[0].outcome == "unknown"


def test_the_inbox_holds_the_open_ones_newest_first(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han")
    one, two, three = (world.open_task(title, to=[li]) for title in ("one", "two", "three"))
    world.open_task("of somebody else", to=[han])
    tasks = world.pot.tasks
    assert [task.title for task in tasks.inbox(li.person_id)] == ["three", "two", "one"]
    assert [task.title for task in tasks.inbox(li.person_id, limit=2)] == ["three", "two"]
    assert [task.title for task in tasks.inbox(li.person_id, before=two.id)] == ["one"]
    assert tasks.count_open(li.person_id) == 3
    tasks.decide([NewDecision(three.id, li.person_id, "approved")])
    world.withdraw_task(one.id)
    assert [task.id for task in world.pot.tasks.inbox(li.person_id)] == [two.id]
    assert [task.id for task in world.pot.tasks.inbox(li.person_id, done=True)] == [three.id]
    assert world.pot.tasks.inbox(han.person_id, done=True) == []
    assert world.pot.tasks.count_open(li.person_id) == 1


def test_a_decision_is_taken_and_goes_back(world: World) -> None:
    li = world.hire("Li")
    opened = world.open_task("Claim", to=[li])
    world.take_events()
    world.move_clock(HOUR)
    pot = world.pot
    (result,) = pot.tasks.decide([NewDecision(opened.id, li.person_id, "rejected", "no receipt", "sms")])
    assert result.outcome == "taken"
    assert result.task is not None
    assert result.task.state == "decided"
    decision = result.task.decision
    assert decision is not None
    assert (decision.verdict, decision.comment, decision.way, decision.by.name, decision.at) == (
        "rejected",
        "no receipt",
        "sms",
        "Li",
        pot.now,
    )
    assert decision.written_back == "waiting"
    (event,) = world.take_events()
    assert (event.type, event.data["task_id"], event.data["verdict"], event.data["way"]) == (
        "task.decided",
        opened.id,
        "rejected",
        "sms",
    )
    world.write_back(opened.id, "done")
    assert world.take_events() == []
    task = world.pot.tasks.get([opened.id])[opened.id]
    assert task.decision is not None
    assert task.decision.written_back == "done"


def test_a_decision_that_the_enterprise_refuses_is_told(world: World) -> None:
    li = world.hire("Li")
    opened = world.open_task("Claim", to=[li])
    world.pot.tasks.decide([NewDecision(opened.id, li.person_id, "approved")])
    world.take_events()
    world.write_back(opened.id, "refused")
    assert types(world.take_events()) == ["task.write_back_refused"]
    task = world.pot.tasks.get([opened.id])[opened.id]
    assert task.decision is not None
    assert task.decision.written_back == "refused"


def test_the_first_decision_counts(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han")
    opened = world.open_task("Claim", to=[li, han])
    first, again, second = world.pot.tasks.decide(
        [
            NewDecision(opened.id, li.person_id, "approved"),
            NewDecision(opened.id, li.person_id, "approved"),
            NewDecision(opened.id, han.person_id, "rejected"),
        ]
    )
    assert [one.outcome for one in (first, again, second)] == ["taken", "already_decided", "already_decided"]
    assert second.task is not None
    assert second.task.decision is not None
    assert (second.task.decision.by.name, second.task.decision.verdict) == ("Li", "approved")


def test_a_withdrawn_task_takes_no_decision(world: World) -> None:
    li = world.hire("Li")
    opened = world.open_task("Claim", to=[li])
    world.take_events()
    world.withdraw_task(opened.id)
    assert types(world.take_events()) == ["task.withdrawn"]
    (result,) = world.pot.tasks.decide([NewDecision(opened.id, li.person_id, "approved")])
    assert result.outcome == "withdrawn"
    assert result.task is not None
    assert (result.task.state, result.task.ended_at) == ("withdrawn", world.pot.now)


def test_who_never_had_a_task_decides_nothing_and_learns_nothing(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han")
    opened = world.open_task("Claim", to=[li])
    decide = world.pot.tasks.decide
    wrong, unknown = decide(
        [NewDecision(opened.id, han.person_id, "approved"), NewDecision(10_000_000, li.person_id, "approved")]
    )
    assert (wrong.outcome, wrong.task) == ("not_yours", None)
    assert (unknown.outcome, unknown.task) == ("unknown", None)
    decide([NewDecision(opened.id, li.person_id, "approved")])
    (late,) = world.pot.tasks.decide([NewDecision(opened.id, han.person_id, "rejected")])
    assert (late.outcome, late.task) == ("not_yours", None)


def test_a_task_changes_hands(world: World) -> None:
    li, han, chen = world.hire("Li"), world.hire("Han"), world.hire("Chen")
    opened = world.open_task("Claim", to=[li, chen])
    world.take_events()
    result = world.pot.tasks.transfer(
        opened.id, person_id=li.person_id, to_person_id=han.person_id, comment="you know more"
    )
    assert result.outcome == "taken"
    assert result.task is not None
    assert {one.name for one in result.task.assignees} == {"Han", "Chen"}
    (transfer,) = result.task.transfers
    assert (transfer.by.name, transfer.to.name, transfer.comment) == ("Li", "Han", "you know more")
    (event,) = world.take_events()
    assert (event.type, event.data["task_id"], event.data["to_person_id"]) == (
        "task.transferred",
        opened.id,
        han.person_id,
    )
    assert world.pot.tasks.count_open(li.person_id) == 0
    assert world.pot.tasks.count_open(han.person_id) == 1
    (gone,) = world.pot.tasks.decide([NewDecision(opened.id, li.person_id, "approved")])
    assert gone.outcome == "not_yours"
    assert gone.task is not None
    assert gone.task.transfers[-1].to.name == "Han"
    (taken,) = world.pot.tasks.decide([NewDecision(opened.id, han.person_id, "approved")])
    assert taken.outcome == "taken"


def test_a_task_can_come_back_to_whom_it_was(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han")
    opened = world.open_task("Claim", to=[li])
    transfer = world.pot.tasks.transfer
    transfer(opened.id, person_id=li.person_id, to_person_id=han.person_id)
    world.move_clock(HOUR)
    back = world.pot.tasks.transfer(opened.id, person_id=han.person_id, to_person_id=li.person_id)
    assert back.task is not None
    assert [(one.by.name, one.to.name) for one in back.task.transfers] == [("Li", "Han"), ("Han", "Li")]
    assert world.pot.tasks.decide([NewDecision(opened.id, li.person_id, "approved")])[0].outcome == "taken"


def test_a_task_goes_to_colleagues_with_a_seat_only(world: World) -> None:
    li, seatless = world.hire("Li"), world.hire("Wu", seat=False)
    outsider = world.hire("Zhao", company="other")
    opened = world.open_task("Claim", to=[li])
    transfer = world.pot.tasks.transfer
    for to in (seatless, outsider):
        result = transfer(opened.id, person_id=li.person_id, to_person_id=to.person_id)
        assert result.outcome == "unknown"
    assert transfer(opened.id, person_id=seatless.person_id, to_person_id=li.person_id).outcome == "not_yours"
    assert transfer(10_000_000, person_id=li.person_id, to_person_id=li.person_id).outcome == "unknown"
    world.pot.tasks.decide([NewDecision(opened.id, li.person_id, "approved")])
    late = world.pot.tasks.transfer(opened.id, person_id=li.person_id, to_person_id=seatless.person_id)
    assert late.outcome == "already_decided"


def test_no_decision_is_no_trouble(world: World) -> None:
    assert list(world.pot.tasks.decide([])) == []
    assert world.pot.tasks.get([]) == {}


# The app's own record and storage


def test_what_the_app_records_bears_its_name(world: World) -> None:
    li = world.hire("Li")
    world.pot.events.record(
        "claim.read",
        "claim/1",
        customer_id=li.customer_id,
        person_id=li.person_id,
        data={"pages": 2},
        concerns=[li.person_id],
    )
    assert list(world.told) == [("trial.claim.read", "claim/1", li.person_id)]


def test_usage_is_recorded_once_by_its_id(world: World) -> None:
    li = world.hire("Li")
    first = NewUsage("1", "mail.sent", li.number, {"bytes": 5})
    world.pot.usage.record([first, NewUsage("2", "mail.sent", "subscription:7")])
    world.pot.usage.record([first])
    world.pot.usage.record([])
    assert world.used == {"1": (li.number, {"bytes": 5}), "2": ("subscription:7", {})}


@pytest.mark.parametrize(
    ("id", "subject", "at"),
    [("", "+8613800138000", None), ("1", "13800138000", None), ("1", "+8613800138000", datetime(2026, 1, 1))],  # noqa: DTZ001
)
def test_usage_that_nobody_could_count_is_refused(id: str, subject: str, at: datetime | None) -> None:
    with pytest.raises(Invalid):
        NewUsage(id, "mail.sent", subject, at=at)


def test_documents_are_kept_found_and_forgotten(world: World) -> None:
    storage = world.pot.storage
    assert storage.get("notes", "1") is None
    storage.put("notes", "2", {"text": "second", "kind": "a", "pinned": True})
    storage.put("notes", "1", {"text": "first", "kind": "a", "size": 3})
    storage.put("notes", "3", {"text": "third", "kind": "b"})
    storage.put("other", "1", {"kind": "a"})
    assert storage.get("notes", "1") == {"text": "first", "kind": "a", "size": 3}
    assert [one["text"] for one in storage.find("notes", {"kind": "a"})] == ["first", "second"]
    assert [one["text"] for one in storage.find("notes", {"kind": "a", "pinned": True})] == ["second"]
    assert [one["text"] for one in storage.find("notes", {})] == ["first", "second", "third"]
    assert len(storage.find("notes", {}, limit=2)) == 2
    storage.put("notes", "1", {"text": "changed", "kind": "b"})
    storage.delete("notes", "3")
    storage.delete("notes", "never there")
    assert [one["text"] for one in storage.find("notes", {"kind": "b"})] == ["changed"]


def test_pages_of_documents_go_either_way(world: World) -> None:
    storage = world.pot.storage
    for key in "abcd":
        storage.put("notes", key, {"key": key, "kind": "x" if key != "c" else "y"})

    def keys(newest: bool, beyond: str | None, limit: int = 2) -> list[str]:
        found = storage.find("notes", {"kind": "x"}, newest=newest, beyond=beyond, limit=limit)
        return [one["key"] for one in found]

    assert keys(newest=False, beyond=None) == ["a", "b"]
    assert keys(newest=False, beyond="b") == ["d"]
    assert keys(newest=True, beyond=None) == ["d", "b"]
    assert keys(newest=True, beyond="b") == ["a"]
    assert (storage.count("notes", {"kind": "x"}), storage.count("notes", {}), storage.count("no", {})) == (
        3,
        4,
        0,
    )


def test_a_document_is_a_copy_and_may_be_held(world: World) -> None:
    storage = world.pot.storage
    note = {"lines": ["one"]}
    storage.put("notes", "1", note)
    note["lines"].append("two")
    assert storage.get("notes", "1", lock=True) == {"lines": ["one"]}
    assert storage.get("notes", "2", lock=True) is None


def test_numbers_of_a_series_follow_each_other(world: World) -> None:
    take = world.pot.storage.next_number
    assert [take("bills"), take("bills"), take("other"), take("bills")] == [1, 2, 1, 3]


def test_files_are_kept_as_they_came(world: World) -> None:
    storage = world.pot.storage
    paper = StoredFile("票据.pdf", "application/pdf", bytes(range(256)))
    assert storage.get_file("1/a") is None
    storage.put_file("1/a", StoredFile("old", "text/plain", b""))
    storage.put_file("1/a", paper)
    assert storage.get_file("1/a") == paper
    storage.delete_file("1/a")
    storage.delete_file("1/a")
    assert storage.get_file("1/a") is None


def test_a_link_is_of_one_person_to_one_page(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han")
    addresses = {
        world.pot.links.make(path, to=one, valid_for=HOUR) for one in (li, han) for path in ("/a", "/b")
    }
    assert len(addresses) == 4
    assert all("/apps/trial/by-link/" in one for one in addresses)


def test_what_is_due_is_done_piece_by_piece(world: World) -> None:
    app = App(replace(MANIFEST, pages=(), events=()))

    @app.on_clock
    def do_one(pot: Pot) -> bool:
        due = pot.storage.find("due", {}, limit=1)
        for one in due:
            pot.storage.delete("due", one["key"])
        return bool(due)

    for key in "abc":
        world.pot.storage.put("due", key, {"key": key})
    if isinstance(world, MemoryWorld):
        AppHarness(app, world).mind_the_clock()
    else:
        mind_the_clock(app, world.pot.now)
    assert world.pot.storage.count("due", {}) == 0


def test_what_the_manifest_does_not_ask_for_is_out_of_reach(world: World) -> None:
    modest = Manifest.parse(
        {
            "id": "modest",
            "name": "Modest",
            "icon": "check",
            "developer": "T",
            "functions": [{"id": "a", "name": "A"}],
        }
    )
    for pot in (MemoryPot(modest), LocalPot(modest, world.pot.now)):
        for scope in SCOPES:
            with pytest.raises(Forbidden, match=scope):
                getattr(pot, scope)
    assert set(MANIFEST.scopes) == set(SCOPES)


def test_seats_that_come_and_go_are_told(world: World) -> None:
    if isinstance(world, MemoryWorld):
        pytest.skip("in memory a seat is set by the test itself")
    li = world.hire("Li")
    world.take_seat(li)
    events: list[PlatformEvent] = list(world.take_events())
    assert types(events) == ["seat.assigned", "seat.ended"]
    assert {event.data["number"] for event in events} == {li.number}


# Mail


CHEN = Correspondent("Chen Bo", "chen@partner.example")


def test_a_mailbox_is_its_persons_alone(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han", manages=True)
    box = world.connect_mailbox(li, "li@corp.example")
    mails = world.pot.mail
    assert [(one.address, one.state, one.watched) for one in mails.mailboxes(li.person_id)] == [
        ("li@corp.example", "running", ("INBOX",))
    ]
    mail = world.deliver_mail(box, "Salary", sender=CHEN, text="More of it.")
    assert (mails.mailboxes(han.person_id), mails.inbox(han.person_id)) == ([], [])
    for ask in (
        lambda: mails.read(mail.id, person_id=han.person_id),
        lambda: mails.attachment(mail.id, 1, person_id=han.person_id),
        lambda: mails.disconnect(box.id, person_id=han.person_id),
        lambda: mails.watch(box.id, [], person_id=han.person_id),
        lambda: mails.send(NewLetter(box.id, "k", "a@b.example", "s", "t"), person_id=han.person_id),
    ):
        with pytest.raises(NotFound):
            ask()


def test_new_mail_is_an_event_and_found_by_it(world: World) -> None:
    li = world.hire("Li")
    world.take_events()
    mail = world.deliver_mail(
        world.connect_mailbox(li, "li@corp.example"), "Order 7", sender=CHEN, text="Hi."
    )
    (event,) = [one for one in world.take_events() if one.type == "mail.arrived"]
    assert event.data["mail_id"] == mail.id
    found = world.pot.mail.get([mail.id, mail.id + 10_000])
    assert list(found) == [mail.id]
    known = found[mail.id]
    assert (known.sender, known.subject, known.snippet, known.seen) == (CHEN, "Order 7", "Hi.", False)
    assert (known.person_id, known.customer_id) == (li.person_id, li.customer_id)


def test_unread_mail_comes_first_and_reading_marks_it(world: World) -> None:
    li = world.hire("Li")
    box = world.connect_mailbox(li, "li@corp.example")
    first, second, third = (
        world.deliver_mail(box, name, sender=CHEN, text=name) for name in ("Alpha", "Beta", "Gamma")
    )
    mails = world.pot.mail
    reading = mails.read(third.id, person_id=li.person_id)
    assert reading.content is not None
    assert reading.content.text == "Gamma"
    assert [one.subject for one in mails.inbox(li.person_id)] == ["Beta", "Alpha", "Gamma"]
    assert mails.count_unread(li.person_id) == 2
    assert [one.subject for one in mails.inbox(li.person_id, beyond=second.id)] == ["Alpha", "Gamma"]
    assert [one.subject for one in mails.inbox(li.person_id, text="chen alpha")] == ["Alpha"]
    assert mails.inbox(li.person_id, text="nowhere") == []
    mails.mark_read([first.id, second.id], person_id=li.person_id)
    assert mails.count_unread(li.person_id) == 0


def test_a_letter_goes_once_and_an_address_that_is_none_is_refused(world: World) -> None:
    li = world.hire("Li")
    box = world.connect_mailbox(li, "li@corp.example")
    mail = world.deliver_mail(box, "Price?", sender=CHEN, text="?")
    letter = NewLetter(box.id, "k1", "Chen <chen@partner.example>", "Re: Price?", "12", answers=mail.id)
    sent = [world.pot.mail.send(letter, person_id=li.person_id).id for _ in range(2)]
    assert sent[0] == sent[1]
    (found,) = world.pot.mail.letters(li.person_id)
    assert (found.recipients, found.subject, found.state) == (
        ("chen@partner.example",),
        "Re: Price?",
        "waiting",
    )
    for to in ("", "chen", "chen@", "a b@c.example"):
        with pytest.raises(Invalid):
            world.pot.mail.send(NewLetter(box.id, f"k{to}", to, "s", "t"), person_id=li.person_id)


def test_a_disconnected_mailbox_is_forgotten(world: World) -> None:
    li = world.hire("Li")
    box = world.connect_mailbox(li, "li@corp.example")
    world.deliver_mail(box, "A", sender=CHEN, text="")
    world.pot.mail.disconnect(box.id, person_id=li.person_id)
    assert (world.pot.mail.mailboxes(li.person_id), world.pot.mail.inbox(li.person_id)) == ([], [])
