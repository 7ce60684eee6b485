"""What stands on a party's papers: its name, address, tax number, bank account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.parts import Action, Section, carried_out, form_page
from hotpot.pot.party.invoicing import Details, details_in_force, write_invoice_details
from hotpot.pot.party.models import InvoiceDetails, Party
from hotpot.pot.party.rules import Right

STATUSES = {
    InvoiceDetails.TaxStatus.TAXED: gettext_lazy("Pays tax"),
    InvoiceDetails.TaxStatus.EXEMPT: gettext_lazy("Exempt from tax"),
    InvoiceDetails.TaxStatus.REVERSE_CHARGE: gettext_lazy("Reverse charge: accounts for the tax itself"),
}
LANGUAGES = (("en", "English"), ("zh-hans", "简体中文"))


class DetailsForm(forms.Form):
    legal_name = forms.CharField(label=gettext_lazy("Name on papers"), max_length=200)
    address = forms.CharField(
        label=pgettext_lazy("by post", "Address"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(
        label=gettext_lazy("Place of tax"), max_length=6,
        help_text=gettext_lazy("A country like CN, or a part of one like ES-CN."),
    )  # fmt: skip
    tax_number = forms.CharField(label=gettext_lazy("Tax number"), max_length=40, required=False)
    tax_status = forms.ChoiceField(label=gettext_lazy("Tax"), choices=list(STATUSES.items()))
    bank_name = forms.CharField(label=gettext_lazy("Bank"), max_length=120, required=False)
    bank_account = forms.CharField(
        label=gettext_lazy("Account"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("IBAN, or its number."),
    )
    bank_bic = forms.CharField(
        label=gettext_lazy("Bank code"), max_length=20, required=False,
        help_text=gettext_lazy("BIC, or the country's own code."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of papers"), choices=LANGUAGES)


@area(look=Right.MONEY, act=Right.MONEY)
def invoice_details(request: ConsoleRequest) -> HttpResponseBase:
    now = request.clock.now()
    known = details_in_force(request.party, now)
    initial = {name: getattr(known, name) for name in DetailsForm.base_fields}
    form = DetailsForm(request.POST or None, initial=initial)

    def verb(form: DetailsForm) -> None:
        values: dict[str, Any] = form.cleaned_data
        details = Details(**(values | {"place": values["place"].upper()}))
        write_invoice_details(actor=request.actor, party=request.party, details=details, now=now)

    if carried_out(form, verb):
        return done(request, _("Saved."), _back(request))
    return form_page(
        request,
        _("What stands on papers"),
        _("From now on. Papers that were issued keep what they said."),
        form,
        label=_("Save"),
        back=_back(request),
    )


def details_section(request: ConsoleRequest) -> Section:
    """For the pages that show it."""
    known = details_in_force(request.party, request.clock.now())
    buttons = []
    if request.may(Right.MONEY):
        buttons = [Action(_("Change"), reverse("console:invoice_details"), icon="pencil")]
    facts: list[tuple[str, object]] = [
        (_("Name"), known.legal_name),
        (pgettext("by post", "Address"), ", ".join(known.address.splitlines()) or "–"),
        (_("Place of tax"), known.place),
        (_("Tax number"), known.tax_number or "–"),
        (_("Tax"), STATUSES[InvoiceDetails.TaxStatus(known.tax_status)]),
        (_("Bank account"), " ".join(one for one in (known.bank_account, known.bank_name) if one) or "–"),
    ]
    return Section(_("What stands on papers"), facts=facts, actions=buttons, id="details")


def _back(request: ConsoleRequest) -> str:
    places = {
        Party.Kind.OPERATOR: "console:operator:terms_of_payment",
        Party.Kind.CUSTOMER: "console:bills",
    }
    return reverse(places.get(Party.Kind(request.party.kind), "console:start"))
