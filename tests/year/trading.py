"""What companies, operators and partners do of a day: orders, seats, plans, prices, terms, taxes, usage.

Each function is one kind of dealing and says whether anything came of it; a refusal is an answer, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from hotpot.kernel.period import Month
from hotpot.pot.billing.tax_rates import set_tax_rate
from hotpot.pot.catalog import actions as catalog
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Coupon
from hotpot.pot.catalog.queries import price_in_force, pricing_of
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party import actions as party
from hotpot.pot.party.models import Agreement
from hotpot.pot.party.queries import today
from hotpot.pot.subscription import actions as subscriptions
from hotpot.pot.subscription import coupons
from hotpot.pot.subscription.models import Subscription
from tests.year.prices import KINDS_IN_TURN
from tests.year.usage import Event, draw, moments, send
from tests.year.world import COUNTRIES, Customer
from tests.year.year import Year

BACKDATED_DAYS_MAX = 50  # so that most of them fall into a month that is closed
LATE_DAYS_MAX = 80


def order(year: Year) -> bool:
    customer = year.customer()
    return _order(year, customer, year.world.now)


def order_backdated(year: Year) -> bool:
    """It was asked for weeks ago, and is entered now under the day on which it was asked."""
    return _order(year, year.customer(), _weeks_ago(year))


def _order(year: Year, customer: Customer, asked_at: datetime) -> bool:
    ours = [offer for offer in year.world.offers if offer.operator_id == customer.operator.id]
    subscription = subscriptions.place_order(
        actor=SYSTEM_ACTOR, customer_id=customer.party.id, offer_id=year.random.choice(ours).id,
        starts_on=today(customer.party, asked_at), key=year.key(), now=asked_at,
        integrator_id=customer.integrator.id if customer.integrator else None,
    )  # fmt: skip
    _assign(year, subscription, customer, asked_at)
    return True


def add_seats(year: Year) -> bool:
    return _seats_added(year, year.world.now)


def add_seats_backdated(year: Year) -> bool:
    return _seats_added(year, _weeks_ago(year))


def _seats_added(year: Year, asked_at: datetime) -> bool:
    if (subscription := _running(year)) is None:
        return False
    _assign(year, subscription, year.customer_of(subscription), asked_at)
    return True


def _assign(year: Year, subscription: Subscription, customer: Customer, asked_at: datetime) -> None:
    """Now and then a number that works for two companies."""
    numbers = year.random.sample(customer.numbers, year.random.randint(1, 5))
    if year.random.random() < 0.15:
        numbers.append(year.random.choice(year.world.customers).numbers[0])
    subscriptions.assign_seats(
        actor=SYSTEM_ACTOR, subscription_id=subscription.id, numbers=numbers, now=asked_at,
        starts_on=today(customer.party, asked_at) + timedelta(days=year.random.choice([0, 0, 3])),
    )  # fmt: skip


def end_seats(year: Year) -> bool:
    return _seats_ended(year, year.world.now)


def end_seats_backdated(year: Year) -> bool:
    return _seats_ended(year, _weeks_ago(year))


def _seats_ended(year: Year, asked_at: datetime) -> bool:
    if (subscription := _running(year)) is None:
        return False
    customer = year.customer_of(subscription)
    ended = subscriptions.end_seats(
        actor=SYSTEM_ACTOR, subscription_id=subscription.id, numbers=year.random.sample(customer.numbers, 3),
        ends_on=today(customer.party, asked_at), now=asked_at,
    )  # fmt: skip
    return ended > 0


def suspend(year: Year) -> bool:
    """For some days, or until somebody resumes it; sometimes told of weeks later."""
    if (subscription := _running(year)) is None:
        return False
    asked_at = year.random.choice([year.world.now, _weeks_ago(year)])
    day = today(subscription.customer, asked_at)
    subscriptions.suspend(
        actor=SYSTEM_ACTOR, subscription_id=subscription.id, starts_on=day, reason="Holidays", now=asked_at,
        ends_on=year.random.choice([None, day + timedelta(days=9)]),
    )  # fmt: skip
    return True


def resume(year: Year) -> bool:
    if (subscription := year.any(_known().filter(suspensions__ends_on=None, ends_on=None))) is None:
        return False
    if not subscription.suspensions.exists():
        return False
    subscriptions.resume(
        actor=SYSTEM_ACTOR, subscription_id=subscription.id, now=year.world.now,
        resumes_on=today(subscription.customer, year.world.now),
    )  # fmt: skip
    return True


def change_plan(year: Year) -> bool:
    if (subscription := _running(year)) is None:
        return False
    same_app = Offer.objects.filter(app=subscription.app, operator=subscription.operator)
    other = same_app.exclude(id=subscription.offer_id).order_by("id")[0]
    asked_at = year.random.choice([year.world.now, _weeks_ago(year)])
    subscriptions.change_offer(
        actor=SYSTEM_ACTOR, subscription_id=subscription.id, offer_id=other.id, key=year.key(), now=asked_at,
        starts_on=today(subscription.customer, asked_at),
    )  # fmt: skip
    return True


def cancel(year: Year) -> bool:
    if (subscription := _running(year)) is None:
        return False
    asked_at = year.random.choice([year.world.now, _weeks_ago(year)])
    day = today(subscription.customer, asked_at) + timedelta(days=year.random.choice([0, 10]))
    subscriptions.cancel(actor=SYSTEM_ACTOR, subscription_id=subscription.id, ends_on=day, now=asked_at)
    return True


# --- by operators and their partners --------------------------------------------------------------


def new_customer(year: Year) -> bool:
    customer = year.world.add_customer(year.operator())
    return _order(year, customer, year.world.now)


def new_price(year: Year) -> bool:
    """From some day on, in the middle of a month."""
    offer = year.random.choice(year.world.offers)
    price = year.world.price(offer.operator, offer.app, year.random.choice(KINDS_IN_TURN))
    starts_on = today(offer.operator, year.world.now) + timedelta(days=year.random.randint(0, 20))
    catalog.set_price(
        actor=SYSTEM_ACTOR, offer_id=offer.id, price=price, starts_on=starts_on, now=year.world.now
    )
    return True


def new_terms(year: Year) -> bool:
    """Of the running month, which isn't closed yet, or of the next."""
    operator = year.operator()
    agreement = year.any(Agreement.objects.filter(operator=operator, payer=operator))
    assert agreement is not None
    month = Month.of(today(operator, year.world.now))
    party.add_terms(
        SYSTEM_ACTOR, agreement=agreement, terms=year.world.terms(operator, year.random.randrange(100)),
        starts_on=year.random.choice([month, month.next()]).first_day, now=year.world.now,
    )  # fmt: skip
    return True


def new_tax_rate(year: Year) -> bool:
    operator = year.operator()
    country = next(one for one in COUNTRIES if one.currency == operator.currency)
    tax_class = year.random.choice(sorted(country.taxes))
    set_tax_rate(
        actor=SYSTEM_ACTOR, operator=operator, place=country.code, tax_class=tax_class, now=year.world.now,
        starts_on=today(operator, year.world.now) + timedelta(days=year.random.randint(0, 40)),
        rate_bp=year.random.choice([300, 500, 700, 1_900]), inclusive=country.inclusive,
    )  # fmt: skip
    return True


# --- usage ----------------------------------------------------------------------------------------


def use(year: Year) -> bool:
    """What was used of one subscription in the last days: most of it is sent, some kept back."""
    if (subscription := _running(year)) is None:
        return False
    numbers = list(subscription.seats.values_list("number", flat=True).order_by("id"))
    span = moments(
        year.random, year.world.now - timedelta(days=6), year.world.now, year.random.randint(2, 30)
    )
    kept_back: list[Event] = []
    events: list[Event] = []
    for event in draw(year.random, subscription, numbers, span):
        (kept_back if year.random.random() < 0.15 else events).append(event)
    year.kept_back += kept_back
    return _taken(year, events) == len(events) > 0


def use_late(year: Year) -> bool:
    """Mostly of months that are closed by now."""
    events, year.kept_back = _young(year, year.kept_back), []
    year.sent_late = [*year.sent_late, *events]
    return _taken(year, events) == len(events) > 0


def use_again(year: Year) -> bool:
    """The sender didn't hear the answer: nothing counts twice."""
    events = _young(year, year.sent_late)
    assert _taken(year, events) == 0
    return bool(events)


def _young(year: Year, events: Sequence[Event]) -> list[Event]:
    """Those that the intake still takes."""
    oldest = year.world.now - timedelta(days=LATE_DAYS_MAX)
    return [event for event in events if datetime.fromisoformat(event["time"]) > oldest]


def _taken(year: Year, events: Sequence[Event]) -> int:
    if not events:
        return 0
    receipt = send(year.database_url, year.world.clock, year.world.apps, events)
    assert not receipt.refused
    return receipt.accepted


def redeem_code(year: Year) -> bool:
    """Of those whose price has one, by who hasn't redeemed any yet."""
    waiting = _known().filter(ends_on=None, redemptions=None).order_by("id")
    asked = [(held, code) for held in waiting for code in _codes(year, held)]
    if not asked:
        return False
    held, code = year.random.choice(asked)
    coupons.redeem(actor=SYSTEM_ACTOR, subscription_id=held.id, code=code, now=year.world.now)
    return True


def _codes(year: Year, held: Subscription) -> list[str]:
    price = price_in_force(held.offer_id, max(today(held.customer, year.world.now), held.starts_on))
    items = pricing_of(price).items if price else ()
    return [item.params.redeem for item in items if isinstance(item.params, Coupon) and item.params.redeem]


# --- whom it is about -----------------------------------------------------------------------------


def _known() -> QuerySet[Subscription]:
    return Subscription.objects.exclude(ends_on=F("starts_on")).select_related("customer", "app", "operator")


def _running(year: Year) -> Subscription | None:
    return year.any(_known().filter(ends_on=None))


def _weeks_ago(year: Year) -> datetime:
    return year.world.now - timedelta(days=year.random.randint(1, BACKDATED_DAYS_MAX))


TRADING = (
    (order, 6), (order_backdated, 2), (add_seats, 6), (add_seats_backdated, 3), (end_seats, 3),
    (end_seats_backdated, 2), (suspend, 2), (resume, 5), (change_plan, 2), (cancel, 1), (new_customer, 1),
    (new_price, 2), (new_terms, 1), (new_tax_rate, 1), (use, 14), (use_late, 2), (use_again, 1),
    (redeem_code, 3),
)  # fmt: skip
