"""Who the caller is."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from hotpot.pot.identity.models import Person

router = Router()


class Me(Schema):
    """`number` is E.164, `language` a code like zh-hans, `time_zone` an IANA name."""

    id: int
    number: str
    name: str
    language: str
    time_zone: str


@router.get("/me", response=Me, operation_id="me", summary="The person that the call is made for")
def me(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    return person
