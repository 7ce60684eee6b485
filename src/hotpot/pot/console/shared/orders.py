"""Order an app: by a company for itself, by its integrator or operator for it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict
from hotpot.pot.catalog.queries import offers_for_customer
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayField
from hotpot.pot.console.parts import Section, carried_out, form_page
from hotpot.pot.console.rail import name_of
from hotpot.pot.console.shared.coupon_codes import guesses_counted
from hotpot.pot.console.shared.subscriptions import KINDS, offer_word
from hotpot.pot.party.models import Engagement, Party
from hotpot.pot.party.queries import customers_of, engagements_of
from hotpot.pot.party.rules import Right
from hotpot.pot.subscription import actions
from hotpot.pot.subscription.coupons import redeem
from hotpot.pot.subscription.models import Subscription


class OrderForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, request: ConsoleRequest, offers: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"] = forms.TypedChoiceField(
            label=_("App and offer"), choices=[(one.id, offer_word(one)) for one in offers], coerce=int
        )
        self.fields["starts_on"] = DayField(label=_("From"), initial=request.today)
        self.fields["coupon"] = forms.CharField(label=_("Code of a coupon"), max_length=40, required=False)


@area(*KINDS, look=Right.RUN)
def order(request: ConsoleRequest, customer_id: int) -> HttpResponseBase:
    customer = _customer(request, customer_id)
    offers = _offers(request, customer)
    form = OrderForm(
        request.POST or None, request=request, offers=offers,
        initial={"key": f"page:{uuid4()}", "offer": request.GET.get("offer")},
    )  # fmt: skip
    placed: list[Subscription] = []
    back = _back(request, customer)
    if carried_out(form, lambda valid: placed.append(_place(request, customer, offers, valid))):
        return done(
            request, _("Ordered. Now give seats."), reverse("console:give_seats", args=[placed[0].id])
        )
    intro = _("For %(company)s. It pays for the seats that it gives, by the day.") % {
        "company": name_of(customer)
    }
    none = Section(
        note=_("No offer can be ordered: no operator that serves this company sells one yet."),
        note_tone="warn",
    )
    return form_page(
        request,
        _("Order an app"),
        intro,
        form,
        label=_("Order it"),
        back=back,
        crumbs=[(name_of(customer), back)],
        aside=[] if offers else [none],
    )


def _place(request: ConsoleRequest, customer: Party, offers: list[Any], form: OrderForm) -> Subscription:
    data = form.cleaned_data
    offer = next(one for one in offers if one.id == data["offer"])
    engagement = _engagement(request, customer, offer.operator_id)
    counted = guesses_counted(request, customer.id) if data["coupon"] else nullcontext()
    with counted, transaction.atomic():
        placed = actions.place_order(
            actor=request.actor, customer_id=customer.id, offer_id=offer.id, starts_on=data["starts_on"],
            key=data["key"], integrator_id=engagement.integrator_id, now=request.clock.now(),
        )  # fmt: skip
        if data["coupon"]:
            redeem(
                actor=request.actor, subscription_id=placed.id, code=data["coupon"], now=request.clock.now()
            )
    return placed


def _offers(request: ConsoleRequest, customer: Party) -> list[Any]:
    """An operator sells its own; an integrator what the operators sell for whom it serves the company."""
    offers = offers_for_customer(customer.id, request.today)
    if request.party.kind == Party.Kind.OPERATOR:
        offers = offers.filter(operator=request.party)
    if request.party.kind == Party.Kind.INTEGRATOR:
        served = engagements_of(customer.id, day=request.today).filter(integrator=request.party)
        offers = offers.filter(operator_id__in=served.values("operator_id"))
    return list(offers)


def _engagement(request: ConsoleRequest, customer: Party, operator_id: int) -> Engagement:
    serving = engagements_of(customer.id, day=request.today).filter(operator_id=operator_id)
    if request.party.kind == Party.Kind.INTEGRATOR:
        serving = serving.filter(integrator=request.party)
    found = serving.order_by("-starts_on", "-id").first()
    if found is None:
        raise Conflict(_("Nobody serves this company there any more. Reload the page."))
    return found


def _customer(request: ConsoleRequest, customer_id: int) -> Party:
    if request.party.kind == Party.Kind.CUSTOMER:
        if customer_id != request.party.id:
            raise Http404
        return request.party
    found = customers_of(request.party.id, day=request.today).filter(id=customer_id).first()
    if found is None:
        raise Http404
    return found


def _back(request: ConsoleRequest, customer: Party) -> str:
    match request.party.kind:
        case Party.Kind.CUSTOMER:
            return reverse("console:customer:apps")
        case Party.Kind.INTEGRATOR:
            return reverse("console:integrator:customer", args=[customer.id])
        case _:
            return reverse("console:operator:party", args=[customer.id])
