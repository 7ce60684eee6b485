"""What must not be booked: partners' parts that are more than the charge, or in another currency."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict
from hotpot.kernel.money import Money
from hotpot.pot.close.reckoning import Reckoner
from hotpot.pot.party.models import AgreementVersion
from hotpot.pot.settlement import plans
from hotpot.pot.subscription.models import Subscription


def refuse_excess(reckoner: Reckoner) -> None:
    """Raises Conflict with a sentence that names offer, agreements and amounts."""
    parts = reckoner.table("parts")
    foreign = parts.filter(parts["foreign"])
    if foreign.num_rows:
        _refuse_foreign(foreign.slice(0, 1).to_pylist()[0])
    excesses = reckoner.run(plans.excesses)
    if excesses.num_rows:
        worst = excesses.slice(0, 1).to_pylist()[0]
        _refuse(worst, parts.filter(pc.equal(parts["charge"], worst["charge"])).to_pylist())


def _refuse(charge: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    currency = charge["currency"]
    sentence = _(
        "On the offer %(offer)s the partners would get %(parts)s of a charge of %(charge)s (%(each)s). "
        "Nothing was booked. Lower the agreements or raise the price, then close again."
    )
    raise Conflict(
        sentence
        % {
            "offer": _offer(charge["subscription"]),
            "parts": Money(charge["parts_minor"], currency),
            "charge": Money(charge["amount_minor"], currency),
            "each": ", ".join(
                f"{_agreement(part['terms'])}: {Money(part['amount_minor'], currency)}" for part in parts
            ),
        },
        code="shares_exceed_charge",
    )


def _refuse_foreign(part: dict[str, Any]) -> None:
    sentence = _(
        "%(agreement)s fixes an amount in another currency than the charge on the offer %(offer)s "
        "(%(currency)s). Nothing was booked. Write terms in that currency, then close again."
    )
    raise Conflict(
        sentence
        % {
            "agreement": _agreement(part["terms"]),
            "offer": _offer(part["subscription"]),
            "currency": part["currency"],
        },
        code="shares_other_currency",
    )


def _offer(subscription_id: int) -> str:
    offer = Subscription.objects.select_related("offer").get(id=subscription_id).offer
    return f"“{offer.name}” ({offer.id})"


def _agreement(terms_id: int) -> str:
    version = AgreementVersion.objects.select_related("agreement__partner").get(id=terms_id)
    return _("Agreement %(id)s with %(partner)s of %(day)s") % {
        "id": version.agreement_id,
        "partner": version.agreement.partner.name,
        "day": version.starts_on,
    }
