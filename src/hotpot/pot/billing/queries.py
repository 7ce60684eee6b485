"""Bills as their readers see them. Row-level security stands under each query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.catalog.models import App
from hotpot.pot.party.models import Party
from hotpot.pot.rating.models import Charge
from hotpot.pot.web.shown import name_of


def bills_of(party_ids: Iterable[int]) -> QuerySet[Bill]:
    """Bills that these parties issued or owe."""
    parties = list(party_ids)
    return Bill.objects.filter(Q(operator_id__in=parties) | Q(customer_id__in=parties))


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
    return name_of(thing)
