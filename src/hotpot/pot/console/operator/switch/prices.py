"""What messages cost that are paid in advance, and what companies have left."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import choice
from hotpot.pot.console.operator.switch.frame import served, tabs
from hotpot.pot.console.parts import Action, Dialog, Section, checked, page
from hotpot.pot.console.rail import name_of
from hotpot.pot.messaging.models import Interface, Tariff
from hotpot.pot.messaging.switch import credit
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table


class PriceForm(forms.Form):
    price = forms.DecimalField(
        label=gettext_lazy("Price of a part"), min_value=0, max_value=1000, decimal_places=4
    )
    begins = forms.CharField(
        label=gettext_lazy("Numbers that begin with"), max_length=16, required=False,
        help_text=gettext_lazy("Like +86138."),
    )  # fmt: skip

    def __init__(self, *args: Any, request: ConsoleRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = {"required": False, "empty_label": _("All")}
        operators = Party.objects.filter(kind=Party.Kind.OPERATOR).order_by("name")
        self.fields["customer"] = choice(_("Company"), served(request), **every)
        self.fields["home"] = choice(_("Network of the number"), operators, **every)


class CreditForm(forms.Form):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), min_value=Decimal("0.0001"), max_value=10**9, decimal_places=4
    )
    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: ConsoleRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"] = choice(_("Company"), served(request), empty_label=None)
        self.order_fields(["customer", "amount"])


@area("operator")
def message_prices(request: ConsoleRequest) -> HttpResponseBase:
    with as_system():
        tariffs = Tariff.objects.filter(seller=request.party)
        prices = [
            {
                "id": one.pk,
                "company": name_of(one.customer) if one.customer else _("All"),
                "home": name_of(one.operator) if one.operator else _("All"),
                "prefix": one.prefix,
                "price": credit.amount_of(one.price_e4),
            }
            for one in tariffs.select_related("customer", "operator").order_by("id")
        ]
        paying = Interface.objects.filter(policy__paid_to=request.party.id).values_list(
            "customer_id", flat=True
        )
        balances = [
            {"id": one.pk, "company": name_of(one), **_balance(request.party.id, one.pk)}
            for one in Party.objects.filter(id__in=set(paying)).order_by("name")
        ]
    price = Dialog(
        "price", _("Set a price"), _("The more specific price goes before the wider."),
        reverse("console:operator:set_message_price"), _("Set it"), form=PriceForm(request=request),
    )  # fmt: skip
    more = Dialog(
        "credit", _("Add credit"), _("The company paid you for messages to come."),
        reverse("console:operator:add_message_credit"), _("Add it"),
        form=CreditForm(request=request, initial={"key": uuid4().hex}),
    )  # fmt: skip
    runs = request.may(Right.RUN)
    return page(
        request,
        _("Prices"),
        _("What a part of a message costs who pays in advance, in %(currency)s.")
        % {"currency": request.party.currency},
        tabs=tabs(request, "message_prices"),
        actions=[
            Action(more.title, dialog="credit", icon="wallet"),
            Action(price.title, dialog="price", icon="plus", tone="primary"),
        ]
        if runs
        else [],
        sections=[
            Section(pgettext("paid in advance", "Credit"), table=_credit_table(balances), id="balances"),
            Section(_("Prices"), table=_price_table(prices), id="prices"),
        ],
        dialogs=[price, more] if runs else [],
    )


def _balance(operator_id: int, customer_id: int) -> dict[str, Decimal]:
    left, under_way = credit.balance(operator_id, customer_id)
    return {"left": left, "held": under_way}


def _credit_table(rows: list[dict[str, Any]]) -> Table:
    return Table(
        rows,
        [
            Column("company", _("Company"), filterable=True),
            Column("left", _("Left"), "number"),
            Column("held", _("Under way"), "number"),
        ],
        Empty("wallet", _("Nobody pays in advance"), _("Say so in the policy of an interface.")),
        name="credit",
        unique="id",
    )


def _price_table(rows: list[dict[str, Any]]) -> Table:
    return Table(
        rows,
        [
            Column("company", _("Company"), filterable=True),
            Column("home", _("Network of the number"), filterable=True),
            Column("prefix", _("Numbers that begin with"), filterable=True),
            Column("price", _("Price of a part"), "number"),
        ],
        Empty("coins", _("No price yet"), _("Without one, nothing can be sent that is paid in advance.")),
        name="prices",
        unique="id",
    )


@area("operator")
@require_POST
def set_message_price(request: ConsoleRequest) -> HttpResponseBase:
    given = checked(PriceForm(request.POST, request=request)).cleaned_data
    credit.set_tariff(
        request.actor,
        seller_id=request.party.id,
        customer_id=given["customer"].pk if given["customer"] else None,
        home_id=given["home"].pk if given["home"] else None,
        prefix=given["begins"].strip(),
        price=given["price"],
        now=request.clock.now(),
    )
    return done(
        request, _("The price holds from the next message on."), reverse("console:operator:message_prices")
    )


@area("operator")
@require_POST
def add_message_credit(request: ConsoleRequest) -> HttpResponseBase:
    given = checked(CreditForm(request.POST, request=request)).cleaned_data
    credit.add_credit(
        request.actor,
        operator_id=request.party.id,
        customer_id=given["customer"].pk,
        amount=given["amount"],
        key=f"{request.party.id}/{given['key']}",
        now=request.clock.now(),
    )
    return done(request, _("The credit was added."), reverse("console:operator:message_prices"))
