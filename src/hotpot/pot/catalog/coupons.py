"""Coupons outlive the price that offered them: what was promised for some months goes on for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
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
    items = _for_who_begins(price.items, before, starts_on) if begun else price.items
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
    new = {_params(item).redeem: item for item in _coupons(price.items) if _params(item).redeem}
    for item in _coupons(before.items):
        params = _params(item)
        if params.redeem in new and _promise(new[params.redeem]) != _promise(item):
            raise Conflict(
                _("The code %(code)s takes off what was promised. Give the new coupon another code.")
                % {"code": params.redeem}
            )
        until = min(params.redeem_until or date.max, starts_on - timedelta(days=1))
        somebody_could = (params.redeem_from or date.min) <= until
        if params.redeem and params.redeem not in new and somebody_could:
            yield _with(item, redeem_until=until)


# --- without one --------------------------------------------------------------------------------------------


def _begun(price: Pricing, before: Pricing, starts_on: date) -> Iterator[Item]:
    """Those left out, for subscriptions that began until the day before and have months of them left."""
    new = list(_timed(price.items))
    for item in _timed(before.items):
        params = _params(item)
        until = min(params.begun_until or date.max, starts_on - timedelta(days=1))
        months_since = (starts_on.year - until.year) * 12 + starts_on.month - until.month
        gone = until < (params.begun_from or date.min) or months_since >= (params.periods or 0)
        closed = _with(item, begun_until=until)
        if not gone and not any(_covers(other, closed) for other in new):
            yield closed


def _for_who_begins(items: Iterable[Item], before: Pricing, starts_on: date) -> tuple[Item, ...]:
    """Nobody has both what was promised and what took its place."""
    known = {_promise(item) for item in _timed(before.items)}
    fresh = [item for item in _timed(items) if _promise(item) not in known]
    return tuple(
        _with(item, begun_from=starts_on) if item in fresh and _params(item).begun_from is None else item
        for item in items
    )


def _covers(new: Item, old: Item) -> bool:
    """Whether who has the old one has the same by the new one."""
    ours, theirs = _params(new), _params(old)
    return (
        _promise(new) == _promise(old)
        and (ours.begun_from or date.min) <= (theirs.begun_from or date.min)
        and (theirs.begun_until or date.max) <= (ours.begun_until or date.max)
    )


def _timed(items: Iterable[Item]) -> Iterator[Item]:
    for item in _coupons(items):
        if not _params(item).redeem and _params(item).periods is not None:
            yield item


# --- of both ------------------------------------------------------------------------------------------------


def _coupons(items: Iterable[Item]) -> Iterator[Item]:
    return (item for item in items if isinstance(item.params, Coupon))


def _params(item: Item) -> Coupon:
    assert isinstance(item.params, Coupon)
    return item.params


def _promise(item: Item) -> tuple[int | None, int | None, int | None]:
    params = _params(item)
    return params.rate_bp, params.amount_minor, params.periods


def _named(item: Item, taken: Collection[str]) -> Item:
    """By its code to redeem, or its last day, where another item of the price has its name now."""
    params = _params(item)
    other = f"code-{params.redeem.lower()}" if params.redeem else f"until-{params.begun_until}-{item.code}"
    return replace(item, code=other[:40]) if item.code in taken else item


def _with(item: Item, **changed: Any) -> Item:
    return replace(item, params=msgspec.structs.replace(item.params, **changed))
