"""Who is whose, which terms hold, whose number it is."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length

from hotpot.kernel.msisdn import Msisdn
from hotpot.kernel.period import local_day
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.models import (
    Agreement,
    AgreementVersion,
    Certification,
    CertificationStep,
    Department,
    Engagement,
    Member,
    Membership,
    NumberRange,
    Party,
    PortedNumber,
)
from hotpot.pot.party.rules import Right, prefixes, require


def today(party: Party, now: datetime) -> date:
    """The day it is where the party is."""
    return local_day(now, ZoneInfo(party.time_zone))


def role_in(person_id: int, party_id: int) -> str | None:
    with as_system():
        return (
            Membership.objects.filter(person_id=person_id, party_id=party_id)
            .values_list("role", flat=True)
            .first()
        )


def require_right(actor: Actor, right: Right | str, party_id: int) -> None:
    """Raises Forbidden unless the actor may. An engine, a job and the command line may do anything."""
    if actor.person_id is not None:
        require(role_in(actor.person_id, party_id), right)


def is_certified(operator_id: int, integrator_id: int) -> bool:
    with as_system():
        return Certification.objects.filter(
            operator_id=operator_id, integrator_id=integrator_id, state=Certification.State.CERTIFIED
        ).exists()


def engagements_of(party_id: int, *, day: date) -> QuerySet[Engagement]:
    """Those in force on `day` in which the party serves or is served."""
    ours = Q(customer_id=party_id) | Q(operator_id=party_id) | Q(integrator_id=party_id)
    return Engagement.objects.filter(ours, _open_on(day)).select_related("customer", "operator", "integrator")


def customers_of(party_id: int, *, day: date) -> QuerySet[Party]:
    """Companies that an operator or an integrator serves on `day`."""
    served = Engagement.objects.filter(
        Q(operator_id=party_id) | Q(integrator_id=party_id), _open_on(day)
    ).values("customer_id")
    return Party.objects.filter(id__in=served).order_by("name")


def certifications_of(party_id: int) -> QuerySet[Certification]:
    """Both ways: an operator's integrators, an integrator's operators."""
    return Certification.objects.filter(Q(operator_id=party_id) | Q(integrator_id=party_id)).select_related(
        "operator", "integrator"
    )


def steps_of(certification_id: int) -> QuerySet[CertificationStep]:
    return (
        CertificationStep.objects.filter(certification_id=certification_id)
        .select_related("person")
        .order_by("-id")
    )


def people_of(party_id: int) -> QuerySet[Membership]:
    return Membership.objects.filter(party_id=party_id).select_related("person").order_by("id")


def members_of(customer_id: int, *, day: date | None = None) -> QuerySet[Member]:
    """The directory: who is in it on `day`, or everybody who ever was."""
    members = Member.objects.filter(customer_id=customer_id).select_related("person", "department")
    if day is not None:
        members = members.filter(Q(left_on=None) | Q(left_on__gt=day), joined_on__lte=day)
    return members.order_by("name", "id")


def departments_of(customer_id: int) -> QuerySet[Department]:
    return Department.objects.filter(customer_id=customer_id).order_by("name")


def agreements_of(party_id: int) -> QuerySet[Agreement]:
    """All ways: those of an operator's business, what a partner is paid, what it passes on."""
    ours = Q(operator_id=party_id) | Q(payer_id=party_id) | Q(partner_id=party_id)
    return Agreement.objects.filter(ours).select_related("operator", "payer", "partner", "customer")


def terms_in_force(operator_id: int, partner_id: int, app_id: str, day: date) -> AgreementVersion | None:
    """What the operator pays the partner of any customer's charge for `app_id` on `day`."""
    return (
        AgreementVersion.objects.filter(
            Q(agreement__app_id=app_id) | Q(agreement__app_id=None),
            agreement__operator_id=operator_id,
            agreement__payer_id=operator_id,
            agreement__partner_id=partner_id,
            agreement__customer=None,
            starts_on__lte=day,
        )
        .order_by(F("agreement__app_id").asc(nulls_last=True), "-starts_on")
        .first()
    )


def operator_of(number: Msisdn) -> Party | None:
    """A ported number's operator, else that of the longest range it lies in."""
    with as_system():
        ported = PortedNumber.objects.select_related("operator").filter(number=number.e164).first()
        if ported is not None:
            return ported.operator
        best = (
            NumberRange.objects.select_related("operator")
            .filter(prefix__in=prefixes(number.e164))
            .order_by(Length("prefix").desc())
            .first()
        )
    return best.operator if best else None


def _open_on(day: date) -> Q:
    return Q(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)
