"""What is taken back: credit notes, what becomes of them, refunds, and debts given up.

All of it is the operator's word. Nothing is ever taken back twice: of each bill line, what is credited and
what is written off are together never more than the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import accounts, credit_notes
from hotpot.pot.billing.models import Bill, BillLine, CreditedLine, CreditNote
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.payment import owed, rules
from hotpot.pot.payment.actions import book, require_money
from hotpot.pot.payment.models import Clearing, Refund, WriteOff, WriteOffLine
from hotpot.pot.payment.owed import Sides, sides_of
from hotpot.pot.payment.rules import LineLeft


@transaction.atomic
def credit_bill(
    *,
    actor: Actor,
    bill_id: int,
    reason: str,
    key: str,
    now: datetime,
    amounts: Mapping[int, int] | None = None,
) -> Bill:
    """Takes a bill back, whole or by line, with a credit note that corrects it; the note.

    `amounts` maps line ids to minor units with tax; None is all that is left.
    The credit goes to the bill itself first, then to the oldest others; what is left waits for the next
    bill, or for a refund.
    """
    bill, sides = _enter(actor, bill_id)
    with as_system():
        if (known := CreditNote.objects.select_related("bill").filter(key=key).first()) is not None:
            return _same_note(known, bill)
        _need(reason, key)
        lines = lines_left(bill)
        wanted = rules.all_left(lines) if amounts is None else amounts
        chosen = rules.taken_back(lines, wanted)
        taken = [credit_notes.Taken(one.line, amount, one.net_of(amount)) for one, amount in chosen]
        note = credit_notes.issue(actor=actor, bill=bill, taken=taken, reason=reason, key=key, now=now)
        use_credits(actor, sides, now=now)
    return note


def use_credits(actor: Actor, sides: Sides, *, now: datetime) -> int:
    """Sets credit notes that wait against bills that are open, oldest first, the corrected one before all;
    how much. The caller holds the lock of both sides."""
    # Here, because it reacts to bills that are settled.
    from hotpot.pot.payment.dunning import lift

    used = 0
    with as_system():
        for note in owed.waiting_credits(sides):
            bills = owed.owed_bills(sides, first=[note.corrects_id] if note.corrects_id else [])
            parts, _rest = rules.cleared_by(-note.open_minor, [(bill.pk, bill.open_minor) for bill in bills])
            owed.clear(
                (one for part in parts for one in _pair(note.pk, part.bill, part.amount_minor)), now=now
            )
            used += sum(part.amount_minor for part in parts)
        if used:
            told = {"amount_minor": used, "currency": sides.currency}
            subject = f"party/{sides.customer_id}"
            record(actor, Fact("payment.credit.used", subject, sides.parties, told), now=now)
            lift(actor, sides, now=now)
    return used


@transaction.atomic
def refund(
    *,
    actor: Actor,
    sides: Sides,
    amount_minor: int,
    reason: str,
    key: str,
    now: datetime,
    credit_note_id: int | None = None,
    to_wallet: bool = False,
) -> Refund:
    """Gives money back: what a credit note still owes the customer, by bank transfer or to its wallet; or,
    without a note, what is in its wallet, by bank transfer. The same key again answers the first one."""
    require_money(actor, sides, of_operator=True)
    owed.lock(sides)
    with as_system():
        if (known := Refund.objects.filter(key=key).first()) is not None:
            return _same_refund(known, sides, amount_minor, credit_note_id)
        _need(reason, key)
        _require_refundable(sides, amount_minor, credit_note_id, to_wallet)
        receivable, wallet, bank = (
            accounts.receivable(sides.operator_id, sides.customer_id, sides.currency),
            accounts.wallet(sides.operator_id, sides.customer_id, sides.currency),
            accounts.bank(sides.operator_id, sides.currency),
        )
        source = wallet if credit_note_id is None else receivable
        target = wallet if to_wallet else bank
        memo = f"Refund: {reason.strip()}"
        entry = book(f"refund:{key}", memo, [(source, amount_minor), (target, -amount_minor)], now)
        made = Refund.objects.create(
            key=key, operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency,
            bill_id=credit_note_id, amount_minor=amount_minor, to_wallet=to_wallet, reason=reason.strip(),
            entry_id=entry, made_by_id=actor.person_id, made_at=now,
        )  # fmt: skip
        if credit_note_id is not None:
            owed.clear([Clearing(bill_id=credit_note_id, amount_minor=-amount_minor, refund=made)], now=now)
        told = {"amount_minor": amount_minor, "currency": sides.currency, "reason": made.reason}
        record(actor, Fact("payment.refunded", f"refund/{made.id}", sides.parties, told), now=now)
    return made


@transaction.atomic
def write_off(
    *, actor: Actor, bill_id: int, reason: str, key: str, now: datetime, amount_minor: int | None = None
) -> WriteOff:
    """Gives up what is open of a bill, or a part of it: receivable becomes bad debt, allotted to the bill's
    lines in proportion to what is left of them, so that shares can be clawed back. What was credited and is
    owed again, because its payment was taken back, is on no line: its shares were clawed back before."""
    # Here, because it reacts to bills that are settled.
    from hotpot.pot.payment.dunning import lift

    bill, sides = _enter(actor, bill_id)
    with as_system():
        if (known := WriteOff.objects.filter(key=key).first()) is not None:
            return _same_write_off(known, bill, amount_minor)
        _need(reason, key)
        open_minor = owed.open_minor(bill.id)
        amount = open_minor if amount_minor is None else amount_minor
        if not 0 < amount <= open_minor:
            raise Conflict(
                _("%(open)s of this bill is open. Write off that much at most.")
                % {"open": sides.money(max(open_minor, 0))}
            )
        made = _written_off(actor, bill, sides, amount, reason, key, now)
        owed.clear([Clearing(bill=bill, amount_minor=amount, write_off=made)], now=now)
        told = {"amount_minor": amount, "currency": sides.currency, "reason": made.reason}
        record(actor, Fact("payment.written_off", f"bill/{bill.id}", sides.parties, told), now=now)
        lift(actor, sides, now=now)
    return made


def lines_left(bill: Bill) -> list[LineLeft]:
    """The lines of a bill with what was credited and written off of each."""
    taken: dict[int, tuple[int, int]] = {}
    credited = CreditedLine.objects.filter(corrects__bill=bill).values_list(
        "corrects_id", "line__amount_minor", "line__net_minor"
    )
    given_up = WriteOffLine.objects.filter(line__bill=bill).values_list("line_id").annotate(
        gross=Sum("amount_minor"), net=Sum("net_minor")
    )  # fmt: skip
    rows = [*((line, -gross, -net) for line, gross, net in credited), *given_up]
    for line, gross, net in rows:
        before = taken.get(line, (0, 0))
        taken[line] = (before[0] + gross, before[1] + net)
    return [
        LineLeft(line.id, line.amount_minor, line.net_minor, *taken.get(line.id, (0, 0)))
        for line in BillLine.objects.filter(bill=bill).order_by("id")
    ]


# --- what the verbs are made of -------------------------------------------------------------------


def _enter(actor: Actor, bill_id: int) -> tuple[Bill, Sides]:
    with as_system():
        bill = Bill.objects.filter(id=bill_id).first()
    if bill is None:
        raise NotFound(_("There is no such bill, or it is not yours."))
    sides = sides_of(bill)
    require_money(actor, sides, of_operator=True)
    if bill.kind != Bill.Kind.BILL:
        raise Invalid(_("A credit note is no debt. Choose the bill that it corrects."))
    owed.lock(sides)
    return bill, sides


def _need(reason: str, key: str) -> None:
    if not reason.strip():
        raise Invalid(_("Say why: the customer reads it, and so does the auditor."))
    if not key:
        raise Invalid(_("This needs a key, so that a retry does nothing twice."))


def _require_refundable(sides: Sides, amount: int, credit_note_id: int | None, to_wallet: bool) -> None:
    if credit_note_id is None:
        available = owed.in_wallet(sides)
        if to_wallet:
            raise Invalid(_("What is in the wallet is there already. Give it back by bank transfer."))
    else:
        note = Bill.objects.filter(
            id=credit_note_id, operator_id=sides.operator_id, customer_id=sides.customer_id,
            currency=sides.currency, kind=Bill.Kind.CREDIT_NOTE,
        ).first()  # fmt: skip
        if note is None:
            raise NotFound(_("There is no such credit note between these two."))
        available = -owed.open_minor(note.id)
    if not 0 < amount <= available:
        raise Conflict(_("%(available)s can be given back.") % {"available": sides.money(max(available, 0))})


def _written_off(
    actor: Actor, bill: Bill, sides: Sides, amount: int, reason: str, key: str, now: datetime
) -> WriteOff:
    moves = [
        (accounts.bad_debt(sides.operator_id, sides.currency), amount),
        (accounts.receivable(sides.operator_id, sides.customer_id, sides.currency), -amount),
    ]
    lines = [one for one in lines_left(bill) if one.left_minor > 0]
    shared = min(amount, sum(one.left_minor for one in lines))
    entry = book(f"write_off:{key}", f"Bad debt of bill {bill.number}: {reason.strip()}", moves, now)
    made = WriteOff.objects.create(
        key=key, operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency,
        bill=bill, amount_minor=amount, unshared_minor=amount - shared, reason=reason.strip(), entry_id=entry,
        written_by_id=actor.person_id, written_at=now,
    )  # fmt: skip
    parts = rules.allotted(shared, [one.left_minor for one in lines]) if lines else []
    WriteOffLine.objects.bulk_create(
        WriteOffLine(write_off=made, line_id=one.line, amount_minor=part, net_minor=one.net_of(part))
        for one, part in zip(lines, parts, strict=True)
        if part
    )
    return made


def _pair(note: int, bill: int, amount: int) -> list[Clearing]:
    return [
        Clearing(bill_id=bill, amount_minor=amount, against_id=note),
        Clearing(bill_id=note, amount_minor=-amount, against_id=bill),
    ]


def _same_note(known: CreditNote, bill: Bill) -> Bill:
    if known.bill.corrects_id != bill.id:
        raise Conflict(_("Another credit note has that key. Choose a new key."))
    return known.bill


def _same_refund(known: Refund, sides: Sides, amount: int, note: int | None) -> Refund:
    if (known.operator_id, known.customer_id, known.amount_minor, known.bill_id) != (
        sides.operator_id, sides.customer_id, amount, note,
    ):  # fmt: skip
        raise Conflict(_("Another refund has that key. Choose a new key."))
    return known


def _same_write_off(known: WriteOff, bill: Bill, amount: int | None) -> WriteOff:
    if known.bill_id != bill.id or amount not in (None, known.amount_minor):
        raise Conflict(_("Another write-off has that key. Choose a new key."))
    return known
