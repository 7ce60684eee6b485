"""Minimum commitments, bundles and coupons of one subscription, and all its charges in their order.

No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from hotpot.kernel.money import BP_PER_WHOLE
from hotpot.kernel.period import Month
from hotpot.pot.catalog.pricing import ON_SUMS, USAGE, Bundle, Coupon, Fee, Minimum, Once
from hotpot.pot.rating.rules import Asked, Charged, Held, Step, half_up, nth_period
from hotpot.pot.rating.rules_fees import monthly, once, whole_months
from hotpot.pot.rating.rules_usage import used


def charges(held: Held, month: Month, *, advance: bool = False) -> list[Charged]:
    """All that one subscription should pay for one month; `advance`: only what is charged in advance.

    What comes to nothing is left out, as in the plans.
    """
    asked = [
        Asked(held, month, version, id, item)
        for version in held.versions
        for id, item in sorted(version.items.items())
        if not advance or item.advance or item.kind in {"bundle", "coupon"}
    ]
    found = list(_fees(asked))
    found += [row for one in asked if one.item.kind == "minimum" for row in _minimum(one, found)]
    fees = list(found)
    for version in held.versions:
        found += _discounts([one for one in asked if one.version is version], fees)
    return sorted(
        (row for row in found if row.amount_minor), key=lambda row: (row.item, row.seat or 0, row.period)
    )


def _fees(asked: Iterable[Asked]) -> Iterator[Charged]:
    whole: list[tuple[Asked, Fee]] = []
    for one in asked:
        params = one.item.params
        if isinstance(params, Fee) and params.proration == "month":
            whole.append((one, params))
        elif isinstance(params, Fee):
            yield from monthly(one, params)
        elif isinstance(params, Once):
            yield from once(one, params)
        elif one.item.kind in USAGE:
            yield from used(one, params)  # type: ignore[arg-type]
    yield from whole_months(whole)


def _minimum(asked: Asked, fees: list[Charged]) -> Iterator[Charged]:
    params = asked.item.params
    assert isinstance(params, Minimum)
    days = sum(not asked.held.suspended(day) for day in asked.priced_days)
    base = _base(asked, params.of, fees)
    committed = half_up(Fraction(params.amount_minor * days, asked.month.days))
    if committed > base:
        values = {"fee_minor": params.amount_minor, "part": days, "whole": asked.month.days}
        steps = [
            Step("committed", {**values, "committed_minor": committed}),
            Step("missing", {"base_minor": base, "committed_minor": committed}),
        ]
        yield asked.charged(Fraction(committed - base), quantity=base, basis=committed, steps=steps)


def _discounts(asked: list[Asked], fees: list[Charged]) -> Iterator[Charged]:
    """In the order of the price's items, none of them beyond what its fees come to."""
    fee_ids = {one.id for one in asked if one.item.kind not in ON_SUMS}
    left = sum(row.amount_minor for row in fees if row.item in fee_ids)
    for one in asked:
        if not isinstance(one.item.params, Coupon | Bundle) or not one.priced_days:
            continue
        exact, base, basis, steps = _off(one, one.item.params, fees)
        off = min(half_up(exact), left)
        if off:
            left -= off
            if off < half_up(exact):
                steps.append(Step("capped", {"left_minor": off}))
            yield one.charged(Fraction(-off), quantity=base, basis=basis, steps=steps)


def _off(asked: Asked, params: Coupon | Bundle, fees: list[Charged]) -> tuple[Fraction, int, int, list[Step]]:
    base = _base(asked, params.of, fees)
    nothing = (Fraction(0), base, 0, list[Step]())
    if isinstance(params, Bundle) and not _complete(asked, params):
        return nothing
    if isinstance(params, Coupon):
        if not params.is_for(asked.held.starts):
            return nothing
        begun = asked.held.redeemed.get(params.redeem) if params.redeem else asked.held.starts
        nth = -1 if begun is None else nth_period(begun, asked.month)
        if nth < 0 or (params.periods is not None and nth >= params.periods):
            return nothing
        if params.amount_minor is not None:
            if asked.held.version_on(asked.days[0]) is not asked.version:
                return nothing
            step = Step("amount_off", {"amount_minor": params.amount_minor, "base_minor": base})
            steps = [*_redeemed(asked, params), step]
            return Fraction(min(params.amount_minor, base)), base, params.amount_minor, steps
    rate = params.rate_bp or 0
    exact = Fraction(base * rate, BP_PER_WHOLE)
    values = {"rate_bp": rate, "base_minor": base, "exact_minor": exact}
    steps = [*(_redeemed(asked, params) if isinstance(params, Coupon) else ()), Step("rate_off", values)]
    return exact, base, rate, steps


def _redeemed(asked: Asked, params: Coupon) -> list[Step]:
    day = asked.held.redeemed.get(params.redeem)
    return [Step("redeemed", {"code": params.redeem, "day": day})] if day else []


def _complete(asked: Asked, params: Bundle) -> bool:
    last = asked.priced_days[-1]
    there = {
        other.app
        for other in asked.held.others
        if other.starts <= last and (other.ends is None or last < other.ends)
    }
    return set(params.apps) <= there


def _base(asked: Asked, of: tuple[str, ...], fees: list[Charged]) -> int:
    """What the fees of this price come to of which the item speaks."""
    counted = {
        id
        for id, item in asked.version.items.items()
        if item.kind not in ON_SUMS and (not of or item.code in of)
    }
    return sum(row.amount_minor for row in fees if row.item in counted)
