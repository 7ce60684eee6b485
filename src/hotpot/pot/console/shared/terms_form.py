"""The form in which an agreement's terms are written, for whoever pays."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotpot.kernel.errors import Refused
from hotpot.kernel.money import Money
from hotpot.pot.console.forms import DayField, MoneyField
from hotpot.pot.party.terms import MICRO, Model, read

WAYS = [
    ("share", gettext_lazy("A share of each charge")),
    ("fixed", gettext_lazy("A fixed amount a unit: a seat and month, a message")),
    ("tiers", gettext_lazy("Shares by steps of what is charged")),
]
PASSED_ON = [("share", gettext_lazy("A part of our own share")), WAYS[1]]
KINDS = [
    ("", gettext_lazy("Everything that is charged")),
    ("fee", gettext_lazy("Monthly fees")),
    ("once", gettext_lazy("One-off items")),
    ("unit graduated volume package percent timed", gettext_lazy("Usage")),
]
SAYS = [
    ("", gettext_lazy("What the partner gets")),
    ("kept", gettext_lazy("What the payer keeps: the partner gets the rest")),
]
REST = [
    ("payer", gettext_lazy("The payer has what is below the smallest coin")),
    ("partner", gettext_lazy("The partner has what is below the smallest coin")),
    ("nearest", gettext_lazy("Rounded to the nearest coin")),
]
INTRO_OF = [
    ("subscription", gettext_lazy("of each subscription")),
    ("agreement", gettext_lazy("of the agreement")),
]
_STEP = re.compile(r"\s*([\d.]+)\s*%?\s*(?:up to|至|到)?\s*([\d.,]*)\s*", re.IGNORECASE)


def _percent(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=100, decimal_places=2, **more
    )


class TermsForm(forms.Form):
    """`folded` fields are rarely used; the page keeps them under a heading until one is wanted."""

    folded = (
        "kinds", "says", "guarantee", "cap", "intro_months", "intro_percent", "intro_fixed", "intro_of",
        "cost_percent", "cost_fixed", "gross", "bad_debts", "withholding_percent", "rest",
    )  # fmt: skip
    folded_word = gettext_lazy("Guarantee, cap, first months, costs, tax")

    way = forms.ChoiceField(label=gettext_lazy("Paid by"), choices=WAYS)
    percent = _percent(gettext_lazy("Share in %"))
    steps = forms.CharField(
        label=gettext_lazy("Steps"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "10 % up to 100000\n15 %"}),
        help_text=gettext_lazy(
            "One a line: the share, and the amount up to which it holds. The last has no end."
        ),
    )
    months = forms.IntegerField(
        label=gettext_lazy("Months that steps count"), required=False, min_value=1, max_value=36,
        help_text=gettext_lazy("1 counts each month anew, 12 the year up to it."),
    )  # fmt: skip
    kinds = forms.ChoiceField(label=gettext_lazy("Of"), choices=KINDS, required=False)
    says = forms.ChoiceField(label=gettext_lazy("The terms say"), choices=SAYS, required=False)
    cost_percent = _percent(gettext_lazy("Costs taken off first, in %"))
    gross = forms.BooleanField(label=gettext_lazy("Credits to customers aren't taken off"), required=False)
    bad_debts = forms.BooleanField(
        label=gettext_lazy("The partner bears its part of bad debts"), required=False
    )
    intro_months = forms.IntegerField(
        label=gettext_lazy("First months under other terms"), required=False, min_value=1, max_value=36
    )
    intro_percent = _percent(gettext_lazy("Share in % then"))
    intro_of = forms.ChoiceField(label=gettext_lazy("First months"), choices=INTRO_OF, required=False)
    withholding_percent = _percent(gettext_lazy("Tax withheld from payouts, in %"))
    rest = forms.ChoiceField(label=gettext_lazy("Rounding"), choices=REST, required=False)

    def __init__(self, *args: Any, currency: str, day: Any, passed_on: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency, self.passed_on = currency, passed_on
        word = {"currency": currency}
        money = {
            "fixed": _("Fixed amount in %(currency)s") % word,
            "intro_fixed": _("Fixed amount in %(currency)s then") % word,
            "cost_fixed": _("Costs taken off first, a unit, in %(currency)s") % word,
            "guarantee": _("At least, a month, in %(currency)s") % word,
            "cap": _("At most, a month, in %(currency)s") % word,
        }
        for name, label in money.items():
            self.fields[name] = MoneyField(currency=currency, required=False, label=label)
        self.fields["starts_on"] = DayField(label=_("From"), initial=day)
        if passed_on:
            self.fields["way"].choices = PASSED_ON  # type: ignore[attr-defined]
            for name in ("steps", "months", "cost_percent", "cost_fixed", "gross", "bad_debts"):
                del self.fields[name]
        self.order_fields(
            ["way", "percent", "fixed", "steps", "months", "starts_on", "kinds", "says", "guarantee", "cap",
             "intro_months", "intro_percent", "intro_fixed", "intro_of", "cost_percent", "cost_fixed"]
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needed = {"share": "percent", "fixed": "fixed", "tiers": "steps"}.get(data.get("way", ""))
        if needed and needed not in self.errors and data.get(needed) in (None, ""):
            self.add_error(needed, _("Fill this in for the way that you chose."))
        if not self.errors:
            try:
                self.terms()
            except Refused as refusal:
                raise ValidationError(refusal.sentence) from None
        return data

    def terms(self) -> Model:
        """As the verbs take them: the way that was chosen counts, other fields are ignored."""
        data, params = self.cleaned_data, self._common()
        if data["way"] == "tiers":
            steps = _steps(data["steps"], self.currency)
            return read(params | {"model": "tiers", "steps": steps, "months": data.get("months") or 1})
        params |= {"kept": data.get("says") == "kept", "intro": self._intro()}
        if data["way"] == "share":
            params |= {"of": "share"} if self.passed_on else {}
            return read(params | {"model": "percent", "share_bp": _bp(data["percent"])})
        return read({"kinds": ["fee"]} | params | {"model": "unit", "unit_micro": _micro(data["fixed"])})

    def _common(self) -> dict[str, Any]:
        data = self.cleaned_data
        costs = {"bp": _bp(data.get("cost_percent")), "unit_micro": _micro(data.get("cost_fixed"))}
        return {
            **({"kinds": data["kinds"].split()} if data.get("kinds") else {}),
            **({"costs": costs} if any(costs.values()) else {}),
            "rest": data.get("rest") or "payer",
            "gross": bool(data.get("gross")),
            "bad_debts": "shared" if data.get("bad_debts") else "payer",
            "guarantee_minor": data["guarantee"].minor if data.get("guarantee") else None,
            "cap_minor": data["cap"].minor if data.get("cap") else None,
            "withholding_bp": _bp(data.get("withholding_percent")),
        }

    def _intro(self) -> dict[str, Any] | None:
        data = self.cleaned_data
        if not data.get("intro_months"):
            return None
        share = data["way"] == "share"
        return {
            "months": data["intro_months"],
            "of": data.get("intro_of") or "subscription",
            "share_bp": _bp(data.get("intro_percent")) if share else None,
            "unit_micro": None if share else _micro(data.get("intro_fixed")),
        }


def _bp(percent: Decimal | None) -> int:
    return int((percent or 0) * 100)


def _micro(amount: Money | None) -> int:
    return amount.minor * MICRO if amount else 0


def _steps(text: str, currency: str) -> list[dict[str, int | None]]:
    """Lines like "10 % up to 100000". Raises ValidationError, naming the line."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _STEP.fullmatch(line)
        try:
            if match is None:
                raise InvalidOperation
            ends = match[2].replace(",", "")
            minor = Money.of(Decimal(ends), currency).minor if ends else None
            found.append({"share_bp": _bp(Decimal(match[1])), "up_to_minor": minor})
        except InvalidOperation:
            sentence = _("“%(line)s” is not a step. Write it like: 10 %% up to 100000.")
            raise ValidationError(sentence % {"line": line}) from None
    return found
