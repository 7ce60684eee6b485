"""The verbs on a company's directory: its departments and its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.kernel.msisdn import InvalidMsisdn, Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.actions import ensure_person
from hotpot.pot.party import queries
from hotpot.pot.party.models import Department, Member, Party
from hotpot.pot.party.rules import Right, language_of
from hotpot.pot.party.wire import DirectoryDepartment, DirectoryMember, Skipped, SyncResult


def add_department(
    actor: Actor, *, customer: Party, name: str, parent: Department | None = None, now: datetime
) -> Department:
    queries.require_right(actor, Right.RUN, customer.id)
    if not name.strip():
        raise Invalid(_("Give the department a name."))
    if parent is not None and parent.customer_id != customer.id:
        raise NotFound(_("There is no such department in this company."))
    with transaction.atomic(), as_system():
        department = Department.objects.create(customer=customer, name=name.strip(), parent=parent)
        fact = Fact("party.department.added", f"department/{department.id}", (customer.id,))
        record(actor, fact, now=now)
    return department


def add_member(
    actor: Actor,
    *,
    customer: Party,
    number: Msisdn,
    name: str,
    department: Department | None = None,
    roles: Sequence[str] = (),
    external_id: str = "",
    now: datetime,
) -> Member:
    """Puts somebody into the directory by phone number. Raises Conflict where they are in it already."""
    queries.require_right(actor, Right.RUN, customer.id)
    if not name.strip():
        raise Invalid(_("Give the person's name."))
    _check_department(customer, department)
    with transaction.atomic(), as_system():
        person = ensure_person(
            actor,
            number=number,
            name=name.strip(),
            language=language_of(customer.country),
            now=now,
        )
        if Member.objects.filter(customer=customer, person=person, left_on=None).exists():
            raise Conflict(_("This number is in the directory already."))
        member = Member.objects.create(
            customer=customer,
            person=person,
            name=name.strip(),
            department=department,
            roles=list(roles),
            external_id=external_id,
            joined_on=queries.today(customer, now),
        )
        record(actor, _member_fact("party.member.joined", member), now=now)
    return member


def change_member(
    actor: Actor,
    *,
    member: Member,
    name: str,
    department: Department | None,
    roles: Sequence[str],
    now: datetime,
) -> Member:
    """Renames, moves to a department, gives the company's own roles."""
    queries.require_right(actor, Right.RUN, member.customer_id)
    _check_department(member.customer, department)
    if not name.strip():
        raise Invalid(_("Give the person's name."))
    with transaction.atomic(), as_system():
        held = _open_member(member.id)
        held.name, held.department, held.roles = name.strip(), department, list(roles)
        held.save(update_fields=["name", "department", "roles"])
        record(actor, _member_fact("party.member.changed", held), now=now)
    return held


def member_leaves(actor: Actor, *, member: Member, left_on: date | None = None, now: datetime) -> Member:
    """`left_on` is the first day on which the person is no longer there; today if not given.
    Told again, it changes nothing."""
    queries.require_right(actor, Right.RUN, member.customer_id)
    with transaction.atomic(), as_system():
        held = Member.objects.select_for_update(of=("self",)).select_related("customer").get(id=member.id)
        if held.left_on is not None:
            return held
        held.left_on = left_on or queries.today(held.customer, now)
        if held.left_on < held.joined_on:
            raise Invalid(_("Nobody leaves before they came. Choose a later day."))
        held.save(update_fields=["left_on"])
        record(actor, _member_fact("party.member.left", held), now=now)
    return held


def _open_member(member_id: int) -> Member:
    member = Member.objects.select_for_update(of=("self",)).filter(id=member_id, left_on=None).first()
    if member is None:
        raise NotFound(_("This person has left the company."))
    return member


def _check_department(customer: Party, department: Department | None) -> None:
    if department is not None and department.customer_id != customer.id:
        raise NotFound(_("There is no such department in this company."))


def _member_fact(type: str, member: Member) -> Fact:
    return Fact(
        type,
        f"member/{member.id}",
        (member.customer_id,),
        {"name": member.name, "roles": member.roles, "department": member.department_id},
        (member.person_id,),
    )


# Bringing in the directory of the company's own system. Each statement works on the whole list at once.

# Departments by their external id; a changed name is taken over.
UPSERT_DEPARTMENTS = """
INSERT INTO party_department (customer_id, external_id, name)
SELECT %(customer)s, * FROM unnest(%(ids)s::text[], %(names)s::text[])
    ON CONFLICT (customer_id, external_id) WHERE NOT (external_id = '')
    DO UPDATE SET name = excluded.name
 WHERE party_department.name <> excluded.name
"""

# Parents come second: a child may be listed before its parent.
LINK_DEPARTMENTS = """
UPDATE party_department AS child SET parent_id = parent.id
  FROM unnest(%(ids)s::text[], %(parents)s::text[]) AS given (external_id, parent)
  LEFT JOIN party_department AS parent ON parent.customer_id = %(customer)s
       AND parent.external_id = given.parent AND given.parent <> ''
 WHERE child.customer_id = %(customer)s AND child.external_id = given.external_id
   AND child.parent_id IS DISTINCT FROM parent.id
"""

# A number that nobody has yet becomes a person, unverified until they sign in.
ADD_PERSONS = """
INSERT INTO identity_person (number, name, password, language, time_zone, is_active)
SELECT number, name, %(password)s, %(language)s, %(time_zone)s, true
  FROM unnest(%(numbers)s::text[], %(names)s::text[]) AS given (number, name)
    ON CONFLICT (number) DO NOTHING
"""

# Who is no longer listed, or is listed with another number, leaves. Those added by hand stay.
CLOSE_GONE = """
UPDATE party_member AS member SET left_on = greatest(%(today)s::date, joined_on)
 WHERE customer_id = %(customer)s AND left_on IS NULL AND external_id <> ''
   AND NOT EXISTS (
       SELECT FROM unnest(%(ids)s::text[], %(numbers)s::text[]) AS given (external_id, number)
         JOIN identity_person AS person ON person.number = given.number
        WHERE given.external_id = member.external_id AND person.id = member.person_id)
RETURNING member.id
"""

_GIVEN = """
SELECT given.*, person.id AS person_id, department.id AS department_id,
       ARRAY(SELECT jsonb_array_elements_text(given.role_list)) AS roles
  FROM unnest(%(ids)s::text[], %(names)s::text[], %(numbers)s::text[], %(departments)s::text[],
              %(roles)s::jsonb[]) AS given (external_id, name, number, department, role_list)
  JOIN identity_person AS person ON person.number = given.number
  LEFT JOIN party_department AS department ON department.customer_id = %(customer)s
       AND department.external_id = given.department AND given.department <> ''
"""

# Whoever stays takes over what is listed; somebody added by hand is recognised by their number.
CHANGE_MEMBERS = f"""
UPDATE party_member AS member
   SET name = given.name, department_id = given.department_id, roles = given.roles,
       external_id = given.external_id
  FROM ({_GIVEN}) AS given
 WHERE member.customer_id = %(customer)s AND member.left_on IS NULL
   AND member.person_id = given.person_id
   AND (member.name, member.department_id, member.roles, member.external_id)
       IS DISTINCT FROM (given.name, given.department_id, given.roles, given.external_id)
RETURNING member.id
"""

# The rest is new.
ADD_MEMBERS = f"""
INSERT INTO party_member (customer_id, person_id, name, department_id, roles, external_id, joined_on)
SELECT %(customer)s, person_id, name, department_id, roles, external_id, %(today)s
  FROM ({_GIVEN}) AS given
 WHERE NOT EXISTS (SELECT FROM party_member AS held WHERE held.customer_id = %(customer)s
                      AND held.person_id = given.person_id AND held.left_on IS NULL)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class _Row:
    member: DirectoryMember
    number: Msisdn


def sync_directory(
    actor: Actor,
    *,
    customer: Party,
    departments: Sequence[DirectoryDepartment],
    members: Sequence[DirectoryMember],
    now: datetime,
) -> SyncResult:
    """Makes the directory what the company's own system says: who is new joins, who is gone leaves.

    Both lists are whole. The same lists again change nothing and record nothing. Rows without a
    readable number, or with one that an earlier row has, are skipped and told.
    """
    queries.require_right(actor, Right.RUN, customer.id)
    rows, skipped = _readable(customer, members)
    with transaction.atomic(), as_system():
        _lock_directory(customer)
        result = _synced(customer, departments, rows, skipped, queries.today(customer, now))
        if result.departments or result.joined or result.changed or result.left:
            fact = Fact("party.directory.synced", f"party/{customer.id}", (customer.id,), _counts(result))
            record(actor, fact, now=now)
    return result


def _readable(customer: Party, members: Sequence[DirectoryMember]) -> tuple[list[_Row], tuple[Skipped, ...]]:
    rows: list[_Row] = []
    skipped: list[Skipped] = []
    seen_ids: set[str] = set()
    seen_numbers: set[str] = set()
    for member in members:
        try:
            number = Msisdn.parse(member.number, region=customer.country)
        except InvalidMsisdn as problem:
            skipped.append(Skipped(member.external_id, problem.sentence))
            continue
        if number.e164 in seen_numbers or member.external_id in seen_ids or not member.external_id:
            skipped.append(Skipped(member.external_id, _("Its number or id is listed twice, or has no id.")))
            continue
        seen_ids.add(member.external_id)
        seen_numbers.add(number.e164)
        rows.append(_Row(member, number))
    return rows, tuple(skipped)


def _lock_directory(customer: Party) -> None:
    """Two runs at once would both find somebody missing."""
    Party.objects.select_for_update(no_key=True).get(id=customer.id)


def _synced(
    customer: Party,
    departments: Sequence[DirectoryDepartment],
    rows: Sequence[_Row],
    skipped: tuple[Skipped, ...],
    day: date,
) -> SyncResult:
    tree: dict[str, Any] = {
        "customer": customer.id,
        "ids": [one.external_id for one in departments],
        "names": [one.name for one in departments],
        "parents": [one.parent for one in departments],
    }
    people = _people(customer, rows, day)
    with connection.cursor() as cursor:
        cursor.execute(UPSERT_DEPARTMENTS, tree)
        changed_departments = cursor.rowcount
        cursor.execute(LINK_DEPARTMENTS, tree)
        changed_departments = max(changed_departments, cursor.rowcount)
        cursor.execute(ADD_PERSONS, people)
        counts = []
        for statement in (CLOSE_GONE, CHANGE_MEMBERS, ADD_MEMBERS):
            cursor.execute(statement, people)
            counts.append(cursor.rowcount)
    left, changed, joined = counts
    return SyncResult(changed_departments, joined, changed, left, skipped)


def _people(customer: Party, rows: Sequence[_Row], day: date) -> dict[str, Any]:
    return {
        "customer": customer.id,
        "today": day,
        "password": make_password(None),
        "language": language_of(customer.country),
        "time_zone": customer.time_zone,
        "ids": [row.member.external_id for row in rows],
        "names": [row.member.name for row in rows],
        "numbers": [row.number.e164 for row in rows],
        "departments": [row.member.department for row in rows],
        "roles": [Jsonb(list(row.member.roles)) for row in rows],
    }


def _counts(result: SyncResult) -> Mapping[str, int]:
    return {
        "departments": result.departments,
        "joined": result.joined,
        "changed": result.changed,
        "left": result.left,
        "skipped": len(result.skipped),
    }
