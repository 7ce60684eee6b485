"""Figures of what went out and in, and sending again what failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform, record
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.messaging import door
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.switch.may import require_owner
from hotpot.pot.messaging.wire import Given, Refused

# Messages of companies since a moment, by hour, carrier, interface, state and reason.
TRAFFIC = """
SELECT date_trunc('hour', message.created_at) AS hour, message.carrier, coalesce(interface.name, ''),
       message.state, message.error, count(*)
  FROM messaging_message message
  LEFT JOIN messaging_interface interface ON interface.id = message.interface_id
 WHERE message.customer_id = ANY (%s) AND message.created_at >= %s AND message.direction = 'out'
 GROUP BY 1, 2, 3, 4, 5
"""
ENDED_BADLY = (Message.State.FAILED, Message.State.EXPIRED)


class Traffic:
    """Sums over the rows of TRAFFIC."""

    def __init__(self, customer_ids: Sequence[int], *, since: datetime, now: datetime) -> None:
        with as_system(), connection.cursor() as cursor:
            cursor.execute(TRAFFIC, [list(customer_ids), since])
            self._rows = cursor.fetchall()
        first = since.replace(minute=0, second=0, microsecond=0)
        self.hours = [first + timedelta(hours=n) for n in range(int((now - first) / timedelta(hours=1)) + 1)]

    def by_hour(self, *states: str) -> list[int]:
        sums = self._summed(0, states)
        return [sums.get(hour, 0) for hour in self.hours]

    def by_carrier(self, *states: str) -> dict[object, int]:
        return self._summed(1, states)

    def by_interface(self, *states: str) -> dict[object, int]:
        return self._summed(2, states)

    def reasons(self) -> list[tuple[str, int]]:
        """Why messages failed, the usual first."""
        sums = self._summed(4, ENDED_BADLY)
        return sorted(((str(reason), count) for reason, count in sums.items()), key=lambda one: -one[1])

    def _summed(self, place: int, states: Sequence[str]) -> dict[object, int]:
        sums: dict[object, int] = {}
        for row in self._rows:
            if not states or row[3] in states:
                sums[row[place]] = sums.get(row[place], 0) + row[5]
        return sums


def resend(actor: Actor, *, message_id: int, now: datetime) -> int:
    """The same text to the same number by the same interface, once; the new message's id.

    All rules of the interface hold. Raises NotFound, Conflict where it did not fail or may not go.
    """
    with transaction.atomic(), as_system():
        held = Message.objects.filter(id=message_id, direction="out", interface__isnull=False).first()
        if held is None or held.interface_id is None:
            raise NotFound(_("There is no such message of an interface."))
        require_owner(actor, held.customer_id, now=now)
        if held.state not in ENDED_BADLY:
            raise Conflict(_("Only what failed or expired is sent again."))
        interface = perform(door.by_id(held.interface_id))
        if interface is None:
            raise NotFound(_("There is no such interface."))
        given = Given(
            held.number,
            held.text,
            held.client_ref,
            f"again/{held.pk}",
            held.access_number.removeprefix(interface.access_number),
            alphabet=held.alphabet,
            priority=held.priority,
            flash=held.flash,
            receipt=held.wants_receipt,
        )
        [answer] = perform(door.accept(interface, [given], now=now))
        if isinstance(answer, Refused):
            raise Conflict(answer.reason)
        parties = [held.customer_id, actor.party_id]
        told = {"again": answer.message_id}
        record(actor, Fact("message.sent_again", f"message/{message_id}", parties, told), now=now)
    return answer.message_id
