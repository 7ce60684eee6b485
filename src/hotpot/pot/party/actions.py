"""Parties register, are certified, onboard companies, give roles and sign agreements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.actions import ensure_person
from hotpot.pot.identity.models import Person
from hotpot.pot.party import queries
from hotpot.pot.party.agreements import add_terms, sign_agreement
from hotpot.pot.party.directory import (
    add_department,
    add_member,
    change_member,
    member_leaves,
    sync_directory,
)
from hotpot.pot.party.models import (
    PARTNERS,
    Certification,
    CertificationStep,
    Engagement,
    Membership,
    Party,
)
from hotpot.pot.party.numbers import assign_range, port_number
from hotpot.pot.party.rules import Right, check_step, language_of

__all__ = [
    "add_department",
    "add_member",
    "add_terms",
    "apply_for_certification",
    "assign_range",
    "certify",
    "change_member",
    "end_engagement",
    "grant_role",
    "member_leaves",
    "onboard_customer",
    "port_number",
    "refuse_certification",
    "register_party",
    "require_certified",
    "resume_certification",
    "review_certification",
    "revoke_role",
    "sign_agreement",
    "suspend_certification",
    "sync_directory",
]


def register_party(
    actor: Actor,
    *,
    kind: str,
    name: str,
    owner: Person | None,
    name_zh: str = "",
    country: str = "CN",
    currency: str = "CNY",
    time_zone: str = "Asia/Shanghai",
    now: datetime,
) -> Party:
    """Anybody may found an integrator or a developer and owns it then. Operators are set up by whoever
    runs the pot, companies are brought in by `onboard_customer`."""
    if actor.person_id is not None and (kind not in PARTNERS or owner is None or owner.id != actor.person_id):
        raise Forbidden(_("You can found an integrator or a developer of your own, nothing else."))
    with transaction.atomic(), as_system():
        party = _add_party(
            kind=kind, name=name, name_zh=name_zh, country=country, currency=currency, time_zone=time_zone
        )
        if owner is not None:
            Membership.objects.create(person=owner, party=party, role=Membership.Role.OWNER, since=now)
        fact = Fact("party.registered", f"party/{party.id}", (party.id,), {"kind": kind, "name": party.name})
        record(actor, fact, now=now)
    return party


def _add_party(*, name: str, kind: str, **fields: Any) -> Party:
    name = name.strip()
    if not name:
        raise Invalid(_("Give the name, as it stands on the business licence."))
    return Party.objects.create(kind=kind, name=name, slug=_free_slug(name, kind), **fields)


def _free_slug(name: str, kind: str) -> str:
    """A Chinese name has no letters to make one of: then the kind and a number serve."""
    stem = slugify(name)[:40] or kind
    taken = set(Party.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


def onboard_customer(
    actor: Actor,
    *,
    operator: Party,
    integrator: Party | None,
    name: str,
    owner_number: Msisdn,
    owner_name: str,
    name_zh: str = "",
    starts_on: date | None = None,
    now: datetime,
) -> Engagement:
    """A company comes to an operator, by an integrator certified there or directly; its first owner is
    named by phone number. It inherits the operator's country, currency and time zone."""
    acting = integrator or operator
    queries.require_right(actor, Right.RUN, acting.id)
    if integrator is not None:
        require_certified(operator, integrator)
    with transaction.atomic(), as_system():
        customer = _add_party(
            kind=Party.Kind.CUSTOMER,
            name=name,
            name_zh=name_zh,
            country=operator.country,
            currency=operator.currency,
            time_zone=operator.time_zone,
        )
        owner = ensure_person(
            actor, number=owner_number, name=owner_name, language=language_of(operator.country), now=now
        )
        Membership.objects.create(person=owner, party=customer, role=Membership.Role.OWNER, since=now)
        engagement = Engagement.objects.create(
            customer=customer,
            operator=operator,
            integrator=integrator,
            starts_on=starts_on or queries.today(operator, now),
        )
        fact = Fact(
            "party.customer.onboarded",
            f"party/{customer.id}",
            (customer.id, operator.id, engagement.integrator_id),
            {"name": customer.name, "starts_on": engagement.starts_on.isoformat()},
            (owner.id,),
        )
        record(actor, fact, now=now)
    return engagement


def require_certified(operator: Party, integrator: Party) -> None:
    """Raises Forbidden: only an integrator that the operator has certified works with its customers."""
    if not queries.is_certified(operator.id, integrator.id):
        raise Forbidden(
            _("%(integrator)s is not certified by %(operator)s. Apply for it and wait for the decision.")
            % {"integrator": integrator, "operator": operator}
        )


# Certification


def apply_for_certification(
    actor: Actor, *, operator: Party, integrator: Party, reason: str = "", now: datetime
) -> Certification:
    """`reason` is what the integrator says about itself."""
    queries.require_right(actor, Right.RUN, integrator.id)
    return _step(actor, operator, integrator, "applied", reason, now)


def review_certification(
    actor: Actor, *, operator: Party, integrator: Party, reason: str = "", now: datetime
) -> Certification:
    return _decide(actor, operator, integrator, "reviewing", reason, now)


def certify(
    actor: Actor, *, operator: Party, integrator: Party, reason: str = "", now: datetime
) -> Certification:
    """Raises Conflict for a suspended one: that is `resume_certification`."""
    return _decide(actor, operator, integrator, "certified", reason, now, after=("applied", "reviewing"))


def refuse_certification(
    actor: Actor, *, operator: Party, integrator: Party, reason: str, now: datetime
) -> Certification:
    return _decide(actor, operator, integrator, "refused", reason, now)


def suspend_certification(
    actor: Actor, *, operator: Party, integrator: Party, reason: str, now: datetime
) -> Certification:
    """New companies and orders stop; what runs goes on and is paid."""
    return _decide(actor, operator, integrator, "suspended", reason, now)


def resume_certification(
    actor: Actor, *, operator: Party, integrator: Party, reason: str = "", now: datetime
) -> Certification:
    return _decide(actor, operator, integrator, "certified", reason, now, after=("suspended",))


def _decide(
    actor: Actor,
    operator: Party,
    integrator: Party,
    state: str,
    reason: str,
    now: datetime,
    *,
    after: tuple[str, ...] = (),
) -> Certification:
    queries.require_right(actor, Right.RUN, operator.id)
    return _step(actor, operator, integrator, state, reason, now, after=after)


def _step(
    actor: Actor,
    operator: Party,
    integrator: Party,
    state: str,
    reason: str,
    now: datetime,
    *,
    after: tuple[str, ...] = (),
) -> Certification:
    if operator.kind != Party.Kind.OPERATOR or integrator.kind != Party.Kind.INTEGRATOR:
        raise Invalid(_("An operator certifies an integrator. Choose one of each."))
    with transaction.atomic(), as_system():
        # Two decisions at once: the operator's row is the lock, since there may be no certification yet.
        Party.objects.select_for_update(no_key=True).get(id=operator.id)
        known = Certification.objects.filter(operator=operator, integrator=integrator).first()
        held = known.state if known else None
        check_step(held, state, reason)
        if after and held not in after:
            raise Conflict(_("This certification has moved on. Reload the page and look again."))
        certification, _made = Certification.objects.update_or_create(
            operator=operator, integrator=integrator, defaults={"state": state, "since": now}
        )
        CertificationStep.objects.create(
            certification=certification, state=state, reason=reason.strip(), person_id=actor.person_id, at=now
        )
        verb = "resumed" if (held, state) == ("suspended", "certified") else state
        fact = Fact(
            f"party.certification.{verb}",
            f"certification/{certification.id}",
            (operator.id, integrator.id),
            {"reason": reason.strip()},
        )
        record(actor, fact, now=now)
    return certification


# Roles


def grant_role(
    actor: Actor, *, party: Party, number: Msisdn, name: str = "", role: str, now: datetime
) -> Membership:
    """By phone number, so that somebody can be asked in who never signed in. Granting the same again
    changes nothing; another role changes the one held."""
    queries.require_right(actor, Right.ROLES, party.id)
    if role not in Membership.Role.values:
        raise Invalid(_("Choose one of the roles: owner, manager, finance or viewer."))
    with transaction.atomic(), as_system():
        _lock(party)
        person = ensure_person(actor, number=number, name=name, language=language_of(party.country), now=now)
        held = Membership.objects.filter(party=party, person=person).first()
        if held is None:
            held = Membership.objects.create(party=party, person=person, role=role, since=now)
        elif held.role == role:
            return held
        else:
            _keep_an_owner(held)
            held.role = role
            held.save(update_fields=["role"])
        record(actor, _role_fact("party.role.granted", held), now=now)
    return held


def revoke_role(actor: Actor, *, party: Party, person_id: int, now: datetime) -> None:
    """An owner takes a role from somebody, or anybody gives up their own. The last owner stays."""
    if actor.person_id != person_id:
        queries.require_right(actor, Right.ROLES, party.id)
    with transaction.atomic(), as_system():
        _lock(party)
        held = Membership.objects.filter(party=party, person_id=person_id).first()
        if held is None:
            return
        _keep_an_owner(held)
        fact = _role_fact("party.role.revoked", held)
        held.delete()
        record(actor, fact, now=now)


def _lock(party: Party) -> None:
    """Two owners can't remove each other at the same moment."""
    Party.objects.select_for_update(no_key=True).get(id=party.id)


def _keep_an_owner(leaving: Membership) -> None:
    if leaving.role != Membership.Role.OWNER:
        return
    others = Membership.objects.filter(party_id=leaving.party_id, role=Membership.Role.OWNER)
    if not others.exclude(id=leaving.id).exists():
        raise Conflict(_("This is the last owner. Make somebody else an owner first."))


def _role_fact(type: str, membership: Membership) -> Fact:
    return Fact(
        type,
        f"party/{membership.party_id}",
        (membership.party_id,),
        {"role": membership.role},
        (membership.person_id,),
    )


def end_engagement(actor: Actor, *, engagement: Engagement, ends_on: date, now: datetime) -> None:
    """From `ends_on` on the company is no longer served so; a new engagement may follow."""
    acting = engagement.integrator_id or engagement.operator_id
    queries.require_right(actor, Right.RUN, acting)
    with transaction.atomic(), as_system():
        held = Engagement.objects.select_for_update().filter(id=engagement.id, ends_on=None).first()
        if held is None:
            raise NotFound(_("This engagement has ended already."))
        if ends_on < held.starts_on:
            raise Invalid(_("It can't end before it starts. Choose a later day."))
        held.ends_on = ends_on
        held.save(update_fields=["ends_on"])
        fact = Fact(
            "party.engagement.ended",
            f"engagement/{held.id}",
            (held.customer_id, held.operator_id, held.integrator_id),
            {"ends_on": ends_on.isoformat()},
        )
        record(actor, fact, now=now)
