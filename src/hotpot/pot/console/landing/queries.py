"""Whom a visitor of the demo may be. It looks across all parties, so it serves the demo only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Count, Q, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hotpot.pot.access.readers import as_system
from hotpot.pot.connector.models import Assignee, Task
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Member, Membership, Party


@dataclass(frozen=True, slots=True)
class Door:
    """Into one role: as whom, where it leads, and what is to be seen there."""

    role: str
    detail: str
    icon: str
    person: Person
    party: Party
    place: str  # name of the page it leads to

    @property
    def party_name(self) -> str:
        """In the reader's language."""
        return str(self.party)


def doors() -> list[Door]:
    """In the order of the money's way. A role that nobody has is left out."""
    with transaction.atomic(), as_system():
        found = [_member(), *(_staff(*one) for one in _roles())]
    return [door for door in found if door is not None]


def _roles() -> list[tuple[str, str, str, str, str]]:
    """Kind of party, role in it, and the words."""
    operator, integrator = Party.Kind.OPERATOR, Party.Kind.INTEGRATOR
    developer, customer = Party.Kind.DEVELOPER, Party.Kind.CUSTOMER
    owner, manager, finance = Membership.Role.OWNER, Membership.Role.MANAGER, Membership.Role.FINANCE
    return [
        (customer, owner, "users", _("Customer"), _("People, seats, connectors, bills.")),
        (integrator, owner, "handshake", _("Integrator"), _("Bring companies in, connect them, earn.")),
        (developer, owner, "code", _("Developer"), _("Who uses the app, and what it earns.")),
        (operator, manager, "signal", _("Operator"), _("Partners, catalogue, prices, the record.")),
        (operator, finance, "landmark", _("Finance"), _("Close a month, bills, shares, books.")),
    ]


def _staff(kind: str, role: str, icon: str, word: str, detail: str) -> Door | None:
    memberships = Membership.objects.filter(party__kind=kind, role=role).select_related("person", "party")
    found = memberships.order_by("party_id", "id").first()
    if found is None:
        return None
    return Door(word, detail, icon, found.person, found.party, "console:start")


def _member() -> Door | None:
    """Whoever has most to decide and works in no console; one who speaks the visitor's language first."""
    waiting = Assignee.objects.filter(transferred_at=None, task__state=Task.State.OPEN)
    busiest = (
        waiting.filter(~Q(person__in=Membership.objects.values("person")))
        .values("person_id", "customer_id", "person__language")
        .annotate(tasks=Count("id"))
        .order_by(Case(When(person__language=get_language(), then=0), default=1), "-tasks", "person_id")
        .first()
    )
    if busiest is None:
        return None
    members = Member.objects.select_related("person", "customer").filter(left_on=None)
    found = members.get(person_id=busiest["person_id"], customer_id=busiest["customer_id"])
    words = (_("A member's phone"), _("Apps, and approvals that wait."), "smartphone")
    return Door(*words, found.person, found.customer, "member:home")
