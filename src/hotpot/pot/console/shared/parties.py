"""What several areas show of a party: rows of subscriptions, agreements, bills."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.kernel.money import BP_PER_WHOLE, Money
from hotpot.pot.party.models import Agreement, AgreementVersion


def terms_word(share_bp: int | None, fixed_minor: int | None, currency: str | None) -> str:
    """What an agreement pays, as one reads it aloud."""
    if fixed_minor is not None and currency is not None:
        return _("%(amount)s a seat and month") % {"amount": Money(fixed_minor, currency)}
    if share_bp is None:
        return "–"
    return _("%(percent)s %% of each charge") % {"percent": f"{share_bp * 100 / BP_PER_WHOLE:g}"}


def version_word(version: AgreementVersion) -> str:
    return terms_word(version.share_bp, version.fixed_minor, version.currency)


def agreement_href(row: Any) -> str:
    return reverse("console:operator:agreement", args=[row.pk if isinstance(row, Agreement) else row["id"]])
