"""Who is who in a company: for the rules of its flows, and for the names on its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from hotpot.apps.approvals.flow.definition import Who
from hotpot.apps.approvals.form.reading import Known
from hotpot.apps.approvals.form.showing import Names
from hotpot.sdk.errors import Invalid, NotFound
from hotpot.sdk.platform import Department, Member, Pot
from hotpot.sdk.text import gettext as _

COLLEAGUES_MAX = 1000  # of a company with its own flows; larger ones have a system of their own
DEPTH_MAX = 20


@dataclass(frozen=True, slots=True)
class Delegation:
    """Whoever is to be asked from one day to another, both included, in the place of somebody."""

    to: int
    first: date
    last: date


class Company:
    """A customer's people with a seat, as they are now."""

    def __init__(self, pot: Pot, customer_id: int) -> None:
        self.pot = pot
        self.id = customer_id

    @cached_property
    def colleagues(self) -> Mapping[int, Member]:
        """By name."""
        found = self.pot.members.search(self.id, "", limit=COLLEAGUES_MAX)
        return {one.person_id: one for one in found}

    @cached_property
    def departments(self) -> Mapping[int, Department]:
        return {one.id: one for one in self.pot.members.departments(self.id)}

    @cached_property
    def managers(self) -> Sequence[int]:
        return [one.person_id for one in self.pot.members.managers(self.id)]

    @cached_property
    def heads(self) -> Mapping[int, int]:
        """department id -> person."""
        found = self.pot.storage.find("head", {"customer_id": self.id}, limit=COLLEAGUES_MAX)
        return {one["department_id"]: one["person_id"] for one in found}

    @property
    def roles(self) -> list[str]:
        return sorted({role for one in self.colleagues.values() for role in one.roles})

    @property
    def known(self) -> Known:
        return Known(self.colleagues.keys(), self.departments.keys())

    def name(self, person_id: int) -> str:
        """Also of those who have left or have no seat any more."""
        member = self.colleagues.get(person_id) or self.pot.members.get(person_id, self.id)
        return member.name if member else _("Somebody who has left")

    def names(self, person_ids: Sequence[int]) -> list[str]:
        return [self.name(one) for one in person_ids]

    def all_names(self, person_ids: Sequence[int]) -> Names:
        people = {one: self.name(one) for one in person_ids}
        return Names(people, {one.id: one.name for one in self.departments.values()})

    def set_head(self, department_id: int, person_id: int | None, by: int) -> None:
        """Who decides as the department's head; None leaves it without one."""
        if department_id not in self.departments:
            raise NotFound(_("There is no such department."))
        if person_id is not None and person_id not in self.colleagues:
            raise Invalid(_("Choose a colleague with a seat."))
        key = f"{self.id}.{department_id}"
        if person_id is None:
            self.pot.storage.delete("head", key)
        else:
            document = {"customer_id": self.id, "department_id": department_id, "person_id": person_id}
            self.pot.storage.put("head", key, document)
        self.pot.events.record(
            "head.named", f"department/{department_id}", customer_id=self.id, person_id=by,
            data={"head_id": person_id},
        )  # fmt: skip

    # Deputies

    def delegation_of(self, person_id: int) -> Delegation | None:
        document = self.pot.storage.get("delegation", f"{self.id}.{person_id}")
        if document is None:
            return None
        first, last = (date.fromisoformat(document[end]) for end in ("first", "last"))
        return Delegation(document["to"], first, last)

    def delegate(self, person_id: int, delegation: Delegation | None) -> None:
        """None takes it back. What waits for the person already stays there. Raises Invalid."""
        key = f"{self.id}.{person_id}"
        if delegation is None:
            self.pot.storage.delete("delegation", key)
        else:
            if delegation.to == person_id or delegation.to not in self.colleagues:
                raise Invalid(_("Choose a colleague with a seat."))
            if delegation.last < delegation.first:
                raise Invalid(_("The last day is before the first."))
            document = {
                "to": delegation.to,
                "first": delegation.first.isoformat(),
                "last": delegation.last.isoformat(),
            }
            self.pot.storage.put("delegation", key, document)
        self.pot.events.record(
            "delegation.set" if delegation else "delegation.ended", f"person/{person_id}",
            customer_id=self.id, person_id=person_id, data={"to": delegation and delegation.to},
        )  # fmt: skip

    def deputy(self, person_id: int) -> int:
        delegation, member = self.delegation_of(person_id), self.colleagues.get(person_id)
        if delegation is None or member is None or delegation.to not in self.colleagues:
            return person_id
        today = _today(self.pot.now, member.time_zone)
        return delegation.to if delegation.first <= today <= delegation.last else person_id


def _today(now: datetime, time_zone: str) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()


@dataclass(frozen=True)
class Signers:
    """`flow.machine.People` for one application."""

    company: Company
    applicant_id: int
    choices: Mapping[str, Sequence[int]]

    def of(self, who: Who, step_id: str = "") -> Sequence[int]:
        found: Sequence[int]
        if who.kind == "person":
            found = who.person_ids
        elif who.kind == "choice":
            found = self.choices.get(step_id, ())
        elif who.kind == "role":
            found = [one.person_id for one in self.company.colleagues.values() if who.role in one.roles]
        else:
            found = self._head(who.level)
        return [one for one in dict.fromkeys(found) if one in self.company.colleagues]

    def admins(self) -> Sequence[int]:
        return self.company.managers

    def deputy(self, person_id: int) -> int:
        return self.company.deputy(person_id)

    def _head(self, level: int) -> list[int]:
        """Nobody decides for himself as a head: then it is the head of the department above."""
        for department_id in self._chain()[level - 1 :]:
            head = self.company.heads.get(department_id)
            if head != self.applicant_id:
                return [] if head is None else [head]
        return []

    def _chain(self) -> list[int]:
        """The applicant's department and those above it."""
        applicant = self.company.colleagues.get(self.applicant_id)
        chain: list[int] = []
        department_id = applicant.department_id if applicant else None
        while department_id is not None and len(chain) < DEPTH_MAX:
            chain.append(department_id)
            department_id = self.company.departments[department_id].above_id
        return chain
