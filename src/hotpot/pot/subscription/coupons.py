"""Codes of coupons that customers redeem, or their integrators for them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.pricing import Coupon
from hotpot.pot.catalog.queries import price_in_force, pricing_of
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.queries import today
from hotpot.pot.subscription.actions import locked, require_runs
from hotpot.pot.subscription.models import Redemption, Subscription
from hotpot.pot.subscription.queries import parties_of

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class UnknownCode(NotFound):
    """The offer's price has no such code: a slip of the pen, or a guess."""

    code = "unknown_code"


@transaction.atomic
def redeem(*, actor: Actor, subscription_id: int, code: str, now: datetime) -> Redemption:
    """From this month on, the coupon of that code counts; of a subscription that lies ahead, from its first.
    Again for the same subscription, it answers the first one.

    Raises Invalid for no code; UnknownCode for one that the offer's price doesn't have; Conflict for one
    whose days are not here or over, that was redeemed as often as it may be, or by this customer before.
    """
    subscription = locked(actor, subscription_id)
    here = today(subscription.customer, now)
    day = max(here, subscription.starts_on)
    require_runs(subscription, day)
    if not (code := code.strip().upper()):
        raise Invalid(_("Enter the code of the coupon."))
    with as_system():
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME, [f"coupon:{subscription.offer_id}:{code}"])
        coupon = _coupon(subscription, code, day)
        redeemed = Redemption.objects.filter(offer_id=subscription.offer_id, code=code)
        if (known := redeemed.filter(customer_id=subscription.customer_id).first()) is not None:
            if known.subscription_id == subscription.id:
                return known
            raise Conflict(_("%(code)s was redeemed for this company before.") % {"code": code})
        _check_days(coupon, here)
        if coupon.most is not None and redeemed.count() >= coupon.most:
            raise Conflict(_("%(code)s has been redeemed as often as it may be.") % {"code": code})
        made = Redemption.objects.create(
            subscription=subscription, customer_id=subscription.customer_id, offer_id=subscription.offer_id,
            code=code, starts_on=day, redeemed_by_id=actor.person_id, redeemed_at=now,
        )  # fmt: skip
        told = {"code": code, "starts_on": day.isoformat()}
        subject = f"subscription/{subscription.id}"
        fact = Fact("subscription.coupon_redeemed", subject, parties_of(subscription), told)
        record(actor, fact, now=now)
    return made


def _coupon(subscription: Subscription, code: str, day: date) -> Coupon:
    price = price_in_force(subscription.offer_id, day)
    for item in pricing_of(price).items if price else ():
        if isinstance(item.params, Coupon) and item.params.redeem == code:
            return item.params
    raise UnknownCode(
        _("%(code)s is no code for this offer. Look at it again, or ask who gave it to you.") % {"code": code}
    )


def _check_days(coupon: Coupon, here: date) -> None:
    if coupon.redeem_from is not None and here < coupon.redeem_from:
        sentence = _("%(code)s can be redeemed from %(day)s on.")
        raise Conflict(sentence % {"code": coupon.redeem, "day": coupon.redeem_from.isoformat()})
    if coupon.redeem_until is not None and coupon.redeem_until < here:
        sentence = _("%(code)s could be redeemed until %(day)s.")
        raise Conflict(sentence % {"code": coupon.redeem, "day": coupon.redeem_until.isoformat()})
