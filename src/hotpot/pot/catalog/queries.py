"""What can be ordered, by whom, at which price."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from hotpot.kernel.money import Money
from hotpot.pot.catalog.models import App, Offer, Price, PriceItem
from hotpot.pot.catalog.pricing import Item, Pricing
from hotpot.pot.party.models import Engagement


def listed_apps() -> QuerySet[App]:
    return App.objects.filter(listed_at__isnull=False).select_related("developer").order_by("name")


def apps_of(developer_id: int) -> QuerySet[App]:
    return App.objects.filter(developer_id=developer_id).order_by("name")


def price_in_force(offer: Offer | int, day: date) -> Price | None:
    """With its items, on that day; None before the first price begins."""
    offer_id = offer if isinstance(offer, int) else offer.id
    held = Price.objects.filter(offer_id=offer_id, starts_on__lte=day).order_by("-starts_on")
    return held.prefetch_related("items").first()


def fee_in_force(offer: Offer | int, day: date) -> Money | None:
    """What a seat costs a month on that day; None without a price, or where it names no such fee."""
    price = price_in_force(offer, day)
    return None if price is None else pricing_of(price).fee


def pricing_of(price: Price) -> Pricing:
    """As it was written. Reads the items once for each price that comes without them."""
    rows = sorted(price.items.all(), key=lambda row: row.pk)
    return Pricing(price.currency, tuple(item_of(row) for row in rows))


def item_of(row: PriceItem) -> Item:
    return Item.read(
        row.kind, row.params, code=row.code, meter=row.meter, advance=row.advance,
        tax_class=row.tax_class, label=row.label, label_zh=row.label_zh,
    )  # fmt: skip


def offers_of_operator(operator_id: int, day: date) -> QuerySet[Any]:
    """All of an operator's offers, with `currency` and `fee_minor` (null: no such fee) of that day."""
    return _priced(Offer.objects.filter(operator_id=operator_id), day).order_by("app__name", "name")


def offers_for_customer(customer_id: int, day: date) -> QuerySet[Any]:
    """What a company may order on that day: of the operators that serve it, not withdrawn, with a price."""
    serving = Engagement.objects.filter(customer_id=customer_id, starts_on__lte=day).filter(
        Q(ends_on=None) | Q(ends_on__gt=day)
    )
    offers = Offer.objects.filter(
        operator_id__in=serving.values("operator_id"), app__listed_at__isnull=False
    ).filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))
    return _priced(offers, day).filter(currency__isnull=False).order_by("app__name", "fee_minor", "id")


def _priced(offers: QuerySet[Offer], day: date) -> QuerySet[Any]:
    newest = Price.objects.filter(offer=OuterRef("pk"), starts_on__lte=day).order_by("-starts_on")
    fees = PriceItem.objects.filter(
        price=OuterRef("price_now"), kind="fee", params__phase__after__isnull=True
    )
    fees = fees.filter(Q(params__per__isnull=True) | Q(params__per="seat")).order_by("id")
    minor = Cast(KeyTextTransform("amount_minor", "params"), BigIntegerField())
    return (
        offers.select_related("app", "operator")
        .annotate(
            price_now=Subquery(newest.values("id")[:1]), currency=Subquery(newest.values("currency")[:1])
        )
        .annotate(fee_minor=Subquery(fees.annotate(minor=minor).values("minor")[:1]))
    )
