"""What enterprises ask about their messages by a carrier's protocol, and how they call one off. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging.gateway import statements
from hotpot.pot.messaging.gateway.calling_off import called_off, parts_called_off
from hotpot.pot.messaging.gateway.links.reports import stat_of
from hotpot.pot.messaging.talk import Answer, CallOff, Count, Counted, Found, Query, Question, Verdict
from hotpot.pot.messaging.wire import Interface

ENROUTE = "ENROUTE"
DIGITS_MAX = 18  # of our ids

UNKNOWN = Answer(Verdict.UNKNOWN)


def answered(interface: Interface, asked: Question, *, service: str, now: datetime) -> Steps[Answer]:
    """Of this interface's own messages only. `service`: under which its contract has them all."""
    match asked:
        case Query():
            return (yield from _found(interface, asked))
        case CallOff():
            return (yield from _called_off(interface, asked, now))
        case Count():
            return (yield from _counted(interface, asked, service))


def _found(interface: Interface, query: Query) -> Steps[Answer]:
    """Of several numbers under one id, the one of which least is known yet."""
    messages = yield from _under(interface, query.ref, query.source)
    if messages:
        found = [_as_found(row) for row in messages]
        return Answer(Verdict.OK, found=next((one for one in found if one.stat == ENROUTE), found[0]))
    if _is_id(query.ref) and (yield Call(statements.PART_WAITS, (interface.id, query.ref))):
        return Answer(Verdict.OK, found=Found(ENROUTE))
    return UNKNOWN


def _called_off(interface: Interface, call_off: CallOff, now: datetime) -> Steps[Answer]:
    """All that still waits of what goes under this id. Refused where some of it doesn't."""
    messages = yield from _under(interface, call_off.ref, call_off.source)
    if not messages:
        waited_for_others = _is_id(call_off.ref) and (yield from parts_called_off(interface, call_off.ref))
        return Answer(Verdict.OK) if waited_for_others else UNKNOWN
    waited = 0
    for row in messages:
        waited += yield from called_off(interface, row[0], now=now)
    return Answer(Verdict.OK if waited == len(messages) else Verdict.REFUSED)


def _counted(interface: Interface, count: Count, service: str) -> Steps[Answer]:
    if count.service and count.service != service:
        return Answer(Verdict.OK, found=Counted())
    asked = (interface.customer_id, interface.id, count.since, count.until)
    [sums] = yield Call(statements.COUNT_MESSAGES, asked)
    return Answer(Verdict.OK, found=Counted(*sums))


def _under(interface: Interface, ref: str, source: str) -> Steps[Sequence[Row]]:
    """The messages of an id that we gave: of one, of several numbers, or of one that came in parts."""
    if not _is_id(ref):
        return []
    message_id = int(ref)
    rows = yield Call(statements.MESSAGE_ASKED_FOR, (message_id, interface.id))
    if not rows:
        near = (interface.customer_id, interface.id, message_id, str(message_id))
        rows = yield Call(statements.MESSAGES_AFTER_REF, near)
    return [row for row in rows if source in ("", row[1])]


def _is_id(ref: str) -> bool:
    return ref.isascii() and ref.isdecimal() and len(ref) <= DIGITS_MAX


def _as_found(row: Row) -> Found:
    _, _, state, error, ended_at = row
    if ended_at is None or state in ("held", "queued", "sent"):
        return Found(ENROUTE)
    stat, code = stat_of(state, error)
    return Found(stat, ended_at, code)
