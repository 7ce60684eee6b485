"""Answers by message or mail, and the clock."""

from __future__ import annotations

from collections.abc import Sequence

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.flow.machine import Late
from hotpot.apps.approvals.requests import actions, store
from hotpot.apps.approvals.requests.telling import FUNCTION, heard, page_of, signer_of
from hotpot.apps.approvals.rules import read
from hotpot.sdk.errors import Refused
from hotpot.sdk.platform import NewMessage, Pot, Reply

SECONDS_PER_HOUR = 3600


@app.on_clock
def time_out_next(pot: Pot) -> bool:
    """The one whose time was up first; True when there was one."""
    id = store.next_due(pot)
    if id is None:
        return False
    actions.time_out(pot, id)
    return True


def hear(pot: Pot, replies: Sequence[Reply]) -> None:
    """Those to questions about our own requests, one after the other; each is answered once."""
    allowed = pot.entitlements.allowed({one.by.number for one in replies}, FUNCTION) if replies else set()
    pot.messages.send([_answered(pot, one) for one in replies if one.by.number in allowed])
    hour = int(pot.now.timestamp()) // SECONDS_PER_HOUR
    pot.messages.send(
        [
            NewMessage(f"help/{one.ask}/{one.by.person_id}/{hour}", one.by, "no_seat")
            for one in replies
            if one.by.number not in allowed
        ]
    )


def _answered(pot: Pot, reply: Reply) -> NewMessage:
    id, signer_id = signer_of(reply.ask) or (0, 0)
    key, by, said = f"reply/{reply.message_id}", reply.by, read(reply.text)
    one = store.application(pot, id)
    values, page = heard(pot, one, by), page_of(id) if one else "/"
    if said is None or one is None:
        hour = int(pot.now.timestamp()) // SECONDS_PER_HOUR
        template = "unclear" if one and not reply.late else "no_question"
        return NewMessage(f"help/{reply.ask}/{by.person_id}/{hour}", by, template, values, link=page)
    try:
        actions.answer(pot, id, signer_id, said.verdict, by=by.person_id, comment=said.comment, way=reply.way)
    except Late:
        return NewMessage(key, by, "request_late", values, link=page)
    except Refused:
        return NewMessage(key, by, "not_yours")
    return NewMessage(key, by, said.verdict, values, link=page)
