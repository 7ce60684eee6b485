"""Coupons outlive the price that offered them: what was promised for some months goes on for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.pot.catalog.pricing import Coupon, Item, Pricing


def with_promised(price: Pricing, before: Pricing | None, starts_on: date) -> Pricing:
    """The price with those coupons of the one `before` that it leaves out and that somebody may still have.

    One with a code goes on for who redeemed it; from `starts_on` on nobody redeems it any more. One without
    a code that holds for some months goes on for the subscriptions that began before; a new one in its place
    is for those that begin then. One without a code that holds always is a part of its price alone.

    Raises Conflict where a code would take off something else than it did; Invalid where a coupon that goes
    on doesn't fit the price, with what to do.
    """
    if before is None:
        return price
    redeemed = list(_redeemed(price, before, starts_on))
    begun = list(_begun(price, before, starts_on))
    fresh = [*(_new_codes(price, before) if redeemed else ()), *(_new_times(price, before) if begun else ())]
    items = tuple(_from_then_on(item, starts_on) if item in fresh else item for item in price.items)
    taken = {item.code for item in items}
    promised = [_named(item, taken) for item in (*redeemed, *begun)]
    if not promised:
        return price
    try:
        return Pricing(price.currency, (*items, *promised))
    except Invalid as problem:
        names = ", ".join(_params(item).redeem or item.code for item in promised)
        raise Invalid(
            _(
                "%(coupons)s goes on for who has it, but doesn't fit this price: %(problem)s "
                "Put the coupon into the price, so that it fits."
            )
            % {"coupons": names, "problem": problem.sentence}
        ) from None


# --- with a code --------------------------------------------------------------------------------------------


def _redeemed(price: Pricing, before: Pricing, starts_on: date) -> Iterator[Item]:
    """Those left out, redeemed until the day before."""
    new = {_params(item).redeem: item for item in _coupons(price) if _params(item).redeem}
    for item in _coupons(before):
        params = _params(item)
        if params.redeem in new and not _same(new[params.redeem], item, price):
            raise Conflict(
                _("The code %(code)s takes off what was promised. Give the new coupon another code.")
                % {"code": params.redeem}
            )
        until = min(params.redeem_until or date.max, starts_on - timedelta(days=1))
        somebody_could = (params.redeem_from or date.min) <= until
        if params.redeem and params.redeem not in new and somebody_could:
            yield _with(item, redeem_until=until)


def _new_codes(price: Pricing, before: Pricing) -> list[Item]:
    known = {_params(item).redeem for item in _coupons(before)} | {""}
    return [item for item in _coupons(price) if _params(item).redeem not in known]


# --- without one --------------------------------------------------------------------------------------------


def _begun(price: Pricing, before: Pricing, starts_on: date) -> Iterator[Item]:
    """Those left out, for subscriptions that began until the day before and have months of them left."""
    new = list(_timed(price))
    for item in _timed(before):
        params = _params(item)
        until = min(params.begun_until or date.max, starts_on - timedelta(days=1))
        months_since = (starts_on.year - until.year) * 12 + starts_on.month - until.month
        gone = until < (params.begun_from or date.min) or months_since >= (params.periods or 0)
        closed = _with(item, begun_until=until)
        if not gone and not any(_covers(other, closed, price) for other in new):
            yield closed


def _new_times(price: Pricing, before: Pricing) -> list[Item]:
    known = list(_timed(before))
    return [item for item in _timed(price) if not any(_same(item, old, price) for old in known)]


def _covers(new: Item, old: Item, price: Pricing) -> bool:
    """Whether who has the old one has the same by the new one."""
    ours, theirs = _params(new), _params(old)
    return (
        _same(new, old, price)
        and (ours.begun_from or date.min) <= (theirs.begun_from or date.min)
        and (theirs.begun_until or date.max) <= (ours.begun_until or date.max)
    )


def _timed(price: Pricing) -> Iterator[Item]:
    for item in _coupons(price):
        if not _params(item).redeem and _params(item).periods is not None:
            yield item


# --- of both ------------------------------------------------------------------------------------------------


def _coupons(price: Pricing) -> Iterator[Item]:
    return (item for item in price.items if isinstance(item.params, Coupon))


def _params(item: Item) -> Coupon:
    assert isinstance(item.params, Coupon)
    return item.params


def _from_then_on(item: Item, starts_on: date) -> Item:
    """One that takes another's place and says no first day has the price's: nobody comes to have both."""
    first, last = _params(item).offered
    if first > date.min or last < starts_on:
        return item
    return _with(item, **{"redeem_from" if _params(item).redeem else "begun_from": starts_on})


def _same(new: Item, old: Item, price: Pricing) -> bool:
    """Whether the new one, of this price, takes off what the old one did. Fees that have other names now are
    taken for those that it spoke of."""
    ours, theirs = _params(new), _params(old)
    takes_off = [(one.rate_bp, one.amount_minor, one.periods) for one in (ours, theirs)]
    of_the_same = set(ours.of) == set(theirs.of) or not price.fees.issuperset(theirs.of)
    return takes_off[0] == takes_off[1] and of_the_same


def _named(item: Item, taken: Collection[str]) -> Item:
    """By its code to redeem, or its last day, where another item of the price has its name now."""
    params = _params(item)
    other = f"code-{params.redeem.lower()}" if params.redeem else f"until-{params.begun_until}-{item.code}"
    return replace(item, code=other[:40]) if item.code in taken else item


def _with(item: Item, **changed: Any) -> Item:
    return replace(item, params=msgspec.structs.replace(item.params, **changed))
