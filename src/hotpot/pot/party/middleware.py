"""Narrows the request to its reader before any view runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from hotpot.pot.access.readers import NOBODY, as_system, become, reader_of
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Membership

SESSION_PARTY = "party"


class PartyMiddleware:
    """Gives each request what views ask for:

    `request.memberships`: in whose name the reader may act, with the role in each.
    `request.membership`: the one in use (chosen in the console), or None for a plain member.
    `request.actor`: who acts, for verbs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if connection.in_atomic_block:
            enter(request)
        with timezone.override(_time_zone(request)):
            return self.get_response(request)


def enter(request: HttpRequest, way: str = "page") -> None:
    """Also called after somebody signed in within a view."""
    person = getattr(request, "user", None)
    memberships = _memberships(person) if isinstance(person, Person) else []
    _narrow(request, memberships, _chosen(memberships, request), way)


def enter_by_token(request: HttpRequest, person: Person, party_id: int | None) -> None:
    """A program came with a person's token: it acts for the token's party alone, or for none."""
    request.user = person
    memberships = [] if party_id is None else [m for m in _memberships(person) if m.party_id == party_id]
    _narrow(request, memberships, memberships[0] if memberships else None, "api")


def _memberships(person: Person) -> Sequence[Membership]:
    """Read as the system: the one who signs in is nobody yet."""
    with as_system():
        return list(Membership.objects.filter(person=person).select_related("party").order_by("id"))


def _narrow(
    request: HttpRequest, memberships: Sequence[Membership], membership: Membership | None, way: str
) -> None:
    person = getattr(request, "user", None)
    request.memberships = memberships  # type: ignore[attr-defined]
    request.membership = membership  # type: ignore[attr-defined]
    if isinstance(person, Person):
        request.actor = Actor(person.id, membership.party_id if membership else None, way)  # type: ignore[attr-defined]
        become(reader_of(person.id, [one.party_id for one in memberships]))
    else:
        request.actor = Actor(way=way)  # type: ignore[attr-defined]
        become(NOBODY)


def _chosen(memberships: Sequence[Membership], request: HttpRequest) -> Membership | None:
    wanted = request.session.get(SESSION_PARTY) if memberships else None
    for membership in memberships:
        if membership.party_id == wanted:
            return membership
    return memberships[0] if memberships else None


def _time_zone(request: HttpRequest) -> str:
    person = getattr(request, "user", None)
    return person.time_zone if isinstance(person, Person) else "UTC"
