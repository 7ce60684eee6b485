"""Forms for the items of a price: one a kind, in the words and units that people use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from hotpot.kernel.money import Money, exponent
from hotpot.pot.catalog.pricing import KINDS, MICRO, USAGE, Item, Pricing
from hotpot.pot.console.forms import DayField

KIND_WORDS = {
    "fee": gettext_lazy("Monthly fee"),
    "once": gettext_lazy("One-off"),
    "unit": gettext_lazy("Per unit"),
    "graduated": gettext_lazy("Graduated tiers"),
    "volume": gettext_lazy("Volume tiers"),
    "package": gettext_lazy("Packages"),
    "percent": gettext_lazy("Percentage of amounts"),
    "timed": gettext_lazy("Calls and data, by time of day"),
    "minimum": gettext_lazy("Minimum commitment"),
    "bundle": gettext_lazy("Bundle discount"),
    "coupon": gettext_lazy("Coupon"),
}
TAX_CLASS_WORDS = {
    "standard": pgettext_lazy("tax", "Standard"),
    "reduced": pgettext_lazy("tax", "Reduced"),
    "zero": pgettext_lazy("tax", "Zero"),
    "exempt": pgettext_lazy("tax", "Exempt"),
}
PERS = [("seat", gettext_lazy("each seat")), ("subscription", gettext_lazy("the subscription"))]
_TIER = re.compile(r"(rest|[\d.]+)\s*:\s*([\d.]+)(?:\s*\+\s*([\d.]+))?")
_WINDOW = re.compile(r"([1-7])(?:-([1-7]))?\s+(\d\d):(\d\d)-(\d\d):(\d\d)\s*:\s*([\d.]+)")


def _number(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=Decimal(0), required=False, **more)


def _text(label: Any, hint: Any = "", **more: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, **more)


FIELDS: Mapping[str, Any] = {
    "amount": lambda: _number(_("Amount")),
    "price": lambda: _number(_("Price of a unit")),
    "per": lambda: forms.ChoiceField(label=_("For"), choices=PERS, required=False),
    "proration": lambda: forms.ChoiceField(
        label=_("Part of a month"), required=False,
        choices=[("day", _("by the day")), ("second", _("by the second")), ("month", _("always whole"))],
    ),
    "advance": lambda: forms.BooleanField(label=_("In advance"), required=False),
    "unit": lambda: forms.ChoiceField(
        label=_("Phase counts in"), choices=[("day", _("days")), ("month", _("months"))], required=False
    ),
    "after": lambda: _number(_("Free at first"), help_text=_("A trial: so many days or months.")),
    "lasts": lambda: _number(_("Then for"), help_text=_("Empty: without end.")),
    "included": lambda: _number(_("Included units")),
    "included_per": lambda: forms.ChoiceField(label=_("Included for"), choices=PERS[::-1], required=False),
    "tiers": lambda: _text(
        _("Tiers"), _("A line each: “1000: 0.05”, “rest: 0.01”; “+ 3” adds a flat amount."),
        widget=forms.Textarea(attrs={"rows": 4}),
    ),
    "size": lambda: _number(_("Units in a package")),
    "rate": lambda: _number(_("Percent"), max_value=Decimal(100)),
    "floor": lambda: _number(_("At least, an event")),
    "cap": lambda: _number(_("At most, an event")),
    "connect": lambda: _number(_("To connect")),
    "first": lambda: _number(_("First increment")),
    "step": lambda: _number(_("Further increments")),
    "windows": lambda: _text(
        _("Other times"), _("A line each: “1-5 08:00-20:00: 0.10”; 1 is Monday."),
        widget=forms.Textarea(attrs={"rows": 3}),
    ),
    "of": lambda: _text(_("Only of"), _("Codes of fees, with commas; empty: all.")),
    "periods": lambda: _number(_("Months from the first"), help_text=_("Empty: always.")),
    "apps": lambda: _text(_("With the apps"), _("Ids, with commas.")),
    "redeem": lambda: _text(
        _("Code to redeem"), _("Like WELCOME-2026. Empty: for everybody.")
    ),
    "redeem_from": lambda: DayField(label=_("Redeemed from"), required=False),
    "redeem_until": lambda: DayField(label=_("Redeemed until"), required=False),
    "most": lambda: _number(_("At most so often"), help_text=_("Once a company; empty: without end.")),
    "begun_from": lambda: DayField(
        label=_("For who began from"), help_text=_("The first day of the subscription."), required=False
    ),
    "begun_until": lambda: DayField(label=_("For who began until"), required=False),
}  # fmt: skip
_METERED = ("per", "included", "included_per")
_PHASE = ("unit", "after", "lasts")
_COUPON = ("redeem", "redeem_from", "redeem_until", "most", "begun_from", "begun_until")
FIELDS_OF: Mapping[str, Sequence[str]] = {
    "fee": ("amount", "per", "proration", "advance", *_PHASE),
    "once": ("amount", "per"),
    "unit": ("price", *_METERED, *_PHASE),
    "graduated": ("tiers", *_METERED, *_PHASE),
    "volume": ("tiers", *_METERED, *_PHASE),
    "package": ("size", "amount", *_METERED, *_PHASE),
    "percent": ("rate", "floor", "cap", "per", *_PHASE),
    "timed": ("price", "connect", "first", "step", "windows", *_METERED, *_PHASE),
    "minimum": ("amount", "of", *_PHASE),
    "bundle": ("rate", "apps", "of"),
    "coupon": ("rate", "amount", "periods", "of", *_COUPON),
}


def _folded_word(kind: str) -> str:
    """What the fields that are rarely used are about."""
    if kind == "coupon":
        return _("When and for whom, name on the bill, tax")
    return _("Trial, name on the bill, tax") if _PHASE[0] in FIELDS_OF[kind] else _("Name on the bill, tax")


class ItemForm(forms.Form):
    """One item of a price. Its fields are those of its kind; `item()` is what they say."""

    folded = (
        *_PHASE, "label", "label_zh", "tax_class", *_COUPON[1:],
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.currency = kind, currency
        self.title, self.folded_word = KIND_WORDS[kind], _folded_word(kind)
        self.fields["kind"] = forms.CharField(widget=forms.HiddenInput, initial=kind)
        self.fields["code"] = forms.CharField(label=pgettext("price item", "Code"), max_length=40)
        if kind in USAGE:
            self.fields["meter"] = forms.CharField(
                label=_("Meter"), max_length=80, help_text=_("What it counts; “seats” counts seats.")
            )
        for name in FIELDS_OF[kind]:
            self.fields[name] = FIELDS[name]()
        self.fields["label"] = _text(_("On the bill"), max_length=80)
        self.fields["label_zh"] = _text(_("On the bill in Chinese"), max_length=80)
        self.fields["tax_class"] = forms.ChoiceField(
            label=_("Tax class"), choices=list(TAX_CLASS_WORDS.items()), required=False
        )

    def item(self) -> Item:
        """Raises Invalid with a sentence, where the fields don't make a price."""
        data = self.cleaned_data
        return Item.read(
            self.kind, self._params(), code=data["code"], meter=data.get("meter"),
            advance=data.get("advance", False), tax_class=data["tax_class"] or "standard",
            label=data["label"], label_zh=data["label_zh"],
        )  # fmt: skip

    def clean_tiers(self) -> list[dict[str, Any]]:
        found = []
        for match in self._lines("tiers", _TIER):
            tier: dict[str, Any] = {"price_micro": self._micro(Decimal(match[2]))}
            if match[1] != "rest":
                tier["up_to"] = _quantity(Decimal(match[1]))
            if match[3]:
                tier["flat_minor"] = self._minor(Decimal(match[3]))
            found.append(tier)
        return found

    def clean_windows(self) -> list[dict[str, Any]]:
        return [
            {
                "days": list(range(int(match[1]), int(match[2] or match[1]) + 1)),
                "from_minute": int(match[3]) * 60 + int(match[4]),
                "to_minute": int(match[5]) * 60 + int(match[6]),
                "price_micro": self._micro(Decimal(match[7])),
            }
            for match in self._lines("windows", _WINDOW)
        ]

    def _lines(self, name: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        lines = [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]
        found = [pattern.fullmatch(line) for line in lines]
        wrong = next((line for line, match in zip(lines, found, strict=True) if not match), None)
        if wrong is not None:
            raise ValidationError(_("“%(line)s” is not written as the example shows.") % {"line": wrong})
        return [match for match in found if match]

    def _params(self) -> dict[str, Any]:
        data = self.cleaned_data
        params: dict[str, Any] = {}
        for name, (key, convert) in self._conversions().items():
            if data.get(name) not in (None, "", []):
                params[key] = convert(data[name])
        if phase := {
            name: convert(data[name])
            for name, convert in {"unit": str, "after": int, "lasts": int}.items()
            if data.get(name) not in (None, "")
        }:
            params |= {"phase": phase} if "after" in phase or "lasts" in phase else {}
        return params

    def _conversions(self) -> dict[str, tuple[str, Any]]:
        """Field -> the param that it gives, and how."""
        return {
            "amount": ("amount_minor", self._minor),
            "price": ("price_micro", self._micro),
            "connect": ("connect_micro", self._micro),
            "floor": ("floor_minor", self._minor),
            "cap": ("cap_minor", self._minor),
            "rate": ("rate_bp", lambda percent: _whole(percent * 100)),
            "included": ("included", _quantity),
            "size": ("size", _quantity),
            "first": ("first", _quantity),
            "step": ("step", _quantity),
            "periods": ("periods", _whole),
            "of": ("of", _codes),
            "apps": ("apps", _codes),
            "tiers": ("tiers", list),
            "windows": ("windows", list),
            "per": ("per", str),
            "included_per": ("included_per", str),
            "proration": ("proration", str),
            "redeem": ("redeem", lambda code: code.strip().upper()),
            "redeem_from": ("redeem_from", date.isoformat),
            "redeem_until": ("redeem_until", date.isoformat),
            "most": ("most", _whole),
            "begun_from": ("begun_from", date.isoformat),
            "begun_until": ("begun_until", date.isoformat),
        }

    def _minor(self, amount: Decimal) -> int:
        return _whole(amount.scaleb(exponent(self.currency)))

    def _micro(self, amount: Decimal) -> int:
        return _whole(amount.scaleb(exponent(self.currency)) * MICRO)


def initial_of(item: Item, currency: str) -> dict[str, Any]:
    """What a form of this item shows."""
    # With what it leaves out: a choice that is not given would show the first one.
    written = {
        name: value for name, value in msgspec.structs.asdict(item.params).items() if value is not None
    } | item.written()
    places = exponent(currency)
    money = {"amount": "amount_minor", "floor": "floor_minor", "cap": "cap_minor"}
    found: dict[str, Any] = {
        name: Money(written[key], currency).major for name, key in money.items() if key in written
    }
    for name, key in {"price": "price_micro", "connect": "connect_micro"}.items():
        if key in written:
            found[name] = _units(written[key]).scaleb(-places)
    for name in ("included", "size", "first", "step"):
        if name in written:
            found[name] = _units(written[name])
    if "rate_bp" in written:
        found["rate"] = Decimal(written["rate_bp"]) / 100
    same = ("per", "included_per", "proration", "periods", *_COUPON)
    found |= {name: written[name] for name in same if name in written} | item.written().get("phase", {})
    found |= {name: ", ".join(written[name]) for name in ("of", "apps") if name in written}
    found["tiers"] = "\n".join(_tier_line(tier, currency) for tier in written.get("tiers", ()))
    found["windows"] = "\n".join(_window_line(window, places) for window in written.get("windows", ()))
    return found | {
        "code": item.code, "meter": item.meter, "advance": item.advance, "label": item.label,
        "label_zh": item.label_zh, "tax_class": item.tax_class, "kind": item.kind,
    }  # fmt: skip


def _tier_line(tier: Mapping[str, Any], currency: str) -> str:
    end = _plain(_units(tier["up_to"])) if tier.get("up_to") else "rest"
    price = _plain(_units(tier["price_micro"]).scaleb(-exponent(currency)))
    flat = tier.get("flat_minor")
    return f"{end}: {price}" + (f" + {_plain(Money(flat, currency).major)}" if flat else "")


def _window_line(window: Mapping[str, Any], places: int) -> str:
    days = window.get("days", [1, 7])
    start, end = window.get("from_minute", 0), window.get("to_minute", 24 * 60)
    span = f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
    return f"{days[0]}-{days[-1]} {span}: {_plain(_units(window['price_micro']).scaleb(-places))}"


def pricing_of(forms_: Sequence[ItemForm], currency: str) -> Pricing:
    """Raises Invalid where the items don't fit together."""
    return Pricing(currency, tuple(form.item() for form in forms_))


def item_forms(
    data: Mapping[str, Any] | None, currency: str, *, items: Sequence[Item] = (), kinds: Sequence[str] = ()
) -> list[ItemForm]:
    """Bound to what was sent; else of these items, and an empty one for each of these kinds."""
    if data is not None and "items-TOTAL_FORMS" in data:
        count = int(data["items-TOTAL_FORMS"]) if str(data["items-TOTAL_FORMS"]).isdecimal() else 0
        sent = [str(data.get(f"items-{place}-kind", "")) for place in range(min(count, 50))]
        return [
            ItemForm(data, prefix=f"items-{place}", kind=kind, currency=currency)
            for place, kind in enumerate(sent)
            if kind in KINDS
        ]
    shown = [(item.kind, initial_of(item, currency)) for item in items]
    shown += [(kind, {"kind": kind, "step": Decimal(1)}) for kind in kinds if kind in KINDS]
    return [
        ItemForm(prefix=f"items-{place}", kind=kind, currency=currency, initial=initial)
        for place, (kind, initial) in enumerate(shown)
    ]


def _units(micro: int) -> Decimal:
    return Decimal(micro) / MICRO


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _quantity(number: Decimal) -> int:
    return _whole(number * MICRO)


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()]


def _whole(number: Decimal) -> int:
    if number != int(number):
        raise ValidationError(_("That has more decimals than can be kept. Write fewer."))
    return int(number)
