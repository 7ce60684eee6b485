"""Credit notes, refunds, write-offs: worked cases, and after any sequence of verbs in any order, with
retries, receivable = bills - credits - payments - write-offs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpot.conftest import NOW
from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from hotpot.kernel.money import Money
from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.ledger.models import Posting
from hotpot.pot.payment import actions, credits, owed
from hotpot.pot.payment.models import Clearing, Payment, Refund, WriteOff, WriteOffLine
from hotpot.pot.payment.tests.business import Business, make_bill, make_business
from hotpot.pot.rating.models import Charge

pytestmark = pytest.mark.django_db


@pytest.fixture
def business() -> Business:
    return make_business()


def credit(business: Business, bill: Bill, amounts: dict[int, int] | None = None, key: str = "c") -> Bill:
    return credits.credit_bill(
        actor=business.clerk, bill_id=bill.id, amounts=amounts, reason="Wrong seats", key=key, now=NOW
    )


def receive(business: Business, minor: int, key: str = "r", bills: tuple[int, ...] = ()) -> Payment:
    return actions.record_receipt(
        actor=business.clerk, sides=business.sides, amount_minor=minor, key=key, now=NOW, bills=bills
    )


def test_a_whole_bill_is_mirrored(business: Business) -> None:
    bill = make_bill(business, [(10_000, 600), (-1_000, -60), (33, 2)])
    note = credit(business, bill)
    assert (note.kind, note.number, note.corrects_id) == (Bill.Kind.CREDIT_NOTE, 1, bill.id)
    assert (note.net_minor, note.tax_minor, note.total_minor) == (-9_033, -542, -9_575)
    # What a line gave back already lessens what the others can give back.
    assert [(one.net_minor, one.tax_minor) for one in note.lines.order_by("id")] == [
        (-9_003, -540),
        (-30, -2),
    ]
    assert Charge.objects.aggregate(sum=Sum("amount_minor"))["sum"] == 0
    for kind in ("receivable", "revenue", "tax"):
        assert business.balance(kind) == 0
    assert business.open_sum() == 0
    assert owed.open_minor(bill.id) == owed.open_minor(note.id) == 0
    assert credit(business, bill).id == note.id  # a retry
    with pytest.raises(Conflict):
        credit(business, make_bill(business), key="c")
    with pytest.raises(Invalid, match="nothing was chosen"):
        credit(business, bill, key="again")


def test_a_line_is_credited_in_parts_never_more_than_it_was(business: Business) -> None:
    bill = make_bill(business, [(10_000, 600), (500, 30)])
    first, second = BillLine.objects.filter(bill=bill).order_by("id")
    one = credit(business, bill, {first.id: 333}, "a")
    two = credit(business, bill, {first.id: 333}, "b")
    assert [(note.net_minor, note.tax_minor) for note in (one, two)] == [(-314, -19), (-314, -19)]
    with pytest.raises(Conflict, match="More than was billed"):
        credit(business, bill, {first.id: 10_600 - 666 + 1}, "c")
    rest = credit(business, bill, None, "d")
    assert one.net_minor + two.net_minor + rest.net_minor == -10_500
    assert one.tax_minor + two.tax_minor + rest.tax_minor == -630
    assert [note.number for note in (one, two, rest)] == [1, 2, 3]
    assert owed.open_minor(bill.id) == 0
    with pytest.raises(Invalid, match="no such line"):
        credit(business, make_bill(business), {second.id: 5}, "e")


def test_credit_of_a_paid_bill_pays_the_next_or_is_given_back(business: Business) -> None:
    bill = make_bill(business)
    receive(business, 10_600)
    note = credit(business, bill)
    assert owed.open_minor(note.id) == -10_600
    assert business.balance("receivable") == business.open_sum() == -10_600
    again = make_bill(business, [(1_000, 60)])
    with transaction.atomic():
        owed.lock(business.sides)
        assert credits.use_credits(SYSTEM_ACTOR, business.sides, now=NOW) == 1_060
    assert owed.open_minor(again.id) == 0

    def give(**more: Any) -> Refund:
        return credits.refund(
            actor=business.clerk, sides=business.sides, reason="Paid twice", now=NOW, **more
        )

    with pytest.raises(Conflict, match=r"95\.40 CNY can be given back"):
        give(amount_minor=9_541, key="f", credit_note_id=note.id)
    by_bank = give(amount_minor=9_000, key="f", credit_note_id=note.id)
    assert give(amount_minor=9_000, key="f", credit_note_id=note.id).id == by_bank.id
    give(amount_minor=540, key="g", credit_note_id=note.id, to_wallet=True)
    assert owed.in_wallet(business.sides) == 540
    give(amount_minor=540, key="h")
    assert owed.in_wallet(business.sides) == 0
    assert business.balance("bank") == 10_600 - 9_540
    assert business.balance("receivable") == business.open_sum() == 0
    with pytest.raises(Conflict, match=r"0\.00 CNY can be given back"):
        give(amount_minor=1, key="i")
    with pytest.raises(NotFound):
        give(amount_minor=1, key="j", credit_note_id=bill.id)


def test_what_is_written_off_stands_by_line_and_is_an_expense(business: Business) -> None:
    bill = make_bill(business, [(10_000, 600), (500, 30), (-300, -18)])
    receive(business, 2_000)
    wrote = credits.write_off(actor=business.clerk, bill_id=bill.id, reason="Bankrupt", key="w", now=NOW)
    assert wrote.amount_minor == 10_812 - 2_000
    lines = list(WriteOffLine.objects.filter(write_off=wrote).order_by("line_id"))
    assert sum(one.amount_minor for one in lines) == wrote.amount_minor
    assert [one.amount_minor for one in lines] == [8_392, 420]
    assert [one.net_minor for one in lines] == [7_917, 396]
    assert business.balance("bad_debt") == 8_812
    assert business.balance("receivable") == business.open_sum() == 0
    repeated = credits.write_off(actor=business.clerk, bill_id=bill.id, reason="Bankrupt", key="w", now=NOW)
    assert repeated.id == wrote.id
    with pytest.raises(Conflict, match=r"0\.00 CNY of this bill is open"):
        credits.write_off(actor=business.clerk, bill_id=bill.id, reason="Again", key="x", now=NOW)
    line = BillLine.objects.filter(bill=bill).order_by("id")[0]
    with pytest.raises(Conflict, match="More than was billed"):
        credit(business, bill, {line.id: 10_600 - 8_392 + 1})


def test_only_the_operator_takes_back_and_says_why(business: Business) -> None:
    bill = make_bill(business)
    for verb in (credits.credit_bill, credits.write_off):
        give: dict[str, Any] = {"bill_id": bill.id, "reason": "x", "key": "k", "now": NOW}
        with pytest.raises(Forbidden):
            verb(actor=business.payer, **give)
        with pytest.raises(Forbidden):
            verb(actor=make_business().clerk, **give)
        with pytest.raises(Invalid, match="Say why"):
            verb(actor=business.clerk, **(give | {"reason": "  "}))
        with pytest.raises(NotFound):
            verb(actor=business.clerk, **(give | {"bill_id": 0}))
        with pytest.raises(Invalid, match="no debt"):
            verb(actor=business.clerk, **(give | {"bill_id": make_bill(business, [(-5, 0)]).id}))


amounts = st.integers(1, 15_000)
lines = st.tuples(st.integers(-4_000, 9_000), st.integers(0, 13))  # net, percent of tax
steps = st.one_of(
    st.tuples(st.just("bill"), st.lists(lines, min_size=1, max_size=3)),
    st.tuples(st.just("receive"), amounts),
    st.tuples(st.just("pay"), st.tuples(amounts, st.sampled_from(["rehearsal", "phone_bill", "wallet"]))),
    st.tuples(st.just("top_up"), amounts),
    st.tuples(st.just("credit"), st.tuples(st.integers(0, 5), st.none() | amounts)),
    st.tuples(st.just("write_off"), st.tuples(st.integers(0, 5), st.none() | amounts)),
    st.tuples(st.just("refund"), st.tuples(st.integers(-1, 5), amounts, st.booleans())),
    st.tuples(st.just("use_credits"), st.none()),
)  # fmt: skip


class Book:
    """Does what it is told, refused or not; each verb twice with the same key."""

    def __init__(self) -> None:
        self.business = make_business()
        self.serial = 0

    def do(self, verb: str, values: Any) -> None:
        self.serial += 1
        for _again in range(1 if verb == "bill" else 2):
            try:
                with transaction.atomic():
                    getattr(self, verb)(values)
            except Refused:
                continue

    @property
    def key(self) -> str:
        return f"key-{self.serial}"

    def bill(self, lines: list[tuple[int, int]]) -> None:
        make_bill(self.business, [(net, net * percent // 100) for net, percent in lines])

    def receive(self, minor: int) -> None:
        receive(self.business, minor, self.key)

    def pay(self, values: tuple[int, str], purpose: str = "bills") -> None:
        minor, by = values
        made = actions.pay(
            actor=self.business.payer, operator_id=self.business.sides.operator_id, by=by, key=self.key,
            customer_id=self.business.sides.customer_id, amount=Money(minor, "CNY"), now=NOW, purpose=purpose,
        )  # fmt: skip
        actions.start(made.id, now=NOW)

    def top_up(self, minor: int) -> None:
        self.pay((minor, "rehearsal"), "top_up")

    def credit(self, values: tuple[int, int | None]) -> None:
        bill, minor = self._bill(values[0], Bill.Kind.BILL), values[1]
        line = BillLine.objects.filter(bill=bill).order_by("id")[0]
        credit(self.business, bill, None if minor is None else {line.id: minor}, self.key)

    def write_off(self, values: tuple[int, int | None]) -> None:
        credits.write_off(
            actor=self.business.clerk, bill_id=self._bill(values[0], Bill.Kind.BILL).id, reason="x",
            key=self.key, now=NOW, amount_minor=values[1],
        )  # fmt: skip

    def refund(self, values: tuple[int, int, bool]) -> None:
        place, minor, to_wallet = values
        note = None if place < 0 else self._bill(place, Bill.Kind.CREDIT_NOTE).id
        credits.refund(
            actor=self.business.clerk, sides=self.business.sides, amount_minor=minor, reason="x",
            key=self.key, now=NOW, credit_note_id=note, to_wallet=to_wallet,
        )  # fmt: skip

    def use_credits(self, _nothing: None) -> None:
        owed.lock(self.business.sides)
        credits.use_credits(SYSTEM_ACTOR, self.business.sides, now=NOW)

    def _bill(self, place: int, kind: str) -> Bill:
        bills = Bill.objects.filter(customer_id=self.business.sides.customer_id, kind=kind).order_by("id")
        if not bills:
            raise NotFound("none yet")
        return bills[place % len(bills)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(done=st.lists(steps, min_size=3, max_size=14))
def test_nothing_is_made_or_lost(done: list[tuple[str, Any]]) -> None:
    with transaction.atomic():
        book = Book()
        for verb, values in done:
            book.do(verb, values)
        holds(book.business)
        transaction.set_rollback(True)


def holds(business: Business) -> None:
    def summed(rows: Any, name: str = "amount_minor") -> int:
        return int(rows.aggregate(sum=Sum(name))["sum"] or 0)

    between = {"operator_id": business.sides.operator_id, "customer_id": business.sides.customer_id}
    bills = summed(Bill.objects.filter(**between), "total_minor")
    received = Payment.objects.filter(**between, state="received")
    to_bills = summed(Clearing.objects.filter(payment__in=received))
    given = Refund.objects.filter(**between)
    lost = summed(WriteOff.objects.filter(**between))
    owing = bills - to_bills - lost + summed(given.exclude(bill=None))
    assert business.balance("receivable") == business.open_sum() == owing
    # What came in is on bills or in the wallet; what left the wallet paid bills or was given back.
    wallet = owed.in_wallet(business.sides)
    came = summed(received.exclude(provider="wallet"))
    assert wallet >= 0
    assert came == to_bills + wallet + summed(given.filter(bill=None)) - summed(given.filter(to_wallet=True))
    for bill in owed.with_open(Bill.objects.filter(**between)):
        low, high = min(bill.total_minor, 0), max(bill.total_minor, 0)
        assert low <= bill.open_minor <= high
        for line in credits.lines_left(bill):
            assert abs(line.taken_gross_minor) <= abs(line.gross_minor)
            if line.left_minor == 0:
                assert line.taken_net_minor == line.net_minor
    notes = Bill.objects.filter(**between, kind="credit_note").order_by("number")
    assert [one.number for one in notes] == list(range(1, len(notes) + 1))
    assert summed(Posting.objects, "amount") == 0
