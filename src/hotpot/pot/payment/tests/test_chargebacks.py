"""Payments that a provider takes back, wherever their money went meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpot.conftest import NOW
from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.pot.close.books import check_books
from hotpot.pot.events.models import EventRow
from hotpot.pot.payment import credits, owed
from hotpot.pot.payment.chargebacks import charge_back
from hotpot.pot.payment.models import Chargeback, Payment
from hotpot.pot.payment.queries import payments_of, state_of_payment
from hotpot.pot.payment.tests.business import Business, make_bill, make_business
from hotpot.pot.payment.tests.test_payments import call, pay, top_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def business() -> Business:
    return make_business()


def by_letter(business: Business, made: Payment, **values: Any) -> Chargeback:
    asked: dict[str, Any] = {
        "actor": business.clerk,
        "reason": "Letter of 2 November",
        "key": "letter",
    } | values
    return charge_back(payment_id=made.id, now=NOW, **asked)


def require_books() -> None:
    assert [(one.check.name, one.rows) for one in check_books().findings] == []


def test_what_it_paid_is_open_again(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 10_600)
    assert call(business, made, "charged_back", "e-1")
    assert owed.open_minor(bill.id) == business.balance("receivable") == 10_600
    assert business.balance("provider_rehearsal") == 0
    assert state_of_payment(payments_of(id=made.id).get()) == "charged_back"
    assert EventRow.objects.get(type="payment.charged_back").data["reason"] == "No."
    require_books()
    pay(business, 10_600, key="again")
    assert owed.open_minor(bill.id) == 0
    require_books()


def test_it_is_taken_back_once_whatever_is_told_again(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 10_600)
    told = ["charged_back", "charged_back", "charged_back", "received"]
    taken = [call(business, made, state, event) for state, event in zip(told, "aabc", strict=True)]
    assert taken == [True, False, False, False]
    assert Chargeback.objects.count() == 1
    assert owed.open_minor(bill.id) == 10_600
    require_books()


def test_its_part_in_the_wallet_goes(business: Business) -> None:
    make_bill(business)
    made = pay(business, 12_000)
    assert owed.in_wallet(business.sides) == 1_400
    call(business, made, "charged_back", "e")
    assert owed.in_wallet(business.sides) == 0
    assert business.open_sum() == 10_600
    require_books()


def test_bills_that_the_wallet_paid_with_it_are_open_again_the_newest_first(business: Business) -> None:
    top_up(business, 10_600)
    old = make_bill(business)
    pay(business, 10_600, by="wallet", key="old")
    made = top_up(business, 9_400)
    new = make_bill(business)
    pay(business, 9_000, by="wallet", key="new")
    assert owed.in_wallet(business.sides) == 400
    call(business, made, "charged_back", "e")
    assert [owed.open_minor(one.id) for one in (old, new)] == [0, 10_600]
    assert (owed.in_wallet(business.sides), Chargeback.objects.get().lost_minor) == (0, 0)
    require_books()


def test_two_top_ups_open_what_the_wallet_paid_no_more_than_once(business: Business) -> None:
    first, second = top_up(business, 5_000), top_up(business, 5_600)
    bill = make_bill(business)
    pay(business, 10_600, by="wallet", key="w")
    call(business, second, "charged_back", "e-2")
    assert owed.open_minor(bill.id) == 5_600
    call(business, first, "charged_back", "e-1")
    assert owed.open_minor(bill.id) == 10_600
    require_books()


def test_what_left_the_wallet_by_the_bank_is_lost(business: Business) -> None:
    made = top_up(business, 5_000)
    credits.refund(
        actor=business.clerk, sides=business.sides, amount_minor=4_000, reason="Moves away", key="r", now=NOW
    )
    call(business, made, "charged_back", "e")
    kept = Chargeback.objects.get()
    assert (kept.wallet_minor, kept.lost_minor) == (1_000, 4_000)
    assert business.balance("chargeback_loss") == 4_000
    require_books()


def test_a_bill_that_was_credited_since_meets_its_credit(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 10_600)
    note = credits.credit_bill(actor=business.clerk, bill_id=bill.id, reason="Wrong", key="c", now=NOW)
    call(business, made, "charged_back", "e")
    assert (owed.open_minor(bill.id), owed.open_minor(note.id)) == (10_600, -10_600)
    credits.use_credits(business.clerk, business.sides, now=NOW)
    assert (owed.open_minor(bill.id), owed.open_minor(note.id)) == (0, 0)
    require_books()


def test_what_was_credited_and_is_owed_again_is_given_up_without_a_line(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 10_600)
    line = bill.lines.get()
    note = credits.credit_bill(
        actor=business.clerk, bill_id=bill.id, reason="Wrong", key="c", now=NOW, amounts={line.id: 2_600}
    )
    credits.refund(
        actor=business.clerk, sides=business.sides, amount_minor=2_600, reason="x", key="r", now=NOW,
        credit_note_id=note.id,
    )  # fmt: skip
    call(business, made, "charged_back", "e")
    lost = credits.write_off(actor=business.clerk, bill_id=bill.id, reason="Gone", key="w", now=NOW)
    assert (lost.amount_minor, lost.unshared_minor, lost.lines.get().amount_minor) == (10_600, 2_600, 8_000)
    assert business.balance("bad_debt") == 10_600
    require_books()


def test_a_clerk_takes_it_back_by_letter(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 10_600)
    with pytest.raises(Forbidden):
        by_letter(business, made, actor=business.payer)
    with pytest.raises(Invalid, match="why"):
        by_letter(business, made, reason=" ")
    kept = by_letter(business, made)
    assert by_letter(business, made, reason="Again") == kept
    with pytest.raises(Conflict, match="Nothing is left"):
        by_letter(business, made, key="other")
    assert owed.open_minor(bill.id) == 10_600
    require_books()


@pytest.mark.parametrize("by", ["offline", "wallet"])
def test_what_no_provider_collected_is_not_taken_back(business: Business, by: str) -> None:
    top_up(business, 1_000)
    make_bill(business)
    made = pay(business, 1_000, by=by, key="x")
    with pytest.raises(Invalid, match="refund"):
        by_letter(business, made)


def test_one_that_is_told_too_early_is_told_again(business: Business) -> None:
    make_bill(business)
    made = pay(business, 5_014)
    with pytest.raises(Conflict, match="not been received"):
        call(business, made, "charged_back", "late")
    call(business, made, "received", "early")
    assert call(business, made, "charged_back", "late")
    require_books()


def test_rows_are_only_added(business: Business) -> None:
    make_bill(business)
    call(business, pay(business, 10_600), "charged_back", "e")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE payment_chargeback SET lost_minor = 1")


def state(made: Payment) -> str:
    return state_of_payment(payments_of(id=made.id).get())


def test_a_part_of_it_opens_a_part_of_the_last_bill(business: Business) -> None:
    first, second = make_bill(business), make_bill(business)
    made = pay(business, 21_200, bills=[first.id, second.id])
    assert call(business, made, "charged_back", "e-1", amount_minor=4_000)
    assert [owed.open_minor(one.id) for one in (first, second)] == [0, 4_000]
    assert business.balance("provider_rehearsal") == 17_200
    assert state(made) == "partly_charged_back"
    require_books()
    assert call(business, made, "charged_back", "e-2", amount_minor=8_000)
    assert [owed.open_minor(one.id) for one in (first, second)] == [1_400, 10_600]
    assert not call(business, made, "charged_back", "e-2", amount_minor=8_000)
    assert call(business, made, "charged_back", "e-3")
    assert [owed.open_minor(one.id) for one in (first, second)] == [10_600, 10_600]
    assert (state(made), business.balance("provider_rehearsal")) == ("charged_back", 0)
    require_books()


def test_no_more_than_is_left_of_it(business: Business) -> None:
    make_bill(business)
    made = pay(business, 10_600)
    by_letter(business, made, amount_minor=10_000)
    for amount in (601, 0, -1):
        with pytest.raises(Invalid, match=r"6\.00 CNY is left"):
            by_letter(business, made, amount_minor=amount, key="more")
    with pytest.raises(Conflict, match="has that key"):
        by_letter(business, made, amount_minor=600)
    by_letter(business, made, amount_minor=600, key="more")
    require_books()


def test_the_database_holds_it_too(business: Business) -> None:
    make_bill(business)
    made = pay(business, 10_600)
    kept = by_letter(business, made, amount_minor=10_000)
    other = pay(business, 1_000, key="other")
    entry = by_letter(business, other, key="b").entry_id
    values: dict[str, Any] = {
        name: getattr(kept, name) for name in ("operator_id", "customer_id", "currency", "at")
    }
    with pytest.raises(IntegrityError, match="more than payment"), transaction.atomic():
        Chargeback.objects.filter(id=kept.id).bulk_create([
            Chargeback(
                key="c", payment=made, amount_minor=601, wallet_minor=0, lost_minor=0, entry_id=entry + 1,
                **values,
            )
        ])  # fmt: skip


def test_parts_go_from_the_wallet_first_and_are_lost_last(business: Business) -> None:
    """4,000 of the payment lie in the wallet, of which 1,000 were given back and 2,000 paid a later bill."""
    old = make_bill(business)
    made = pay(business, 14_600)
    credits.refund(
        actor=business.clerk, sides=business.sides, amount_minor=1_000, reason="Moves away", key="r", now=NOW
    )
    new = make_bill(business)
    pay(business, 2_000, by="wallet", key="w")
    found = []
    for n, amount in enumerate([500, 1_500, 9_600, 2_000, 1_000]):
        kept = by_letter(business, made, amount_minor=amount, key=f"part-{n}")
        opened = (owed.open_minor(old.id), owed.open_minor(new.id) - 8_600)
        found.append((kept.wallet_minor, kept.lost_minor, *opened))
        require_books()
    assert found == [
        (500, 0, 0, 0), (500, 0, 1_000, 0), (0, 0, 10_600, 0), (0, 0, 10_600, 2_000),
        (0, 1_000, 10_600, 2_000),
    ]  # fmt: skip
    assert state(made) == "charged_back"


@given(parts=st.lists(st.integers(1, 9_000), min_size=1, max_size=4), paid=st.sampled_from([3_000, 12_000]))
@settings(max_examples=8, deadline=None)
def test_parts_come_to_what_the_whole_comes_to(parts: list[int], paid: int) -> None:
    """Whatever the parts: bills, wallet and loss end as after one chargeback of all."""

    def played(amounts: list[int | None]) -> tuple[int, ...]:
        with transaction.atomic():
            business = make_business()
            make_bill(business)
            made = pay(business, paid, key=f"p-{business.sides.customer_id}")
            for n, amount in enumerate(amounts):
                by_letter(business, made, amount_minor=amount, key=f"{made.id}-{n}")
            require_books()
            found = (business.open_sum(), owed.in_wallet(business.sides), business.balance("chargeback_loss"))
            transaction.set_rollback(True)
        return found

    some: list[int | None] = []
    for part in parts:
        if sum(one or 0 for one in some) + part < paid:
            some.append(part)
    assert played([*some, None]) == played([None])
