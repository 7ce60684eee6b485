"""People put into a company's directory from a list, beside those that are in it already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party import queries
from hotpot.pot.party.directory import ADD_PERSONS
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import language_of


@dataclass(frozen=True, slots=True)
class Enlisted:
    """`department` is a name; one that the company doesn't have yet is added. Empty words leave things."""

    number: Msisdn
    name: str = ""
    department: str = ""


# By name: a list made by hand knows no ids.
ADD_DEPARTMENTS = """
INSERT INTO party_department (customer_id, name, external_id)
SELECT DISTINCT %(customer)s::bigint, given.name, ''
  FROM unnest(%(departments)s::text[]) AS given (name)
 WHERE given.name <> ''
   AND NOT EXISTS (SELECT FROM party_department AS held
                    WHERE held.customer_id = %(customer)s AND held.name = given.name)
"""

_GIVEN = """
SELECT person.id AS person_id, given.name, person.name AS own_name, person.number,
       (SELECT min(department.id) FROM party_department AS department
         WHERE department.customer_id = %(customer)s AND department.name = given.department
           AND given.department <> '') AS department_id
  FROM unnest(%(numbers)s::text[], %(names)s::text[], %(departments)s::text[])
       AS given (number, name, department)
  JOIN identity_person AS person ON person.number = given.number
"""

CHANGE = f"""
UPDATE party_member AS member
   SET name = coalesce(nullif(given.name, ''), member.name),
       department_id = coalesce(given.department_id, member.department_id)
  FROM ({_GIVEN}) AS given
 WHERE member.customer_id = %(customer)s AND member.person_id = given.person_id AND member.left_on IS NULL
   AND (member.name, member.department_id) IS DISTINCT FROM
       (coalesce(nullif(given.name, ''), member.name), coalesce(given.department_id, member.department_id))
"""

ADD = f"""
INSERT INTO party_member (customer_id, person_id, name, department_id, roles, external_id, joined_on)
SELECT %(customer)s, person_id, coalesce(nullif(given.name, ''), nullif(own_name, ''), number),
       department_id, '{{}}', '', %(today)s
  FROM ({_GIVEN}) AS given
 WHERE NOT EXISTS (SELECT FROM party_member AS held WHERE held.customer_id = %(customer)s
                      AND held.person_id = given.person_id AND held.left_on IS NULL)
"""


def enlist(actor: Actor, *, customer: Party, people: Sequence[Enlisted], now: datetime) -> int:
    """Each number is a member from now on, under the name and department given; nobody leaves.

    Gives how many joined. The caller knows that the actor may. Each number is listed once.
    """
    values: dict[str, Any] = {
        "customer": customer.id,
        "today": queries.today(customer, now),
        "numbers": [one.number.e164 for one in people],
        "names": [one.name for one in people],
        "departments": [one.department for one in people],
        "password": make_password(None),
        "language": language_of(customer.country),
        "time_zone": customer.time_zone,
    }
    with transaction.atomic(), as_system():
        Party.objects.select_for_update(no_key=True).get(id=customer.id)
        counts: list[int] = []
        with connection.cursor() as cursor:
            for statement in (ADD_DEPARTMENTS, ADD_PERSONS, CHANGE, ADD):
                cursor.execute(statement, values)
                counts.append(cursor.rowcount)
        _departments, _persons, changed, joined = counts
        if changed or joined:
            told = {"joined": joined, "changed": changed}
            record(actor, Fact("party.people.enlisted", f"party/{customer.id}", [customer.id], told), now=now)
    return joined
