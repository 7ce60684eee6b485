"""Issues credit notes: the mirror of a bill, of its lines or of parts of them, in one transaction.

Who may, and how much is left to credit, is decided above (payment.credits).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict
from hotpot.pot.billing import accounts
from hotpot.pot.billing.models import Bill, BillLine, CreditedLine, CreditNote
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.rules import Entry, Posting
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import today
from hotpot.pot.rating.models import Charge


@dataclass(frozen=True, slots=True)
class Taken:
    """Of a bill line, with the line's own sign; the tax is the difference."""

    line: int
    gross_minor: int
    net_minor: int


@transaction.atomic
def issue(
    *, actor: Actor, bill: Bill, taken: Sequence[Taken], reason: str, key: str, now: datetime
) -> Bill:
    """A credit note with a negative total: its lines mirror the bill's, its charges (cause "credit") are
    kept out of re-rating, its entry "credit:<operator>:<number>" takes revenue, tax and receivable back.

    Raises Conflict while a close of the operator numbers its papers.
    """
    _number_alone(bill.operator_id)
    gross = sum(one.gross_minor for one in taken)
    net = sum(one.net_minor for one in taken)
    if gross <= 0:
        raise Conflict(_("A credit note takes something off a bill. Choose lines that sum above zero."))
    note = Bill.objects.create(
        operator_id=bill.operator_id, customer_id=bill.customer_id, kind=Bill.Kind.CREDIT_NOTE,
        number=_next_number(bill.operator_id), period=bill.period, currency=bill.currency, net_minor=-net,
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
    priced = _priced(lines)
    for one in taken:
        line = lines[one.line]
        made = BillLine.objects.create(
            bill=note, subscription_id=line.subscription_id, item_id=line.item_id, period=line.period,
            quantity=0, basis=0, seats=0, net_minor=-one.net_minor,
            tax_minor=one.net_minor - one.gross_minor, tax_rate_bp=line.tax_rate_bp,
            tax_class=line.tax_class, amount_minor=-one.gross_minor,
        )  # fmt: skip
        CreditedLine.objects.create(line=made, corrects=line)
        # A charge is as priced: with its tax where the price contains it.
        inclusive = line.tax_minor != 0 and priced[line.id] == line.amount_minor
        Charge.objects.create(
            period=line.period, subscription_id=line.subscription_id, item_id=line.item_id, seat=None,
            customer_id=bill.customer_id, operator_id=bill.operator_id, quantity=0, basis=0,
            amount_minor=-(one.gross_minor if inclusive else one.net_minor), currency=bill.currency,
            cause=Charge.Cause.CREDIT, line=made.id,
        )  # fmt: skip


def _priced(lines: Mapping[int, BillLine]) -> dict[int, int]:
    """What each line's charges sum to."""
    rows = Charge.objects.filter(line__in=list(lines)).values_list("line")
    return dict.fromkeys(lines, 0) | {line: int(sum) for line, sum in rows.annotate(sum=Sum("amount_minor"))}


def _book(bill: Bill, note: Bill, net: int, gross: int, now: datetime) -> None:
    receivable = accounts.receivable(bill.operator_id, bill.customer_id, bill.currency)
    revenue = accounts.revenue(bill.operator_id, bill.currency)
    tax = accounts.tax(bill.operator_id, bill.currency)
    ledger.open_accounts([receivable, revenue, tax], now=now)
    moves = [(receivable, -gross), (revenue, net), (tax, gross - net)]
    postings = tuple(Posting(account.code, amount, bill.currency) for account, amount in moves if amount)
    key = f"credit:{bill.operator_id}:{note.number}"
    ledger.book([Entry(key, f"Credit note {note.number}", now, postings)])


def _number_alone(operator_id: int) -> None:
    """A close holds the same lock while it runs: two writers of numbers would leave gaps or twins."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"hotpot.close:{operator_id}"]
        )
        if not cursor.fetchone()[0]:
            raise Conflict(_("A month is being closed just now. Try again in a minute."))


def _next_number(operator_id: int) -> int:
    notes = Bill.objects.filter(operator_id=operator_id, kind=Bill.Kind.CREDIT_NOTE)
    return (notes.aggregate(newest=Max("number"))["newest"] or 0) + 1
