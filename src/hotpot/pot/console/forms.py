"""Fields and forms that several areas of the console use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Refused
from hotpot.kernel.money import Money
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.console.rail import name_of

MAJOR_MAX = Decimal(10**12)


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MomentField(forms.DateTimeField):
    """A minute in the viewer's zone, or none."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, required: bool = False, **more: Any) -> None:
        super().__init__(required=required, **more)


class MsisdnField(forms.CharField):
    """A phone number as people write it; `region` serves numbers without a country code."""

    def __init__(self, *, region: str, **more: Any) -> None:
        self.region = region
        super().__init__(**{"label": _("Phone number"), **more})
        self.widget.input_type = "tel"
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Msisdn.parse(text, region=self.region)
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from None


class MoneyField(forms.DecimalField):
    """Major units in one currency; becomes `Money`."""

    def __init__(self, *, currency: str, **more: Any) -> None:
        self.currency = currency
        super().__init__(min_value=Decimal(0), max_value=MAJOR_MAX, **more)
        self.widget.attrs |= {"inputmode": "decimal"}

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        if amount is None:
            return None
        money = Money.of(amount, self.currency)
        if money.major != amount:
            raise ValidationError(
                _("%(currency)s has no smaller part. Write fewer decimals.") % {"currency": self.currency}
            )
        return money


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A party, an app, an offer, a department: chosen by its name."""

    def label_from_instance(self, obj: Model) -> str:
        return name_of(obj) if hasattr(obj, "name_zh") else str(getattr(obj, "name", obj))


def choice(label: Any, rows: QuerySet[Any], **more: Any) -> NamedChoice:
    return NamedChoice(queryset=rows, label=label, **{"empty_label": _("Please choose"), **more})


class DayForm(forms.Form):
    """When something begins or ends."""

    def __init__(self, *args: Any, label: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"] = DayField(label=label, initial=day)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)

    def __init__(self, *args: Any, required: bool = True, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        self.fields["reason"].help_text = hint


class CustomerForm(forms.Form):
    """A company and its first owner."""

    name = forms.CharField(
        label=_("Company"), max_length=120, help_text=_("As it stands on the business licence.")
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120, required=False)
    owner_name = forms.CharField(
        label=_("Its owner here"), max_length=80, help_text=_("Who will sign in for the company first.")
    )

    def __init__(
        self, *args: Any, region: str, day: date, operators: QuerySet[Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if operators is not None:
            self.fields["operator"] = choice(_("Operator"), operators, empty_label=None)
            self.order_fields(["operator"])
        self.fields["owner_number"] = MsisdnField(region=region, label=_("The owner's phone number"))
        self.fields["starts_on"] = DayField(label=_("From"), initial=day)
