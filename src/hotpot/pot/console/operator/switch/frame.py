"""What the pages of the switch share: their tabs, and whom the operator serves."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest
from hotpot.pot.console.parts import Tab
from hotpot.pot.messaging.models import CompanyTemplate, Review, Signature
from hotpot.pot.messaging.switch.routing import SIMULATED
from hotpot.pot.party.models import Engagement, Party
from hotpot.pot.party.queries import customers_of

APPLIED = "applied"


def tabs(request: ConsoleRequest, here: str) -> list[Tab]:
    """`here` is a name of an address below console:operator."""
    with as_system():
        customers = served_ids(request)
        reviews = Review.objects.filter(customer_id__in=customers, state=Review.State.WAITING).count()
        asked = sum(
            model._default_manager.filter(customer_id__in=customers, state=APPLIED).count()
            for model in (Signature, CompanyTemplate)
        )
    places = [
        ("messages", _("Messages"), None),
        ("routes", _("Routes"), None),
        ("interfaces", _("Limits"), None),
        ("reviews", _("Reviews"), reviews or None),
        ("approvals", _("Signatures and templates"), asked or None),
        ("lists", _("Lists"), None),
        ("words", pgettext("sensitive", "Words"), None),
        ("message_prices", _("Prices"), None),
    ]
    return [
        Tab(label, reverse(f"console:operator:{name}"), name == here, count) for name, label, count in places
    ]


def carrier_word(name: str) -> str:
    """Carriers have the names that they were set up by; the one that is there without has words."""
    return _("Simulated network") if name == SIMULATED else name


def served(request: ConsoleRequest) -> QuerySet[Party]:
    """Companies of today."""
    return customers_of(request.party.id, day=request.today)


def served_ids(request: ConsoleRequest) -> list[int]:
    """Also those of former days: what was is still to be seen."""
    rows = Engagement.objects.filter(operator=request.party).values_list("customer_id", flat=True)
    return sorted(set(rows))
