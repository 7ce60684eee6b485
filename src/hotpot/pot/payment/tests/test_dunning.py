"""Reminders and suspension come on their day and once; what is paid brings the apps back at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from hotpot.conftest import NOW
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.errors import Forbidden, Invalid
from hotpot.kernel.money import Money
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging.models import Message
from hotpot.pot.payment import actions, credits, dunning, jobs, owed, wallets
from hotpot.pot.payment.models import Dunning
from hotpot.pot.payment.tests.business import NUMBER, Business, make_bill, make_business
from hotpot.pot.subscription import actions as subscriptions
from hotpot.pot.subscription.queries import entitled

pytestmark = pytest.mark.django_db
STEPS = [
    {"after_days": -3, "act": "remind"},
    {"after_days": 7, "act": "remind"},
    {"after_days": 14, "act": "suspend"},
]
DUE = date(2026, 11, 20)


@pytest.fixture
def business() -> Business:
    made = make_business()
    dunning.set_policy(actor=made.clerk, operator=made.market.operator, days_to_pay=20, steps=STEPS, now=NOW)
    return made


def on(day: date) -> datetime:
    return NOW + timedelta(days=(day - NOW.date()).days)


def allowed(now: datetime) -> bool:
    return entitled(NUMBER, "approvals", "inbox", now).allowed


def receive(business: Business, minor: int, now: datetime, key: str = "r") -> None:
    actions.record_receipt(actor=business.clerk, sides=business.sides, amount_minor=minor, key=key, now=now)


def test_steps_come_on_their_day_once_and_end_with_payment(business: Business) -> None:
    bill = make_bill(business, due_on=DUE)
    assert dunning.dun(bill.id, now=on(date(2026, 11, 16))) == []
    assert [one.after_days for one in dunning.dun(bill.id, now=on(date(2026, 11, 17)))] == [-3]
    assert dunning.dun(bill.id, now=on(date(2026, 11, 17))) == []
    (second,) = dunning.dun(bill.id, now=on(date(2026, 11, 27)))
    assert second.numbers == 1
    assert "106.00 CNY is open" in second.text or "106.00 CNY" in second.text
    assert allowed(on(date(2026, 12, 3)))
    stopped = on(date(2026, 12, 4))
    (third,) = dunning.dun(bill.id, now=stopped)
    assert third.act == "suspend"
    assert not allowed(stopped)
    assert Message.objects.filter(customer_id=business.sides.customer_id).count() == 3
    receive(business, 10_000, stopped + timedelta(days=2), "part")
    assert not allowed(stopped + timedelta(days=2))
    paid = stopped + timedelta(days=3)
    receive(business, 600, paid, "rest")
    assert allowed(paid)
    assert dunning.dun(bill.id, now=paid) == []


@pytest.mark.parametrize("way", ["credit", "write_off"])
def test_credit_and_write_off_lift_as_payment_does(business: Business, way: str) -> None:
    bill = make_bill(business, due_on=DUE)
    stopped = on(date(2026, 12, 10))
    dunning.dun(bill.id, now=stopped)
    assert not allowed(stopped)
    verb = credits.credit_bill if way == "credit" else credits.write_off
    verb(actor=business.clerk, bill_id=bill.id, reason="Good will", key="k", now=stopped)
    assert allowed(stopped)  # on the same day: the suspension never was


def test_of_reminders_that_were_missed_only_the_last_is_sent(business: Business) -> None:
    bill = make_bill(business, due_on=DUE)
    taken = dunning.dun(bill.id, now=on(date(2027, 1, 10)))
    assert [(one.after_days, one.act) for one in taken] == [(7, "remind"), (14, "suspend")]
    assert Dunning.objects.count() == 2


def test_who_was_suspended_by_others_stays_so(business: Business) -> None:
    bill = make_bill(business, due_on=DUE)
    stopped = on(date(2026, 12, 10))
    subscriptions.suspend(
        actor=SYSTEM_ACTOR, subscription_id=business.subscription.id, starts_on=date(2026, 12, 1),
        reason="Holiday", now=on(date(2026, 12, 1)),
    )  # fmt: skip
    dunning.dun(bill.id, now=stopped)
    receive(business, 10_600, stopped)
    assert not allowed(stopped)


def test_a_customer_s_own_policy_goes_first(business: Business) -> None:
    customer = business.market.customer
    dunning.set_policy(
        actor=business.clerk, operator=business.market.operator, customer=customer, days_to_pay=60, steps=[],
        now=NOW,
    )  # fmt: skip
    bill = make_bill(business, due_on=DUE)
    assert dunning.dun(bill.id, now=on(date(2027, 6, 1))) == []
    assert dunning.policy_of(bill.operator_id, customer.id).days_to_pay == 60
    assert dunning.policy_of(bill.operator_id, None).days_to_pay == 20
    assert dunning.policy_of(0, None).days_to_pay == 30


def test_a_policy_is_the_operator_s_and_makes_sense(business: Business) -> None:
    give = {"operator": business.market.operator, "steps": STEPS, "now": NOW}
    with pytest.raises(Forbidden):
        dunning.set_policy(actor=business.payer, days_to_pay=5, **give)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        dunning.set_policy(actor=business.clerk, days_to_pay=400, **give)  # type: ignore[arg-type]


def test_the_night_uses_credit_then_the_wallet_then_reminds(
    business: Business, fixed_clock: SettableClock
) -> None:
    clearing = make_bill(business, due_on=DUE)
    credit = make_bill(business, [(-10_000, -600)])
    by_wallet = make_bill(business, due_on=DUE)
    fixed_clock.move_to(on(date(2026, 11, 27)))
    actions.start(
        actions.pay(
            actor=business.payer, operator_id=business.sides.operator_id, by="rehearsal", key="top-up",
            customer_id=business.sides.customer_id, amount=Money(12_000, "CNY"), purpose="top_up",
            now=fixed_clock.now(),
        ).id,
        now=fixed_clock.now(),
    )  # fmt: skip
    wallets.set_wallet_rule(
        actor=business.payer, sides=business.sides, low_minor=5_000, pays_bills=True, now=fixed_clock.now()
    )
    unpaid = make_bill(business, [(9_000, 0)], due_on=DUE)
    jobs.settle_and_dun()
    assert [owed.open_minor(one.id) for one in (clearing, credit, by_wallet)] == [0, 0, 0]
    assert owed.open_minor(unpaid.id) == 9_000 - 1_400
    assert list(Dunning.objects.values_list("bill_id", "act")) == [(unpaid.id, "remind")]
    told = Message.objects.filter(customer_id=business.sides.customer_id).values_list("text", flat=True)
    assert sum("Your wallet holds 0.00 CNY" in text for text in told) == 1
    jobs.settle_and_dun()
    assert Dunning.objects.count() == 1
    assert business.balance("receivable") == business.open_sum() == 7_600
