"""What changes after its month was closed comes on the next bill, as an adjustment of the earlier period."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from hotpot.conftest import make_agreement, make_party
from hotpot.entry.commands import close as command
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Bundle, Fee, Item, Pricing, Unit
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.close.tests.trade import (
    LONG_AGO,
    WRITTEN,
    Market,
    make_bare_market,
    make_meter,
    make_offer,
    make_subscription,
    use,
)
from hotpot.pot.metering.models import Meter
from hotpot.pot.party.models import Party
from hotpot.pot.settlement.models import Statement
from hotpot.pot.subscription.models import Seat, Subscription

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (Month(2026, number) for number in (9, 10, 11, 12))
NOW = datetime(2027, 1, 2, tzinfo=UTC)
FEE, MESSAGE = 3100, 2  # a seat and month, of which a day of October is 100; a message
Line = tuple[int, str, int]  # the month of its period, its item, minor units


@pytest.fixture
def market(db: None) -> Market:
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, share_bp=5000)
    make_agreement(market.operator, market.developer, share_bp=2000)
    return market


@pytest.fixture
def offer(market: Market) -> Offer:
    return make_priced(market)


@pytest.fixture
def messages(offer: Offer) -> Meter:
    return make_meter(offer, "messages")


def make_priced(market: Market, *, advance: bool = False, app_id: str = "") -> Offer:
    offer = make_offer(market, prices={}, app_id=app_id)
    unit = Unit(price_micro=MESSAGE * 1_000_000)
    items = (Item("seats", Fee(amount_minor=FEE), advance=advance), Item("messages", unit, meter="messages"))
    store_price(offer, Pricing("CNY", items), LONG_AGO)
    return offer


def close(market: Market, month: Month, customer: Party | None = None) -> None:
    (figures,) = close_month(
        month, operator_ids=[market.operator.id], customer_id=customer.id if customer else None, now=NOW
    )
    assert figures.problem == ""


def require_settled(market: Market, *months: Month) -> None:
    """Closing any of them again books nothing, and the books are right."""
    for month in months:
        (again,) = close_month(month, operator_ids=[market.operator.id], now=NOW)
        assert (again.problem, again.sums) == ("", ()), month
    assert check_books().findings == []


def papers(customer: Party) -> list[tuple[str, int, list[Line]]]:
    """Kind, month and lines of all that the customer got."""
    return [
        (bill.kind, bill.period.month, sorted(
            (line.period.month, line.item.code, line.net_minor) for line in bill.lines.select_related("item")
        ))
        for bill in Bill.objects.filter(customer=customer).order_by("id")
    ]  # fmt: skip


def earned(partner: Party) -> int:
    return sum(Statement.objects.filter(partner=partner).values_list("total_minor", flat=True))


def number_of(subscription: Subscription) -> str:
    return subscription.seats.get().number


def october(day: int) -> datetime:
    return datetime(2026, 10, day, 12, tzinfo=UTC)


def test_late_usage_comes_on_the_next_bill(market: Market, offer: Offer, messages: Meter) -> None:
    number = number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)]))
    use(messages, (number, october(20), 5))
    close(market, OCTOBER)
    use(messages, (number, october(31), 10), (number, datetime(2026, 11, 3, tzinfo=UTC), 1))
    close(market, NOVEMBER)
    assert papers(market.customer) == [
        ("bill", 10, [(10, "messages", 10), (10, "seats", 3100)]),
        ("bill", 11, [(10, "messages", 20), (11, "messages", 2), (11, "seats", 3100)]),
    ]
    assert earned(market.integrator) == (3110 + 3122) // 2
    require_settled(market, OCTOBER, NOVEMBER)


def test_late_usage_may_be_billed_before_the_next_month_ends(
    market: Market, offer: Offer, messages: Meter
) -> None:
    number = number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)]))
    close(market, OCTOBER)
    use(messages, (number, october(1), 7))
    close(market, OCTOBER)
    assert papers(market.customer)[1:] == [("bill", 10, [(10, "messages", 14)])]
    require_settled(market, OCTOBER)
    close(market, NOVEMBER)
    assert papers(market.customer)[2:] == [("bill", 11, [(11, "seats", 3100)])]
    require_settled(market, OCTOBER, NOVEMBER)


def test_usage_of_a_subscription_by_name_may_be_late(market: Market, offer: Offer, messages: Meter) -> None:
    subscription = make_subscription(market, offer, seats=[])
    close(market, OCTOBER)
    assert papers(market.customer) == []
    use(messages, (f"subscription:{subscription.id}", october(9), 50))
    close(market, NOVEMBER)
    assert papers(market.customer) == [("bill", 11, [(10, "messages", 100)])]
    require_settled(market, OCTOBER, NOVEMBER)


def test_the_day_of_late_usage_is_the_customers(market: Market, offer: Offer, messages: Meter) -> None:
    """It is November in Kiritimati when October's last day begins in UTC."""
    far = make_party("customer", time_zone="Pacific/Kiritimati")
    number = number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)], customer=far))
    close(market, OCTOBER)
    close(market, NOVEMBER)
    use(messages, (number, datetime(2026, 10, 31, 9, 59, 59, tzinfo=UTC), 1))
    use(messages, (number, datetime(2026, 10, 31, 10, tzinfo=UTC), 10))
    close(market, DECEMBER)
    assert papers(far)[2:] == [("bill", 12, [(10, "messages", 2), (11, "messages", 20), (12, "seats", 3100)])]
    require_settled(market, DECEMBER)


def test_a_seat_that_ended_earlier_gives_back(market: Market, offer: Offer) -> None:
    """Who has other lines gets less; who sums below zero gets a credit note."""
    subscription = make_subscription(market, offer, seats=[(LONG_AGO, None)] * 2)
    other = make_party("customer")
    gone = make_subscription(market, offer, seats=[(LONG_AGO, None)], customer=other)
    close(market, OCTOBER)
    for seat in (subscription.seats.earliest("id"), gone.seats.get()):
        Seat.objects.filter(id=seat.id).update(ends_on=date(2026, 10, 11))
    close(market, NOVEMBER)
    assert papers(market.customer)[1:] == [("bill", 11, [(10, "seats", -2100), (11, "seats", 3100)])]
    assert papers(other)[1:] == [("credit_note", 11, [(10, "seats", -2100)])]
    note = Bill.objects.get(kind="credit_note")
    assert (note.number, note.total_minor, note.corrects) == (1, -2100, None)
    assert earned(market.developer) == (9300 - 4200 + 3100) * 2 // 10
    require_settled(market, OCTOBER, NOVEMBER)


def test_what_was_given_back_is_charged_again(market: Market, offer: Offer) -> None:
    subscription = make_subscription(market, offer, seats=[(LONG_AGO, None)])
    close(market, OCTOBER)
    for ends_on, kind, line in (
        (date(2026, 10, 11), "credit_note", -2100),
        (date(2026, 11, 1), "bill", 2100),
    ):
        subscription.seats.update(ends_on=ends_on)
        close(market, OCTOBER)
        assert papers(market.customer)[-1] == (kind, 10, [(10, "seats", line)])
    assert earned(market.developer) == 620
    require_settled(market, OCTOBER)


def test_a_fee_in_advance_is_given_back(market: Market) -> None:
    """October's close charges November ahead; the seat ends on the 11th: ten of thirty days are left."""
    subscription = make_subscription(market, make_priced(market, advance=True), seats=[(LONG_AGO, None)])
    close(market, OCTOBER)
    assert papers(market.customer) == [("bill", 10, [(10, "seats", 3100), (11, "seats", 3100)])]
    require_settled(market, OCTOBER)
    subscription.seats.update(ends_on=date(2026, 11, 11))
    close(market, NOVEMBER)
    assert papers(market.customer)[1:] == [("credit_note", 11, [(11, "seats", 1033 - 3100)])]
    close(market, DECEMBER)
    assert len(papers(market.customer)) == 2
    require_settled(market, DECEMBER)


def test_a_fee_in_advance_is_charged_a_month_ahead(market: Market) -> None:
    """Usage isn't: it comes when its month is closed."""
    offer = make_priced(market, advance=True)
    meter = make_meter(offer, "messages")
    number = number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)]))
    use(meter, (number, datetime(2026, 11, 2, tzinfo=UTC), 4))
    close(market, OCTOBER)
    close(market, NOVEMBER)
    assert papers(market.customer) == [
        ("bill", 10, [(10, "seats", 3100), (11, "seats", 3100)]),
        ("bill", 11, [(11, "messages", 8), (12, "seats", 3100)]),
    ]
    require_settled(market, OCTOBER, NOVEMBER)


def test_usage_goes_over_to_a_rival(market: Market, offer: Offer, messages: Meter) -> None:
    """Another customer gets a seat of the same number in the app, from a day in a month that is closed."""
    number = number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)]))
    use(messages, (number, october(10), 5), (number, october(20), 10))
    close(market, OCTOBER)
    rival = make_party("customer")
    make_subscription(market, offer, seats=[(date(2026, 10, 16), None)], customer=rival, number=number)
    close(market, NOVEMBER)
    assert papers(market.customer) == [
        ("bill", 10, [(10, "messages", 30), (10, "seats", 3100)]),
        ("bill", 11, [(10, "messages", -20), (11, "seats", 3100)]),
    ]
    assert papers(rival) == [("bill", 11, [(10, "messages", 20), (10, "seats", 1600), (11, "seats", 3100)])]
    require_settled(market, OCTOBER, NOVEMBER)


def test_usage_goes_over_to_a_rival_who_pays_none(market: Market, offer: Offer, messages: Meter) -> None:
    """The rival's price counts no usage, yet the number's days are the rival's."""
    number = number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)]))
    use(messages, (number, october(20), 10))
    close(market, OCTOBER)
    flat = make_offer(market, prices={LONG_AGO: 0}, app_id=offer.app_id)
    rival = make_party("customer")
    make_subscription(market, flat, seats=[(date(2026, 10, 16), None)], customer=rival, number=number)
    close(market, OCTOBER)
    assert papers(market.customer)[1:] == [("credit_note", 10, [(10, "messages", -20)])]
    require_settled(market, OCTOBER)


def test_a_rival_of_a_rival_keeps_its_usage(market: Market, offer: Offer, messages: Meter) -> None:
    """The second has one number with the first, another with the third, who has its days. The first ends."""
    numbers = "+8613000000001", "+8613000000002"
    second, third = make_party("customer"), make_party("customer")
    first = make_subscription(market, offer, seats=[(LONG_AGO, None)], number=numbers[0])
    both = make_subscription(market, offer, seats=[(LONG_AGO, None)], customer=second, number=numbers[1])
    make_seat(both, numbers[0])
    make_subscription(market, offer, seats=[(LONG_AGO, None)], customer=third, number=numbers[1])
    use(messages, (numbers[0], october(20), 10), (numbers[1], october(20), 3))
    close(market, OCTOBER)
    assert papers(second) == [("bill", 10, [(10, "messages", 20), (10, "seats", 6200)])]
    assert papers(third) == [("bill", 10, [(10, "messages", 6), (10, "seats", 3100)])]
    first.seats.update(ends_on=date(2026, 10, 11))
    close(market, OCTOBER)
    assert (len(papers(second)), len(papers(third))) == (1, 1)
    require_settled(market, OCTOBER)


def make_seat(subscription: Subscription, number: str) -> None:
    Seat.objects.create(
        subscription=subscription, customer=subscription.customer, number=number, starts_on=LONG_AGO,
        assigned_at=WRITTEN,
    )  # fmt: skip


def test_late_usage_goes_to_one_of_two_rivals(market: Market, offer: Offer, messages: Meter) -> None:
    number = number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)]))
    rival = make_party("customer")
    make_subscription(market, offer, seats=[(date(2026, 10, 16), None)], customer=rival, number=number)
    close(market, OCTOBER)
    use(messages, (number, october(10), 5), (number, october(20), 10))
    close(market, OCTOBER, rival)
    assert papers(rival)[1:] == [("bill", 10, [(10, "messages", 20)])]
    close(market, OCTOBER)
    assert papers(market.customer)[1:] == [("bill", 10, [(10, "messages", 10)])]
    require_settled(market, OCTOBER)


def test_usage_goes_over_to_a_rival_of_another_operator(
    market: Market, offer: Offer, messages: Meter
) -> None:
    """Who lost the number is given back what it used; nobody pays twice."""
    number = number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)]))
    use(messages, (number, october(10), 5), (number, october(20), 10))
    close(market, OCTOBER)
    other = Market(
        operator=make_party("operator"),
        integrator=make_party("integrator"),
        developer=market.developer,
        customer=make_party("customer"),
    )
    there = make_priced(other, app_id=offer.app_id)
    make_subscription(other, there, seats=[(date(2026, 10, 16), None)], number=number)
    close(other, OCTOBER)
    assert papers(other.customer) == [("bill", 10, [(10, "messages", 20), (10, "seats", 1600)])]
    close(market, NOVEMBER)
    assert papers(market.customer)[1:] == [("bill", 11, [(10, "messages", -20), (11, "seats", 3100)])]
    require_settled(market, NOVEMBER)
    require_settled(other, OCTOBER)


def test_a_backdated_order_pays_for_months_that_are_closed(market: Market, offer: Offer) -> None:
    make_subscription(market, offer, seats=[(LONG_AGO, None)])
    close(market, SEPTEMBER)
    close(market, OCTOBER)
    late = make_party("customer")
    day = date(2026, 9, 16)
    make_subscription(market, offer, seats=[(day, None)], customer=late, starts_on=day)
    close(market, NOVEMBER)
    assert papers(late) == [("bill", 11, [(9, "seats", 1550), (10, "seats", 3100), (11, "seats", 3100)])]
    assert [lines for _kind, _month, lines in papers(market.customer)] == [
        [(month, "seats", 3100)] for month in (9, 10, 11)
    ]
    require_settled(market, SEPTEMBER, NOVEMBER)


def test_a_price_that_is_corrected_back(market: Market, offer: Offer) -> None:
    """From the 16th of October on a day costs 110 instead of 100: an item of its own, the old one less."""
    make_subscription(market, offer, seats=[(LONG_AGO, None)])
    close(market, OCTOBER)
    store_price(offer, Pricing("CNY", (Item("seats", Fee(amount_minor=3410)),)), date(2026, 10, 16))
    close(market, NOVEMBER)
    assert papers(market.customer)[1:] == [
        ("bill", 11, [(10, "seats", -1600), (10, "seats", 1760), (11, "seats", 3410)])
    ]
    require_settled(market, OCTOBER, NOVEMBER)


def test_one_customer_is_closed_alone(market: Market, offer: Offer, messages: Meter) -> None:
    """It neither closes the month nor takes anything from the whole close, which books the others only."""
    other = make_party("customer")
    for customer in (market.customer, other):
        subscription = make_subscription(market, offer, seats=[(LONG_AGO, None)], customer=customer)
        use(messages, (number_of(subscription), october(5), 3))
    close(market, OCTOBER, other)
    assert papers(market.customer) == []
    billed = [("bill", 10, [(10, "messages", 6), (10, "seats", 3100)])]
    assert papers(other) == billed
    assert check_books().findings == []
    close(market, OCTOBER, other)
    close(market, OCTOBER)
    assert papers(market.customer) == papers(other) == billed
    assert list(Bill.objects.order_by("id").values_list("number", flat=True)) == [1, 2]
    require_settled(market, OCTOBER)


def test_usage_between_a_close_of_one_and_of_all_is_billed_to_both(
    market: Market, offer: Offer, messages: Meter
) -> None:
    other = make_party("customer")
    numbers = [
        number_of(make_subscription(market, offer, seats=[(LONG_AGO, None)], customer=customer))
        for customer in (market.customer, other)
    ]
    close(market, OCTOBER, other)
    use(messages, *((number, october(5), 3) for number in numbers))
    close(market, OCTOBER)
    assert papers(market.customer) == [("bill", 10, [(10, "messages", 6), (10, "seats", 3100)])]
    assert papers(other)[1:] == [("bill", 10, [(10, "messages", 6)])]
    require_settled(market, OCTOBER)


def test_the_command_closes_one_customer(
    market: Market, offer: Offer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(command, "platform", contextlib.nullcontext)
    settings.HOTPOT_CLOCK = SettableClock(NOW)
    other = make_party("customer")
    for customer in (market.customer, other):
        make_subscription(market, offer, seats=[(LONG_AGO, None)], customer=customer)
    said = CliRunner().invoke(command.close, ["2026-10", "--customer", str(other.id)])
    assert said.exit_code == 0
    assert (len(papers(other)), len(papers(market.customer))) == (1, 0)
    assert CliRunner().invoke(command.close, ["2026-10"]).exit_code == 0
    assert (len(papers(other)), len(papers(market.customer))) == (1, 1)
    require_settled(market, OCTOBER)


@pytest.fixture
def bundled(market: Market, offer: Offer) -> Offer:
    """Half price for who has the other offer's app as well."""
    bundled = make_offer(market, prices={})
    half = Item("bundle", Bundle(rate_bp=5000, apps=(offer.app_id,)))
    store_price(bundled, Pricing("CNY", (Item("seats", Fee(amount_minor=FEE)), half)), LONG_AGO)
    return bundled


def test_a_bundle_lasts_when_only_one_of_its_apps_changes(
    market: Market, offer: Offer, bundled: Offer
) -> None:
    make_subscription(market, offer, seats=[(LONG_AGO, None)])
    mine = make_subscription(market, bundled, seats=[(LONG_AGO, None)])
    close(market, OCTOBER)
    Seat.objects.filter(subscription=mine).update(ends_on=date(2026, 10, 16))
    close(market, OCTOBER)
    assert papers(market.customer) == [
        ("bill", 10, [(10, "bundle", -1550), (10, "seats", 3100), (10, "seats", 3100)]),
        ("credit_note", 10, [(10, "bundle", 800), (10, "seats", -1600)]),
    ]
    require_settled(market, OCTOBER)


def test_a_bundle_goes_when_its_other_app_went(market: Market, offer: Offer, bundled: Offer) -> None:
    other = make_subscription(market, offer, seats=[(LONG_AGO, None)])
    make_subscription(market, bundled, seats=[(LONG_AGO, None)])
    close(market, OCTOBER)
    Seat.objects.filter(subscription=other).update(ends_on=date(2026, 10, 31))
    Subscription.objects.filter(id=other.id).update(ends_on=date(2026, 10, 31))
    close(market, OCTOBER)
    assert papers(market.customer)[1:] == [("bill", 10, [(10, "bundle", 1550), (10, "seats", -100)])]
    require_settled(market, OCTOBER)
