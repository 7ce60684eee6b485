"""What can be ordered, by whom, at which price."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from hotpot.kernel.money import Money
from hotpot.pot.catalog.models import App, Offer, Price
from hotpot.pot.party.models import Engagement


def listed_apps() -> QuerySet[App]:
    return App.objects.filter(listed_at__isnull=False).select_related("developer").order_by("name")


def apps_of(developer_id: int) -> QuerySet[App]:
    return App.objects.filter(developer_id=developer_id).order_by("name")


def price_in_force(offer: Offer | int, day: date) -> Money | None:
    """The monthly fee per seat on that day; None before the first price begins."""
    offer_id = offer if isinstance(offer, int) else offer.id
    return prices_in_force([offer_id], day).get(offer_id)


def prices_in_force(offer_ids: Iterable[int], day: date) -> dict[int, Money]:
    """Offer id -> monthly fee per seat on that day."""
    rows = (
        Price.objects.filter(offer_id__in=list(offer_ids), starts_on__lte=day)
        .order_by("offer_id", "-starts_on")
        .distinct("offer_id")
    )
    return {row.offer_id: Money(row.fee_minor, row.currency) for row in rows}


def offers_of_operator(operator_id: int, day: date) -> QuerySet[Any]:
    """All of an operator's offers, with `fee_minor` and `currency` of that day."""
    return _priced(Offer.objects.filter(operator_id=operator_id), day).order_by("app__name", "name")


def offers_for_customer(customer_id: int, day: date) -> QuerySet[Any]:
    """What a company may order on that day: of the operators that serve it, not withdrawn, with a price."""
    serving = Engagement.objects.filter(customer_id=customer_id, starts_on__lte=day).filter(
        Q(ends_on=None) | Q(ends_on__gt=day)
    )
    offers = Offer.objects.filter(
        operator_id__in=serving.values("operator_id"), app__listed_at__isnull=False
    ).filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))
    return _priced(offers, day).filter(fee_minor__isnull=False).order_by("app__name", "fee_minor", "id")


def _priced(offers: QuerySet[Offer], day: date) -> QuerySet[Any]:
    newest = Price.objects.filter(offer=OuterRef("pk"), starts_on__lte=day).order_by("-starts_on")
    return offers.select_related("app", "operator").annotate(
        fee_minor=Subquery(newest.values("fee_minor")[:1]), currency=Subquery(newest.values("currency")[:1])
    )
