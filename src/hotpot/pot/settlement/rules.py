"""Terms and shares in words, as agreements and statements show them. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hotpot.kernel.money import Money
from hotpot.pot.party.terms import MICRO, Intro, Model, Percent, PerUnit, Tiers


class Version(Protocol):
    """party.models.AgreementVersion."""

    currency: str | None

    @property
    def terms(self) -> Model: ...


def percent(share_bp: int) -> str:
    """3333 bp are "33.33 %", 2000 bp are "20 %"."""
    number = Decimal(share_bp).scaleb(-2)
    whole = number.to_integral_value()
    return f"{whole if number == whole else number.normalize()} %"


def unit_price(micro: int, currency: str) -> str:
    """Millionths of a minor unit as money: as many decimals as it needs, at least the currency's own."""
    zero = Money(0, currency).major
    exact = (Decimal(micro) / MICRO).scaleb(zero.as_tuple().exponent)  # type: ignore[arg-type]
    short = exact.quantize(zero) if exact == exact.quantize(zero) else exact.normalize()
    return f"{short:,f} {currency}"


def terms_in_words(version: Version) -> str:
    """What an agreement pays, as one reads it aloud."""
    return ", ".join(_clauses(version.terms, version.currency or ""))


def _clauses(terms: Model, currency: str) -> Iterator[str]:
    yield _model(terms, currency)
    if isinstance(terms, Percent | PerUnit) and terms.intro is not None:
        yield _intro(terms.intro, currency)
    yield from _before_sharing(terms, currency)
    if terms.guarantee_minor is not None:
        yield _("at least %(amount)s a month") % {"amount": Money(terms.guarantee_minor, currency)}
    if terms.cap_minor is not None:
        yield _("at most %(amount)s a month") % {"amount": Money(terms.cap_minor, currency)}
    if terms.withholding_bp:
        yield _("%(percent)s withholding tax") % {"percent": percent(terms.withholding_bp)}


def _before_sharing(terms: Model, currency: str) -> Iterator[str]:
    if terms.costs.bp:
        yield _("after costs of %(percent)s") % {"percent": percent(terms.costs.bp)}
    if terms.costs.unit_micro:
        yield _("after costs of %(amount)s a unit") % {"amount": unit_price(terms.costs.unit_micro, currency)}
    if terms.gross:
        yield _("credits not taken off")
    if terms.bad_debts == "shared":
        yield _("bad debts taken off")


def _model(terms: Model, currency: str) -> str:
    if isinstance(terms, Tiers):
        return _tiers(terms, currency)
    if isinstance(terms, PerUnit):
        amount = {"amount": unit_price(terms.unit_micro, currency)}
        if terms.kept:
            return _("all but %(amount)s a unit") % amount
        if terms.kinds == ("fee",):
            return _("%(amount)s a seat and month") % amount
        return _("%(amount)s a unit") % amount
    part = {"percent": percent(terms.share_bp)}
    if terms.kept:
        return _("all but %(percent)s of the charge") % part
    if terms.of == "share":
        return _("%(percent)s of the payer's share") % part
    return _("%(percent)s of the charge") % part


def _tiers(terms: Tiers, currency: str) -> str:
    steps = [
        _("%(percent)s up to %(amount)s")
        % {"percent": percent(step.share_bp), "amount": Money(step.up_to_minor, currency)}
        if step.up_to_minor is not None
        else _("%(percent)s of what is above") % {"percent": percent(step.share_bp)}
        for step in terms.steps
    ]
    months = ngettext("of a month's charges", "of the charges of %(months)s months", terms.months) % {
        "months": terms.months
    }
    return f"{', '.join(steps)} {months}"


def _intro(intro: Intro, currency: str) -> str:
    amount = (
        percent(intro.share_bp) if intro.share_bp is not None else unit_price(intro.unit_micro or 0, currency)
    )
    sentence = (
        ngettext(
            "%(amount)s in a subscription's first month",
            "%(amount)s in a subscription's first %(months)s months",
            intro.months,
        )
        if intro.of == "subscription"
        else ngettext(
            "%(amount)s in the first month", "%(amount)s in the first %(months)s months", intro.months
        )
    )
    return sentence % {"amount": amount, "months": intro.months}


def kind_in_words(kind: str, customer: str = "") -> str:
    """What a statement's line is, if it isn't a share of somebody's use."""
    if kind == "guarantee":
        return _("Guarantee made up")
    if kind == "cap":
        return _("Above the cap")
    return f"{_('Correction')}: {customer}" if customer else _("Correction")
