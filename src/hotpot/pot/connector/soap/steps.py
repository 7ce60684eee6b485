"""What the SOAP interface asks of the store beside sending. Steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotpot.pot.events.rules import recorded
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.events.wire import SYSTEM_ACTOR, Fact
from hotpot.pot.messaging import door
from hotpot.pot.messaging.wire import Interface, Notice

# Where each message of a request is.
STATUS = """
SELECT message.number, message.state
  FROM unnest($1::text[]) WITH ORDINALITY AS given (key, place)
  JOIN messaging_message message USING (key)
 ORDER BY place
"""

LISTENS_AT = """
UPDATE messaging_interface
   SET settings = settings || jsonb_build_object('endpoint', $2::text), changed_at = $3::timestamptz
 WHERE id = $1::bigint
"""

PAUSED = """
UPDATE messaging_interface
   SET settings = settings || jsonb_build_object('paused', $2::boolean), changed_at = $3::timestamptz
 WHERE id = $1::bigint
"""


def status(keys: Sequence[str]) -> Steps[list[tuple[str, str]]]:
    """Number and state of each message stored under these keys."""
    rows = yield Call(STATUS, (list(keys),))
    return [(row[0], row[1]) for row in rows]


def fetched(interface_id: int, limit: int) -> Steps[list[Notice]]:
    """Replies that nobody was told yet; they don't come again."""
    notices = yield from door.pending(interface_id, limit=limit)
    replies = [one for one in notices if one.kind == "reply"]
    yield from door.told([one.id for one in replies])
    return replies


def listens_at(interface: Interface, endpoint: str, *, now: datetime) -> Steps[None]:
    """Receipts and replies go there from now on; "" has them wait."""
    if interface.settings.get("endpoint", "") == endpoint:
        return
    yield Call(LISTENS_AT, (interface.id, endpoint, now))
    yield from _changed(interface, {"endpoint": endpoint}, now)


def paused(interface: Interface, stops: bool, *, now: datetime) -> Steps[None]:
    """Nothing is pushed while it is."""
    if bool(interface.settings.get("paused")) == stops:
        return
    yield Call(PAUSED, (interface.id, stops, now))
    yield from _changed(interface, {"paused": stops}, now)


def _changed(interface: Interface, told: dict[str, object], now: datetime) -> Steps[None]:
    fact = Fact("interface.changed", f"interface/{interface.id}", [interface.customer_id], told)
    yield from recorded([(SYSTEM_ACTOR, fact)], now=now)
