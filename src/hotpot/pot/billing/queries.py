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
from hotpot.pot.catalog.models import App, PriceItem
from hotpot.pot.party.models import Party
from hotpot.pot.rating.models import Charge


@dataclass(frozen=True, slots=True)
class Line:
    """One item of one subscription in one month; another month than the bill's makes it an adjustment."""

    line: BillLine
    app: str
    item: PriceItem
    month: Month
    adjusts: bool
    amount: Money  # gross


@dataclass(frozen=True, slots=True)
class Sheet:
    """A bill with all that is printed on it; the lines sum to `total`, which is `net` and `tax`."""

    bill: Bill
    operator: Party | None
    customer: Party | None
    month: Month
    net: Money
    tax: Money
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
    lines = list(BillLine.objects.filter(bill=bill).select_related("subscription", "item").order_by("id"))
    apps = app_names(line.subscription.app_id for line in lines)
    return Sheet(
        bill=bill,
        operator=parties.get(bill.operator_id),
        customer=parties.get(bill.customer_id),
        month=Month.of(bill.period),
        net=Money(bill.net_minor, bill.currency),
        tax=Money(bill.tax_minor, bill.currency),
        total=Money(bill.total_minor, bill.currency),
        lines=[
            Line(
                line,
                apps[line.subscription.app_id],
                line.item,
                Month.of(line.period),
                line.period < bill.period,
                Money(line.amount_minor, bill.currency),
            )
            for line in lines
        ],
    )


def charges_of(line: BillLine) -> QuerySet[Charge]:
    """What a line is the sum of."""
    return Charge.objects.filter(line_id=line.id).select_related("seat", "item")


def charges_of_bill(bill: Bill) -> Iterator[Charge]:
    """Line by line, for the export; read in pieces, so that a large bill needs little memory."""
    lines = BillLine.objects.filter(bill=bill).values("id")
    charges = Charge.objects.filter(line_id__in=lines).select_related("seat", "subscription", "item")
    return charges.order_by("line_id", "id").iterator(chunk_size=2_000)


def app_names(app_ids: Iterable[str]) -> dict[str, str]:
    """In the reader's language. An app that the reader may not see (any more) keeps its id."""
    ids = set(app_ids)
    return {one: one for one in ids} | {app.id: named(app) for app in App.objects.filter(id__in=ids)}


def named(thing: App | Party) -> str:
    """A name in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    return (thing.name_zh if chinese else "") or thing.name
