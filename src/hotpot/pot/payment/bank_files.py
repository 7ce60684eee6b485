"""The bank's file, taken in: money is booked as it lies in the bank, and matched to who paid it.

A line is matched by a reference that it quotes (of a bill, or of a payment that was announced), else by
the payer's name together with an amount that is open; what is left waits for a clerk, on an account of its
own, so that the bank account in the books is the bank's own at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import accounts, references
from hotpot.pot.billing.models import Bill
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.invoicing import details_in_force
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import require_right
from hotpot.pot.party.rules import Right
from hotpot.pot.payment import bank, owed
from hotpot.pot.payment.actions import book, record_receipt
from hotpot.pot.payment.models import BankFile, BankLine, Payment
from hotpot.pot.payment.owed import Sides
from hotpot.pot.payment.wire import BankEntry


@transaction.atomic
def take_bank_file(*, actor: Actor, operator: Party, name: str, content: bytes, now: datetime) -> BankFile:
    """Books and matches what is new in it. The same file again, or a line that stood in another file, does
    nothing. Raises Invalid for a file that can't be read; then nothing was taken."""
    require_right(actor, Right.MONEY, operator.id)
    digest = hashlib.sha256(content).hexdigest()
    with as_system():
        if (known := BankFile.objects.filter(operator=operator, digest=digest).first()) is not None:
            return known
        read = bank.read(content, currency=operator.currency)
        there = set(
            BankLine.objects.filter(
                operator=operator, identity__in=[one.identity for one in read.entries]
            ).values_list("identity", flat=True)
        )
        fresh = [one for one in read.entries if one.identity not in there]
        file = BankFile.objects.create(
            operator=operator, name=name[:200], digest=digest, format=read.format,
            taken_by_id=actor.person_id, taken_at=now, lines_new=len(fresh),
            lines_known=len(read.entries) - len(fresh),
        )  # fmt: skip
        lines = [_line(file, operator, one) for one in fresh]
        BankLine.objects.bulk_create(lines)
        for line in lines:
            _book_unmatched(line, now)
        matched = sum(1 for line in lines if _match(actor, operator, line, now))
        told = {"lines": len(fresh), "matched": matched, "known": file.lines_known}
        record(actor, Fact("payment.bank_file.taken", f"bank_file/{file.id}", [operator.id], told), now=now)
    return file


@transaction.atomic
def settle_line(
    *,
    actor: Actor,
    line_id: int,
    customer_id: int,
    now: datetime,
    bills: Sequence[int] = (),
) -> BankLine:
    """A clerk says whose money it is: it clears those bills first, then the oldest; the rest goes to the
    customer's wallet. Raises NotFound, or Conflict for a line that is matched already."""
    with as_system():
        line = BankLine.objects.select_for_update(of=("self",)).filter(id=line_id).first()
        if line is None:
            raise NotFound(_("There is no such line."))
        require_right(actor, Right.MONEY, line.operator_id)
        if line.state == BankLine.State.MATCHED:
            raise Conflict(_("This line is settled already."))
        _settle(actor, line, customer_id, bills, now)
    return line


# --- what the verbs are made of -------------------------------------------------------------------


def _line(file: BankFile, operator: Party, entry: BankEntry) -> BankLine:
    return BankLine(
        operator=operator, file=file, identity=entry.identity, booked_on=entry.booked_on,
        amount_minor=entry.amount.minor, currency=entry.amount.currency, payer=entry.payer, text=entry.text,
    )  # fmt: skip


def _book_unmatched(line: BankLine, now: datetime) -> None:
    moves = [
        (accounts.bank(line.operator_id, line.currency), line.amount_minor),
        (accounts.unmatched(line.operator_id, line.currency), -line.amount_minor),
    ]
    book(f"bank:{line.operator_id}:{line.id}", f"Bank: {line.payer or line.text}"[:200], moves, now)


def _match(actor: Actor, operator: Party, line: BankLine, now: datetime) -> bool:
    for reference in references.references_in(line.text):
        if (waiting := _announced(line, reference)) is not None:
            _settle(actor, line, waiting.customer_id, [], now, waiting)
            return True
        if (bill := _billed(line, reference)) is not None:
            _settle(actor, line, bill.customer_id, [bill.pk], now)
            return True
    if (bill := _by_name_and_amount(operator, line, now)) is not None:
        _settle(actor, line, bill.customer_id, [bill.pk], now)
        return True
    return False


def _announced(line: BankLine, reference: str) -> Payment | None:
    return Payment.objects.filter(
        reference=reference, operator_id=line.operator_id, currency=line.currency, provider="offline"
    ).first()


def _billed(line: BankLine, reference: str) -> Bill | None:
    operator, number = references.bill_of(reference) or (0, 0)
    if operator != line.operator_id:
        return None
    return Bill.objects.filter(
        operator_id=line.operator_id, kind=Bill.Kind.BILL, number=number, currency=line.currency
    ).first()


def _by_name_and_amount(operator: Party, line: BankLine, now: datetime) -> Bill | None:
    """The only open bill over exactly that amount whose customer is called like the payer."""
    bills = Bill.objects.filter(operator=operator, kind=Bill.Kind.BILL, currency=line.currency)
    found = owed.with_open(bills).filter(open_minor=line.amount_minor).select_related("customer")[:20]
    payer = _plain(line.payer)
    named = [bill for bill in found if payer and payer in _names(bill.customer, now)]
    return named[0] if len(named) == 1 else None


def _names(customer: Party, now: datetime) -> set[str]:
    return {
        _plain(one) for one in (customer.name, customer.name_zh, details_in_force(customer, now).legal_name)
    }


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _settle(
    actor: Actor,
    line: BankLine,
    customer_id: int,
    bills: Sequence[int],
    now: datetime,
    waiting: Payment | None = None,
) -> None:
    sides = Sides(line.operator_id, customer_id, line.currency)
    line.payment = record_receipt(
        actor=actor,
        sides=sides,
        amount_minor=line.amount_minor,
        key=f"bank:{line.operator_id}:{line.id}",
        now=now,
        source=accounts.unmatched(line.operator_id, line.currency),
        bills=bills,
        waiting=waiting,
    )
    line.state, line.matched_by_id = BankLine.State.MATCHED, actor.person_id
    line.save(update_fields=["payment", "state", "matched_by"])
