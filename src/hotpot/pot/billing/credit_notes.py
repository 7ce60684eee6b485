"""Issues credit notes: the mirror of a bill, of its lines or of parts of them, in one transaction.

Who may, and how much is left to credit, is decided above (payment.credits).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict
from hotpot.pot.billing import accounts
from hotpot.pot.billing.models import Bill, BillLine, CreditedLine, CreditNote
from hotpot.pot.billing.numbers import next_number
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.rules import Entry, Posting
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import today
from hotpot.pot.rating.models import Charge


@dataclass(frozen=True, slots=True)
class Taken:
    """Of a bill line, above zero; the tax is the difference."""

    line: int
    gross_minor: int
    net_minor: int


@transaction.atomic
def issue(*, actor: Actor, bill: Bill, taken: Sequence[Taken], reason: str, key: str, now: datetime) -> Bill:
    """A credit note with a negative total: its lines mirror the bill's, its charges (cause "credit") are
    kept out of re-rating, its entry "credit:<operator>:<number>" takes revenue, tax and receivable back.

    Raises Conflict where nothing is taken.
    """
    gross = sum(one.gross_minor for one in taken)
    net = sum(one.net_minor for one in taken)
    if gross <= 0:
        raise Conflict(_("A credit note takes something off a bill."))
    note = Bill.objects.create(
        operator_id=bill.operator_id, customer_id=bill.customer_id, kind=Bill.Kind.CREDIT_NOTE,
        number=next_number(Bill, bill.operator_id, kind=Bill.Kind.CREDIT_NOTE.value),
        period=bill.period, currency=bill.currency, net_minor=-net,
        tax_minor=net - gross, total_minor=-gross, issued_at=now,
        due_on=today(Party.objects.get(id=bill.customer_id), now), corrects=bill,
    )  # fmt: skip
    CreditNote.objects.create(bill=note, key=key, reason=reason.strip(), written_by_id=actor.person_id)
    _add_lines(bill, note, taken)
    _book(bill, note, net, gross, now)
    told = {
        "number": note.number, "total_minor": note.total_minor, "currency": note.currency,
        "corrects": bill.number, "reason": reason.strip(),
    }  # fmt: skip
    parties = [bill.operator_id, bill.customer_id]
    record(actor, Fact("billing.credit_note.issued", f"bill/{note.id}", parties, told), now=now)
    return note


def _add_lines(bill: Bill, note: Bill, taken: Sequence[Taken]) -> None:
    lines = BillLine.objects.in_bulk([one.line for one in taken])
    for one in taken:
        line = lines[one.line]
        # As priced: with its tax where the price contains it.
        inclusive = line.tax_minor != 0 and line.charged_minor == line.amount_minor
        priced = one.gross_minor if inclusive else one.net_minor
        made = BillLine.objects.create(
            bill=note, subscription_id=line.subscription_id, item_id=line.item_id, period=line.period,
            quantity=0, basis=0, seats=0, charged_minor=-priced, net_minor=-one.net_minor,
            tax_minor=one.net_minor - one.gross_minor, tax_rate_bp=line.tax_rate_bp,
            tax_class=line.tax_class, amount_minor=-one.gross_minor,
        )  # fmt: skip
        CreditedLine.objects.create(line=made, corrects=line)
        Charge.objects.create(
            period=line.period, subscription_id=line.subscription_id, item_id=line.item_id, seat=None,
            customer_id=bill.customer_id, operator_id=bill.operator_id, quantity=0, basis=0,
            amount_minor=-priced, currency=bill.currency, cause=Charge.Cause.CREDIT, line_id=made.id,
        )  # fmt: skip


def _book(bill: Bill, note: Bill, net: int, gross: int, now: datetime) -> None:
    receivable = accounts.receivable(bill.operator_id, bill.customer_id, bill.currency)
    revenue = accounts.revenue(bill.operator_id, bill.currency)
    tax = accounts.tax(bill.operator_id, bill.currency)
    ledger.open_accounts([receivable, revenue, tax], now=now)
    moves = [(receivable, -gross), (revenue, net), (tax, gross - net)]
    postings = tuple(Posting(account.code, amount, bill.currency) for account, amount in moves if amount)
    key = f"credit:{bill.operator_id}:{note.number}"
    ledger.book([Entry(key, f"Credit note {note.number}", now, postings)])
