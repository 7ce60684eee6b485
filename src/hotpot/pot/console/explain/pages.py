"""The page "why this amount" of a bill line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing.documents import item_word
from hotpot.pot.billing.models import BillLine
from hotpot.pot.billing.pages import parties_of
from hotpot.pot.billing.queries import bills_of
from hotpot.pot.console.rail import name_of
from hotpot.pot.rating.models import Charge
from hotpot.pot.rating.rules import Charged
from hotpot.pot.rating.sentences import rounding_point, said

if TYPE_CHECKING:
    from hotpot.pot.rating.queries import Explained

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One charge of the line's subscription, item and month, with its sentences."""

    number: str
    amount: Money
    sentences: list[str]


@login_required
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """All that a line's amount follows from, as it would be charged now, beside what is booked."""
    from hotpot.pot.rating.queries import explain  # Arrow is for who asks, not for every process.

    row = BillLine.objects.filter(id=line_id, bill__in=bills_of(parties_of(request)))
    found = row.select_related("bill", "item", "subscription__app", "subscription__customer").first()
    if found is None:
        raise NotFound(_("There is no such line, or it is not yours."))
    month = Month.of(found.period)
    explained = explain(found.subscription, month)
    rows = [one for one in explained.rows if one.item == found.item_id]
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    currency = found.bill.currency
    should = sum(one.amount_minor for one in rows)
    booked = _booked(found)
    context = {
        "title": item_word(found.item),
        "crumbs": [{"label": _("Bill"), "url": reverse("billing:bill", args=[found.bill_id])}],
        "app": name_of(found.subscription.app),
        "customer": name_of(found.subscription.customer),
        "month": month,
        "line": found,
        "amount": Money(found.net_minor, currency),
        "should": Money(should, currency),
        "booked": Money(booked, currency),
        "earlier": Money(booked - found.net_minor, currency),
        "rounding": rounding_point(found.item.kind),
        "told": list(_told(explained, list(shown.object_list))),
        "shown": shown,
    }
    return render(request, "explain/line.html", context)


def _booked(line: BillLine) -> int:
    """All that is charged of the line's subscription, item and month, on any bill."""
    charges = Charge.objects.filter(
        subscription_id=line.subscription_id, item_id=line.item_id, period=line.period
    )
    return sum(charges.values_list("amount_minor", flat=True))


def _told(explained: Explained, rows: list[Charged]) -> Iterator[Told]:
    numbers = {seat.id: seat.number for seat in explained.held.seats}
    for row in rows:
        yield Told(
            numbers.get(row.seat or 0, ""),
            Money(row.amount_minor, row.currency),
            [said(step, row.currency) for step in row.steps],
        )
