"""The ways in of companies' systems as those see them who run them: state, rate, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from hotpot.pot.access.readers import as_system
from hotpot.pot.connector.models import Connector, Problem
from hotpot.pot.events.actions import perform
from hotpot.pot.messaging import door
from hotpot.pot.messaging.gateway.models import Silence
from hotpot.pot.messaging.models import Interface, Notice
from hotpot.pot.messaging.wire import Accepted, Given, Refused

MINUTES = 60
LOOKED_AT_MAX = 50_000  # messages of a company: beyond them the chart begins later

# Messages of an interface by minute and direction, among the company's newest.
RATE = """
SELECT date_trunc('minute', recent.created_at), recent.direction, count(*)
  FROM (SELECT created_at, direction, interface_id FROM messaging_message
         WHERE customer_id = %s ORDER BY id DESC LIMIT %s) AS recent
 WHERE recent.interface_id = %s AND recent.created_at >= %s
 GROUP BY 1, 2
"""

COUNTED_MAX = 2_000  # messages of a company that a list looks at
COUNTED = """(SELECT count(*) FROM (SELECT interface_id, created_at FROM messaging_message message
   WHERE message.customer_id = messaging_interface.customer_id ORDER BY message.id DESC LIMIT %s) AS recent
   WHERE recent.interface_id = messaging_interface.id AND recent.created_at >= %s)"""


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages a minute, the oldest of `minutes` first."""

    minutes: Sequence[datetime]
    taken: Sequence[int]
    replies: Sequence[int]


def rate(interface: Interface, now: datetime) -> Rate:
    last = now.replace(second=0, microsecond=0)
    minutes = [last - timedelta(minutes=MINUTES - 1 - n) for n in range(MINUTES)]
    with connection.cursor() as cursor:
        cursor.execute(RATE, [interface.customer_id, LOOKED_AT_MAX, interface.pk, minutes[0]])
        counts = {(minute, direction): count for minute, direction, count in cursor.fetchall()}
    return Rate(
        minutes,
        [counts.get((minute, "out"), 0) for minute in minutes],
        [counts.get((minute, "in"), 0) for minute in minutes],
    )


def counted_since(since: datetime) -> RawSQL:
    """Of a query of interfaces: messages since then, among its company's newest COUNTED_MAX."""
    return RawSQL(COUNTED, [COUNTED_MAX, since], output_field=IntegerField())  # noqa: S611 (values are bound)


def backlog(interface: Interface) -> int:
    """Receipts and replies that its system wasn't told yet."""
    return Notice.objects.filter(interface=interface).count()


def problems(interface: Interface) -> Sequence[Problem]:
    return list(Problem.objects.filter(interface=interface).order_by("-last_at"))


def silence(interface: Interface) -> Silence | None:
    """Why its system isn't told, where that is so."""
    return Silence.objects.filter(interface=interface).first()


def tables_of(interface: Interface) -> Connector | None:
    return Connector.objects.filter(interface=interface).first()


def tell_again(interface_id: int) -> None:
    """Somebody mended what kept its system silent: its notices are brought at once."""
    with transaction.atomic(), as_system():
        Silence.objects.filter(interface_id=interface_id).delete()


def try_out(interface_id: int, number: str, text: str, *, now: datetime) -> Accepted | Refused:
    """A message as its system would send it."""
    with transaction.atomic(), as_system():
        interface = perform(door.by_id(interface_id))
        if interface is None:
            raise Interface.DoesNotExist
        [said] = perform(door.accept(interface, [Given(number, text, receipt=False)], now=now))
        return said
