"""Tokens for programs, made by whoever may give away what they may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity import actions as identity
from hotpot.pot.identity.models import AccessToken, Person
from hotpot.pot.identity.rules import LEDGER
from hotpot.pot.identity.wire import NOWHERE, Origin
from hotpot.pot.party.queries import role_in
from hotpot.pot.party.rules import Right, require


def make_token(
    actor: Actor,
    *,
    person: Person,
    name: str,
    party_id: int | None = None,
    scopes: Sequence[str],
    days: int,
    origin: Origin = NOWHERE,
    now: datetime,
) -> tuple[AccessToken, str]:
    """As identity's, once `person` may make it: for the ledger, who may handle the party's money; for all
    else that is done in a party's name, who gives its roles. Raises Forbidden, Invalid."""
    for_ledger = LEDGER in scopes
    if for_ledger and party_id is None:
        raise Invalid(_("Money is moved in the books of a party. Say for which one the token acts."))
    if party_id is not None:
        require(role_in(person.id, party_id), Right.MONEY if for_ledger else Right.ROLES)
    return identity.make_token(
        actor, person=person, name=name, party_id=party_id, scopes=scopes, days=days, origin=origin, now=now
    )
