"""What holds for every flow, whoever does what in whatever order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpot.apps.approvals.flow.definition import Condition, Flow, Step, Who
from hotpot.apps.approvals.flow.machine import ROUNDS_MAX, Machine
from hotpot.apps.approvals.flow.run import PENDING, Run
from hotpot.sdk.errors import Conflict, Refused

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
APPLICANT = 1
STAFF = range(2, 8)


@dataclass
class Company:
    """People for the machine: roles are given, everybody has a seat."""

    roles: Mapping[str, Sequence[int]] = field(default_factory=dict)
    admin_ids: Sequence[int] = ()
    deputies: Mapping[int, int] = field(default_factory=dict)

    def of(self, who: Who, step_id: str = "") -> Sequence[int]:
        return list(who.person_ids) if who.kind == "person" else list(self.roles.get(who.role, ()))

    def admins(self) -> Sequence[int]:
        return self.admin_ids

    def deputy(self, person_id: int) -> int:
        return self.deputies.get(person_id, person_id)


people = st.lists(st.sampled_from(STAFF), unique=True, max_size=4)
whos = people.map(lambda ids: Who("person", tuple(ids))) | st.builds(
    Who, st.just("role"), role=st.sampled_from(["cashier", "lead", "nobody"])
)
steps = st.builds(
    Step,
    id=st.just(""),
    name=st.just("step"),
    who=whos,
    sign=st.sampled_from(["all", "any", "in_turn", "percent"]),
    percent=st.integers(1, 100),
    when=st.sampled_from([(), (Condition("amount", "gt", "100"),), (Condition("amount", "le", "100"),)]),
    on_empty=st.sampled_from(["pass", "admin"]),
    hours=st.none() | st.integers(1, 48),
    on_timeout=st.sampled_from(["remind", "approve", "reject", "hand_on"]),
    hand_to=st.none() | st.sampled_from(STAFF),
)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    drawn = draw(st.lists(steps, min_size=1, max_size=4))
    named = tuple(replace(one, id=f"s{n}") for n, one in enumerate(drawn))
    return Flow(named, copies=tuple(draw(st.lists(whos, max_size=1))), skip_repeated=draw(st.booleans()))


companies = st.builds(
    Company,
    roles=st.fixed_dictionaries({"cashier": people, "lead": people}),
    admin_ids=st.lists(st.sampled_from(STAFF), unique=True, max_size=2),
    deputies=st.dictionaries(st.sampled_from(STAFF), st.sampled_from(STAFF), max_size=2),
)
values = st.fixed_dictionaries({"amount": st.sampled_from(["50", "150", ""])})
acts = st.tuples(
    st.sampled_from(
        ["approve", "reject", "before", "after", "beside", "transfer", "back", "return", "resend", "recall",
         "urge", "copy", "comment", "wait"]
    ),
    st.integers(0, 5),
    st.lists(st.sampled_from(STAFF), min_size=1, max_size=2),
)  # fmt: skip


def do(machine: Machine, run: Run, act: tuple[str, int, list[int]]) -> tuple[Machine, Run]:
    """One act by whoever is asked; a refused one changes nothing."""
    kind, pick, others = act
    if kind == "wait":
        machine = Machine(machine.flow, machine.values, machine.people, machine.now + timedelta(hours=25))
        return machine, machine.time_out(run)
    try:
        return machine, _done(machine, run, kind, pick, others)
    except Refused:
        return machine, run


def _done(machine: Machine, run: Run, kind: str, pick: int, others: list[int]) -> Run:
    if kind in ("resend", "recall", "urge"):
        return {"resend": machine.resend, "recall": machine.recall, "urge": machine.urge}[kind](
            run, APPLICANT
        )
    if kind == "copy":
        return machine.copy(run, APPLICANT, others)
    if kind == "comment" or not run.waiting:
        return machine.comment(run, APPLICANT, "hm")
    signer = run.waiting[pick % len(run.waiting)]
    by = signer.person_id
    if kind in ("approve", "reject"):
        return machine.answer(run, signer.id, "approved" if kind == "approve" else "rejected", by=by)
    if kind == "transfer":
        return machine.transfer(run, signer.id, others[0], by=by)
    if kind in ("back", "return"):
        steps = machine.steps_before(run)
        to = steps[pick % len(steps)] if steps and kind == "back" else None
        return machine.roll_back(run, signer.id, to, by=by, comment="again")
    return machine.add_signers(run, signer.id, others, kind, by=by)  # type: ignore[arg-type]


def check(run: Run) -> None:
    """No lost task, no two ends."""
    open_rounds = [one for one in run.rounds if one.state == "open"]
    ends = [one for one in run.history if one.kind in ("ended", "recalled")]
    pending = [one for round in run.rounds for one in round.signers if one.state in PENDING]
    if run.state == "running":
        assert open_rounds == [run.rounds[-1]]
        assert run.waiting
    else:
        assert not open_rounds
        assert not pending
    assert len(ends) == int(run.ended)
    assert bool(run.waits_for) is not run.ended
    asked = [one.person_id for one in run.waiting]
    assert len(asked) == len(set(asked))
    ids = [one.id for round in run.rounds for one in round.signers]
    assert len(ids) == len(set(ids))


@settings(max_examples=250, deadline=None)
@given(flows(), companies, values, st.lists(acts, max_size=14))
def test_every_running_request_waits_for_somebody_and_ends_once(
    flow: Flow, company: Company, given_values: Mapping[str, str], doings: list[tuple[str, int, list[int]]]
) -> None:
    machine = Machine(flow, given_values, company, NOW)
    run = machine.start(APPLICANT)
    check(run)
    for act in doings:
        was_ended, history = run.ended, run.history
        machine, run = do(machine, run, act)
        check(run)
        assert run.history[: len(history)] == history
        if was_ended:
            assert run.ended
    assert Run.from_json(run.to_json()) == run


@settings(max_examples=150, deadline=None)
@given(flows(), companies, values, st.lists(acts, max_size=8))
def test_every_path_ends_when_those_asked_answer(
    flow: Flow, company: Company, given_values: Mapping[str, str], doings: list[tuple[str, int, list[int]]]
) -> None:
    machine = Machine(flow, given_values, company, NOW)
    run = machine.start(APPLICANT)
    for act in doings:
        machine, run = do(machine, run, act)
    for _turn in range(200):
        if not run.waiting:
            break
        signer = run.waiting[0]
        run = machine.answer(run, signer.id, "approved", by=signer.person_id)
    assert run.ended or run.state == "returned"
    assert run.state != "rejected" or any(one.kind in ("rejected", "timed_out") for one in run.history)


@settings(max_examples=150, deadline=None)
@given(flows(), companies, values, st.lists(acts, max_size=10))
def test_a_retry_is_harmless(
    flow: Flow, company: Company, given_values: Mapping[str, str], doings: list[tuple[str, int, list[int]]]
) -> None:
    """The same answer once more, by the same person to the same question, is refused."""
    machine = Machine(flow, given_values, company, NOW)
    run = machine.start(APPLICANT)
    for act in doings:
        asked = run.waiting
        machine, run = do(machine, run, act)
        over = [one for one in asked if one.id not in {now.id for now in run.waiting}]
        for signer in over:
            for verdict in ("approved", "rejected"):
                try:
                    machine.answer(run, signer.id, verdict, by=signer.person_id)
                except Refused:
                    continue
                raise AssertionError("an answered question took another answer")
        assert machine.time_out(machine.time_out(run)) == machine.time_out(run)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["all", "percent"]),
    st.integers(1, 100),
    st.lists(st.sampled_from(["approved", "rejected"]), min_size=1, max_size=4),
)
def test_the_order_of_parallel_answers_is_irrelevant(sign: str, percent: int, verdicts: list[str]) -> None:
    ids = tuple(range(2, 2 + len(verdicts)))
    step = Step("s", "All of us", Who("person", ids), sign, percent)  # type: ignore[arg-type]
    said = dict(zip(ids, verdicts, strict=True))
    ends = set()
    for order in permutations(ids):
        machine = Machine(Flow((step,)), {}, Company(), NOW)
        run = machine.start(APPLICANT)
        for person in order:
            signer = run.signer_of(person)
            if signer is not None:
                run = machine.answer(run, signer.id, said[person], by=person)  # type: ignore[arg-type]
        ends.add(run.state)
    assert len(ends) == 1
    assert ends <= {"approved", "rejected"}


def test_going_back_for_ever_is_refused() -> None:
    one, two = (Step(name, name, Who("person", (id,))) for name, id in (("a", 2), ("b", 3)))
    machine = Machine(Flow((one, two)), {}, Company(), NOW)
    run = machine.start(APPLICANT)
    while len(run.rounds) < ROUNDS_MAX:
        (signer,) = run.waiting
        if signer.person_id == 2:
            run = machine.answer(run, signer.id, "approved", by=2)
        else:
            run = machine.roll_back(run, signer.id, "a", by=3, comment="again")
    with pytest.raises(Conflict, match="too often"):
        machine.roll_back(run, run.waiting[0].id, "a", by=3, comment="again")
