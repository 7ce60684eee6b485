"""Apps that can be sold, offers made of them, and their prices by date."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.pot.catalog import actions
from hotpot.pot.catalog.models import Price
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.catalog.queries import listed_apps, offers_of_operator
from hotpot.pot.catalog.queries import pricing_of as stored_pricing
from hotpot.pot.console import queries
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayField, DayForm, MoneyField, choice
from hotpot.pot.console.operator.price_forms import KIND_WORDS
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, carried_out, checked, form_page, page
from hotpot.pot.console.rail import name_of, named, summary_of
from hotpot.pot.console.shared.subscriptions import subscriptions_table
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table


class PriceForm(forms.Form):
    def __init__(self, *args: Any, currency: str, day: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Fee in %(currency)s, a seat and month") % {"currency": currency}
        self.fields["fee"] = MoneyField(label=label, currency=currency)
        self.fields["starts_on"] = DayField(label=_("From"), initial=day)


class OfferForm(PriceForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("What customers choose: “Standard”."),
    )
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["app"] = choice(_("App"), listed_apps(), empty_label=None)
        self.order_fields(["app", "name", "name_zh"])


@area("operator")
def catalogue(request: ConsoleRequest) -> HttpResponseBase:
    make = Action(_("Make an offer"), reverse("console:operator:make_offer"), icon="plus", tone="primary")
    return page(
        request,
        _("Catalogue"),
        _("What you sell on the phone bill, and every app that you could sell."),
        actions=[make] if request.may(Right.RUN) else [],
        sections=[
            Section(
                _("Your offers"),
                table=offers_table(offers_of_operator(request.party.id, request.today), request),
                id="offers",
            ),
            Section(_("Apps"), table=apps_table(), id="apps"),
        ],
    )


def offers_table(rows: QuerySet[Any], request: ConsoleRequest) -> Table:
    seats = queries.seats_by("offer_id", "operator_id", request.party.id, request.today)
    return Table(
        rows,
        [
            named("", _("Offer")),
            named("app", _("App")),
            Column("fee_minor", _("Fee a month"), "money", sortable=True),
            Column("id", _("Seats"), "number", show=lambda row: seats.get(row.pk, 0)),
            Column("withdrawn_on", _("Withdrawn"), "day", sortable=True),
        ],
        Empty(
            "tag",
            _("No offer yet"),
            _("An offer is an app with a price. Companies order it."),
            _("Make an offer"),
            reverse("console:operator:make_offer"),
        ),
        name="offers",
        order="app__name",
        href=lambda row: reverse("console:operator:offer", args=[row.pk]),
    )


def apps_table() -> Table:
    return Table(
        listed_apps(),
        [
            named("", _("App")),
            named("developer", _("Developer")),
            Column("summary", _("What it does"), show=summary_of),
            Column("listed_at", _("Listed"), "time", sortable=True),
        ],
        Empty("store", _("No app yet"), _("Apps appear here when developers list them.")),
        name="apps",
        order="name",
        href=lambda row: reverse("console:operator:app", args=[row.pk]),
    )


@area("operator")
def app(request: ConsoleRequest, app_id: str) -> HttpResponseBase:
    shown = get_object_or_404(listed_apps(), id=app_id)
    offers = offers_of_operator(request.party.id, request.today).filter(app_id=app_id)
    make = Action(
        _("Make an offer"),
        reverse("console:operator:make_offer") + f"?app={app_id}",
        icon="plus",
        tone="primary",
    )
    return page(
        request,
        name_of(shown),
        summary_of(shown),
        crumbs=[(_("Catalogue"), reverse("console:operator:catalogue"))],
        actions=[make] if request.may(Right.RUN) else [],
        sections=[
            Section(facts=[(_("Developer"), name_of(shown.developer)), (_("Id"), shown.id)]),
            Section(_("Your offers"), table=offers_table(offers, request), id="offers"),
            Section(
                _("Manifest"),
                _("What the app says of itself."),
                code=json.dumps(shown.manifest, ensure_ascii=False, indent=2),
            ),
        ],
    )


@area("operator", look=Right.RUN)
def make_offer(request: ConsoleRequest) -> HttpResponseBase:
    form = OfferForm(
        request.POST or None, currency=request.party.currency, day=request.today,
        initial={"app": request.GET.get("app")},
    )  # fmt: skip

    def verb(valid: OfferForm) -> None:
        data = dict(valid.cleaned_data)
        data["price"] = Pricing.monthly(data.pop("fee"))
        actions.make_offer(
            actor=request.actor, operator_id=request.party.id, app_id=data.pop("app").id,
            now=request.clock.now(), **data,
        )  # fmt: skip

    here = reverse("console:operator:catalogue")
    if carried_out(form, verb):
        return done(request, _("The offer is made. Companies can order it."), here)
    return form_page(
        request,
        _("Make an offer"),
        _("An app at a monthly fee for each seat, charged by the day."),
        form,
        label=_("Make it"),
        back=here,
        crumbs=[(_("Catalogue"), here)],
    )


@area("operator")
def offer(request: ConsoleRequest, offer_id: int) -> HttpResponseBase:
    held = _ours(request, offer_id)
    seats = queries.seats_by("offer_id", "operator_id", request.party.id, request.today).get(held.id, 0)
    running = queries.running("operator_id", request.party.id, request.today).filter(offer=held).count()
    dialogs = _dialogs(request, held, running, seats) if request.may(Right.RUN) else []
    prices = Table(
        held.prices.prefetch_related("items"),
        [
            Column("starts_on", _("From"), "day", sortable=True),
            Column("id", _("Fee a month"), show=lambda row: stored_pricing(row).fee),
            Column("currency", _("Made of"), show=_items_word),
        ],
        Empty("tag", _("No price yet")),
        name="prices",
        order="-starts_on",
    )
    fee = Money(held.fee_minor, held.currency) if held.fee_minor is not None else None
    return page(
        request,
        name_of(held),
        _("An offer of %(app)s.") % {"app": name_of(held.app)},
        crumbs=[(_("Catalogue"), reverse("console:operator:catalogue"))],
        state="retired" if held.withdrawn_on and held.withdrawn_on <= request.today else "",
        actions=[
            *(Action(one.label, dialog=one.id, tone="danger") for one in dialogs),
            *([_set_price(held)] if request.may(Right.RUN) else []),
        ],
        figures=[
            Figure(_("Fee today"), fee, "#prices"),
            Figure(_("Subscriptions"), running, "#subscriptions"),
            Figure(_("Seats"), seats, "#subscriptions"),
        ],
        sections=[
            Section(_("Prices"), table=prices, id="prices"),
            Section(
                _("Subscriptions"),
                table=subscriptions_table(request, offer_id=held.id, operator_id=request.party.id),
                id="subscriptions",
            ),
        ],
        dialogs=dialogs,
    )


def _set_price(held: Any) -> Action:
    return Action(_("Set a price"), reverse("console:operator:price", args=[held.id]), tone="primary")


def _items_word(price: Price) -> str:
    """What a price is made of, and each item's own words where it has any."""
    items = stored_pricing(price).items
    return ", ".join(item.label or str(KIND_WORDS[item.kind]) for item in items)


def _dialogs(request: ConsoleRequest, held: Any, running: int, seats: int) -> list[Dialog]:
    told = {"running": running, "seats": seats}
    withdraw = Dialog(
        "withdraw",
        _("Withdraw this offer?"),
        _(
            "Nobody can order it from that day on. What runs goes on at its price: "
            "subscriptions: %(running)s, seats: %(seats)s."
        )
        % told,
        reverse("console:operator:withdraw_offer", args=[held.id]),
        _("Withdraw"),
        form=DayForm(label=_("From"), day=request.today, auto_id="withdraw-%s"),
        danger=True,
    )
    return [withdraw] if held.withdrawn_on is None else []


@area("operator")
@require_POST
def withdraw_offer(request: ConsoleRequest, offer_id: int) -> HttpResponseBase:
    held = _ours(request, offer_id)
    form = checked(DayForm(request.POST, label=_("From"), day=request.today))
    actions.withdraw_offer(
        actor=request.actor, offer_id=held.id, withdrawn_on=form.cleaned_data["day"], now=request.clock.now()
    )
    return done(request, _("The offer is withdrawn."), reverse("console:operator:offer", args=[held.id]))


def _ours(request: ConsoleRequest, offer_id: int) -> Any:
    """With `fee_minor` and `currency` of today."""
    return get_object_or_404(offers_of_operator(request.party.id, request.today), id=offer_id)
