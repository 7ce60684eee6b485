"""A company with apps and bills, written as a close would write them: for tests of what follows a bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Sum

from hotpot.conftest import NOW, Market, make_market
from hotpot.kernel.money import Money
from hotpot.pot.billing import accounts
from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.models import App, Offer, PriceItem
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.models import Account
from hotpot.pot.ledger.rules import Entry, Posting
from hotpot.pot.payment import owed
from hotpot.pot.payment.owed import Sides
from hotpot.pot.rating.models import Charge
from hotpot.pot.subscription import actions as subscriptions
from hotpot.pot.subscription.models import Subscription

OCTOBER = date(2026, 10, 1)
LISTED = datetime(2026, 1, 1, tzinfo=UTC)
NUMBER = "+8613900000000"


@dataclass(frozen=True, slots=True)
class Business:
    market: Market
    subscription: Subscription
    item: PriceItem
    sides: Sides

    @property
    def clerk(self) -> Actor:
        return Actor(self.market.operator_owner.id, self.market.operator.id, "page")

    @property
    def payer(self) -> Actor:
        return Actor(self.market.customer_owner.id, self.market.customer.id, "page")

    def balance(self, kind: str) -> int:
        found = Account.objects.filter(code__startswith=f"operator:{self.sides.operator_id}:{kind}:")
        return int(found.aggregate(sum=Sum("balance"))["sum"] or 0)

    def open_sum(self) -> int:
        bills = owed.with_open(Bill.objects.filter(customer_id=self.sides.customer_id))
        return sum(bill.open_minor for bill in bills)


def make_business() -> Business:
    market = make_market()
    app, _new = App.objects.get_or_create(
        id="approvals",
        defaults={
            "developer": market.developer, "name": "Approvals", "icon": "stamp", "listed_at": LISTED,
            "manifest": {"functions": [{"id": "inbox"}]},
        },
    )  # fmt: skip
    offer = Offer.objects.create(app=app, operator=market.operator, name="Standard", made_at=LISTED)
    price = store_price(offer, Pricing.monthly(Money(1500, "CNY")), date(2026, 1, 1))
    subscription = subscriptions.place_order(
        actor=SYSTEM_ACTOR, customer_id=market.customer.id, offer_id=offer.id, starts_on=date(2026, 10, 15),
        key=f"order-{market.customer.id}", integrator_id=market.integrator.id, now=NOW,
    )  # fmt: skip
    subscriptions.assign_seats(
        actor=SYSTEM_ACTOR, subscription_id=subscription.id, numbers=[NUMBER], starts_on=date(2026, 10, 15),
        now=NOW,
    )  # fmt: skip
    sides = Sides(market.operator.id, market.customer.id, "CNY")
    return Business(market, subscription, PriceItem.objects.get(price=price), sides)


def make_bill(
    business: Business, lines: Sequence[tuple[int, int]] = ((10_000, 600),), *, due_on: date | None = None
) -> Bill:
    """`lines` are (net, tax) in minor units; a bill that sums below zero becomes a credit note."""
    net, tax = sum(one[0] for one in lines), sum(one[1] for one in lines)
    kind = Bill.Kind.BILL if net + tax >= 0 else Bill.Kind.CREDIT_NOTE
    operator, customer = business.market.operator, business.market.customer
    bill = Bill.objects.create(
        operator=operator, customer=customer, kind=kind, period=OCTOBER, currency="CNY", net_minor=net,
        number=Bill.objects.filter(operator=operator, kind=kind).count() + 1, tax_minor=tax,
        total_minor=net + tax, issued_at=NOW, due_on=due_on or NOW.date() + timedelta(days=30),
    )  # fmt: skip
    for line_net, line_tax in lines:
        line = BillLine.objects.create(
            bill=bill, subscription=business.subscription, item=business.item, period=OCTOBER, quantity=1,
            basis=1, seats=1, charged_minor=line_net, net_minor=line_net, tax_minor=line_tax,
            tax_rate_bp=600, tax_class="standard",
            amount_minor=line_net + line_tax,
        )  # fmt: skip
        if line_net:
            Charge.objects.create(
                period=OCTOBER, subscription=business.subscription, item=business.item, customer=customer,
                operator=operator, quantity=1, basis=1, amount_minor=line_net, currency="CNY",
                cause=Charge.Cause.RATED, line_id=line.id,
            )  # fmt: skip
    receivable = accounts.receivable(operator.id, customer.id, "CNY")
    revenue, owed_tax = accounts.revenue(operator.id, "CNY"), accounts.tax(operator.id, "CNY")
    ledger.open_accounts([receivable, revenue, owed_tax], now=NOW)
    moves = [(receivable, net + tax), (revenue, -net), (owed_tax, -tax)]
    postings = tuple(Posting(account.code, amount, "CNY") for account, amount in moves if amount)
    if postings:
        kind_word = "bill" if kind == Bill.Kind.BILL else "credit"
        ledger.book([Entry(f"{kind_word}:{operator.id}:{bill.number}", "Bill", NOW, postings)])
    return bill
