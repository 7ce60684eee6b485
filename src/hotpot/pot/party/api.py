"""Parties and their people, as the caller may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from hotpot.kernel.errors import NotFound
from hotpot.pot.party import queries
from hotpot.pot.party.models import Member, Membership, Party
from hotpot.pot.party.rules import Right

router = Router()
Row = TypeVar("Row", Party, Member)


class PartyOut(Schema):
    id: int
    kind: str
    slug: str
    name: str
    name_zh: str
    country: str
    currency: str
    time_zone: str


class MembershipOut(Schema):
    party: PartyOut
    role: str
    since: datetime


class MemberOut(Schema):
    """`external_id` is the person's id in the company's own system."""

    id: int
    person_id: int
    name: str
    number: str = Field(alias="person.number")
    department: str | None = Field(None, alias="department.name")
    external_id: str
    roles: list[str]


class Page(Schema):
    """Rows with an id above `after`, `limit` at most: pass the last row's id on for the next page."""

    after: int = 0
    limit: int = Field(100, ge=1, le=500)


@router.get(
    "/me/memberships",
    response=list[MembershipOut],
    operation_id="my_memberships",
    summary="In whose name the caller may act",
)
def my_memberships(request: HttpRequest) -> list[Membership]:
    memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
    return memberships


@router.get(
    "/parties", response=list[PartyOut], operation_id="parties", summary="Parties that the caller may know"
)
def parties(request: HttpRequest, page: Query[Page], kind: str | None = None) -> Iterable[Party]:
    known = Party.objects.filter(kind=kind) if kind else Party.objects.all()
    return _paged(known, page)


@router.get("/parties/{party_id}", response=PartyOut, operation_id="party", summary="One party")
def party(request: HttpRequest, party_id: int) -> Party:
    found = Party.objects.filter(id=party_id).first()
    if found is None:
        raise NotFound(_("There is no such party, or it is not for you to see."))
    return found


@router.get(
    "/parties/{party_id}/customers",
    response=list[PartyOut],
    operation_id="customers",
    summary="Companies that an operator or integrator serves today",
)
def customers(request: HttpRequest, party_id: int, page: Query[Page]) -> Iterable[Party]:
    serving = _mine(request, party_id)
    day = queries.today(serving, request.clock.now())  # type: ignore[attr-defined]
    return _paged(queries.customers_of(party_id, day=day), page)


@router.get(
    "/parties/{party_id}/members",
    response=list[MemberOut],
    operation_id="members",
    summary="A company's directory as it is today",
)
def members(request: HttpRequest, party_id: int, page: Query[Page]) -> Iterable[Member]:
    company = _mine(request, party_id)
    day = queries.today(company, request.clock.now())  # type: ignore[attr-defined]
    return _paged(queries.members_of(party_id, day=day), page)


def _mine(request: HttpRequest, party_id: int) -> Party:
    """Raises Forbidden unless the caller acts for the party."""
    queries.require_right(request.actor, Right.LOOK, party_id)  # type: ignore[attr-defined]
    return party(request, party_id)


def _paged(rows: QuerySet[Row], page: Page) -> QuerySet[Row]:
    return rows.filter(id__gt=page.after).order_by("id")[: page.limit]
