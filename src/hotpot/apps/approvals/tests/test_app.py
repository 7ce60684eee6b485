"""The app on the platform in memory: as its own authors test it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotpot.apps.approvals.app import app
from hotpot.sdk.app import Badge, Json, Page, Redirect
from hotpot.sdk.errors import Forbidden, Invalid, NoSeat, NotFound
from hotpot.sdk.platform import Decision, Member, Task
from hotpot.sdk.testing import AppHarness, MemoryPot, SentMessage


class Office:
    """Li decides, Han does too for some tasks."""

    def __init__(self) -> None:
        self.pot = MemoryPot(app.manifest)
        self.harness = AppHarness(app, self.pot)
        self.li = self.pot.add_member("Li Lei", seat=True)
        self.han = self.pot.add_member("Han Meimei", seat=True)

    def claim(self, *to: Member, title: str = "Travel claim") -> Task:
        task = self.pot.open_task(title, to=to or [self.li], applicant="Chen Wei", amount_minor=128450)
        self.harness.deliver()
        return task

    def answer(self, by: Member, text: str, to: SentMessage | None = None) -> str:
        """What comes back to the phone."""
        before = len(self.pot.outbox)
        self.pot.reply(by, text, to=to or self.pot.outbox[-1])
        self.harness.deliver()
        own = [message for message in self.pot.outbox[before:] if message.to == by]
        return own[-1].text if own else ""

    def decision(self, task: Task) -> Decision | None:
        return self.pot.task(task.id).decision


@pytest.fixture
def office() -> Office:
    return Office()


# By message


def test_each_assignee_with_a_seat_is_asked(office: Office) -> None:
    seatless = office.pot.add_member("Wu")
    task = office.claim(office.li, office.han, seatless)
    assert [(one.to, one.ask) for one in office.pot.outbox] == [
        (office.li, f"task/{task.id}"),
        (office.han, f"task/{task.id}"),
    ]
    assert office.pot.outbox[0].text == (
        "Chen Wei: Travel claim 1,284.50 CNY. Reply 1 to agree, 2 to reject, with a comment if you like."
    )


def test_a_chinese_speaker_is_asked_in_chinese(office: Office) -> None:
    wang = office.pot.add_member("王芳", language="zh-hans", seat=True)
    office.claim(wang, title="差旅报销")
    assert office.pot.outbox[0].text == "Chen Wei：差旅报销 1,284.50 CNY。回复1同意，回复2拒绝，可附上意见。"


@pytest.mark.parametrize(
    ("text", "verdict", "comment"),
    [
        ("1", "approved", ""),
        ("2 no receipt", "rejected", "no receipt"),
        ("同意，请尽快", "approved", "请尽快"),
    ],
)
def test_an_answer_decides(office: Office, text: str, verdict: str, comment: str) -> None:
    task = office.claim()
    told = office.answer(office.li, text)
    decision = office.decision(task)
    assert decision is not None
    assert (decision.verdict, decision.comment, decision.way) == (verdict, comment, "sms")
    assert told == f"Done, you {verdict} it: Chen Wei: Travel claim 1,284.50 CNY."


def test_a_second_answer_learns_who_was_first(office: Office) -> None:
    office.claim(office.li, office.han)
    to_li, to_han = office.pot.outbox
    office.answer(office.li, "1", to_li)
    assert office.pot.outbox[-1].text.startswith("Nothing left for you to do: Li Lei approved it.")
    office.pot.move_clock(timedelta(minutes=5))
    assert office.answer(office.han, "2", to_han).startswith(
        "Your answer came too late: Li Lei approved it at 2026-11-02 09:00."
    )


def test_two_answers_in_one_batch_are_judged_in_order(office: Office) -> None:
    task = office.claim(office.li, office.han)
    to_li, to_han = office.pot.outbox
    office.pot.reply(office.han, "2", to=to_han)
    office.pot.reply(office.li, "1", to=to_li)
    office.harness.deliver()
    decision = office.decision(task)
    assert decision is not None
    assert decision.by == office.han
    assert any(
        "too late: Han Meimei rejected" in one.text for one in office.pot.outbox if one.to == office.li
    )


def test_an_answer_again_changes_nothing(office: Office) -> None:
    task = office.claim()
    asked = office.pot.outbox[0]
    office.answer(office.li, "1", asked)
    assert office.answer(office.li, "2", asked).startswith("You decided this at 2026-11-02 09:00 already")
    decision = office.decision(task)
    assert decision is not None
    assert decision.verdict == "approved"


def test_an_answer_after_withdrawal_learns_of_it(office: Office) -> None:
    task = office.claim()
    asked = office.pot.outbox[0]
    office.pot.withdraw_task(task.id)
    office.harness.deliver()
    assert office.pot.outbox[-1].text.startswith("Nothing left for you to do: it was withdrawn")
    assert office.answer(office.li, "1", asked).startswith("Your answer came too late: it was withdrawn")


def test_an_answer_by_the_wrong_person_is_not_counted(office: Office) -> None:
    task = office.claim()
    assert office.answer(office.han, "1", office.pot.outbox[0]).startswith("No approval waits for an answer")
    assert office.decision(task) is None


def test_an_answer_without_a_seat_is_not_counted(office: Office) -> None:
    task = office.claim()
    office.pot.take_seat(office.li)
    assert office.answer(office.li, "1").startswith("Your number has no seat")
    assert office.decision(task) is None


def test_an_unclear_answer_is_asked_for_again_once_an_hour(office: Office) -> None:
    task = office.claim()
    asked = office.pot.outbox[0]
    assert office.answer(office.li, "let me see", asked).startswith("We could not read your answer. Reply 1")
    assert office.answer(office.li, "hm", asked) == ""
    office.pot.move_clock(timedelta(hours=1))
    assert office.answer(office.li, "hm", asked) != ""
    assert office.decision(task) is None
    assert office.answer(office.li, "1", asked).startswith("Done")
    assert office.answer(office.li, "thank you", asked) == ""


def test_a_task_handed_over_asks_the_next_and_tells_the_one_before(office: Office) -> None:
    task = office.claim()
    asked = office.pot.outbox[0]
    office.pot.tasks.transfer(task.id, person_id=office.li.person_id, to_person_id=office.han.person_id)
    office.harness.deliver()
    assert office.pot.outbox[-1].to == office.han
    assert office.pot.outbox[-1].text.startswith("Li Lei hands this over to you: Chen Wei: Travel claim")
    to_han = office.pot.outbox[-1]
    assert office.answer(office.li, "1", asked).startswith("This is with Han Meimei now")
    assert office.answer(office.han, "1", to_han).startswith("Done, you approved it")


def test_a_decision_the_office_refuses_is_told_to_who_made_it(office: Office) -> None:
    task = office.claim()
    office.answer(office.li, "1")
    office.pot.write_back(task.id, "refused")
    office.harness.deliver()
    assert office.pot.outbox[-1].to == office.li
    assert office.pot.outbox[-1].text.startswith("The office system did not take your decision")


def test_nobody_is_asked_about_what_is_over(office: Office) -> None:
    task = office.pot.open_task("Leave", to=[office.li])
    office.pot.withdraw_task(task.id)
    office.harness.deliver()
    assert [one for one in office.pot.outbox if one.ask] == []


# On the page


def shown(answer: object) -> Page:
    assert isinstance(answer, Page)
    return answer


def test_the_inbox_shows_what_waits_and_what_is_done(office: Office) -> None:
    first, second = office.claim(title="first"), office.claim(title="second")
    page = shown(office.harness.get("/", by=office.li))
    assert [task.title for task in page.context["tasks"]] == ["second", "first"]
    assert page.context["open_count"] == 2
    assert office.harness.get("/badge", by=office.li) == Badge(2)
    office.harness.post(f"/tasks/{first.id}/decision", by=office.li, verdict="approved")
    done = shown(office.harness.get("/", by=office.li, tab="done"))
    assert [task.title for task in done.context["tasks"]] == ["first"]
    assert [task.id for task in shown(office.harness.get("/home-card", by=office.li)).context["tasks"]] == [
        second.id
    ]


def test_one_tap_decides(office: Office) -> None:
    task = office.claim()
    answer = office.harness.post(
        f"/tasks/{task.id}/decision", by=office.li, verdict="rejected", comment=" no "
    )
    assert answer == Redirect("/", "Rejected: Travel claim")
    decision = office.decision(task)
    assert decision is not None
    assert (decision.verdict, decision.comment, decision.way) == ("rejected", "no", "page")


def test_a_late_tap_learns_what_was_decided(office: Office) -> None:
    task = office.claim(office.li, office.han)
    office.harness.post(f"/tasks/{task.id}/decision", by=office.han, verdict="approved")
    answer = office.harness.post(f"/tasks/{task.id}/decision", by=office.li, verdict="rejected")
    assert answer == Redirect(
        f"/tasks/{task.id}", "Too late: Han Meimei approved it at 2026-11-02 09:00.", "warn"
    )


def test_a_link_shows_a_task_then_decides_it_and_opens_twice(office: Office) -> None:
    task = office.claim(office.li, office.han)
    mine, others = (one.link for one in office.pot.outbox)
    shown = office.harness.open(mine)
    assert isinstance(shown, Page)
    assert shown.context["waits"]
    assert office.decision(task) is None
    done = office.harness.open(mine, verdict="approved", comment="ok")
    decision = office.decision(task)
    assert isinstance(done, Page)
    assert (done.context["tone"], done.context["waits"]) == ("good", False)
    assert decision is not None
    assert (decision.way, decision.comment, decision.by) == ("link", "ok", office.li)
    for late in (
        office.harness.open(mine, verdict="rejected"),
        office.harness.open(others, verdict="rejected"),
    ):
        assert isinstance(late, Page)
        assert (late.context["tone"], late.context["waits"]) == ("warn", False)
        assert "Li Lei approved it" in late.context["notice"]
    office.pot.move_clock(timedelta(days=8))
    with pytest.raises(Forbidden):
        office.harness.open(mine)


def test_an_answer_by_mail_decides_like_one_by_message(office: Office) -> None:
    task = office.claim()
    office.pot.reply(office.li, "不同意 太贵", to=office.pot.outbox[-1], way="mail")
    office.harness.deliver()
    decision = office.decision(task)
    assert decision is not None
    assert (decision.verdict, decision.comment, decision.way) == ("rejected", "太贵", "mail")


def test_only_those_concerned_see_a_task(office: Office) -> None:
    task = office.claim()
    assert shown(office.harness.get(f"/tasks/{task.id}", by=office.li)).context["mine"]
    for path in (f"/tasks/{task.id}", "/tasks/999999", "/tasks/x", "/nowhere", f"/tasks/{task.id}/transfer"):
        with pytest.raises(NotFound):
            office.harness.get(path, by=office.han)
    with pytest.raises(NoSeat):
        office.harness.get("/", by=office.pot.add_member("Wu"))


def test_a_task_is_handed_over_on_the_page(office: Office) -> None:
    task = office.claim()
    page = shown(office.harness.get(f"/tasks/{task.id}/transfer", by=office.li, q="han"))
    assert page.context["colleagues"] == [office.han]
    answer = office.harness.post(
        f"/tasks/{task.id}/transfer", by=office.li, to=str(office.han.person_id), comment="please"
    )
    assert answer == Redirect("/", "Han Meimei decides this now.")
    with pytest.raises(Invalid):
        office.harness.post(f"/tasks/{task.id}/transfer", by=office.han, to="")
    seatless = office.pot.add_member("Wu")
    answer = office.harness.post(f"/tasks/{task.id}/transfer", by=office.han, to=str(seatless.person_id))
    assert isinstance(answer, Redirect)
    assert answer.notice.startswith("This colleague has no seat")


def test_a_comment_without_end_is_refused(office: Office) -> None:
    task = office.claim()
    with pytest.raises(Invalid, match="too long"):
        office.harness.post(f"/tasks/{task.id}/decision", by=office.li, verdict="approved", comment="x" * 501)
    assert office.decision(task) is None


# For programs


def told(answer: object) -> Json:
    assert isinstance(answer, Json)
    return answer


def test_the_api_decides_and_says_how_it_came_out(office: Office) -> None:
    task = office.claim()
    path = f"/tasks/{task.id}/decision"
    first = told(
        office.harness.api("POST", path, by=office.li, json={"verdict": "approved", "comment": "ok"})
    )
    assert (first.status, first.data["outcome"], first.data["task"]["decision"]["way"]) == (
        200,
        "taken",
        "api",
    )
    again = told(office.harness.api("POST", path, by=office.li, json={"verdict": "approved"}))
    assert (again.status, again.data["outcome"]) == (409, "already_decided")
    stranger = told(office.harness.api("POST", path, by=office.han, json={"verdict": "approved"}))
    assert (stranger.status, stranger.data["outcome"], stranger.data["task"]) == (403, "not_yours", None)
    nothing = told(
        office.harness.api("POST", "/tasks/99999/decision", by=office.li, json={"verdict": "approved"})
    )
    assert (nothing.status, nothing.data["outcome"]) == (404, "unknown")


@pytest.mark.parametrize("body", [None, [], "approved", {"verdict": 1}, {"verdict": "perhaps"}, {}])
def test_the_api_refuses_what_it_cannot_read(office: Office, body: object) -> None:
    task = office.claim()
    with pytest.raises(Invalid):
        office.harness.api("POST", f"/tasks/{task.id}/decision", by=office.li, json=body)
    with pytest.raises(Invalid):
        office.harness.api("POST", f"/tasks/{task.id}/transfer", by=office.li, json=body)


def test_the_api_lists_tasks(office: Office) -> None:
    first, second = office.claim(title="first"), office.claim(title="second")
    listed = told(office.harness.api("GET", "/tasks", by=office.li))
    assert [one["id"] for one in listed.data["tasks"]] == [second.id, first.id]
    older = told(office.harness.api("GET", "/tasks", by=office.li, before=str(second.id)))
    assert [one["title"] for one in older.data["tasks"]] == ["first"]
    one = told(office.harness.api("GET", f"/tasks/{first.id}", by=office.li))
    assert (one.data["amount_minor"], one.data["currency"], one.data["state"]) == (128450, "CNY", "open")
    with pytest.raises(Invalid):
        office.harness.api("GET", "/tasks", by=office.li, before="x")
