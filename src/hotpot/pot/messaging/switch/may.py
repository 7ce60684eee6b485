"""Who may change what the switch decides by: operators all of companies they serve, a company its own."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Forbidden
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.wire import Actor
from hotpot.pot.party import queries
from hotpot.pot.party.models import Engagement, Party
from hotpot.pot.party.rules import Right


def require_operator(actor: Actor, customer_id: int | None = None, *, now: datetime) -> None:
    """Raises Forbidden unless it acts for an operator, one that serves the company where one is named.

    An engine, a job and the command line may do anything.
    """
    if actor.person_id is None:
        return
    if actor.party_id is None:
        raise Forbidden(_("Operators decide this. Ask yours."))
    with as_system():
        party = Party.objects.filter(id=actor.party_id, kind=Party.Kind.OPERATOR).first()
    if party is None:
        raise Forbidden(_("Operators decide this. Ask yours."))
    queries.require_right(actor, Right.RUN, party.id)
    if customer_id is not None and not serves(party, customer_id, now):
        raise Forbidden(_("Another operator serves this company."))


def require_owner(actor: Actor, customer_id: int | None, *, now: datetime) -> None:
    """Raises Forbidden unless it acts for that company or its operator; none named: for an operator."""
    if customer_id is not None and actor.person_id is not None and actor.party_id == customer_id:
        queries.require_right(actor, Right.RUN, customer_id)
    else:
        require_operator(actor, customer_id, now=now)


def serves(operator: Party, customer_id: int, now: datetime) -> bool:
    day = queries.today(operator, now)
    with as_system():
        return Engagement.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=day),
            operator=operator,
            customer_id=customer_id,
            starts_on__lte=day,
        ).exists()
