"""People come, their sign-ins leave a trail, their programs get tokens."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Invalid, NotFound
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.identity import queries
from hotpot.pot.identity.models import AccessToken, AuditEntry, Person
from hotpot.pot.identity.rules import (
    AGENT_CHARACTERS_MAX,
    TOKEN_PREFIX,
    checked_scopes,
    checked_time_zone,
    digest,
    expiry,
)
from hotpot.pot.identity.wire import NOWHERE, Origin

NAME_CHARACTERS_MAX = 80
KEEP_UNVERIFIED = timedelta(days=7)
FORGET_MAX = 1_000  # in one transaction


def ensure_person(
    actor: Actor, *, number: Msisdn, name: str = "", language: str | None = None, now: datetime
) -> Person:
    """The person with this number; a number that nobody has yet becomes a person, unverified."""
    fields = {"name": name} | ({"language": language} if language else {})
    with transaction.atomic(), as_system():
        person, made = Person.objects.get_or_create(
            number=number.e164, defaults=fields | {"password": make_password(None)}
        )
        if made:
            record(actor, Fact("identity.person.added", f"person/{person.id}", (), {}, (person.id,)), now=now)
    return person


def verify_number(person: Person, *, now: datetime) -> None:
    """The person has shown that the number is theirs."""
    if person.number_verified_at is not None:
        return
    with transaction.atomic(), as_system():
        person.number_verified_at = now
        person.save(update_fields=["number_verified_at"])
        actor = Actor(person_id=person.id, way="page")
        record(actor, Fact("identity.number.verified", f"person/{person.id}", ()), now=now)


def change_profile(
    actor: Actor, *, person: Person, name: str, language: str, now: datetime, time_zone: str = ""
) -> None:
    """What the person is called, the language of their messages, and the IANA zone of the times they see.

    Without a zone the one before stays.
    """
    name = name.strip()
    if len(name) > NAME_CHARACTERS_MAX:
        raise Invalid(_("That name is too long. Use at most 80 characters."))
    with transaction.atomic():
        person.name, person.language = name, language
        person.time_zone = checked_time_zone(time_zone) if time_zone else person.time_zone
        person.save(update_fields=["name", "language", "time_zone"])
        record(actor, Fact("identity.profile.changed", f"person/{person.id}", (), {}, (person.id,)), now=now)


def forget_unverified(*, now: datetime) -> int:
    """People whom a sign-in's first step made and whose number nobody verified; how many were forgotten.

    Whoever is named anywhere else (by a company, a role, a task) stays.
    """
    with transaction.atomic():
        ids = list(queries.unverified(before=now - KEEP_UNVERIFIED).values_list("id", flat=True)[:FORGET_MAX])
        Person.objects.filter(id__in=ids).delete()
        if ids:
            record(
                SYSTEM_ACTOR, Fact("identity.people.forgotten", "person", (), {"count": len(ids)}), now=now
            )
    return len(ids)


def note(
    what: str, *, person: Person | None = None, number: str = "", origin: Origin = NOWHERE, now: datetime
) -> None:
    """Adds to the audit trail. It's written as the system: whom it is about may not be signed in.

    A number that nobody verified is no person's: the person of it may be forgotten again.
    """
    verified = person is not None and person.number_verified_at is not None
    with transaction.atomic(), as_system():
        AuditEntry.objects.create(
            what=what,
            person=person if verified else None,
            number=number or (person.number if person else ""),
            address=origin.address,
            agent=origin.agent[:AGENT_CHARACTERS_MAX],
            at=now,
        )


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
    """A token for `days` days and its text, which is nowhere kept. The caller knows that `person` may
    act for `party_id`."""
    if not name.strip():
        raise Invalid(_("Give the token a name, so that you know later what uses it."))
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = AccessToken.objects.create(
            person=person,
            party_id=party_id,
            name=name.strip(),
            digest=digest(text),
            scopes=checked_scopes(scopes),
            created_at=now,
            expires_at=expiry(now, days),
        )
        record(actor, _token_fact("identity.token.made", token), now=now)
        note("token_made", person=person, origin=origin, now=now)
    return token, text


def revoke_token(actor: Actor, *, token_id: int, origin: Origin = NOWHERE, now: datetime) -> None:
    """The reader's own token, or one of a party of theirs. Revoking twice changes nothing."""
    with transaction.atomic():
        token = AccessToken.objects.select_for_update(of=("self",)).filter(id=token_id).first()
        if token is None:
            raise NotFound(_("There is no such token. It may be somebody else's."))
        if token.revoked_at is not None:
            return
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(actor, _token_fact("identity.token.revoked", token), now=now)
        with as_system():
            owner = Person.objects.get(id=token.person_id)
        note("token_revoked", person=owner, origin=origin, now=now)


def _token_fact(type: str, token: AccessToken) -> Fact:
    return Fact(type, f"token/{token.id}", (token.party_id,), {"name": token.name}, (token.person_id,))
