"""The plans and the pure rules say the same, whatever the price, the days and the usage."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hotpot.kernel.period import Month
from hotpot.pot.rating.rules import Use
from hotpot.pot.rating.running import Tenant
from hotpot.pot.rating.tests.strategies import worlds
from hotpot.pot.rating.tests.worlds import by_plans, by_rules

World = tuple[Month, list[Tenant], list[tuple[str, Use]]]
# A failing world is large: making it smaller would take longer than reading it.
HEAVY = settings(
    max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@HEAVY
@given(world=worlds(), advance=st.booleans())
def test_plans_charge_what_the_rules_say(world: World, advance: bool) -> None:
    month, tenants, uses = world
    months = [month.previous(), month]
    assert by_plans(tenants, uses, months, advance) == by_rules(tenants, uses, months, advance)


@HEAVY
@given(world=worlds(), order=st.randoms())
def test_neither_the_order_of_events_nor_that_of_months_matters(world: World, order: object) -> None:
    month, tenants, uses = world
    shuffled = list(uses)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    months = [month.previous(), month]
    each = [row for one in reversed(months) for row in by_plans(tenants, uses, [one])]
    assert sorted(by_plans(tenants, shuffled, months), key=str) == sorted(each, key=str)
