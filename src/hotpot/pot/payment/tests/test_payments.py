"""Payments: asked for, received, declined, told twice and in the wrong order; divided, kept, refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hotpot.conftest import NOW, make_membership
from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.kernel.money import Money
from hotpot.pot.billing import accounts
from hotpot.pot.billing.models import Bill
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import Actor
from hotpot.pot.ledger.models import Account
from hotpot.pot.payment import actions, owed
from hotpot.pot.payment.models import Callback, Clearing, Payment
from hotpot.pot.payment.providers import PROVIDERS, Simulated, offered
from hotpot.pot.payment.tests.business import Business, make_bill, make_business

pytestmark = pytest.mark.django_db


@pytest.fixture
def business() -> Business:
    return make_business()


def pay(business: Business, minor: int, *, by: str = "rehearsal", key: str = "k", **more: object) -> Payment:
    values: dict[str, object] = {
        "actor": business.payer, "operator_id": business.sides.operator_id,
        "customer_id": business.sides.customer_id, "amount": Money(minor, "CNY"), "by": by, "key": key,
        "now": NOW,
    }  # fmt: skip
    made = actions.pay(**(values | more))  # type: ignore[arg-type]
    return made if made.provider == "wallet" else actions.start(made.id, now=NOW)


def top_up(business: Business, minor: int) -> Payment:
    return pay(business, minor, key=f"top-up-{minor}", purpose="top_up")


def call(
    business: Business, made: Payment, state: str, event: str, *, name: str = "rehearsal",
    signature: str = "", **more: object,
) -> bool:  # fmt: skip
    told = {"event": event, "reference": made.reference, "state": state, "problem": "No."} | more
    body = json.dumps(told).encode()
    by = PROVIDERS[name]
    assert isinstance(by, Simulated)
    return actions.take_callback(name, body, signature or by.sign(body), now=NOW)


def test_a_payment_clears_the_bills_it_names_then_the_oldest(business: Business) -> None:
    old = make_bill(business, due_on=NOW.date())
    new = make_bill(business, due_on=NOW.date() + timedelta(days=9))
    named = make_bill(business, [(1_000, 60)], due_on=NOW.date() + timedelta(days=30))
    made = pay(business, 12_000, bills=[named.id])
    assert made.state == "received"
    assert [owed.open_minor(one.id) for one in (named, old, new)] == [0, 0, 10_260]
    assert business.balance("receivable") == business.open_sum() == 10_260
    assert business.balance("provider_rehearsal") == 12_000


def test_what_is_too_much_goes_to_the_wallet_and_pays_from_there(business: Business) -> None:
    make_bill(business)
    pay(business, 12_000)
    assert owed.in_wallet(business.sides) == 1_400
    later = make_bill(business)
    made = pay(business, 1_400, by="wallet", key="from-wallet")
    assert made.state == "received"
    assert owed.in_wallet(business.sides) == 0
    assert owed.open_minor(later.id) == 9_200
    with pytest.raises(Conflict, match=r"holds 0\.00 CNY"):
        pay(business, 1, by="wallet", key="more")


def test_a_wallet_that_paid_all_it_held_answers_a_retry(business: Business) -> None:
    top_up(business, 5_000)
    make_bill(business)
    first = pay(business, 5_000, by="wallet", key="all")
    assert pay(business, 5_000, by="wallet", key="all").id == first.id
    assert owed.in_wallet(business.sides) == 0


def test_a_top_up_leaves_bills_alone(business: Business) -> None:
    bill = make_bill(business)
    top_up(business, 5_000)
    assert (owed.in_wallet(business.sides), owed.open_minor(bill.id)) == (5_000, 10_600)
    assert business.balance("receivable") == 10_600


def test_a_retry_pays_once_and_another_content_is_refused(business: Business) -> None:
    make_bill(business)
    first = pay(business, 600)
    assert pay(business, 600).id == first.id
    assert Clearing.objects.count() == 1
    with pytest.raises(Conflict, match="key"):
        pay(business, 700)


def test_a_decline_says_why_and_books_nothing(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 5_013, by="phone_bill")
    assert made.state == "declined"
    assert "limit of this phone bill" in made.problem
    assert owed.open_minor(bill.id) == 10_600
    assert not Account.objects.filter(code__contains="provider_phone_bill").exists()


def test_a_delayed_payment_is_concluded_by_its_callback_whatever_is_told_again(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 5_014)
    assert made.state == "pending"
    assert made.instruction
    assert owed.open_minor(bill.id) == 10_600
    assert call(business, made, "received", "e1")
    assert not call(business, made, "received", "e1")  # the same event again
    assert not call(business, made, "received", "e2")  # told twice
    assert not call(business, made, "pending", "e0")  # sent before, came after
    assert not call(business, made, "declined", "e3")
    made.refresh_from_db()
    assert made.state == "received"
    assert owed.open_minor(bill.id) == 10_600 - 5_014
    assert Callback.objects.count() == 4
    assert EventRow.objects.filter(type="payment.received").count() == 1


def test_money_that_came_after_a_decline_is_money_that_came(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 5_014)
    assert call(business, made, "declined", "e1")
    assert not call(business, made, "declined", "e2")
    assert call(business, made, "received", "e3")
    assert owed.open_minor(bill.id) == 10_600 - 5_014


def test_a_callback_is_believed_by_its_signature_alone(business: Business) -> None:
    made = pay(business, 5_014)
    with pytest.raises(Forbidden):
        call(business, made, "received", "e1", signature="0" * 64)
    with pytest.raises(NotFound):  # of another provider
        call(business, made, "received", "e1", name="phone_bill")
    for name in ("offline", "wallet"):
        with pytest.raises(Forbidden):
            actions.take_callback(name, b"{}", "", now=NOW)
    for body in (b"{}", b"[]", b"no", b'{"event": 1, "reference": 2, "state": "stolen"}'):
        by = PROVIDERS["rehearsal"]
        assert isinstance(by, Simulated)
        with pytest.raises(Invalid):
            actions.take_callback("rehearsal", body, by.sign(body), now=NOW)
    made.refresh_from_db()
    assert made.state == "pending"


def test_who_handles_no_money_pays_nothing(business: Business) -> None:
    make_bill(business)
    manager = make_membership(business.market.customer, role="manager").person
    for actor in (
        Actor(manager.id, business.market.customer.id, "page"),
        Actor(business.market.integrator_owner.id, business.market.integrator.id, "page"),
        Actor(business.market.operator_owner.id, business.market.customer.id, "page"),
    ):
        with pytest.raises(Forbidden):
            pay(business, 100, actor=actor)
    with pytest.raises(Forbidden):
        actions.record_receipt(
            actor=business.payer, sides=business.sides, amount_minor=100, key="cash", now=NOW
        )
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"amount": Money(0, "CNY")},
        {"amount": Money(-5, "CNY")},
        {"key": ""},
        {"purpose": "gift"},
        {"purpose": "top_up", "by": "wallet"},
    ],
)
def test_what_makes_no_sense_is_refused(business: Business, more: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        pay(business, 100, **more)  # type: ignore[arg-type]


def test_bills_of_others_are_not_paid(business: Business) -> None:
    other = make_bill(make_business())
    with pytest.raises(NotFound):
        pay(business, 100, bills=[other.id])
    with pytest.raises(NotFound):
        pay(business, 100, operator_id=other.operator_id)
    with pytest.raises(NotFound):
        pay(business, 100, by="cowries")


def test_the_database_itself_refuses_more_than_a_bill_and_an_overdrawn_wallet(business: Business) -> None:
    bill = make_bill(business)
    made = pay(business, 600)
    with pytest.raises(IntegrityError, match="would be cleared"), transaction.atomic():
        Clearing.objects.create(bill=bill, amount_minor=10_001, payment=made, at=NOW)
    with pytest.raises(IntegrityError, match="would be cleared"), transaction.atomic():
        Clearing.objects.create(bill=bill, amount_minor=-601, payment=made, at=NOW)
    top_up(business, 100)
    sides = business.sides
    wallet = accounts.wallet(sides.operator_id, sides.customer_id, "CNY")
    with pytest.raises(IntegrityError, match="wallet_not_overdrawn"), transaction.atomic():
        actions.book("k", "m", [(wallet, 101), (accounts.bank(sides.operator_id, "CNY"), -101)], NOW)
    for change in ("amount_minor = 5", "state = 'pending', entry_id = NULL", "reference = 'x'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE payment_payment SET {change} WHERE id = %s", [made.id])


def test_rehearsals_are_offered_in_a_demo_only(settings: object) -> None:
    settings.HOTPOT_DEMO = settings.DEBUG = False  # type: ignore[attr-defined]
    assert [one.name for one in offered()] == ["offline", "wallet", "phone_bill"]
    settings.HOTPOT_DEMO = True  # type: ignore[attr-defined]
    assert "rehearsal" in [one.name for one in offered()]
    assert all(one.label for one in offered())


def test_a_credit_note_of_a_close_waits_as_credit(business: Business) -> None:
    note = make_bill(business, [(-2_000, -120)])
    assert note.kind == Bill.Kind.CREDIT_NOTE
    assert owed.open_minor(note.id) == -2_120
    assert [one.id for one in owed.waiting_credits(business.sides)] == [note.id]
