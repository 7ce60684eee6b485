"""Who somebody is."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.identity.models import AccessToken, AuditEntry, Person
from hotpot.pot.identity.rules import TOKEN_PREFIX, digest


def person_by_number(number: Msisdn) -> Person | None:
    with as_system():
        return Person.objects.filter(number=number.e164, is_active=True).first()


def unverified(*, before: datetime) -> QuerySet[Person]:
    """Numbers without an owner, older than that, whom no other row names and no code went to lately."""
    people = Person.objects.filter(number_verified_at=None, created_at__lt=before)
    for relation in Person._meta.related_objects:
        named = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        people = people.exclude(Exists(named))
    return people.exclude(Exists(AuditEntry.objects.filter(number=OuterRef("number"), at__gte=before)))


def live_token(text: str, *, now: datetime) -> AccessToken | None:
    """The token that `text` is, with its person, unless it has expired or was revoked."""
    if not text.startswith(TOKEN_PREFIX):
        return None
    with as_system():
        token = next(iter(AccessToken.objects.select_related("person").filter(digest=digest(text))), None)
    return token if token is not None and token.is_live(now) else None


def trail_of(person: Person) -> QuerySet[AuditEntry]:
    """By number: what came before it was verified names no person."""
    return AuditEntry.objects.filter(number=person.number).order_by("-id")


def tokens_of(person: Person) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(person=person).order_by("-id")


def tokens_of_party(party_id: int) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(party_id=party_id).select_related("person").order_by("-id")
