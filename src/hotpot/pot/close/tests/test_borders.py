"""Where a day and a month begin: closes of customers from UTC-10 to UTC+14, against each zone's own clock.

What is expected goes the other way than the plans: from an instant to the customer's wall clock, by zoneinfo.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from hotpot.conftest import make_agreement, make_party
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import BillLine
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.pricing import MICRO, Fee, Item, Pricing, Unit
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.close.tests.trade import (
    LONG_AGO,
    Market,
    make_bare_market,
    make_meter,
    make_offer,
    make_subscription,
    use,
)
from hotpot.pot.ledger.models import Account
from hotpot.pot.metering.models import Meter
from hotpot.pot.party.models import Party
from hotpot.pot.settlement.models import Statement

pytestmark = pytest.mark.django_db

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
Line = tuple[date, int]  # the month of its period, and the price of a unit in minor units

# Zone -> the day on which something happens to its clock.
AUTUMN = {
    "Pacific/Honolulu": date(2026, 10, 31),  # UTC-10; nothing ever happens
    "Asia/Kathmandu": date(2026, 10, 31),  # UTC+5:45
    "Pacific/Kiritimati": date(2026, 10, 31),  # UTC+14
    "Europe/London": date(2026, 10, 25),  # 25 hours
    "America/New_York": date(2026, 11, 1),  # 25 hours, on the first of a month
    "America/Havana": date(2026, 11, 1),  # its midnight comes twice, on the first of a month
    "Australia/Lord_Howe": date(2026, 10, 4),  # 23 hours and a half
    "Africa/Cairo": date(2026, 10, 29),  # its last hour comes twice
}
SPRING = {
    "Europe/London": date(2026, 3, 29),  # 23 hours
    "Asia/Beirut": date(2026, 3, 29),  # no midnight: the day begins at 01:00
}
FEE = 10_000_000


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer whose units cost 1 until the day, 2 on it, and 3 after it."""

    zone: ZoneInfo
    day: date
    customer: Party
    subject: str
    meter: Meter

    def line(self, instant: datetime) -> Line:
        """The customer's clock says which month it is, and which day."""
        local = instant.astimezone(self.zone).date()
        return local.replace(day=1), 1 + (local >= self.day) + (local > self.day)

    def fee(self) -> int:
        """For the whole day, of the seconds of its month."""
        first = self.day.replace(day=1)
        days = (self.day, self.day + DAY, first, Month.of(first).next().first_day)
        begins, ends, opens, closes = (first_instant(day, self.zone) for day in days)
        return half_up(Fraction((ends - begins) // SECOND * FEE, (closes - opens) // SECOND))

    def instants(self) -> list[datetime]:
        """Around each midnight that matters, and through the whole of the day by the quarter of an hour."""
        first = self.day.replace(day=1)
        midnights = [first - DAY, first, self.day, self.day + DAY, Month.of(first).next().first_day]
        borders = [first_instant(day, self.zone) for day in midnights]
        near = [border + step for border in borders for step in (-HOUR, -SECOND, SECOND * 0, SECOND, HOUR)]
        begins = first_instant(self.day, self.zone) - HOUR
        return near + [begins + quarter * HOUR / 4 for quarter in range(110)]


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Found by walking: the first second at which the zone's clock shows the day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - 16 * HOUR
    low, high = 0, 32 * 60 * 60
    while low < high:
        middle = (low + high) // 2
        if (start + middle * SECOND).astimezone(zone).date() < day:
            low = middle + 1
        else:
            high = middle
    return start + low * SECOND


def half_up(amount: Fraction) -> int:
    return math.floor(amount + Fraction(1, 2))


def make_buyer(market: Market, zone: str, day: date) -> Buyer:
    """With one seat, for the day alone, whose fee is by the second."""
    offer = make_offer(market, prices={})
    for price, starts_on in enumerate((LONG_AGO, day, day + DAY), 1):
        items = (
            Item("messages", Unit(price_micro=price * MICRO), meter="messages"),
            Item("seats", Fee(amount_minor=FEE, proration="second")),
        )
        store_price(offer, Pricing("CNY", items), starts_on)
    customer = make_party("customer", time_zone=zone)
    held = make_subscription(market, offer, seats=[(day, day + DAY)], customer=customer)
    return Buyer(ZoneInfo(zone), day, customer, f"subscription:{held.id}", make_meter(offer, "messages"))


def close(market: Market, month: Month) -> None:
    (figures,) = close_month(month, operator_ids=[market.operator.id], now=datetime(2029, 1, 1, tzinfo=UTC))
    assert figures.problem == ""


def make_shared_market(currency: str = "CNY") -> Market:
    market = make_bare_market(currency)
    make_agreement(market.operator, market.integrator, share_bp=3_333, starts_on=LONG_AGO)
    make_agreement(market.operator, market.developer, share_bp=2_000, starts_on=LONG_AGO)
    return market


@pytest.mark.parametrize(("clocks", "months"), [(AUTUMN, (10, 11)), (SPRING, (3,))], ids=["autumn", "spring"])
def test_days_and_months_begin_by_the_customers_clock(
    db: None, clocks: dict[str, date], months: tuple[int, ...]
) -> None:
    """Each event is billed by the month and price of its day there, and the seat by its day's length."""
    market = make_shared_market()
    buyers = [make_buyer(market, zone, day) for zone, day in clocks.items()]
    for buyer in buyers:
        use(buyer.meter, *((buyer.subject, instant, 1) for instant in buyer.instants()))
    closed = [Month(2026, number) for number in months]
    for month in closed:
        close(market, month)
    for buyer in buyers:
        expected = Counter(
            line for instant in buyer.instants() if Month.of((line := buyer.line(instant))[0]) in closed
        )
        billed: Counter[Line] = Counter()
        for row in BillLine.objects.filter(bill__customer=buyer.customer, item__code="messages"):
            price = row.item.params["price_micro"] // MICRO
            billed[row.period, price] += row.net_minor // price
        assert billed == expected, buyer.zone
        seat = BillLine.objects.get(bill__customer=buyer.customer, item__code="seats")
        assert (seat.period, seat.net_minor) == (buyer.day.replace(day=1), buyer.fee()), buyer.zone
    assert check_books().findings == []


@pytest.mark.parametrize(
    ("currency", "fee_minor", "shown"),
    [("JPY", 1_000, "483"), ("KWD", 10_000, "4.828"), ("CNY", 100_000, "482.76")],
)
def test_a_leap_day_is_a_part_of_its_february_in_every_currency(
    db: None, currency: str, fee_minor: int, shown: str
) -> None:
    """14 of 29 days, from 16 February 2028 on; a leap day by itself; and the whole month after."""
    market = make_shared_market(currency)
    offer = make_offer(market, prices={LONG_AGO: fee_minor}, currency=currency)
    leap_day = date(2028, 2, 29)
    make_subscription(market, offer, seats=[(date(2028, 2, 16), None)])
    other = make_party("customer", currency=currency)
    make_subscription(market, offer, seats=[(leap_day, leap_day + DAY)], customer=other, direct=True)
    close(market, Month(2028, 2))
    close(market, Month(2028, 3))
    half, day = (half_up(Fraction(fee_minor * days, 29)) for days in (14, 1))
    assert str(Money(half, currency).major) == shown
    assert sorted(BillLine.objects.values_list("net_minor", flat=True)) == sorted([half, day, fee_minor])
    paid = Statement.objects.filter(partner=market.integrator, currency=currency)
    shared = sum(paid.values_list("total_minor", flat=True))
    assert abs(shared - Fraction(3_333 * (half + fee_minor), 10_000)) < 2  # whole units of each month
    balances = dict(Account.objects.values_list("code", "balance"))
    operator = f"operator:{market.operator.id}"
    assert balances[f"{operator}:receivable:{market.customer.id}:{currency}"] == half + fee_minor
    assert balances[f"{operator}:receivable:{other.id}:{currency}"] == day
    assert sum(balances.values()) == 0
    assert check_books().findings == []
