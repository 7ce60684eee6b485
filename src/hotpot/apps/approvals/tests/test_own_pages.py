"""A company's own requests on their pages, from the designer to the last answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from hotpot.apps.approvals.flow.definition import Step, Who
from hotpot.apps.approvals.requests import store
from hotpot.apps.approvals.requests.tests.office import Office
from hotpot.sdk.app import Badge, File, Page, Redirect, Upload
from hotpot.sdk.errors import Forbidden, Invalid, NotFound, Refused


@pytest.fixture
def office() -> Office:
    return Office()


def page(answer: object) -> Page:
    assert isinstance(answer, Page)
    return answer


def path_of(answer: object) -> str:
    assert isinstance(answer, Redirect)
    return answer.path


def test_a_manager_lays_down_a_form_and_a_clerk_uses_it(office: Office) -> None:
    get, post = office.harness.get, office.harness.post
    here = path_of(post("/design", by=office.han, start="blank"))
    post(f"{here}/fields/new", by=office.han, label="What", kind="text", required="on")
    post(f"{here}/fields/new", by=office.han, label="Cost", kind="money", currency="cny", required="on")
    chosen = {f"person.{office.chen.person_id}": "on"}
    post(
        f"{here}/steps/new", by=office.han, name="Dear ones", who="person", sign="any", hours="24",
        on_timeout="remind", **chosen,
        **{"when.0.field": "f2", "when.0.operator": "gt", "when.0.value": "1000"},
    )  # fmt: skip
    steps = page(get(here, by=office.han)).context["steps"]
    assert [(one.name, one.who, one.when) for one in steps] == [
        ("Head of department", "Head of the applicant's department", ""),
        ("Dear ones", "Chen Wei", "Only if Cost more than 1000.00 CNY"),
    ]
    post(f"{here}/move", by=office.han, what="step", key="s2")
    post(here, by=office.han, do="settings", name="Purchase", skip_repeated="on", **{"copy.who": "none"})
    assert page(get("/new", by=office.wang)).context["kinds"] == []
    assert "Version 1" in _notice(post(here, by=office.han, do="publish"))
    (kind,) = page(get("/new", by=office.wang)).context["kinds"]
    draft = path_of(post(f"/start/{kind.id}", by=office.wang))
    assert path_of(post(draft, by=office.wang, do="send", f1="Printer")) == f"{draft}?check=1"
    shown = page(get(draft, by=office.wang, check="1"))
    assert [one.error for one in shown.context["inputs"]] == ["", "Fill this in."]
    sent = post(draft, by=office.wang, do="send", f1="Printer", f2="1200")
    assert _notice(sent) == "Sent. It waits for Li Lei."
    again = post(draft, by=office.wang, do="send", f1="Printer", f2="1200")
    assert path_of(again) == path_of(sent)
    assert office.harness.get("/badge", by=office.li) == Badge(1)
    (item,) = page(get("/", by=office.li)).context["tasks"]
    assert (item.title, item.applicant, item.amount_minor) == ("Purchase · Printer", "Wang Fang", 120000)


def _notice(answer: object) -> str:
    assert isinstance(answer, Redirect)
    return answer.notice


def test_only_managers_come_to_the_designer_and_the_figures(office: Office) -> None:
    kind = office.lay_down()
    for path in ("/design", f"/design/{kind.id}", f"/design/{kind.id}/preview", "/heads", "/statistics"):
        with pytest.raises(Forbidden, match="managers"):
            office.harness.get(path, by=office.wang)
    with pytest.raises(Forbidden):
        office.harness.post(f"/design/{kind.id}", by=office.wang, do="publish")
    other = office.pot.add_member("Other", customer_id=2, seat=True, manages=True)
    with pytest.raises(NotFound):
        office.harness.get(f"/design/{kind.id}", by=other)
    with pytest.raises(NotFound):
        office.harness.post(f"/start/{kind.id}", by=other)


def test_both_kinds_of_task_are_one_inbox(office: Office) -> None:
    mirrored = office.pot.open_task("Travel claim", to=[office.li])
    office.pot.move_clock(timedelta(minutes=1))
    own = office.ask_for(office.lay_down())
    paths = [one.path for one in page(office.harness.get("/", by=office.li)).context["tasks"]]
    assert paths == [f"/requests/{own.id}", f"/tasks/{mirrored.id}"]
    assert office.harness.get("/badge", by=office.li) == Badge(2)
    for path in paths:
        shown = page(office.harness.get(path, by=office.li))
        assert shown.template == "approvals/task.html"
        assert shown.context["shown"].decide == f"{path}/decision"
    office.harness.post(f"/requests/{own.id}/decision", by=office.li, verdict="approved")
    office.harness.post(f"/tasks/{mirrored.id}/decision", by=office.li, verdict="rejected")
    done = page(office.harness.get("/", by=office.li, tab="done")).context["tasks"]
    assert {(one.title, one.state) for one in done} == {
        ("Purchase · Printer", "approved"),
        ("Travel claim", "rejected"),
    }


def test_pages_of_the_inbox_follow_each_other(office: Office) -> None:
    kind = office.lay_down()
    for _turn in range(20):
        office.pot.open_task("Claim", to=[office.li])
        office.pot.move_clock(timedelta(minutes=1))
        office.ask_for(kind)
    first = page(office.harness.get("/", by=office.li)).context
    query = dict(one.split("=") for one in first["next"].split("&"))
    second = page(office.harness.get("/", by=office.li, **query)).context
    paths = [one.path for one in [*first["tasks"], *second["tasks"]]]
    assert (len(first["tasks"]), len(paths), len(set(paths)), second["next"]) == (30, 40, 40, "")


def test_a_second_press_does_not_answer_the_next_question(office: Office) -> None:

    steps = [Step(name, name, Who("person", (office.li.person_id,))) for name in ("a", "b")]
    kind = office.lay_down(*steps)
    one = office.ask_for(kind)
    assert one.run.waits_for == (office.li.person_id,)
    shown = page(office.harness.get(f"/requests/{one.id}", by=office.li)).context["shown"]
    sent = {"verdict": "approved", "signer": str(shown.signer)}
    office.harness.post(f"/requests/{one.id}/decision", by=office.li, **sent)
    late = office.harness.post(f"/requests/{one.id}/decision", by=office.li, **sent)
    assert isinstance(late, Redirect)
    assert late.tone == "warn"


def test_all_that_a_signer_may_do(office: Office) -> None:
    post, kind = office.harness.post, office.lay_down()
    one = office.ask_for(kind)
    here = f"/requests/{one.id}"
    shown = page(office.harness.get(here, by=office.li)).context["shown"]
    assert [deed.path for deed in shown.deeds] == [
        f"{here}/{do}" for do in ("transfer", "add", "back", "copy", "print")
    ]
    for deed in shown.deeds:
        page(office.harness.get(deed.path, by=office.li))
    chen = {f"person.{office.chen.person_id}": "on"}
    post(f"{here}/add", by=office.li, where="before", **chen)
    assert office.now(one).run.waits_for == (office.chen.person_id,)
    post(f"{here}/decision", by=office.chen, verdict="approved")
    post(f"{here}/transfer", by=office.li, to=str(office.han.person_id), comment="please")
    assert office.now(one).run.waits_for == (office.han.person_id,)
    post(f"{here}/comment", by=office.li, comment="I know the seller")
    with pytest.raises(Invalid, match="why"):
        post(f"{here}/back", by=office.han, to="start")
    post(f"{here}/back", by=office.han, to="start", comment="which printer?")
    assert office.now(one).run.state == "returned"
    draft = path_of(post(f"{here}/mend", by=office.wang))
    post(draft, by=office.wang, do="send", why="Laser printer", cost="99")
    assert office.now(one).run.waits_for == (office.li.person_id,)
    post(f"{here}/urge", by=office.wang)
    assert "last hour" in _notice(post(f"{here}/urge", by=office.wang))
    post(f"{here}/copy", by=office.wang, **chen)
    post(f"{here}/recall", by=office.wang)
    assert office.now(one).run.state == "recalled"
    assert "can't be recalled" in _notice(post(f"{here}/recall", by=office.wang))
    again = path_of(post(f"{here}/again", by=office.wang))
    assert again != draft
    texts = [line.text for line in page(office.harness.get(here, by=office.chen)).context["shown"].history]
    assert texts[:4] == [
        "Wang Fang sent it",
        "Li Lei added Chen Wei",
        "Chen Wei approved it",
        "Li Lei handed it to Han Meimei",
    ]


def test_a_manager_hands_over_for_somebody_away(office: Office) -> None:
    one = office.ask_for(office.lay_down())
    with pytest.raises(Refused):
        office.harness.post(f"/requests/{one.id}/transfer", by=office.chen, to=str(office.chen.person_id))
    office.harness.post(f"/requests/{one.id}/transfer", by=office.han, to=str(office.chen.person_id))
    assert office.now(one).run.waits_for == (office.chen.person_id,)


def test_a_link_shows_then_decides_and_opens_twice(office: Office) -> None:
    one = office.ask_for(office.lay_down())
    (address,) = re.findall(r"https://\S+", office.pot.outbox[-1].text)
    assert page(office.harness.open(address)).context["waits"]
    assert office.now(one).run.waits_for == (office.li.person_id,)
    done = page(office.harness.open(address, verdict="approved", comment="ok"))
    assert (done.context["notice"], done.context["waits"]) == ("Approved.", False)
    again = page(office.harness.open(address, verdict="rejected"))
    assert (again.context["tone"], again.context["waits"]) == ("warn", False)
    assert office.now(one).run.waits_for == (office.chen.person_id,)
    office.pot.move_clock(timedelta(days=8))
    with pytest.raises(Forbidden):
        office.harness.open(address)


def test_strangers_see_nothing(office: Office) -> None:
    draft = path_of(office.harness.post(f"/start/{office.lay_down().id}", by=office.wang))
    upload = {"papers": [Upload("a.pdf", "application/pdf", b"%PDF")]}
    office.harness.upload(draft, upload, by=office.wang, do="save", why="Pens")
    id = draft.rpartition("/")[2]
    assert isinstance(office.harness.get(f"/files/{id}/1", by=office.wang), File)
    for path in (draft, f"/files/{id}/1", f"/requests/{id}"):
        with pytest.raises(NotFound):
            office.harness.get(path, by=office.chen)
    one = path_of(office.harness.post(draft, by=office.wang, do="send", why="Pens", cost="3"))
    assert isinstance(office.harness.get(f"/files/{id}/1", by=office.li), File)
    for path in (one, f"{one}/print", f"{one}/transfer", f"/files/{id}/1"):
        with pytest.raises(NotFound):
            office.harness.get(path, by=office.chen)
    office.pot.take_seat(office.li)
    with pytest.raises(Refused):
        office.harness.get(one, by=office.li)


def test_a_deputy_is_named_on_a_page(office: Office) -> None:
    post = office.harness.post
    sent = {"company": "1", "to": str(office.chen.person_id), "first": "2026-11-02", "last": "2026-11-03"}
    assert _notice(post("/deputy", by=office.li, **sent)) == "Chen Wei is asked in your place."
    assert office.ask_for(office.lay_down()).run.waits_for == (office.chen.person_id,)
    assert page(office.harness.get("/deputy", by=office.li)).context["rows"][0]["name"] == "Chen Wei"
    post("/deputy", by=office.li, company="1", do="end")
    assert "first and the last" in _notice(post("/deputy", by=office.li, **{**sent, "last": ""}))


def test_rows_are_added_to_a_table(office: Office) -> None:
    here = path_of(office.harness.post("/design", by=office.han, start="expenses"))
    office.harness.post(here, by=office.han, do="publish")
    draft = path_of(office.harness.post(f"/start/{here.rpartition('/')[2]}", by=office.wang))
    office.harness.post(draft, by=office.wang, do="add:f3", **{"f3.0.c2": "train"})
    table = page(office.harness.get(draft, by=office.wang)).context["inputs"][2]
    assert [[cell.value for cell in row] for row in table.rows] == [["", "train", ""], ["", "", ""]]


def test_figures_say_where_it_waits(office: Office) -> None:
    kind = office.lay_down()
    one, two = office.ask_for(kind), office.ask_for(kind)
    office.pot.move_clock(timedelta(hours=6))
    office.say(one, office.li)
    office.pot.move_clock(timedelta(hours=2))
    office.say(one, office.chen)
    shown = page(office.harness.get("/statistics", by=office.han)).context
    assert (shown["totals"].running, shown["totals"].approved, shown["totals"].median_hours) == (1, 1, 8.0)
    assert [(step.step, step.waiting, step.ended, step.median_hours) for step in shown["steps"]] == [
        ("Head", 1, 1, 6.0),
        ("Payment", 0, 1, 2.0),
    ]
    assert shown["people"] == [("Li Lei", 1, 8.0)]
    file = office.harness.get("/statistics.csv", by=office.han)
    assert isinstance(file, File)
    assert file.content.decode("utf-8-sig").splitlines()[1].startswith("Purchase,Head,1,1,6.0,6.0,8.0")
    assert store.count_waiting(office.pot, two.applicant_id) == 0
