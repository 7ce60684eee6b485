"""What another price would have brought on a month that is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.rating.models import Charge
from hotpot.pot.rating.queries import tenants, usage
from hotpot.pot.rating.rules import Version
from hotpot.pot.rating.running import charged
from hotpot.pot.subscription.models import Subscription


@dataclass(frozen=True, slots=True)
class Simulated:
    """One customer: what the new price would have brought, and what was booked without credits."""

    customer_id: int
    customer: str
    new_minor: int
    booked_minor: int
    currency: str

    @property
    def difference_minor(self) -> int:
        return self.new_minor - self.booked_minor


Tell = Callable[[int], None]  # how far it is, in basis points


def simulate(
    offer: Offer, price: Pricing, month: Month, *, tell: Tell = lambda _done_bp: None
) -> list[Simulated]:
    """By customer, all subscriptions of the offer in that month as if `price` had always been its price."""
    tell(0)
    with as_system():
        held = Subscription.objects.filter(offer=offer, starts_on__lte=month.last_day)
        held = held.exclude(ends_on__lte=month.first_day)
        names = dict(held.values_list("customer_id", "customer__name"))
        booked = _booked(list(held.values_list("id", flat=True)), month, price.currency)
    tell(1_000)
    new = _new(offer, price, month, list(held.values_list("id", flat=True)), tell)
    return [
        Simulated(customer, names[customer], new.get(customer, 0), booked.get(customer, 0), price.currency)
        for customer in sorted(names, key=lambda one: names[one])
    ]


def _new(offer: Offer, price: Pricing, month: Month, ids: list[int], tell: Tell) -> Mapping[int, int]:
    found: dict[int, int] = defaultdict(int)
    if not ids:
        return found
    as_if = []
    for place, one in enumerate(tenants(Subscription.objects.filter(id__in=ids))):
        # An item is of one price: tiers are looked up by it alone, so each subscription has items of its own.
        items = dict(enumerate(price.items, 1 + place * len(price.items)))
        version = Version(one.held.starts, price.currency, items)
        as_if.append(replace(one, held=replace(one.held, versions=(version,))))
    customers = {one.held.id: one.customer for one in as_if}
    tell(3_000)
    events = usage([offer.app_id], [month])
    tell(5_000)
    for row in charged(as_if, events, [month]):
        found[customers[row[0]]] += row[6]
    return found


def _booked(ids: list[int], month: Month, currency: str) -> Mapping[int, int]:
    found: dict[int, int] = defaultdict(int)
    rows = Charge.objects.filter(subscription_id__in=ids, period=month.first_day, currency=currency)
    for customer, amount in rows.values_list("customer_id", "amount_minor"):
        found[customer] += amount
    return found
