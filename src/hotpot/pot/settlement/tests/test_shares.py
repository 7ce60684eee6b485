"""The plans say what the rules say, row by row, and no minor unit is made or lost."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.kernel.period import Month
from hotpot.pot.party.terms import MICRO, Costs, Model, Percent, PerUnit, Step, Tiers, read
from hotpot.pot.settlement import rules_shares as rules
from hotpot.pot.settlement.rules_shares import Family, Held
from hotpot.pot.settlement.terms import day_number
from hotpot.pot.settlement.tests import strategies
from hotpot.pot.settlement.tests.tables import reckoned


def worked(
    families: Sequence[Family], past: Sequence[Family], held: Sequence[Held]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What the rules say, in the order of the plans."""
    owed = rules.shares(families, past, held)
    shares = [
        (
            one.family.subscription, one.family.item, day_number(one.family.month.first_day), one.party,
            one.terms, one.amount_minor, one.family.currency,
        )
        for one in owed
    ]  # fmt: skip
    months = sorted({family.month for family in families})
    adjustments = [
        (one.partner, one.terms, day_number(one.month.first_day), one.kind, one.amount_minor, one.currency)
        for one in rules.adjustments(owed, held, months)
    ]
    return _sorted(shares), _sorted(adjustments)


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: tuple((value is None, value) for value in row))


def test_plans_say_what_the_rules_say() -> None:
    worlds = strategies.many(200)
    shares, adjustments = reckoned(*worlds)
    assert (_sorted(shares), _sorted(adjustments)) == worked(*worlds)


@given(families=strategies.families(), held=strategies.held(), past=strategies.families(strategies.PAST))
def test_no_minor_unit_is_made_or_lost(families: list[Family], past: list[Family], held: list[Held]) -> None:
    sums: dict[Any, int] = defaultdict(int)
    for share in rules.shares(families, past, held):
        sums[share.family.key] += share.amount_minor
    assert {key: minor for key, minor in sums.items() if minor} == {
        family.key: family.amount_minor for family in families if family.amount_minor
    }


@given(
    families=strategies.families(), held=strategies.held(), past=strategies.families(strategies.PAST),
    shuffle=st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_families_and_agreements_makes_no_difference(
    families: list[Family], past: list[Family], held: list[Held], shuffle: Any
) -> None:
    mixed = [shuffle.sample(rows, len(rows)) for rows in (families, past, held)]
    assert worked(*mixed) == worked(families, past, held)


GOLDEN = Path(__file__).with_name("golden_shares.csv")
MARCH = Month(2026, 3)


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", golden(), ids=lambda case: f"{case['case']} {case['why']}")
def test_what_was_worked_by_hand(case: dict[str, str]) -> None:
    terms = read({"model": case["model"], **json.loads(case["terms"])})
    one = family(
        kind=case["kind"], quantity=int(case["units"]), basis=int(case["of"]),
        amount_minor=cents(case["charged"]), credited_minor=cents(case["credited"]),
        written_off_minor=cents(case["written_off"]),
    )  # fmt: skip
    found = {share.party: share.amount_minor for share in rules.shares([one], [], [held(terms)])}
    assert found == {
        party: cents(case[name]) for party, name in ((20, "partner"), (1, "operator")) if cents(case[name])
    }


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def family(**values: Any) -> Family:
    """A seat of March, of a subscription that began in January."""
    usual = Family(
        subscription=1, item=1, kind="fee", month=MARCH, starts_on=date(2026, 1, 15), app="a", customer=50,
        operator=1, integrator=20, developer=None, quantity=31, basis=31, amount_minor=1500,
        credited_minor=0, written_off_minor=0, currency="CNY",
    )  # fmt: skip
    return replace(usual, **values)


def held(terms: Model, *, partner: int = 20, payer: int = 1) -> Held:
    id = 10 * payer + partner
    return Held(id, id, 1, payer, partner, None, None, date(2025, 1, 1), terms, "CNY")


# Laws that hold whatever the numbers are


def given_to(families: Sequence[Family], terms: Sequence[Held], party: int = 20) -> int:
    return sum(share.amount_minor for share in rules.shares(families, [], terms) if share.party == party)


@given(
    terms=strategies.models, less=st.integers(0, 10**9), more=st.integers(0, 10**9),
    quantity=st.integers(0, 10**6),
)  # fmt: skip
def test_more_revenue_never_pays_a_partner_less(terms: Model, less: int, more: int, quantity: int) -> None:
    two = [family(amount_minor=minor, quantity=quantity) for minor in (less, less + more)]
    first, second = (given_to([one], [held(terms)]) for one in two)
    assert first <= second


@given(terms=strategies.models, minor=st.integers(0, 10**9), credit=st.integers(0, 10**9))
def test_a_credit_never_gives_a_partner_more(terms: Model, minor: int, credit: int) -> None:
    credit = min(credit, minor)
    whole = given_to([family(amount_minor=minor)], [held(terms)])
    rest = given_to([family(amount_minor=minor - credit, credited_minor=credit)], [held(terms)])
    assert rest <= whole
    assert rest >= 0


@given(terms=strategies.percents, minor=st.integers(0, 10**9), cut=st.integers(0, 10**9))
def test_a_family_in_two_is_the_whole_but_for_its_roundings(terms: Percent, minor: int, cut: int) -> None:
    cut = min(cut, minor)
    terms = msgspec.structs.replace(terms, costs=Costs())
    whole = given_to([family(amount_minor=minor)], [held(terms)])
    parts = [family(amount_minor=cut), family(subscription=2, amount_minor=minor - cut)]
    assert abs(given_to(parts, [held(terms)]) - whole) <= 1


@given(
    terms=strategies.tiers(), minors=st.lists(st.integers(-1000, 10**6), min_size=1, max_size=8),
    shuffle=st.randoms(use_true_random=False),
)  # fmt: skip
def test_steps_share_what_the_month_earns_to_the_last_coin(
    terms: Tiers, minors: list[int], shuffle: Any
) -> None:
    terms = msgspec.structs.replace(terms, costs=Costs(), kinds=())
    families = [family(subscription=nth, amount_minor=minor) for nth, minor in enumerate(minors)]
    volume = sum(minors)
    earned = rules.within(terms, volume) // 10_000
    if volume > 0:
        assert given_to(families, [held(terms)]) == earned
    assert given_to(shuffle.sample(families, len(families)), [held(terms)]) == given_to(
        families, [held(terms)]
    )


@given(minor=st.integers(0, 10**9), first=strategies.bp, second=strategies.bp, third=strategies.bp)
def test_each_level_gives_no_more_than_it_has(minor: int, first: int, second: int, third: int) -> None:
    chain = [
        held(Percent(share_bp=first)),
        held(Percent(share_bp=second, of="share"), payer=20, partner=40),
        held(Percent(share_bp=third, of="share"), payer=40, partner=41),
    ]
    one = [family(amount_minor=minor)]
    sums = {party: given_to(one, chain, party) for party in (1, 20, 40, 41)}
    assert sum(sums.values()) == minor
    assert all(part >= 0 for part in sums.values())
    assert sums[41] <= minor * first // 10_000


@given(
    amount=st.integers(-(10**12), 10**12), weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=20)
)
def test_largest_remainder_gives_out_all_and_nobody_two_more(amount: int, weights: list[int]) -> None:
    if not sum(weights):
        return
    found = rules.allotted(amount, weights)
    assert sum(found) == amount
    assert all(
        abs(part * sum(weights) - amount * weight) < sum(weights)
        for part, weight in zip(found, weights, strict=True)
    )


def test_each_operator_has_its_own_terms_with_the_developer_of_one_app() -> None:
    of_two = [
        replace(held(Percent(share_bp=1000), partner=30), id=1, agreement=1),
        replace(held(Percent(share_bp=5000), partner=30), id=2, agreement=2, operator=2, payer=2),
    ]
    both = [
        family(integrator=None, developer=30),
        family(integrator=None, developer=30, operator=2, subscription=2),
    ]
    shares = {(one.family.operator, one.party): one.amount_minor for one in rules.shares(both, [], of_two)}
    assert shares == {(1, 1): 1350, (1, 30): 150, (2, 2): 750, (2, 30): 750}


def test_steps_go_on_where_the_months_before_left_off() -> None:
    terms = Tiers(steps=(Step(share_bp=1000, up_to_minor=10_000), Step(share_bp=2000)), months=2)
    past = [family(month=Month(2026, 2), amount_minor=9_000)]
    (own, theirs) = sorted(
        rules.shares([family(amount_minor=2_000)], past, [held(terms)]), key=lambda s: s.party
    )
    assert (own.amount_minor, theirs.amount_minor) == (1_700, 300)


def test_half_a_micro_is_dropped_before_the_one_rounding() -> None:
    terms = PerUnit(unit_micro=MICRO // 2 + 1, kinds=("unit",), rest="nearest")
    assert given_to([family(kind="unit", quantity=1, basis=2)], [held(terms)]) == 0
