"""What a party's papers say of it: written in versions, read as of a moment."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.models import InvoiceDetails, Party
from hotpot.pot.party.queries import require_right
from hotpot.pot.party.rules import Right

PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Details:
    """See models.InvoiceDetails."""

    legal_name: str
    address: str = ""
    place: str = ""  # the party's country where it is empty
    tax_number: str = ""
    tax_status: str = "taxed"
    bank_name: str = ""
    bank_account: str = ""
    bank_bic: str = ""
    language: str = ""


@transaction.atomic
def write_invoice_details(*, actor: Actor, party: Party, details: Details, now: datetime) -> InvoiceDetails:
    """From now on the party's papers say this. The same again changes nothing.

    Raises Forbidden, or Invalid for a place, language or tax status that there is not.
    """
    require_right(actor, Right.MONEY, party.id)
    _check(details)
    newest = details_in_force(party, now)
    wanted = asdict(details) | {
        "place": details.place or party.country,
        "language": details.language or _language(party),
    }
    if newest.pk is not None and all(getattr(newest, name) == value for name, value in wanted.items()):
        return newest
    with as_system():
        made = InvoiceDetails.objects.create(party=party, since=now, written_by_id=actor.person_id, **wanted)
    record(actor, Fact("party.invoice_details.written", f"party/{party.id}", [party.id]), now=now)
    return made


def details_in_force(party: Party, moment: datetime) -> InvoiceDetails:
    """Those of that moment; of a party that wrote none, its name and country (unsaved)."""
    found = InvoiceDetails.objects.filter(party=party, since__lte=moment).order_by("-since", "-id").first()
    return found or InvoiceDetails(
        party=party, since=moment, legal_name=party.name_zh or party.name
        if _language(party) == "zh-hans" else party.name,
        place=party.country, language=_language(party), tax_status=InvoiceDetails.TaxStatus.TAXED,
    )  # fmt: skip


def _check(details: Details) -> None:
    if not details.legal_name.strip():
        raise Invalid(_("Write the name that bills are made out to."))
    if details.place and not PLACE.fullmatch(details.place):
        raise Invalid(_("A place is a country like CN, or a part of one like ES-CN."))
    if details.language and details.language not in LANGUAGES:
        raise Invalid(_("Papers are written in English or in Chinese."))
    if details.tax_status not in InvoiceDetails.TaxStatus.values:
        raise Invalid(_("Choose taxed, exempt or reverse charge."))


def _language(party: Party) -> str:
    return "zh-hans" if party.country == "CN" else "en"
