"""What follows the close: bills are paid or not, wallets filled, partners paid, two of them disagree."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotpot.entry.demo import cast
from hotpot.entry.demo.market import Market
from hotpot.kernel.money import Money
from hotpot.pot.billing.models import Bill
from hotpot.pot.party.models import Party
from hotpot.pot.payment import actions, budgets, dunning, wallets
from hotpot.pot.payment.models import Payment
from hotpot.pot.payment.owed import sides_of
from hotpot.pot.settlement import disputes, payouts
from hotpot.pot.settlement.models import Statement

DAYS_TO_PAY = 14
STEPS = ({"after_days": 1, "act": "remind"}, {"after_days": 30, "act": "suspend"})
PAID_BY = {cast.MACHINERY: "rehearsal", cast.HOSPITAL: "phone_bill", cast.TEA: "rehearsal"}
TOP_UP, LOW, SOFT, HARD = (Money(minor, "CNY") for minor in (100_000, 20_000, 80_000, 150_000))
# Who is paid, and the bank account at which.
ACCOUNTS = {cast.YUZHONG: "6217000020000000016", cast.JINSHA: "6217000020000000024"}
PARTNERS_BIC = "BSYHCNB1"
# Partner and operator, and what is wrong with the statement in the partner's eyes.
DISPUTED = ((cast.JINSHA, cast.CHUANYU), (cast.YUZHONG, cast.LUJIANG))
WORDS = "我们核对的席位比结算单多一个，请查对。"


def set_terms(market: Market) -> None:
    """Before any bill: how long customers have to pay. The restaurants have no time at all."""
    for spec in cast.OPERATORS:
        _policy(market, spec.name, None, DAYS_TO_PAY)
    _policy(market, cast.CHUANYU, market.parties[cast.RESTAURANTS], 0)
    _write_accounts(market)


def _policy(market: Market, operator: str, customer: Party | None, days_to_pay: int) -> None:
    dunning.set_policy(
        actor=market.finance_of(operator), operator=market.parties[operator], customer=customer,
        days_to_pay=days_to_pay, steps=STEPS, now=market.clock.now(),
    )  # fmt: skip


def _write_accounts(market: Market) -> None:
    """Two pairs of eyes, as for any account that money goes to."""
    for name, number in ACCOUNTS.items():
        account = payouts.write_account(
            market.finance_of(name), party=market.parties[name], holder=market.parties[name].name_zh,
            number=number, bic=PARTNERS_BIC, now=market.clock.now(),
        )  # fmt: skip
        payouts.confirm_account(market.owner_of(name), account=account, now=market.clock.now())


def settle(market: Market) -> None:
    """The morning after the close."""
    _fill_wallet(market)
    for customer, way in PAID_BY.items():
        _pay(market, customer, way)
    for partner, operator in DISPUTED:
        _dispute(market, partner, operator)
    _pay_out(market)


def remind(market: Market) -> None:
    """The restaurants' bill is overdue by now."""
    dunning.dun(_bill(market, cast.RESTAURANTS).pk, now=market.clock.now())


def _bill(market: Market, customer: str) -> Bill:
    return Bill.objects.filter(customer=market.parties[customer]).latest("id")


def _pay(market: Market, customer: str, way: str) -> None:
    bill = _bill(market, customer)
    _receive(market, customer, Money(bill.total_minor, bill.currency), way, [bill.pk])


def _receive(
    market: Market, customer: str, amount: Money, way: str, bills: list[int], purpose: str = "bills"
) -> None:
    """The rehearsal bank declines an amount that ends in .13 and lets one wait that ends in .37."""
    made = actions.pay(
        actor=market.finance_of(customer), operator_id=market.parties[cast.CHUANYU].id,
        customer_id=market.parties[customer].id, amount=amount, by=way, bills=bills, purpose=purpose,
        key=f"demo/{purpose}/{customer}", now=market.clock.now(),
    )  # fmt: skip
    actions.start(made.id, now=market.clock.now())


def _fill_wallet(market: Market) -> None:
    """The trading house pays ahead, is told when little is left, and sets itself limits."""
    sides, by = sides_of(_bill(market, cast.GORGES)), market.finance_of(cast.GORGES)
    now = market.clock.now()
    _receive(market, cast.GORGES, TOP_UP, "rehearsal", [], Payment.Purpose.TOP_UP)
    rule = wallets.set_wallet_rule(actor=by, sides=sides, low_minor=LOW.minor, pays_bills=True, now=now)
    wallets.pay_due_bills(actor=by, rule=rule, now=now)
    budgets.set_budget(
        actor=by, sides=sides, app_id=None, soft_minor=SOFT.minor, hard_minor=HARD.minor, now=now
    )


def _dispute(market: Market, partner: str, operator: str) -> None:
    statement = Statement.objects.filter(
        partner=market.parties[partner], operator=market.parties[operator]
    ).latest("id")
    disputes.open_dispute(
        market.finance_of(partner),
        statement=statement,
        line_id=statement.lines.earliest("id").pk,
        words=WORDS,
        now=market.clock.now(),
    )


def _pay_out(market: Market) -> None:
    """Chuanyu's is paid, Lujiang's is ordered and waits for the bank."""
    now: datetime = market.clock.now()
    runs = [
        payouts.make_run(
            market.finance_of(name), operator=market.parties[name], currency="CNY",
            pay_on=(now + timedelta(days=5)).date(), now=now,
        )
        for name in (cast.CHUANYU, cast.LUJIANG)
    ]  # fmt: skip
    payouts.confirm_run(market.finance_of(cast.CHUANYU), run=runs[0], now=now)
