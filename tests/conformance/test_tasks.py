"""Tasks and their decisions, on the platform in memory and on the real one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotpot.sdk.platform import NewDecision
from tests.conformance.worlds import MemoryWorld, World

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def types(events: object) -> list[str]:
    assert isinstance(events, list)
    return [event.type for event in events]


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
