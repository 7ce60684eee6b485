"""The rows of seats, set by set: given, ended, with entitlements and the record in step.

For verbs that hold the lock of the subscription, and have asked whether it may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record_all
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Member
from hotpot.pot.subscription.entitlements import follow
from hotpot.pot.subscription.models import Seat, Subscription
from hotpot.pot.subscription.queries import parties_of
from hotpot.pot.subscription.wire import Assigned

# From that day on, without end. Rows come back with what was done to them.
EMPTY_LATER = """
UPDATE subscription_seat SET ends_on = starts_on
 WHERE subscription_id = %(subscription)s AND number = ANY (%(numbers)s)
   AND starts_on > %(day)s AND ends_on IS DISTINCT FROM starts_on
RETURNING id
"""
REOPEN = """
UPDATE subscription_seat SET ends_on = NULL
 WHERE subscription_id = %(subscription)s AND number = ANY (%(numbers)s)
   AND starts_on <= %(day)s AND ends_on > %(day)s
RETURNING id, number
"""
INSERT = """
INSERT INTO subscription_seat
       (subscription_id, customer_id, number, member_id, starts_on, ends_on, assigned_by_id, assigned_at)
SELECT %(subscription)s, %(customer)s, wanted.number, member.id, %(day)s, NULL, %(person)s, %(now)s
  FROM unnest(%(numbers)s::text[]) AS wanted (number)
  LEFT JOIN identity_person AS person ON person.number = wanted.number
  LEFT JOIN party_member AS member ON member.person_id = person.id AND member.customer_id = %(customer)s
   AND member.left_on IS NULL
 WHERE NOT EXISTS (
        SELECT FROM subscription_seat AS seat
         WHERE seat.subscription_id = %(subscription)s AND seat.number = wanted.number
           AND seat.ends_on IS NULL)
RETURNING id, number
"""


def give(
    actor: Actor, subscription: Subscription, numbers: Sequence[str], day: date, now: datetime
) -> Assigned:
    """From that day on, each number has one. An end that lies ahead is taken back."""
    values = {
        "subscription": subscription.id,
        "customer": subscription.customer_id,
        "numbers": list(numbers),
        "day": day,
        "person": actor.person_id,
        "now": now,
    }
    # As the system: an integrator may seat a company's people without seeing all that the company knows.
    with as_system(), connection.cursor() as cursor:
        emptied = _all(cursor, EMPTY_LATER, values)
        reopened = _all(cursor, REOPEN, values)
        inserted = _all(cursor, INSERT, values)
    given = [*reopened, *inserted]
    follow(subscription, [row[0] for row in (*emptied, *given)])
    _tell_seats(actor, "seat.assigned", subscription, given, now, {"starts_on": day.isoformat()})
    return Assigned(tuple(row[0] for row in inserted), len(numbers) - len(inserted))


def end(actor: Actor, subscription: Subscription, seats: Any, day: date, now: datetime) -> list[Any]:
    """These seats, from that day on; those that were to begin on that day or later never begin."""
    with as_system():
        ahead = seats.filter(Q(ends_on=None) | Q(ends_on__gt=day)).exclude(ends_on=F("starts_on"))
        ended = list(ahead.values_list("id", "number"))
        chosen = Seat.objects.filter(id__in=[seat_id for seat_id, number in ended])
        chosen.filter(starts_on__gt=day).update(ends_on=F("starts_on"))
        chosen.filter(starts_on__lte=day).update(ends_on=day)
    follow(subscription, [seat_id for seat_id, number in ended])
    _tell_seats(actor, "seat.ended", subscription, ended, now, {"ends_on": day.isoformat()})
    return ended


def e164(numbers: Iterable[str]) -> set[str]:
    return {Msisdn.parse(number).e164 for number in numbers}


def numbers_of_members(customer_id: int, member_ids: Iterable[int]) -> set[str]:
    wanted = set(member_ids)
    if not wanted:
        return set()
    with as_system():
        rows = Member.objects.filter(customer_id=customer_id, id__in=wanted, left_on=None)
        numbers = list(rows.values_list("person__number", flat=True))
    if len(numbers) != len(wanted):
        raise NotFound(_("Some of those people don't work for this company."))
    return set(numbers)


def _all(cursor: Any, statement: str, values: Mapping[str, Any]) -> list[Any]:
    cursor.execute(statement, values)
    rows: list[Any] = cursor.fetchall()
    return rows


def _tell_seats(
    actor: Actor,
    type: str,
    subscription: Subscription,
    seats: Sequence[tuple[int, str]],
    now: datetime,
    data: Mapping[str, Any],
) -> None:
    """One event a seat, in one round trip. Its person may read it; the developer, who may not know
    numbers, doesn't."""
    with as_system():
        persons = dict(
            Person.objects.filter(number__in=[number for _id, number in seats]).values_list("number", "id")
        )
    told = {
        "app_id": subscription.app_id,
        "customer_id": subscription.customer_id,
        "subscription_id": subscription.id,
        **data,
    }
    parties = parties_of(subscription)[:3]
    facts = [
        Fact(
            type,
            f"seat/{seat_id}",
            parties,
            {**told, "seat_id": seat_id, "number": number},
            [persons.get(number)],
        )
        for seat_id, number in seats
    ]
    record_all(actor, facts, now=now)
