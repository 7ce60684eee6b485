"""What follows a bill and a statement: payments, wallets, credit, debts given up, disputes, payouts.

Each function is one kind of dealing and says whether anything came of it; a refusal is an answer, too.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.db.models import F

from hotpot.kernel.money import Money
from hotpot.pot.billing import references
from hotpot.pot.billing.models import Bill
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party.queries import today
from hotpot.pot.payment import actions, bank_files, credits, jobs, owed, wallets
from hotpot.pot.payment.models import Payment
from hotpot.pot.payment.owed import Sides, sides_of
from hotpot.pot.payment.providers import Simulated, provider
from hotpot.pot.payment.providers.simulated import DECLINED_ENDING, PENDING_ENDING
from hotpot.pot.payment.queries import payments_of, unmatched_lines
from hotpot.pot.payment.wire import CHARGED_BACK
from hotpot.pot.settlement import disputes, payouts
from hotpot.pot.settlement.models import Dispute, Statement
from hotpot.pot.settlement.models_payouts import Payout
from tests.year.year import Year

WAYS = ("rehearsal", "phone_bill")


# --- by customers ---------------------------------------------------------------------------------


def pay(year: Year) -> bool:
    """All that is open of a bill, a part of it, or too much, which goes to other bills and the wallet."""
    if (bill := _open_bill(year)) is None:
        return False
    part = year.random.choice([1, 1, 1, 0.4, 1.7])
    made = _pay(year, sides_of(bill), _received(max(1, int(bill.open_minor * part))), [bill.pk])
    assert made.state == Payment.State.RECEIVED
    return True


def pay_after_a_decline(year: Year) -> bool:
    if (bill := _open_bill(year)) is None:
        return False
    amount = bill.open_minor - bill.open_minor % 100
    declined = _pay(year, sides_of(bill), amount + DECLINED_ENDING, [bill.pk])
    assert declined.state == Payment.State.DECLINED
    paid = _pay(year, sides_of(bill), _received(bill.open_minor), [bill.pk])
    return paid.state == Payment.State.RECEIVED


def pay_by_callback(year: Year) -> bool:
    """The provider says later what became of it, and says it twice."""
    if (bill := _open_bill(year)) is None:
        return False
    amount = bill.open_minor - bill.open_minor % 100 + PENDING_ENDING
    made = _pay(year, sides_of(bill), amount, [bill.pk])
    assert made.state == Payment.State.PENDING
    state = year.random.choice([Payment.State.RECEIVED, Payment.State.DECLINED])
    _call_back(year, made, state.value)
    return True


def charge_back(year: Year) -> bool:
    """The provider takes a payment back, wholly or in parts, weeks later, whatever became of the money."""
    received = payments_of(state=Payment.State.RECEIVED, provider__in=WAYS)
    if (made := year.any(received.filter(taken_back_minor__lt=F("amount_minor")))) is None:
        return False
    left = made.amount_minor - made.taken_back_minor
    _call_back(year, made, CHARGED_BACK, amount_minor=year.random.choice([None, (left + 1) // 2]))
    return True


def _call_back(year: Year, made: Payment, state: str, **more: Any) -> None:
    """Told twice, and taken once."""
    way = provider(made.provider)
    assert isinstance(way, Simulated)
    told = {"event": year.key(), "reference": made.reference, "state": state, **more}
    body = json.dumps(told).encode()
    taken = [actions.take_callback(way.name, body, way.sign(body), now=year.world.now) for _twice in range(2)]
    assert taken == [True, False]


def top_up(year: Year) -> bool:
    """From now on the wallet pays bills by itself, or it doesn't."""
    customer = year.customer()
    amount = _received(year.world.unit(customer.operator) * year.random.randint(1, 30))
    _pay(year, customer.sides, amount, [], purpose=Payment.Purpose.TOP_UP)
    wallets.set_wallet_rule(
        actor=SYSTEM_ACTOR, sides=customer.sides, low_minor=year.world.unit(customer.operator),
        pays_bills=year.random.random() < 0.6, now=year.world.now,
    )  # fmt: skip
    return True


def pay_from_wallet(year: Year) -> bool:
    """All that it holds, where that is less than the bill."""
    bills = [bill for bill in _open_bills().order_by("id") if owed.in_wallet(sides_of(bill)) > 0]
    if not bills:
        return False
    bill = year.random.choice(bills)
    sides = sides_of(bill)
    amount = min(owed.in_wallet(sides), bill.open_minor)
    _pay(year, sides, amount, [bill.pk], by="wallet")
    return True


def _pay(
    year: Year, sides: Sides, amount: int, bills: list[int], *, by: str = "", purpose: str = "bills"
) -> Payment:
    """Asked for, and asked again with the same key; then the provider answers."""
    by, key = by or year.random.choice(WAYS), year.key()
    for _twice in range(2):
        made = actions.pay(
            actor=SYSTEM_ACTOR, operator_id=sides.operator_id, customer_id=sides.customer_id, by=by, key=key,
            amount=sides.money(amount), bills=bills, purpose=purpose, now=year.world.now,
        )  # fmt: skip
    return made if by == "wallet" else actions.start(made.id, now=year.world.now)


def _received(amount: int) -> int:
    """An amount that the simulated providers take at once."""
    return amount + 2 if amount % 100 in (DECLINED_ENDING, PENDING_ENDING) else amount


# --- by operators ---------------------------------------------------------------------------------


def take_bank_file(year: Year) -> bool:
    """Some quote a reference, some only have their name; one is a stranger, whom a clerk finds out."""
    operator = year.operator()
    rows = ["id;date;amount;payer;text"]
    for bill in _open_bills().filter(operator=operator).order_by("id")[:4]:
        amount = Money(max(1, bill.open_minor // year.random.choice([1, 1, 2])), bill.currency).major
        reference = references.bill_reference(bill.operator_id, bill.number)
        text = year.random.choice([reference, "no word of it"])
        rows.append(f"{year.key()};{year.world.today};{amount};{bill.customer.name};{text}")
    stranger = Money(year.world.unit(operator), operator.currency).major
    rows.append(f"{year.key()};{year.world.today};{stranger};A stranger;hello")
    files = [
        bank_files.take_bank_file(
            actor=SYSTEM_ACTOR, operator=operator, name="bank.csv", content="\n".join(rows).encode(),
            now=year.world.now,
        )
        for _twice in range(2)
    ]  # fmt: skip
    assert files[0].id == files[1].id
    return True


def settle_bank_line(year: Year) -> bool:
    operator = year.operator()
    line = year.any(unmatched_lines(operator.id))
    whose = [one for one in year.world.customers if one.operator.id == operator.id]
    if line is None:
        return False
    customer = year.random.choice(whose)
    bank_files.settle_line(
        actor=SYSTEM_ACTOR, line_id=line.id, customer_id=customer.party.id, now=year.world.now
    )
    return True


def credit(year: Year) -> bool:
    """A bill is taken back, paid or not: whole, or a part of one line."""
    if (bill := year.any(Bill.objects.filter(kind=Bill.Kind.BILL, total_minor__gt=0))) is None:
        return False
    lines = [one for one in credits.lines_left(bill) if one.left_minor > 0]
    if not lines:
        return False
    line = year.random.choice(lines)
    amounts = year.random.choice([None, {line.line: year.random.randint(1, line.left_minor)}])
    key = year.key()
    notes = [
        credits.credit_bill(
            actor=SYSTEM_ACTOR, bill_id=bill.id, reason="It didn't work", key=key, now=year.world.now,
            amounts=amounts,
        )
        for _twice in range(2)
    ]  # fmt: skip
    assert notes[0].id == notes[1].id
    return True


def refund(year: Year) -> bool:
    """What a credit note still owes, by bank or to the wallet."""
    notes = owed.with_open(Bill.objects.filter(kind=Bill.Kind.CREDIT_NOTE)).filter(open_minor__lt=0)
    if (note := year.any(notes)) is None:
        return False
    credits.refund(
        actor=SYSTEM_ACTOR, sides=sides_of(note), amount_minor=year.random.randint(1, -note.open_minor),
        reason="They ask for it", key=year.key(), now=year.world.now, credit_note_id=note.id,
        to_wallet=year.random.random() < 0.4,
    )  # fmt: skip
    return True


def refund_wallet(year: Year) -> bool:
    customer = year.customer()
    if (held := owed.in_wallet(customer.sides)) <= 0:
        return False
    credits.refund(
        actor=SYSTEM_ACTOR, sides=customer.sides, amount_minor=year.random.randint(1, held),
        reason="They ask for it", key=year.key(), now=year.world.now,
    )  # fmt: skip
    return True


def write_off(year: Year) -> bool:
    """What has been due for two weeks: all that is open, or a part."""
    overdue = [
        bill
        for bill in _open_bills().select_related("customer").order_by("id")
        if (today(bill.customer, year.world.now) - bill.due_on).days > 15
    ]
    if not overdue:
        return False
    bill = year.random.choice(overdue)
    credits.write_off(
        actor=SYSTEM_ACTOR, bill_id=bill.id, reason="Gone", key=year.key(), now=year.world.now,
        amount_minor=year.random.choice([None, max(1, bill.open_minor // 2)]),
    )  # fmt: skip
    return True


def night(year: Year) -> bool:
    """Credit is used, wallets pay, reminders are sent, apps of those who don't pay are suspended."""
    for _twice in range(2):
        jobs.settle_and_dun()
    return True


# --- with partners --------------------------------------------------------------------------------


def dispute(year: Year) -> bool:
    if (statement := year.any(Statement.objects.all())) is None:
        return False
    line = year.any(statement.lines.all())
    disputes.open_dispute(
        SYSTEM_ACTOR, statement=statement, line_id=line.id if line else None, words="That's too little.",
        now=year.world.now,
    )  # fmt: skip
    return True


def settle_dispute(year: Year) -> bool:
    """Accepted, upwards or downwards; rejected; or withdrawn."""
    if (found := year.any(Dispute.objects.filter(state__in=disputes.UNSETTLED))) is None:
        return False
    statement, verdict = found.statement, year.random.random()
    said: dict[str, Any] = {"dispute": found, "words": "We looked at it again.", "now": year.world.now}
    if verdict < 0.5:
        minor = year.random.choice([-1, 1]) * year.random.randint(1, year.world.unit(statement.operator))
        disputes.accept(SYSTEM_ACTOR, amount=Money(minor, statement.currency), **said)
    elif verdict < 0.8:
        disputes.reject(SYSTEM_ACTOR, **said)
    else:
        disputes.withdraw(SYSTEM_ACTOR, **said)
    return True


def pay_out(year: Year) -> bool:
    """Of a run, most payouts are paid; some fail at once, some come back, and wait for the next run."""
    operator = year.operator()
    run = payouts.make_run(
        SYSTEM_ACTOR, operator=operator, currency=operator.currency, pay_on=year.world.today,
        now=year.world.now,
    )  # fmt: skip
    with transaction.atomic():  # as a request is
        assert payouts.bank_file(SYSTEM_ACTOR, run=run, now=year.world.now)
    for payout in run.payouts.order_by("id"):
        luck = year.random.random()
        if luck > 0.15:
            payouts.confirm(SYSTEM_ACTOR, payout=payout, now=year.world.now)
        if luck < 0.3:
            payouts.fail(SYSTEM_ACTOR, payout=payout, words="Account closed", now=year.world.now)
    return True


def payout_comes_back(year: Year) -> bool:
    """Weeks after it was paid."""
    if (payout := year.any(Payout.objects.filter(state=Payout.State.PAID))) is None:
        return False
    payouts.fail(SYSTEM_ACTOR, payout=payout, words="It came back", now=year.world.now)
    return True


# --- which ones -----------------------------------------------------------------------------------


def _open_bills() -> Any:
    return owed.with_open(Bill.objects.filter(kind=Bill.Kind.BILL)).filter(open_minor__gt=0)


def _open_bill(year: Year) -> Any:
    return year.any(_open_bills())


MONEY = (
    (pay, 12), (pay_after_a_decline, 2), (pay_by_callback, 2), (charge_back, 2), (top_up, 3),
    (pay_from_wallet, 2), (take_bank_file, 2), (settle_bank_line, 2), (credit, 3), (refund, 2),
    (refund_wallet, 1), (write_off, 5), (night, 6), (dispute, 3), (settle_dispute, 3), (pay_out, 4),
    (payout_comes_back, 1),
)  # fmt: skip
