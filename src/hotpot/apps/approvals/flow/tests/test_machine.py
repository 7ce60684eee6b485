"""What each verb does, told by example."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotpot.apps.approvals.flow.definition import Condition, Flow, Step, Who, check_flow, holds
from hotpot.apps.approvals.flow.machine import Late, Machine
from hotpot.apps.approvals.flow.run import Run
from hotpot.apps.approvals.flow.tests.test_laws import APPLICANT, NOW, Company
from hotpot.sdk.errors import Conflict, Forbidden, Invalid

LI, HAN, CHEN, WU = 2, 3, 4, 5


def step(name: str, *people: int, **more: object) -> Step:
    return Step(name, name, Who("person", people), **more)  # type: ignore[arg-type]


def machine(*steps: Step, company: Company | None = None, **values: str) -> Machine:
    return Machine(Flow(steps), values, company or Company(), NOW)


def said(at: Machine, run: Run, person: int, verdict: str = "approved") -> Run:
    signer = run.signer_of(person)
    assert signer is not None
    return at.answer(run, signer.id, verdict, by=person)  # type: ignore[arg-type]


def signer(run: Run, person: int) -> int:
    found = run.signer_of(person)
    assert found is not None
    return found.id


def kinds(run: Run) -> list[str]:
    return [one.kind for one in run.history]


def test_countersign_needs_all_and_one_refusal_ends_it() -> None:
    at = machine(step("both", LI, HAN), step("last", CHEN))
    run = said(at, at.start(APPLICANT), LI)
    assert run.waits_for == (HAN,)
    assert said(at, run, HAN).waits_for == (CHEN,)
    assert said(at, run, HAN, "rejected").state == "rejected"


def test_or_sign_takes_the_first_answer() -> None:
    at = machine(step("either", LI, HAN, sign="any"))
    run = at.start(APPLICANT)
    assert run.waits_for == (LI, HAN)
    done = said(at, run, HAN)
    assert done.state == "approved"
    assert [one.state for one in done.rounds[0].signers] == ["done", "approved"]
    assert said(at, run, HAN, "rejected").state == "rejected"


def test_in_turn_asks_one_after_the_other() -> None:
    at = machine(step("row", LI, HAN, CHEN, sign="in_turn"))
    run = at.start(APPLICANT)
    for person in (LI, HAN, CHEN):
        assert run.waits_for == (person,)
        run = said(at, run, person)
    assert run.state == "approved"


def test_a_share_of_the_signers_is_enough_or_out_of_reach() -> None:
    at = machine(step("most", LI, HAN, CHEN, sign="percent", percent=60))
    run = said(at, at.start(APPLICANT), LI, "rejected")
    assert run.state == "running"
    assert said(at, said(at, run, HAN), CHEN).state == "approved"
    assert said(at, run, HAN, "rejected").state == "rejected"


def test_conditions_choose_the_steps() -> None:
    dear = Condition("cost", "gt", "100000")
    steps = (step("lead", LI), step("boss", HAN, when=(dear,)))
    for cost, people in (("100000", [LI]), ("100001", [LI, HAN])):
        at = machine(*steps, cost=cost)
        run = at.start(APPLICANT)
        asked = []
        while run.waiting:
            asked.append(run.waiting[0].person_id)
            run = said(at, run, asked[-1])
        assert (run.state, asked) == ("approved", people)


def test_signers_added_before_come_first() -> None:
    at = machine(step("one", LI))
    run = at.start(APPLICANT)
    run = at.add_signers(run, signer(run, LI), [HAN, CHEN], "before", by=LI, comment="you know it")
    assert run.waits_for == (HAN, CHEN)
    run = said(at, said(at, run, CHEN), HAN)
    assert run.waits_for == (LI,)
    assert said(at, run, LI).state == "approved"


def test_signers_added_after_follow_and_their_refusal_counts() -> None:
    at = machine(step("one", LI, WU, sign="any"))
    run = at.start(APPLICANT)
    run = at.add_signers(run, signer(run, LI), [HAN], "after", by=LI)
    assert run.waits_for == (HAN,)
    assert said(at, run, HAN).state == "approved"
    assert said(at, run, HAN, "rejected").state == "rejected"


def test_signers_added_beside_answer_under_the_same_rule() -> None:
    at = machine(step("one", LI))
    run = at.start(APPLICANT)
    run = said(at, at.add_signers(run, signer(run, LI), [HAN], "beside", by=LI), LI)
    assert run.waits_for == (HAN,)
    with pytest.raises(Invalid, match="asked already"):
        at.add_signers(run, signer(run, HAN), [HAN], "beside", by=HAN)


def test_an_added_signer_adds_nobody() -> None:
    at = machine(step("one", LI))
    run = at.start(APPLICANT)
    run = at.add_signers(run, signer(run, LI), [HAN], "before", by=LI)
    with pytest.raises(Conflict, match="were added"):
        at.add_signers(run, signer(run, HAN), [WU], "after", by=HAN)


def test_a_part_changes_hands_by_its_signer_or_an_admin() -> None:
    at = machine(step("row", LI, HAN, sign="in_turn"), company=Company(admin_ids=[WU]))
    run = at.start(APPLICANT)
    with pytest.raises(Forbidden):
        at.transfer(run, signer(run, LI), CHEN, by=HAN)
    run = at.transfer(run, signer(run, LI), CHEN, by=WU, comment="he is away")
    assert run.waits_for == (CHEN,)
    assert said(at, run, CHEN).waits_for == (HAN,)
    with pytest.raises(Late):
        at.answer(run, 1, "approved", by=LI)


def test_a_deputy_answers_for_the_one_away() -> None:
    at = machine(step("one", LI, HAN), company=Company(deputies={LI: HAN}))
    run = at.start(APPLICANT)
    assert run.waits_for == (HAN,)
    assert run.waiting[0].for_id == LI
    assert said(at, run, HAN).state == "approved"


def test_rolling_back_asks_the_steps_again() -> None:
    at = machine(step("a", LI), step("b", HAN), step("c", CHEN))
    run = said(at, said(at, at.start(APPLICANT), LI), HAN)
    assert at.steps_before(run) == ["a", "b"]
    with pytest.raises(Invalid, match="why"):
        at.roll_back(run, signer(run, CHEN), "b", by=CHEN, comment="")
    run = at.roll_back(run, signer(run, CHEN), "b", by=CHEN, comment="wrong sum")
    assert run.waits_for == (HAN,)
    assert said(at, run, HAN).waits_for == (CHEN,)


def test_sent_back_to_the_start_the_applicant_sends_again_or_recalls() -> None:
    at = machine(step("a", LI), step("b", HAN))
    run = said(at, at.start(APPLICANT), LI)
    run = at.roll_back(run, signer(run, HAN), None, by=HAN, comment="which train?")
    assert (run.state, run.waits_for) == ("returned", (APPLICANT,))
    assert at.recall(run, APPLICANT).state == "recalled"
    again = at.resend(run, APPLICANT)
    assert again.waits_for == (LI,)
    with pytest.raises(Late):
        at.resend(again, APPLICANT)


def test_who_approved_before_is_not_asked_again() -> None:
    at = machine(step("a", LI), step("b", LI, HAN), step("c", LI))
    run = said(at, at.start(APPLICANT), LI)
    assert run.waits_for == (HAN,)
    run = said(at, run, HAN)
    assert run.state == "approved"
    assert kinds(run).count("skipped") == 2


def test_a_rule_that_finds_nobody_passes_on_or_asks_an_admin() -> None:
    nobody = Who("role", role="nobody")
    passing, asking = (Step(one, one, nobody, on_empty=one) for one in ("pass", "admin"))
    assert machine(passing, step("b", LI)).start(APPLICANT).waits_for == (LI,)
    assert machine(passing).start(APPLICANT).state == "approved"
    assert machine(asking, company=Company(admin_ids=[WU])).start(APPLICANT).waits_for == (WU,)
    lost = machine(asking).start(APPLICANT)
    assert (lost.state, lost.waits_for, kinds(lost)[-1]) == ("returned", (APPLICANT,), "nobody")


@pytest.mark.parametrize(
    ("action", "state", "waits_for"),
    [
        ("remind", "running", (LI, HAN)),
        ("approve", "approved", ()),
        ("reject", "rejected", ()),
        ("hand_on", "running", (CHEN,)),
    ],
)
def test_time_is_up(action: str, state: str, waits_for: tuple[int, ...]) -> None:
    at = machine(step("a", LI, HAN, hours=24, on_timeout=action, hand_to=CHEN))
    run = at.start(APPLICANT)
    early = Machine(at.flow, {}, at.people, NOW + timedelta(hours=23))
    assert early.time_out(run) is run
    late = Machine(at.flow, {}, at.people, NOW + timedelta(hours=24))
    run = late.time_out(run)
    assert (run.state, run.waits_for) == (state, waits_for)
    assert late.time_out(run) is run


def test_urging_is_once_an_hour_and_copies_may_read() -> None:
    at = machine(step("a", LI))
    run = at.urge(at.start(APPLICANT), APPLICANT)
    with pytest.raises(Conflict, match="hour"):
        at.urge(run, APPLICANT)
    run = at.copy(run, LI, [WU, WU, LI])
    assert run.copied == (WU,)
    assert WU in run.people
    with pytest.raises(Forbidden):
        at.recall(run, LI)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "fits"),
    [
        ("gt", "100", "100.5", True), ("le", "100", "100.5", False), ("eq", "2.0", "2", True),
        ("gt", "9900", {"minor": 10000, "currency": "CNY"}, True), ("eq", "annual", "annual", True),
        ("ne", "annual", "sick", True), ("ne", "annual", "", True), ("gt", "1", "", False),
        ("gt", "3", {"from": "2026-11-02", "to": "2026-11-05"}, True),
        ("gt", "3", {"from": "2026-11-02", "to": "2026-11-04"}, False),
        ("has", "a", ["a", "b"], True), ("has", "c", ["a", "b"], False), ("eq", "NaN", "NaN", True),
    ],
)  # fmt: skip
def test_conditions(operator: str, wanted: str, value: object, fits: bool) -> None:
    assert holds(Condition("x", operator, wanted), value) is fits  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Flow(()), "at least one step"),
        (Flow((step("a"),)), "at least one colleague"),
        (Flow((step("a", LI, hours=0),)), "time limit"),
        (Flow((step("a", LI, percent=0),)), "percent"),
        (Flow((step("a", LI, when=(Condition("gone", "eq", "1"),)),)), "does not have"),
        (Flow((step("a", LI, when=(Condition("why", "gt", "1"),)),)), "can't be compared"),
        (Flow((step("a", LI, when=(Condition("cost", "gt", "much"),)),)), "with a number"),
    ],
)
def test_a_flow_that_can_not_run_is_refused(bad: Flow, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        check_flow(bad, {"cost": "money", "why": "text"})
