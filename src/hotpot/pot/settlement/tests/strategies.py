"""Random families and terms, small enough that they meet often."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hotpot.kernel.period import Month
from hotpot.pot.party.terms import Costs, Intro, Model, Percent, PerUnit, Step, Tiers
from hotpot.pot.settlement.rules_shares import Family, Held

OPERATORS, INTEGRATORS, DEVELOPERS, SUBS = (1, 2), (20, 21), (30, 31), (40, 41)
MONTHS = (Month(2026, 2), Month(2026, 3))
PAST = (Month(2025, 12), Month(2026, 1))
KINDS = ("fee", "unit", "coupon")
bp = st.integers(0, 10_000) | st.sampled_from([0, 1, 3333, 5000, 10_000])
minor = st.integers(0, 100_000) | st.integers(0, 10**11)
unit_micro = st.integers(0, 2_000_000_000) | st.sampled_from([500_000_000, 333_333, 1])
_common: dict[str, Any] = {
    "rest": st.sampled_from(["payer", "partner", "nearest"]),
    "bad_debts": st.sampled_from(["payer", "shared"]),
    "guarantee_minor": st.none() | st.integers(0, 1000),
    "cap_minor": st.none() | st.integers(1000, 100_000),
}
_charge: dict[str, Any] = _common | {
    "kinds": st.just(()) | st.sampled_from([("fee",), ("fee", "unit")]),
    "gross": st.booleans(),
    "costs": st.just(Costs()) | st.builds(Costs, bp=st.integers(0, 3000), unit_micro=st.integers(0, 10**8)),
}
_whose = st.sampled_from(["subscription", "agreement"])
_months = st.integers(1, 4)
percents = st.builds(
    Percent, share_bp=bp, kept=st.booleans(), **_charge,
    intro=st.none() | st.builds(Intro, months=_months, share_bp=bp, of=_whose),
)  # fmt: skip
units = st.builds(
    PerUnit, unit_micro=unit_micro, kept=st.booleans(),
    **_charge | {"kinds": st.sampled_from([("fee",), KINDS])},
    intro=st.none() | st.builds(Intro, months=_months, unit_micro=unit_micro, of=_whose),
)  # fmt: skip


@st.composite
def tiers(draw: st.DrawFn) -> Tiers:
    ends = sorted(draw(st.sets(st.integers(1, 100_000), max_size=3)))
    steps = [Step(share_bp=draw(bp), up_to_minor=end) for end in [*ends, None]]
    values = {name: draw(values) for name, values in _charge.items()}
    return Tiers(steps=tuple(steps), months=draw(st.integers(1, 3)), **values)


passed_on = st.builds(Percent, share_bp=bp, of=st.just("share"), **_common) | units
models = percents | units | tiers()


@st.composite
def family(draw: st.DrawFn, months: tuple[Month, ...] = MONTHS) -> Family:
    amount = draw(st.integers(-1000, 100_000) | st.integers(-(10**11), 10**11))
    return Family(
        subscription=draw(st.integers(1, 6)),
        item=draw(st.integers(1, 2)),
        kind=draw(st.sampled_from(KINDS)),
        month=draw(st.sampled_from(months)),
        starts_on=draw(st.dates(date(2025, 10, 1), date(2026, 3, 31))),
        app=draw(st.sampled_from(["a", "b"])),
        customer=draw(st.sampled_from([50, 51])),
        operator=draw(st.sampled_from(OPERATORS)),
        integrator=draw(st.none() | st.sampled_from(INTEGRATORS)),
        developer=draw(st.none() | st.sampled_from([*DEVELOPERS, INTEGRATORS[0]])),
        quantity=draw(st.integers(-5, 10_000) | st.integers(0, 10**12)),
        basis=draw(st.sampled_from([1, 28, 31, 2_678_400, 1_000_000])),
        amount_minor=amount,
        credited_minor=draw(st.just(0) | st.integers(0, 50_000)),
        written_off_minor=draw(st.just(0) | st.integers(0, max(amount, 0))),
        currency=draw(st.sampled_from(["CNY", "CNY", "USD"])),
    )


def families(months: tuple[Month, ...] = MONTHS, size: int = 12) -> st.SearchStrategy[list[Family]]:
    return st.lists(family(months), max_size=size, unique_by=lambda one: one.key)


@st.composite
def held(draw: st.DrawFn) -> list[Held]:
    """One version or more of some agreements: of operators with partners, and of these with others."""
    pairs = draw(
        st.lists(
            st.tuples(
                st.sampled_from(OPERATORS),
                st.sampled_from([*((None, one) for one in (*INTEGRATORS, *DEVELOPERS)), (20, 40), (20, 30),
                                 (30, 41), (40, 41)]),
                st.sampled_from([None, "a"]),
                st.sampled_from([None, 50]),
            ),
            unique=True,
            max_size=10,
        )
    )  # fmt: skip
    found = []
    for agreement, (operator, (payer, partner), app, customer) in enumerate(pairs, 1):
        days = st.sampled_from([date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 17)])
        for day in draw(st.sets(days, min_size=1)):
            terms: Model = draw(models if payer is None else passed_on)
            currency = draw(st.sampled_from(["CNY", "CNY", "USD"]))
            id = 100 * agreement + day.month + day.day
            payer_id = payer or operator
            found.append(
                Held(id, agreement, operator, payer_id, partner, app, customer, day, terms, currency)
            )
    return found


World = tuple[list[Family], list[Family], list[Held]]
worlds: st.SearchStrategy[World] = st.tuples(families(), families(PAST), held())


def many(count: int) -> World:
    """So many worlds in one, the same each time, where none knows of another."""
    found: list[World] = []

    @settings(max_examples=count, derandomize=True, database=None, phases=[Phase.generate], deadline=None)
    @given(worlds)
    def gather(world: World) -> None:
        found.append(world)

    gather()
    return apart(found)


def apart(worlds: list[World]) -> World:
    """Many worlds in one, where none knows of another."""
    many: World = ([], [], [])
    for nth, (now, past, terms) in enumerate(worlds):
        by = 1000 * nth
        many[0].extend(_moved(one, by) for one in now)
        many[1].extend(_moved(one, by) for one in past)
        many[2].extend(
            replace(
                one, id=one.id + 100 * by, agreement=one.agreement + by, operator=one.operator + by,
                payer=one.payer + by, partner=one.partner + by,
                customer=None if one.customer is None else one.customer + by,
            )
            for one in terms
        )  # fmt: skip
    return many


def _moved(one: Family, by: int) -> Family:
    return replace(
        one, subscription=one.subscription + by, customer=one.customer + by, operator=one.operator + by,
        integrator=None if one.integrator is None else one.integrator + by,
        developer=None if one.developer is None else one.developer + by,
    )  # fmt: skip
