"""What an enterprise takes back: what waits for its time, for a review, or for its other parts. No I/O."""

from __future__ import annotations

from datetime import datetime

from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging.gateway import statements
from hotpot.pot.messaging.switch.after import EXPIRED, decided
from hotpot.pot.messaging.wire import Interface

REASON = "called off"


def called_off(interface: Interface, message_id: int, *, now: datetime) -> Steps[bool]:
    """Whether a message of this interface still waited. One under review has ended by this; one that is
    queued ends when its queue comes to it, as one whose time is over."""
    if (yield Call(statements.CALL_OFF, (message_id, interface.id, now))):
        return True
    ended = yield from decided([message_id], state=EXPIRED, person_id=None, reason=REASON, now=now)
    return bool(ended)


def parts_called_off(interface: Interface, ref: str) -> Steps[bool]:
    """Whether a part waited for its others under this id. All that came of its message are dropped."""
    return bool((yield Call(statements.CALL_OFF_PARTS, (interface.id, ref))))
