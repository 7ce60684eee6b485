"""What developers and operators do with the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.coupons import with_promised
from hotpot.pot.catalog.models import App, Offer, Price, PriceItem
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.catalog.queries import pricing_of
from hotpot.pot.catalog.wire import Listing
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import require_right, today
from hotpot.pot.party.rules import Right


@transaction.atomic
def register_app(*, actor: Actor, developer_id: int, manifest: Mapping[str, Any], now: datetime) -> App:
    """Adds the app or brings it up to its newest manifest; the same manifest again changes nothing.

    Seats follow a manifest with other functions by `subscription.actions.follow_manifest`.
    """
    require_right(actor, Right.RUN, developer_id)
    listing = Listing.read(manifest)
    with as_system():
        app = App.objects.select_for_update().filter(id=listing.id).first()
    if app is not None and app.developer_id != developer_id:
        raise Conflict(
            _("The app id “%(id)s” belongs to another developer. Choose another.") % {"id": listing.id}
        )
    if app is not None and app.manifest == dict(manifest):
        return app
    known = app is not None
    app = app or App(id=listing.id, developer=_party(developer_id, Party.Kind.DEVELOPER))
    _describe(app, listing, manifest)
    app.save(force_insert=not known)
    type = "app.changed" if known else "app.registered"
    record(actor, Fact(type, f"app/{app.id}", [developer_id], {"name": app.name}), now=now)
    return app


@transaction.atomic
def list_app(*, actor: Actor, app_id: str, now: datetime) -> App:
    """From now on everybody sees it and operators may offer it. A second call changes nothing."""
    app = App.objects.select_for_update().filter(id=app_id).first()
    if app is None:
        raise NotFound(_("There is no such app among yours."))
    require_right(actor, Right.RUN, app.developer_id)
    if app.listed_at is None:
        app.listed_at = now
        app.save(update_fields=["listed_at"])
        record(actor, Fact("app.listed", f"app/{app.id}", [app.developer_id], {"name": app.name}), now=now)
    return app


@transaction.atomic
def make_offer(
    *,
    actor: Actor,
    operator_id: int,
    app_id: str,
    name: str,
    price: Pricing,
    starts_on: date,
    now: datetime,
    name_zh: str = "",
) -> Offer:
    """An operator sells a listed app from a day on."""
    require_right(actor, Right.RUN, operator_id)
    operator = _party(operator_id, Party.Kind.OPERATOR)
    app = App.objects.filter(id=app_id, listed_at__isnull=False).first()
    if app is None:
        raise NotFound(_("There is no such app in the catalogue."))
    if not name.strip():
        raise Invalid(_("Give the offer a name, so that customers can tell it from others."))
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                app=app, operator=operator, name=name.strip(), name_zh=name_zh.strip(), made_at=now
            )
    except IntegrityError:
        raise Conflict(_("You have an offer of that name for this app. Choose another name.")) from None
    store_price(offer, price, starts_on)
    _tell(actor, "offer.made", offer, now, {"name": offer.name, **_price_data(price, starts_on)})
    return offer


@transaction.atomic
def withdraw_offer(*, actor: Actor, offer_id: int, withdrawn_on: date, now: datetime) -> Offer:
    """No new orders from that day on; subscriptions that run go on at their price."""
    offer = _own_offer(actor, offer_id)
    if withdrawn_on < today(offer.operator, now):
        raise Invalid(_("An offer can be withdrawn from today on, not for days gone by."))
    if offer.withdrawn_on is not None and offer.withdrawn_on <= withdrawn_on:
        return offer
    offer.withdrawn_on = withdrawn_on
    offer.save(update_fields=["withdrawn_on"])
    _tell(actor, "offer.withdrawn", offer, now, {"withdrawn_on": withdrawn_on.isoformat()})
    return offer


@transaction.atomic
def set_price(*, actor: Actor, offer_id: int, price: Pricing, starts_on: date, now: datetime) -> Price:
    """What the offer costs from a day on, after all days that have a price of their own already.

    Days gone by keep the price at which they were charged. Coupons that were redeemed go on, see
    `with_promised`.
    """
    offer = _own_offer(actor, offer_id)
    newest = offer.prices.order_by("-starts_on").first()
    if starts_on < today(offer.operator, now):
        raise Invalid(_("A price can begin today or later; days gone by keep theirs."))
    if newest is not None and starts_on <= newest.starts_on:
        raise Conflict(
            _("A price begins on %(day)s already. Choose a later day.")
            % {"day": newest.starts_on.isoformat()}
        )
    if newest is not None and price.currency != newest.currency:
        raise Invalid(
            _("This offer is priced in %(currency)s. Make another offer for another currency.")
            % {"currency": newest.currency}
        )
    price = with_promised(price, pricing_of(newest) if newest is not None else None, starts_on)
    stored = store_price(offer, price, starts_on)
    _tell(actor, "offer.priced", offer, now, _price_data(price, starts_on))
    return stored


def store_price(offer: Offer, price: Pricing, starts_on: date) -> Price:
    """The rows of a price, in the caller's transaction; who may set it has been asked before."""
    stored = Price.objects.create(offer=offer, starts_on=starts_on, currency=price.currency)
    PriceItem.objects.bulk_create(
        PriceItem(
            price=stored, code=item.code, kind=item.kind, meter=item.meter, params=item.written(),
            advance=item.advance, tax_class=item.tax_class, label=item.label, label_zh=item.label_zh,
        )
        for item in price.items
    )  # fmt: skip
    return stored


def _describe(app: App, listing: Listing, manifest: Mapping[str, Any]) -> None:
    app.name, app.name_zh = listing.name, listing.name_zh
    app.summary, app.summary_zh = listing.summary, listing.summary_zh
    app.icon, app.colour = listing.icon, listing.colour
    app.manifest = dict(manifest)


def _own_offer(actor: Actor, offer_id: int) -> Offer:
    """Locking needs the right to change the row, so that another operator's offer is not found."""
    offer = Offer.objects.select_for_update(of=("self",)).select_related("operator").filter(id=offer_id)
    if (found := offer.first()) is None:
        raise NotFound(_("There is no such offer among yours."))
    require_right(actor, Right.RUN, found.operator_id)
    return found


def _party(party_id: int, kind: Party.Kind) -> Party:
    party = Party.objects.filter(id=party_id, kind=kind).first()
    if party is None:
        raise NotFound(_("There is no such party."))
    return party


def _price_data(price: Pricing, starts_on: date) -> dict[str, Any]:
    items = [{"code": item.code, "kind": item.kind, "params": item.written()} for item in price.items]
    return {"currency": price.currency, "starts_on": starts_on.isoformat(), "items": items}


def _tell(actor: Actor, type: str, offer: Offer, now: datetime, data: Mapping[str, Any]) -> None:
    fact = Fact(type, f"offer/{offer.id}", [offer.operator_id], {"app_id": offer.app_id, **data})
    record(actor, fact, now=now)
