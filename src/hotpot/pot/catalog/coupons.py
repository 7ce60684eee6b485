"""Codes of coupons outlive the price that offered them: what was promised to who redeemed one goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta

import msgspec
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.pot.catalog.pricing import Coupon, Item, Pricing


def with_promised(price: Pricing, before: Pricing | None, starts_on: date) -> Pricing:
    """The price with those coupons with a code of the one `before` that it leaves out. From `starts_on` on
    nobody redeems them any more; who did keeps them. A coupon without a code is a part of its price alone.

    Raises Conflict where a code would take off something else than it did; Invalid where a coupon that goes
    on doesn't fit the price, with what to do.
    """
    if before is None:
        return price
    new = dict(_coded(price))
    for code, item in _coded(before):
        if code in new and _promise(new[code]) != _promise(item):
            raise Conflict(
                _("The code %(code)s takes off what was promised. Give the new coupon another code.")
                % {"code": code}
            )
    left_out = [item for code, item in _coded(before) if code not in new]
    taken = {item.code for item in price.items}
    promised = [
        _named(closed, taken) for item in left_out if (closed := _closed(item, starts_on)) is not None
    ]
    if not promised:
        return price
    try:
        return Pricing(price.currency, (*price.items, *promised))
    except Invalid as problem:
        codes = ", ".join(item.params.redeem for item in promised if isinstance(item.params, Coupon))
        raise Invalid(
            _(
                "%(codes)s goes on for who redeemed it, but doesn't fit this price: %(problem)s "
                "Put the coupon into the price, so that it fits."
            )
            % {"codes": codes, "problem": problem.sentence}
        ) from None


def _coded(price: Pricing) -> Iterator[tuple[str, Item]]:
    for item in price.items:
        if isinstance(item.params, Coupon) and item.params.redeem:
            yield item.params.redeem, item


def _promise(item: Item) -> tuple[int | None, int | None, int | None]:
    assert isinstance(item.params, Coupon)
    return item.params.rate_bp, item.params.amount_minor, item.params.periods


def _named(item: Item, taken: Collection[str]) -> Item:
    """By the code to redeem where another item of the price has its name now."""
    assert isinstance(item.params, Coupon)
    return replace(item, code=f"code-{item.params.redeem.lower()}"[:40]) if item.code in taken else item


def _closed(item: Item, starts_on: date) -> Item | None:
    """Redeemed until the day before; None for one that nobody could redeem until then."""
    params = item.params
    assert isinstance(params, Coupon)
    until = min(params.redeem_until or date.max, starts_on - timedelta(days=1))
    if params.redeem_from is not None and until < params.redeem_from:
        return None
    return replace(item, params=msgspec.structs.replace(params, redeem_until=until))
