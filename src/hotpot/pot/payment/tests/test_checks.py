"""The books are right after every verb here; each check can fail: a row is corrupted, and it speaks."""

from __future__ import annotations

import pytest
from django.db import connection

from hotpot.conftest import NOW
from hotpot.kernel.money import Money
from hotpot.pot.close.books import check_books
from hotpot.pot.close.tests.test_books import corrupted
from hotpot.pot.payment import actions, bank_files, credits
from hotpot.pot.payment.chargebacks import charge_back
from hotpot.pot.payment.checks import CHECKS
from hotpot.pot.payment.tests.business import make_bill, make_business

CORRUPTIONS = {
    "UPDATE billing_bill SET net_minor = net_minor + 1, total_minor = total_minor + 1": "receivables_open",
    "DELETE FROM payment_clearing": "receivables_open",
    "UPDATE payment_clearing SET amount_minor = amount_minor * 9": "cleared_within_total",
    "DELETE FROM payment_clearing WHERE against_id IS NOT NULL AND amount_minor < 0": "credits_meet_bills",
    "UPDATE payment_clearing SET amount_minor = amount_minor - 1": "payments_posted",
    "UPDATE payment_refund SET amount_minor = amount_minor + 1": "wallets_follow",
    "UPDATE payment_chargeback SET lost_minor = lost_minor + 1": "chargebacks_posted",
    "UPDATE payment_chargeback SET amount_minor = amount_minor + 1": "taken_back_within_payment",
    "UPDATE payment_writeoffline SET amount_minor = amount_minor + 1": "write_offs_follow",
    "UPDATE payment_writeoff SET amount_minor = amount_minor + 1": "write_offs_follow",
    "UPDATE payment_writeoffline SET amount_minor = amount_minor + 100000": "lines_taken_back_once",
    "UPDATE payment_bankline SET amount_minor = amount_minor + 1": "unmatched_waits",
}


@pytest.fixture
def traded(db: None) -> None:
    """Something of everything: part payments, credit, money given back, a debt given up, unmatched money."""
    business = make_business()
    sides = business.sides
    paid, credited, lost = (make_bill(business) for _n in range(3))
    actions.record_receipt(
        actor=business.clerk, sides=sides, amount_minor=12_000, key="r", now=NOW, bills=[paid.id]
    )
    top_up = actions.pay(
        actor=business.payer, operator_id=sides.operator_id, customer_id=sides.customer_id, by="rehearsal",
        amount=Money(3_000, "CNY"), key="t", now=NOW, purpose="top_up",
    )  # fmt: skip
    actions.start(top_up.id, now=NOW)
    actions.pay(
        actor=business.payer, operator_id=sides.operator_id, customer_id=sides.customer_id, by="wallet",
        amount=Money(500, "CNY"), key="w", now=NOW,
    )  # fmt: skip
    back = actions.pay(
        actor=business.payer, operator_id=sides.operator_id, customer_id=sides.customer_id, by="rehearsal",
        amount=Money(100, "CNY"), key="b", now=NOW,
    )  # fmt: skip
    actions.start(back.id, now=NOW)
    charge_back(actor=business.clerk, payment_id=back.id, reason="x", key="cb", now=NOW)
    credits.refund(actor=business.clerk, sides=sides, amount_minor=700, reason="x", key="f", now=NOW)
    credits.credit_bill(actor=business.clerk, bill_id=credited.id, reason="x", key="c", now=NOW)
    credits.write_off(actor=business.clerk, bill_id=lost.id, reason="x", key="l", now=NOW, amount_minor=5_000)
    bank_files.take_bank_file(
        actor=business.clerk, operator=business.market.operator, name="x.csv", now=NOW,
        content=b"date,amount\n2026-10-14,1.00\n",
    )  # fmt: skip
    assert findings() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def findings() -> list[str]:
    """Of what this room can break: the bills here were written without a close, and without shares."""
    ours = {name for name, _rule, _query in CHECKS} | {
        "entries_balance", "balances_follow", "lines_follow", "bills_follow", "bills_posted", "tax_follows",
        "numbers_have_no_gap",
    }  # fmt: skip
    return [one.check.name for one in check_books().findings if one.check.name in ours]


@pytest.mark.usefixtures("traded")
@pytest.mark.parametrize(("statement", "name"), CORRUPTIONS.items(), ids=CORRUPTIONS.keys())
def test_what_is_corrupted_is_found(statement: str, name: str) -> None:
    with corrupted(statement):
        assert name in findings()


def test_every_check_is_seen_to_fail() -> None:
    assert {name for name, _rule, _query in CHECKS} == set(CORRUPTIONS.values())
