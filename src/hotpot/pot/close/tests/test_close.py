"""The close as a whole: once, again, together with another, refused, dry, half-way."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpot.conftest import make_agreement, make_party
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.pricing import Coupon, Fee, Item, Pricing
from hotpot.pot.close import booking
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.close.models import CloseRun, Touched
from hotpot.pot.close.rules import CloseFigures, Step
from hotpot.pot.close.tests.trade import (
    LONG_AGO,
    Market,
    make_bare_market,
    make_offer,
    make_subscription,
)
from hotpot.pot.events.models import EventRow
from hotpot.pot.ledger.models import Account, Entry, Posting
from hotpot.pot.party.models import AgreementVersion
from hotpot.pot.party.terms import MICRO
from hotpot.pot.rating.models import Charge
from hotpot.pot.settlement.models import Share, Statement, StatementLine
from hotpot.pot.subscription.models import Seat

OCTOBER = Month(2026, 10)
AFTER = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
BOOKED = (
    Charge, Bill, BillLine, Share, Statement, StatementLine, Entry, Posting, Account, EventRow,
)  # fmt: skip


@pytest.fixture
def market(db: None) -> Market:
    """The book's agreement, a developer with 20 %, three seats."""
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, fixed_minor=500, starts_on=LONG_AGO)
    make_agreement(market.operator, market.developer, share_bp=2000, starts_on=LONG_AGO)
    offer = make_offer(market, prices={LONG_AGO: 1500})
    make_subscription(market, offer, seats=[(LONG_AGO, None)] * 2 + [(date(2026, 10, 17), None)])
    return market


def close(market: Market, month: Month = OCTOBER, now: datetime = AFTER, **options: Any) -> CloseFigures:
    (figures,) = close_month(month, operator_ids=[market.operator.id], now=now, **options)
    return figures


def counts() -> list[int]:
    return [model._default_manager.count() for model in BOOKED]


def test_what_is_booked(market: Market) -> None:
    figures = close(market)
    assert (figures.state, figures.problem, figures.warnings) == ("done", "", ())
    (sums,) = figures.sums
    assert (sums.seats, sums.charged_minor, sums.billed_minor) == (3, 3726, 3726)
    assert (sums.operator_minor, sums.partners_minor, sums.stated_minor) == (1740, 1986, 1986)
    bill = Bill.objects.get(customer=market.customer)
    assert (bill.number, bill.total_minor, bill.period) == (1, 3726, date(2026, 10, 1))
    line = bill.lines.get()
    assert (line.seats, line.quantity, line.basis) == (3, 77, 31)
    balances = dict(Account.objects.values_list("code", "balance"))
    operator = market.operator.id
    assert balances == {
        f"operator:{operator}:receivable:{market.customer.id}:CNY": 3726,
        f"operator:{operator}:revenue:CNY": -1740,
        f"operator:{operator}:payable:{market.integrator.id}:CNY": -1241,
        f"operator:{operator}:payable:{market.developer.id}:CNY": -745,
    }
    totals = dict(Statement.objects.values_list("partner__kind", "total_minor"))
    assert totals == {"integrator": 1241, "developer": 745}
    types = sorted(EventRow.objects.values_list("type", flat=True))
    assert types == ["billing.bill.issued", "close.month.closed"] + ["settlement.statement.issued"] * 2
    assert check_books().right


def test_again_changes_nothing(market: Market) -> None:
    close(market)
    before = counts()
    again = close(market)
    assert counts() == before
    assert again.sums == ()


def test_a_later_seat_is_billed_by_the_next_run(market: Market) -> None:
    close(market)
    subscription = market.customer.subscriptions.get()
    make_subscription(
        market,
        make_offer(market, prices={LONG_AGO: 3100}),
        seats=[(date(2026, 10, 31), None)],
    )
    figures = close(market)
    assert [sums.charged_minor for sums in figures.sums] == [100]
    assert list(Bill.objects.order_by("number").values_list("number", "total_minor")) == [
        (1, 3726),
        (2, 100),
    ]
    assert Charge.objects.filter(subscription=subscription).count() == 3
    assert check_books().right


def test_a_close_may_give_back_only(market: Market) -> None:
    """No bill at all among its papers, only a credit note."""
    close(market)
    Seat.objects.filter(subscription__customer=market.customer).update(ends_on=F("starts_on"))
    figures = close(market)
    assert [sums.billed_minor for sums in figures.sums] == [-3726]
    note = Bill.objects.get(kind="credit_note")
    assert (note.number, note.total_minor, note.lines.count()) == (1, -3726, 1)
    assert check_books().right


def test_what_is_off_fees_in_advance_is_off_once(market: Market) -> None:
    """November's fee is charged by October's close, less the coupon; a second close finds both booked."""
    offer = make_offer(market, prices={})
    fee = Item("seats", Fee(amount_minor=1000), advance=True)
    store_price(offer, Pricing("CNY", (fee, Item("off", Coupon(rate_bp=1000, periods=None)))), LONG_AGO)
    subscription = make_subscription(market, offer, seats=[(LONG_AGO, None)])
    figures = close(market)
    assert [sums.charged_minor for sums in figures.sums] == [3726 + 2 * 900]
    Touched.objects.create(operator=market.operator, subscription_id=subscription.id, since=LONG_AGO)
    assert close(market).sums == ()


def test_a_dry_run_leaves_no_row(market: Market) -> None:
    before = [*counts(), CloseRun.objects.count()]
    figures = close(market, dry_run=True, now=datetime(2026, 10, 5, tzinfo=UTC))
    assert [sums.charged_minor for sums in figures.sums] == [3726]
    assert [(bill.party_id, bill.minor) for bill in figures.bills] == [(market.customer.id, 3726)]
    assert [*counts(), CloseRun.objects.count()] == before


def test_a_month_ends_where_the_customer_is(market: Market) -> None:
    far = make_party("customer", time_zone="Pacific/Honolulu")
    make_subscription(market, make_offer(market, prices={LONG_AGO: 700}), seats=[], customer=far)
    early = close(market, now=datetime(2026, 11, 1, 9, 59, tzinfo=UTC))
    assert early.state == "refused"
    assert far.name in early.problem
    assert "2026-11-01 10:00 UTC" in early.problem
    assert Charge.objects.count() == 0
    assert close(market, now=datetime(2026, 11, 1, 10, 0, tzinfo=UTC)).state == "done"


@pytest.mark.django_db
def test_a_partner_without_agreement_gets_nothing_and_is_named() -> None:
    market = make_bare_market()
    make_subscription(market, make_offer(market, prices={LONG_AGO: 1500}), seats=[(LONG_AGO, None)])
    figures = close(market)
    assert len(figures.warnings) == 2
    assert any(market.developer.name in warning and "15.00 CNY" in warning for warning in figures.warnings)
    assert Share.objects.get().party == market.operator


def test_terms_of_the_first_day_hold_for_the_whole_month(market: Market) -> None:
    agreement = market.integrator.agreements.get()
    for day, fixed in ((date(2026, 10, 1), 600), (date(2026, 10, 2), 900)):
        AgreementVersion.objects.create(
            agreement=agreement, starts_on=day, written_at=AFTER, currency="CNY",
            model="unit", params={"unit_micro": fixed * MICRO},
        )  # fmt: skip
    close(market)
    assert Statement.objects.get(partner=market.integrator).total_minor == 600 * 77 // 31


def test_terms_for_the_app_go_first(market: Market) -> None:
    app = market.customer.subscriptions.get().app_id
    make_agreement(market.operator, market.integrator, app_id=app, share_bp=100, starts_on=LONG_AGO)
    close(market)
    assert Statement.objects.get(partner=market.integrator).total_minor == 37


def test_numbers_go_on_without_gap(market: Market) -> None:
    for customer in (make_party("customer"), make_party("customer")):
        make_subscription(
            market,
            market.customer.subscriptions.get().offer,
            seats=[(date(2026, 11, 1), None)],
            customer=customer,
        )
    close(market)
    close(market, Month(2026, 11), datetime(2026, 12, 1, tzinfo=UTC))
    assert list(Bill.objects.order_by("id").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert check_books().right


def test_progress_is_told(market: Market) -> None:
    told: list[tuple[str, Step]] = []
    close(market, progress=lambda operator, step, _bp: told.append((operator, step)))
    assert told == [(market.operator.slug, step) for step in Step]
    run = CloseRun.objects.get()
    assert (run.state, run.step, run.done_bp) == ("done", "done", 10_000)


def test_a_run_that_was_killed_is_told_so(market: Market) -> None:
    killed = CloseRun.objects.create(
        operator=market.operator, period=OCTOBER.first_day, started_at=AFTER, step=Step.BOOKING
    )
    assert close(market).state == "done"
    killed.refresh_from_db()
    assert killed.state == "failed"


def test_a_failure_half_way_leaves_nothing(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(booking, "_store_statements", fail)
        with pytest.raises(OSError, match="disk is full"):
            close(market)
    assert counts() == [0] * len(BOOKED)
    assert CloseRun.objects.get().state == "failed"
    assert close(market).state == "done"
    assert check_books().right


@pytest.mark.django_db(transaction=True)
def test_two_closes_at_once_book_once() -> None:
    """Two connections: each commits, so that the deferred rules of the database speak too."""
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, fixed_minor=500, starts_on=LONG_AGO)
    make_subscription(market, make_offer(market, prices={LONG_AGO: 1500}), seats=[(LONG_AGO, None)] * 5)
    found: list[CloseFigures] = []
    gate = threading.Barrier(2)

    def run() -> None:
        try:
            gate.wait()
            found.append(close(market))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    booked = [figures for figures in found if figures.sums]
    assert len(booked) == 1
    (other,) = [figures for figures in found if not figures.sums]
    assert other.state == "done" or "is running" in other.problem
    assert Bill.objects.get().total_minor == 7500
    assert check_books().right


days = st.integers(0, 45).map(lambda day: date.fromordinal(date(2026, 9, 20).toordinal() + day))
spans = st.tuples(days, st.one_of(st.none(), st.integers(0, 40))).map(
    lambda span: (span[0], None if span[1] is None else date.fromordinal(span[0].toordinal() + span[1]))
)


# A part of a smaller fee may be less than half a minor unit, which is charged as nothing.
fees = st.just(0) | st.integers(1_000, 10**9)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seats=st.lists(spans, min_size=1, max_size=5),
    suspended=st.lists(spans, max_size=3),
    fees=st.lists(st.tuples(days, fees), max_size=4, unique_by=lambda fee: fee[0]),
    share_bp=st.tuples(st.integers(0, 5000), st.integers(0, 5000)),
    runs=st.lists(st.sampled_from(["september", "october"]), min_size=2, max_size=4),
)
def test_no_cent_is_made_or_lost(
    seats: list[Any], suspended: list[Any], fees: list[Any], share_bp: tuple[int, int], runs: list[str]
) -> None:
    """Any seats, suspensions and prices, closed in any order and often: the books stay right."""
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, share_bp=share_bp[0], starts_on=LONG_AGO)
    make_agreement(market.operator, market.developer, share_bp=share_bp[1], starts_on=LONG_AGO)
    offer = make_offer(market, prices={LONG_AGO: 1500, **dict(fees)})
    make_subscription(market, offer, seats=seats, suspended=suspended)
    for run in runs:
        month = Month(2026, 9 if run == "september" else 10)
        assert close(market, month).problem == ""
    assert check_books().findings == []
    closed = {Month(2026, 9 if run == "september" else 10) for run in runs}
    prices = {LONG_AGO: 1500, **dict(fees)}
    assert charged_days(market) == expected_days(seats, suspended, prices, closed)


def charged_days(market: Market) -> int:
    return sum(Charge.objects.filter(customer=market.customer).values_list("quantity", flat=True))


def expected_days(seats: list[Any], suspended: list[Any], prices: dict[date, int], months: set[Month]) -> int:
    """Day by day, as slowly as one can: a day counts where a seat is there, not suspended, not free."""
    found = 0
    for month in months:
        for number in range(month.days):
            day = date.fromordinal(month.first_day.toordinal() + number)
            fee = prices[max(start for start in prices if start <= day)]
            if fee and not any(covers(span, day) for span in suspended):
                found += sum(covers(span, day) for span in seats)
    return found


def covers(span: tuple[date, date | None], day: date) -> bool:
    return span[0] <= day and (span[1] is None or day < span[1])
