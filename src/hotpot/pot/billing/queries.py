"""Bills as their readers see them. Row-level security stands under each query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.catalog.models import App
from hotpot.pot.party.models import Party
from hotpot.pot.rating.models import Charge


@dataclass(frozen=True, slots=True)
class Line:
    """One subscription at one price: so many seats, so many days each."""

    line: BillLine
    app: str
    fee: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Sheet:
    """A bill with all that is printed on it; the lines sum to `total`."""

    bill: Bill
    operator: Party | None
    customer: Party | None
    month: Month
    total: Money
    lines: Sequence[Line]


def bills_of(party_ids: Iterable[int]) -> QuerySet[Bill]:
    """Bills that these parties issued or owe."""
    parties = list(party_ids)
    return Bill.objects.filter(Q(operator_id__in=parties) | Q(customer_id__in=parties))


def sheet(bill_id: int, party_ids: Iterable[int]) -> Sheet:
    """Raises NotFound for a bill that is not theirs."""
    bill = bills_of(party_ids).filter(id=bill_id).first()
    if bill is None:
        raise NotFound(_("There is no such bill, or it is not yours."))
    parties = Party.objects.in_bulk([bill.operator_id, bill.customer_id])
    lines = list(BillLine.objects.filter(bill=bill).select_related("subscription").order_by("id"))
    apps = app_names(line.subscription.app_id for line in lines)
    return Sheet(
        bill=bill,
        operator=parties.get(bill.operator_id),
        customer=parties.get(bill.customer_id),
        month=Month.of(bill.period),
        total=Money(bill.total_minor, bill.currency),
        lines=[
            Line(
                line,
                apps[line.subscription.app_id],
                Money(line.fee_minor, bill.currency),
                Money(line.amount_minor, bill.currency),
            )
            for line in lines
        ],
    )


def charges_of(line: BillLine) -> QuerySet[Charge]:
    """What a line is the sum of."""
    return Charge.objects.filter(billed__line=line).select_related("seat", "seat__member")


def charges_of_bill(bill: Bill) -> Iterator[Charge]:
    """Line by line, for the export; read in pieces, so that a large bill needs little memory."""
    charges = Charge.objects.filter(billed__line__bill=bill).select_related("seat", "subscription")
    return charges.order_by("billed__line_id", "seat__number", "id").iterator(chunk_size=2_000)


def app_names(app_ids: Iterable[str]) -> dict[str, str]:
    """In the reader's language. An app that the reader may not see (any more) keeps its id."""
    ids = set(app_ids)
    return {one: one for one in ids} | {app.id: named(app) for app in App.objects.filter(id__in=ids)}


def named(thing: App | Party) -> str:
    """A name in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    return (thing.name_zh if chinese else "") or thing.name
