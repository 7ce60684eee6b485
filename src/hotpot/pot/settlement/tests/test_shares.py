"""The plans say what the rules say, row by row, and no minor unit is made or lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.settlement import rules_shares as rules
from hotpot.pot.settlement.rules_shares import Family, Held
from hotpot.pot.settlement.terms import day_number
from hotpot.pot.settlement.tests import strategies
from hotpot.pot.settlement.tests.tables import Duck, reckoned


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


@pytest.fixture(scope="module")
def duck() -> Duck:
    return Duck()


def test_plans_say_what_the_rules_say(duck: Duck) -> None:
    worlds = strategies.many(200)
    shares, adjustments = reckoned(duck, *worlds)
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
