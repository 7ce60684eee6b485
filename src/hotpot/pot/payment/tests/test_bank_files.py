"""A bank's file, taken in: booked as it lies in the bank, matched by reference or by name and amount, the
rest settled by hand; nothing twice."""

from __future__ import annotations

import pytest

from hotpot.conftest import NOW
from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.kernel.money import Money
from hotpot.pot.billing import references
from hotpot.pot.payment import actions, bank_files, owed
from hotpot.pot.payment.models import BankFile, BankLine, Payment
from hotpot.pot.payment.tests.business import Business, make_bill, make_business

pytestmark = pytest.mark.django_db


@pytest.fixture
def business() -> Business:
    return make_business()


def take(business: Business, *rows: tuple[str, str, str, str], actor: object = None) -> BankFile:
    """Rows of id, amount, payer, text."""
    lines = ["id;date;amount;payer;text", *(f"{i};2026-11-20;{a};{p};{t}" for i, a, p, t in rows)]
    return bank_files.take_bank_file(
        actor=actor or business.clerk, operator=business.market.operator, name="november.csv",  # type: ignore[arg-type]
        content="\n".join(lines).encode(), now=NOW,
    )  # fmt: skip


def states(business: Business) -> dict[str, str]:
    return dict(BankLine.objects.filter(operator=business.market.operator).values_list("identity", "state"))


def test_lines_are_matched_and_the_bank_account_is_the_bank_s(business: Business) -> None:
    by_reference = make_bill(business)
    by_name = make_bill(business, [(5_000, 300)])
    reference = references.bill_reference(by_reference.operator_id, by_reference.number)
    name = business.market.customer.name
    take(
        business,
        ("a", "106.00", "Somebody", f"invoice {reference[:4]} {reference[4:]} thanks"),
        ("b", "53.00", name.upper(), "no word of it"),
        ("c", "7.77", "A stranger", "hello"),
        ("d", "-3.00", "The bank", "fee"),
    )
    assert states(business) == {"a": "matched", "b": "matched", "c": "unmatched"}
    assert owed.open_minor(by_reference.id) == owed.open_minor(by_name.id) == 0
    assert business.balance("bank") == 10_600 + 5_300 + 777
    assert business.balance("unmatched") == -777
    assert business.balance("receivable") == business.open_sum() == 0


def test_the_same_file_and_a_line_known_from_another_do_nothing(business: Business) -> None:
    bill = make_bill(business)
    reference = references.bill_reference(bill.operator_id, bill.number)
    first = take(business, ("a", "50.00", "x", reference))
    assert take(business, ("a", "50.00", "x", reference)).id == first.id
    second = take(business, ("a", "50.00", "x", reference), ("b", "6.00", "x", reference))
    assert (second.lines_new, second.lines_known) == (1, 1)
    assert owed.open_minor(bill.id) == 10_600 - 5_600
    assert business.balance("bank") == 5_600
    assert Payment.objects.count() == 2


def test_part_payments_and_too_much_are_taken_as_they_come(business: Business) -> None:
    bill = make_bill(business)
    reference = references.bill_reference(bill.operator_id, bill.number)
    take(business, ("a", "100.00", "x", reference), ("b", "100.00", "x", reference))
    assert owed.open_minor(bill.id) == 0
    assert owed.in_wallet(business.sides) == 20_000 - 10_600


def test_an_announced_transfer_ends_when_its_money_comes(business: Business) -> None:
    make_bill(business)
    waiting = actions.pay(
        actor=business.payer, operator_id=business.sides.operator_id, by="offline", key="k", now=NOW,
        customer_id=business.sides.customer_id, amount=Money(4_000, "CNY"), purpose="top_up",
    )  # fmt: skip
    assert actions.start(waiting.id, now=NOW).state == "pending"
    take(business, ("a", "40.00", "x", waiting.reference))
    waiting.refresh_from_db()
    assert waiting.state == "declined"
    assert owed.in_wallet(business.sides) == 4_000
    take(business, ("b", "40.00", "x", waiting.reference))  # the same reference once more: money is money
    assert owed.in_wallet(business.sides) == 8_000


def test_two_customers_of_one_name_are_left_to_a_clerk(business: Business) -> None:
    bill = make_bill(business)
    take(business, ("a", "106.00", "Nobody", "?"))
    line = BankLine.objects.get()
    with pytest.raises(Forbidden):
        bank_files.settle_line(
            actor=business.payer, line_id=line.id, customer_id=business.sides.customer_id, now=NOW
        )
    bank_files.settle_line(
        actor=business.clerk,
        line_id=line.id,
        customer_id=business.sides.customer_id,
        bills=[bill.id],
        now=NOW,
    )
    assert owed.open_minor(bill.id) == 0
    assert business.balance("unmatched") == 0
    with pytest.raises(Conflict, match="settled already"):
        bank_files.settle_line(
            actor=business.clerk, line_id=line.id, customer_id=business.sides.customer_id, now=NOW
        )


def test_another_operator_s_reference_is_not_ours(business: Business) -> None:
    other = make_bill(make_business())
    take(business, ("a", "106.00", "x", references.bill_reference(other.operator_id, other.number)))
    assert states(business) == {"a": "unmatched"}


def test_a_file_that_cannot_be_read_leaves_nothing(business: Business) -> None:
    with pytest.raises(Invalid):
        bank_files.take_bank_file(
            actor=business.clerk, operator=business.market.operator, name="x", content=b"<no/>", now=NOW
        )
    with pytest.raises(Forbidden):
        take(business, ("a", "1.00", "x", "y"), actor=business.payer)
    assert not BankFile.objects.exists()
