"""The plans and the pure rules say the same, whatever the price, the days and the usage."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpot.kernel.period import Month
from hotpot.pot.rating.rules import Use
from hotpot.pot.rating.tests.strategies import worlds
from hotpot.pot.rating.tests.worlds import Tenant, by_rules, in_order, run_plans, tables_of

World = tuple[Month, list[Tenant], list[tuple[str, Use]]]
HEAVY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@HEAVY
@given(world=worlds(), advance=st.booleans())
def test_plans_charge_what_the_rules_say(world: World, advance: bool) -> None:
    month, tenants, uses = world
    months = [month.previous(), month]
    found = run_plans(tables_of(tenants, uses, months, advance))
    assert sorted(found, key=in_order) == by_rules(tenants, uses, months, advance)
