"""The steps of an explanation as sentences with their numbers, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.money import Money, exponent
from hotpot.pot.catalog.pricing import MICRO
from hotpot.pot.rating.rules import Step
from hotpot.pot.web.shown import phone

SENTENCES = {
    "used": ngettext_lazy(
        "The subscription ran from %(first)s to %(last)s: %(days)s day.",
        "The subscription ran from %(first)s to %(last)s: %(days)s days.",
        "days",
    ),
    "used_by": ngettext_lazy(
        "%(number)s had a seat from %(first)s to %(last)s: %(days)s day.",
        "%(number)s had a seat from %(first)s to %(last)s: %(days)s days.",
        "days",
    ),
    "suspended": _("%(days)s of these days were suspended; they are free."),
    "prorated_days": _("%(fee_minor)s × %(part)s / %(whole)s days of the month."),
    "prorated_seconds": _("%(fee_minor)s × %(part)s / %(whole)s seconds of the month."),
    "whole_month": _("%(fee_minor)s for the whole month, at the price of the first day of use, %(day)s."),
    "whole_month_by": _("%(fee_minor)s for the whole month of %(number)s, at the price of %(day)s."),
    "once": _("%(fee_minor)s once, on the first day of the subscription, %(day)s."),
    "once_by": _("%(fee_minor)s once for %(number)s, on its first day, %(day)s."),
    "seats": ngettext_lazy(
        "%(seats)s seat was in use in the period.", "%(seats)s seats were in use in the period.", "seats"
    ),
    "counted_sum": ngettext_lazy(
        "%(events)s event of “%(meter)s” comes to %(quantity_q)s.",
        "%(events)s events of “%(meter)s” sum to %(quantity_q)s.",
        "events",
    ),
    "counted_max": _("The greatest of %(events)s values of “%(meter)s” is %(quantity_q)s."),
    "counted_last": _("The last of %(events)s values of “%(meter)s” is %(quantity_q)s."),
    "counted_unique": _("%(events)s events of “%(meter)s” have %(quantity_q)s different values."),
    "included": _("%(included_q)s are included; %(billable_q)s are left to pay for."),
    "included_dearest": _("%(included_q)s are included, the dearest first; %(billable_q)s are left."),
    "units": _("%(quantity_q)s × %(price_micro)s = %(exact_minor)s."),
    "flat": _("%(flat_minor)s because this tier was reached."),
    "packages": _("%(packages)s begun packages of %(size_q)s, at %(amount_minor)s each."),
    "percent": _("Event %(event)s, %(at)s: %(rate)s of %(of_minor)s = %(kept_minor)s."),
    "percent_floor": _(
        "Event %(event)s, %(at)s: %(rate)s of %(of_minor)s is %(part_minor)s; at least %(kept_minor)s."
    ),
    "percent_cap": _(
        "Event %(event)s, %(at)s: %(rate)s of %(of_minor)s is %(part_minor)s; at most %(kept_minor)s."
    ),
    "increments": _(
        "Event %(event)s, %(at)s: %(quantity_q)s count as %(counted_q)s, at %(price_micro)s each."
    ),
    "connected": _("%(calls)s connections × %(price_micro)s = %(exact_minor)s."),
    "committed": _("At least %(fee_minor)s a month: %(part)s / %(whole)s days make %(committed_minor)s."),
    "missing": _("The fees come to %(base_minor)s; what is missing to %(committed_minor)s is charged."),
    "redeemed": _("The code %(code)s was redeemed on %(day)s."),
    "rate_off": _("%(rate)s off %(base_minor)s = %(exact_minor)s."),
    "amount_off": _("%(amount_minor)s off, at most the fees of %(base_minor)s."),
    "capped": _("No more than what the fees come to after other discounts: %(left_minor)s."),
    "rounded": _("%(exact_minor)s, rounded once to the smallest unit: %(amount_minor)s."),
}
ROUNDING = {
    "fee": _("Each seat's fee of a month is rounded once, half up."),
    "once": _("Not rounded: the price is a whole amount."),
    "unit": _("The sum of a period is rounded once, half up."),
    "graduated": _("The sum of all tiers of a period is rounded once, half up."),
    "volume": _("The sum of a period is rounded once, half up."),
    "package": _("Not rounded: packages cost a whole amount."),
    "percent": _("Events are added exactly; their sum in a period is rounded once, half up."),
    "timed": _("Events are added exactly; their sum in a period is rounded once, half up."),
    "minimum": _("The commitment for the days of a period is rounded once, half up."),
    "bundle": _("The discount of a period is rounded once, half up."),
    "coupon": _("The discount of a period is rounded once, half up."),
}
DIGITS = 60  # more than any exact amount has


def said(step: Step, currency: str) -> str:
    """One sentence. A step that speaks of a number has a sentence with it."""
    code = f"{step.code}_by" if step.values.get("number") else step.code
    values = {name: _shown(name, value, currency) for name, value in step.values.items()}
    if "rate_bp" in step.values:
        values["rate"] = f"{_plain(Fraction(step.values['rate_bp'], 100))} %"
    sentence = str(SENTENCES[code] % values)
    return sentence[:1].upper() + sentence[1:]


def rounding_point(kind: str) -> str:
    """Where an item of this kind is rounded: one sentence."""
    return str(ROUNDING[kind])


def _shown(name: str, value: Any, currency: str) -> object:
    for ending, show in _SHOWN.items():
        if name.endswith(ending):
            return show(value, currency)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return value.isoformat() if isinstance(value, date) else value


def exact_money(minor: Fraction | int, currency: str) -> str:
    """An amount before it is rounded, with all the decimals that it needs."""
    if Fraction(minor).denominator == 1:
        return str(Money(int(minor), currency))
    return f"{_plain(Fraction(minor) / 10 ** exponent(currency))} {currency}"


def _price(micro: int, currency: str) -> str:
    return exact_money(Fraction(micro, MICRO), currency)


def _plain(number: Fraction) -> str:
    """With decimals, to the tenth where there is no end to them."""
    with localcontext(prec=DIGITS):
        decimal = Decimal(number.numerator) / number.denominator
        text = f"{decimal:.10f}".rstrip("0").rstrip(".")
        return text if Fraction(text) == number else gettext("about %(number)s") % {"number": text}


_SHOWN: Mapping[str, Callable[[Any, str], str]] = {
    "number": lambda number, _currency: phone(number),
    "_minor": exact_money,
    "_micro": _price,
    "_q": lambda quantity, _currency: _plain(Fraction(quantity, MICRO)),
}
