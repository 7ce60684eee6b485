"""References, allotting, taking back, dunning steps: what must hold for all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.pot.payment import rules
from hotpot.pot.payment.rules import LineLeft, Part, Step

ids = st.integers(1, 10**9)
money = st.integers(0, 10**12)


@given(amount=money, owed=st.lists(st.tuples(ids, money), max_size=6, unique_by=lambda one: one[0]))
def test_an_amount_clears_in_order_and_nothing_is_lost(amount: int, owed: list[tuple[int, int]]) -> None:
    parts, rest = rules.cleared_by(amount, owed)
    assert sum(part.amount_minor for part in parts) + rest == amount
    limits = dict(owed)
    assert all(0 < part.amount_minor <= limits[part.bill] for part in parts)
    if rest:
        assert parts == [Part(bill, open_minor) for bill, open_minor in owed if open_minor]


@given(weights=st.lists(money, min_size=1, max_size=20).filter(any), share=st.fractions(0, 1))
def test_allotting_loses_nothing_and_exceeds_no_weight(weights: list[int], share: float) -> None:
    total = int(sum(weights) * share)
    parts = rules.allotted(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@given(
    net=st.integers(-(10**9), 10**9).filter(bool), rate_bp=st.integers(0, 3_000),
    cuts=st.lists(st.integers(1, 10**9), max_size=6),
)  # fmt: skip
def test_a_line_taken_back_in_pieces_is_the_line(net: int, rate_bp: int, cuts: list[int]) -> None:
    sign = 1 if net > 0 else -1
    gross = net + sign * (abs(net) * rate_bp // 10_000)
    line = LineLeft(1, gross, net)
    for cut in [*cuts, abs(gross)]:
        part = sign * min(cut, abs(line.left_minor))
        net_part = line.net_of(part)
        assert sign * net_part >= 0
        assert abs(net_part) <= abs(part) + 1
        line = LineLeft(1, gross, net, line.taken_gross_minor + part, line.taken_net_minor + net_part)
    assert (line.taken_gross_minor, line.taken_net_minor) == (gross, net)


def test_never_more_than_was_billed() -> None:
    lines = [LineLeft(1, 1_000, 900, 400, 360), LineLeft(2, -500, -450), LineLeft(3, 300, 270)]
    assert rules.taken_back(lines, {1: 400}) == [(lines[0], 400)]
    assert rules.all_left(lines) == {1: 267, 3: 133}
    assert rules.all_left(lines[1:2]) == {}
    for wanted in ({1: 601}, {1: -1}, {2: 1}, {2: -5}, {1: 401}, {1: 300, 3: 101}):
        with pytest.raises(Conflict):
            rules.taken_back(lines, wanted)
    for nothing in ({}, {1: 0}, {4: 5}):
        with pytest.raises(Invalid):
            rules.taken_back(lines, nothing)


def test_steps_come_on_their_day_and_once() -> None:
    first, second, third, stop = (
        Step(-3, "remind"),
        Step(7, "remind"),
        Step(14, "remind"),
        Step(20, "suspend"),
    )
    written = [{"after_days": one.after_days, "act": one.act} for one in (stop, second, first, third)]
    steps = rules.steps_of(written)
    due = date(2026, 11, 30)
    assert steps == [first, second, third, stop]
    assert rules.steps_due(steps, [], due, date(2026, 11, 26)) == []
    assert rules.steps_due(steps, [], due, date(2026, 11, 27)) == [first]
    assert rules.steps_due(steps, [first], due, date(2026, 12, 6)) == []
    assert rules.steps_due(steps, [first], due, date(2026, 12, 20)) == [third, stop]
    assert rules.steps_due(steps, [third, stop], due, date(2027, 12, 20)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        [{"after_days": 0, "act": "suspend"}],
        [{"after_days": "7", "act": "remind"}],
        [{"after_days": 7, "act": "shout"}],
        [{"after_days": 999, "act": "remind"}],
        [{"after_days": 7, "act": "remind"}] * 2,
        [{"after_days": n, "act": "remind"} for n in range(13)],
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: list[dict[str, object]]) -> None:
    with pytest.raises(Invalid):
        rules.steps_of(wrong)


@given(st.integers(-400, 400))
def test_ages_follow_the_days(days: int) -> None:
    due = date(2026, 11, 30)
    age = rules.age_of(due, due + timedelta(days))
    assert age == (0 if days <= 0 else 1 if days <= 30 else 2 if days <= 60 else 3 if days <= 90 else 4)
