"""Cases worked by hand. Read a row as: so much a month, so many days, gives so much, and so it is split."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from hotpot.conftest import make_agreement
from hotpot.kernel.period import Month
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.tests.trade import LONG_AGO, Market, make_bare_market, make_offer, make_subscription
from hotpot.pot.rating.models import Charge
from hotpot.pot.settlement.models import Share

LATER = datetime(2030, 1, 1, tzinfo=UTC)
OPEN = None
Span = tuple[date, date | None]


def oct_(day: int) -> date:
    return date(2026, 10, day)


@dataclass(frozen=True)
class Case:
    """`charges` are (days, of days, amount) in the order of seats and prices; `shares` are sums."""

    name: str
    charges: list[tuple[int, int, int]]
    operator: int
    integrator: int = 0
    developer: int = 0
    month: str = "2026-10"
    currency: str = "CNY"
    fees: dict[date, int] = field(default_factory=lambda: {LONG_AGO: 1500})
    seats: list[Span] = field(default_factory=lambda: [(LONG_AGO, OPEN)])
    subscribed: Span = (LONG_AGO, OPEN)
    suspended: list[Span] = field(default_factory=list)
    integrator_fixed: int | None = None
    integrator_bp: int | None = None
    developer_bp: int | None = None


CASES = [
    Case(
        "the book: 15 yuan = 10 operator + 5 integrator",
        charges=[(31, 31, 1500)], integrator_fixed=500, operator=1000, integrator=500,
    ),
    Case(
        "with the developer's part: 5 yuan, 20 % = 3 yuan, 7 yuan are left",
        charges=[(31, 31, 1500)], integrator_fixed=500, developer_bp=2000,
        operator=700, integrator=500, developer=300,
    ),
    Case(
        "basis points are floored: 33.33 % of 15.00 is 4.9995",
        charges=[(31, 31, 1500)], integrator_bp=3333, developer_bp=3333,
        operator=502, integrator=499, developer=499,
    ),
    Case(
        "a seat from the 17th: 15 of 31 days are 7.258, the integrator's 2.419",
        seats=[(oct_(17), OPEN)], charges=[(15, 31, 726)], integrator_fixed=500, operator=485, integrator=241,
    ),
    Case(
        "a seat that ends on the 11th was there ten days: 4.838",
        seats=[(LONG_AGO, oct_(11))], charges=[(10, 31, 484)], integrator_fixed=500,
        operator=323, integrator=161,
    ),
    Case(
        "a seat of one day: 0.4838 is 0.48",
        seats=[(oct_(31), OPEN)], charges=[(1, 31, 48)], integrator_fixed=500, operator=32, integrator=16,
    ),
    Case("a seat that began and ended on the same day", seats=[(oct_(5), oct_(5))], charges=[], operator=0),
    Case("a seat of another month", seats=[(date(2026, 9, 1), oct_(1))], charges=[], operator=0),
    Case(
        "two seats are two charges",
        seats=[(LONG_AGO, OPEN), (oct_(17), OPEN)], charges=[(31, 31, 1500), (15, 31, 726)],
        integrator_fixed=500, operator=1485, integrator=741,
    ),
    Case(
        "the subscription began on the 22nd, before that the seat costs nothing",
        subscribed=(oct_(22), OPEN), charges=[(10, 31, 484)], operator=484,
    ),
    Case(
        "the subscription ended on the 11th, the seat with it",
        subscribed=(LONG_AGO, oct_(11)), charges=[(10, 31, 484)], operator=484,
    ),
    Case(
        "suspended from the 10th up to the 20th: 21 days are left",
        suspended=[(oct_(10), oct_(20))], charges=[(21, 31, 1016)], operator=1016,
    ),
    Case(
        "suspensions that overlap count once: the 5th to the 14th are ten days",
        suspended=[(oct_(5), oct_(12)), (oct_(8), oct_(15))], charges=[(21, 31, 1016)], operator=1016,
    ),
    Case(
        "suspended since September and not lifted",
        suspended=[(date(2026, 9, 9), OPEN)], charges=[], operator=0
    ),
    Case(
        "suspended on the 10th again on the 20th for good: nine and ten days are left",
        suspended=[(oct_(10), oct_(11)), (oct_(20), OPEN)], charges=[(18, 31, 871)], operator=871,
    ),
    Case(
        "the price rises on the 11th: 4.838 + 12.193",
        fees={LONG_AGO: 1500, oct_(11): 1800}, charges=[(10, 31, 484), (21, 31, 1219)], operator=1703,
    ),
    Case(
        "the price changes while the seat is suspended: 5 days before, 12 after",
        fees={LONG_AGO: 1500, oct_(11): 1800}, suspended=[(oct_(6), oct_(20))],
        charges=[(5, 31, 242), (12, 31, 697)], operator=939,
    ),
    Case(
        "a price that begins later does not reach back",
        fees={oct_(11): 1800}, charges=[(21, 31, 1219)], operator=1219,
    ),
    Case("what is free makes no charge", fees={LONG_AGO: 0}, charges=[], operator=0),
    Case(
        "yen have no smaller part: 15 of 31 days of 500 JPY are 241.9",
        currency="JPY", fees={LONG_AGO: 500}, seats=[(oct_(17), OPEN)], charges=[(15, 31, 242)],
        integrator_bp=3000, operator=170, integrator=72,
    ),
    Case(
        "February of a leap year: 14 of 29 days are 7.2413",
        month="2028-02", seats=[(date(2028, 2, 16), OPEN)], charges=[(14, 29, 724)],
        integrator_fixed=500, operator=483, integrator=241,
    ),
    Case(
        "February of a plain year: 14 of 28 days are half",
        month="2027-02", seats=[(date(2027, 2, 15), OPEN)], charges=[(14, 28, 750)],
        integrator_fixed=500, operator=500, integrator=250,
    ),
    Case(
        "half a fen rounds up: 15 of 30 days of 0.33 are 0.165",
        month="2026-11", fees={LONG_AGO: 33}, seats=[(date(2026, 11, 16), OPEN)],
        charges=[(15, 30, 17)], operator=17,
    ),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_month_worked_by_hand(case: Case) -> None:
    market = make_bare_market(case.currency)
    _agree(case, market)
    offer = make_offer(market, prices=case.fees, currency=case.currency)
    make_subscription(
        market, offer, seats=case.seats, starts_on=case.subscribed[0], ends_on=case.subscribed[1],
        suspended=case.suspended,
    )  # fmt: skip
    (figures,) = close_month(Month.parse(case.month), operator_ids=[market.operator.id], now=LATER)
    assert figures.problem == ""
    charges = Charge.objects.filter(customer=market.customer).order_by("seat_id", "item__price__starts_on")
    assert [(one.quantity, one.basis, one.amount_minor) for one in charges] == case.charges
    got = {
        party.kind: sum(Share.objects.filter(party=party).values_list("amount_minor", flat=True))
        for party in (market.operator, market.integrator, market.developer)
    }
    assert got == {
        "operator": case.operator, "integrator": case.integrator, "developer": case.developer
    }  # fmt: skip


def _agree(case: Case, market: Market) -> None:
    if case.integrator_fixed is not None or case.integrator_bp is not None:
        make_agreement(
            market.operator, market.integrator, fixed_minor=case.integrator_fixed,
            share_bp=case.integrator_bp, starts_on=LONG_AGO,
        )  # fmt: skip
    if case.developer_bp is not None:
        make_agreement(market.operator, market.developer, share_bp=case.developer_bp, starts_on=LONG_AGO)
