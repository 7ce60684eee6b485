"""Terms and shares in words, as statements show them. No I/O."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from hotpot.kernel.money import Money


class Terms(Protocol):
    """party.models.AgreementVersion: basis points of the charge, or an amount a seat and full month."""

    share_bp: int | None
    fixed_minor: int | None
    currency: str | None


def percent(share_bp: int) -> str:
    """3333 bp are "33.33 %", 2000 bp are "20 %"."""
    number = Decimal(share_bp).scaleb(-2)
    whole = number.to_integral_value()
    return f"{whole if number == whole else number.normalize()} %"


def terms_in_words(terms: Terms) -> str:
    if terms.share_bp is not None:
        return _("%(percent)s of the charge") % {"percent": percent(terms.share_bp)}
    fixed = Money(terms.fixed_minor or 0, terms.currency or "")
    return _("%(amount)s a seat and month") % {"amount": fixed}


def share_in_words(terms: Terms, charged: Money, days: int, of_days: int, share: Money) -> str:
    """The sum as one would write it on paper; what is left over below the smallest unit is dropped."""
    if terms.share_bp is not None:
        return f"{charged.major:,f} × {percent(terms.share_bp)} = {share}"
    fixed = Money(terms.fixed_minor or 0, terms.currency or "")
    return f"{fixed.major:,f} × {days} / {of_days} = {share}"
