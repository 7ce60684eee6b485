"""What a close finds: offers, prices, subscriptions, seats, written straight into their tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from hotpot.conftest import make_party
from hotpot.kernel.money import Money
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.models import App, Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.metering import segments
from hotpot.pot.metering.models import Meter, Segment
from hotpot.pot.metering.queries import watermark
from hotpot.pot.party.models import Party
from hotpot.pot.subscription.models import Order, Seat, Subscription, Suspension

LONG_AGO = date(2020, 1, 1)
WRITTEN = datetime(2020, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_words = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Market:
    """The four parties of a subscription; no agreement between them yet."""

    operator: Party
    integrator: Party
    developer: Party
    customer: Party


def make_bare_market(currency: str = "CNY", time_zone: str = "Asia/Shanghai") -> Market:
    kinds = ("operator", "integrator", "developer", "customer")
    return Market(*(make_party(kind, currency=currency, time_zone=time_zone) for kind in kinds))


def make_offer(
    market: Market, *, prices: Mapping[date, int], currency: str = "CNY", app_id: str = ""
) -> Offer:
    """An app of the market's developer, sold by its operator; prices in minor units by their first day."""
    word = app_id or f"app-{next(_words)}"
    app, _ = App.objects.get_or_create(
        id=word,
        defaults={
            "developer": market.developer, "name": word, "icon": "check", "manifest": {},
            "listed_at": WRITTEN,
        },
    )  # fmt: skip
    offer = Offer.objects.create(
        app=app, operator=market.operator, name=f"Offer {next(_words)} of {word}", made_at=WRITTEN
    )
    for day, fee_minor in prices.items():
        store_price(offer, Pricing.monthly(Money(fee_minor, currency)), day)
    return offer


def make_subscription(
    market: Market,
    offer: Offer,
    *,
    seats: Iterable[tuple[date, date | None]],
    customer: Party | None = None,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
    suspended: Iterable[tuple[date, date | None]] = (),
    direct: bool = False,
    number: str = "",
) -> Subscription:
    """Seats and suspensions as spans, ends exclusive. `direct` leaves the integrator out.

    Each seat has a number of its own unless one is given.
    """
    customer = customer or market.customer
    order = Order.objects.create(
        customer=customer, offer=offer, placed_by_party=customer, placed_at=WRITTEN, starts_on=starts_on,
        key=f"order-{next(_words)}",
    )  # fmt: skip
    subscription = Subscription.objects.create(
        order=order, app=offer.app, offer=offer, customer=customer, operator=market.operator,
        integrator=None if direct else market.integrator, developer=market.developer,
        starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    for start, end in suspended:
        Suspension.objects.create(
            subscription=subscription, starts_on=start, ends_on=end, reason="unpaid", suspended_at=WRITTEN
        )
    Seat.objects.bulk_create(
        Seat(
            subscription=subscription, customer=customer, number=number or f"+8613{next(_words):09d}",
            starts_on=start, ends_on=end, assigned_at=WRITTEN,
        )
        for start, end in seats
    )  # fmt: skip
    return subscription


def make_meter(offer: Offer, code: str, aggregation: str = "sum") -> Meter:
    return Meter.objects.create(
        app=offer.app, code=code, event_type=f"{code}.used", aggregation=aggregation,
        field="" if aggregation == "count" else "quantity", unit="one", made_at=WRITTEN,
    )  # fmt: skip


def use(meter: Meter, *uses: tuple[str, datetime, int]) -> None:
    """Events of (subject, time, whole units), come together now: above all that came before."""
    first = watermark() + 1
    subjects = [subject for subject, _, _ in uses]
    times = [(time - EPOCH) // timedelta(microseconds=1) for _, time, _ in uses]
    quantities = [units * 1_000_000 for _, _, units in uses]
    usage = pa.table(
        [range(len(uses)), [meter.id] * len(uses), subjects, times, quantities], schema=segments.USAGE
    )
    Segment.objects.create(
        first_event=first, last_event=first + len(uses) - 1, received_at=WRITTEN, oldest_us=min(times),
        newest_us=max(times), keys=bytes(16 * len(uses)), events=b"", usage=segments.pack(usage),
    )  # fmt: skip
