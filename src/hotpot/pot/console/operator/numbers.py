"""Which numbers are an operator's: ranges, and numbers that were ported to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import MsisdnField
from hotpot.pot.console.parts import Action, Dialog, Section, checked, page
from hotpot.pot.party import actions
from hotpot.pot.party.models import NumberRange, PortedNumber
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table


class NumberForm(forms.Form):
    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"] = MsisdnField(region=region)


@area("operator")
def numbers(request: ConsoleRequest) -> HttpResponseBase:
    ranges = Table(
        NumberRange.objects.filter(operator=request.party),
        [Column("prefix", _("Numbers that begin with"), sortable=True, filterable=True)],
        Empty("hash", _("No range yet"), _("Ranges are set by whoever runs this platform.")),
        name="ranges",
        order="prefix",
    )
    ported = Table(
        PortedNumber.objects.filter(operator=request.party),
        [
            Column("number", _("Number"), "phone", sortable=True, filterable=True),
            Column("since", _("Since"), "time", sortable=True),
        ],
        Empty(
            "phone", _("No ported number"), _("A number that its owner brought to you goes before its range.")
        ),
        name="ported",
        order="-since",
    )
    port = Dialog(
        "port", _("Take in a ported number"), _("From now on it counts as yours, whatever range it lies in."),
        reverse("console:operator:port"), _("Take it in"), form=NumberForm(region=request.party.country),
    )  # fmt: skip
    runs = request.may(Right.RUN)
    return page(
        request,
        _("Numbers"),
        _("A number is yours by its range, or because its owner brought it to you."),
        actions=[Action(port.title, dialog="port", icon="plus", tone="primary")] if runs else [],
        sections=[
            Section(_("Ranges"), table=ranges, id="ranges"),
            Section(_("Ported to you"), table=ported, id="ported"),
        ],
        dialogs=[port] if runs else [],
    )


@area("operator")
@require_POST
def port(request: ConsoleRequest) -> HttpResponseBase:
    form = checked(NumberForm(request.POST, region=request.party.country))
    actions.port_number(
        request.actor, number=form.cleaned_data["number"], operator=request.party, now=request.clock.now()
    )
    return done(request, _("The number is yours now."), reverse("console:operator:numbers"))
