"""What mails in ask of the store beside sending. Steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotpot.pot.connector.smtp import statements
from hotpot.pot.connector.smtp.returns import Written
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging.wire import Interface, Notice

KEPT = timedelta(days=90)  # an answer that a phone gives later is on the messages' page only


def kept(interface: Interface, identity: str, written: Written, *, now: datetime) -> Steps[None]:
    """Who wrote a mail, before its messages are taken. The same mail again is known."""
    yield Call(
        statements.KEEP_MAIL,
        (
            interface.id,
            interface.customer_id,
            identity,
            written.return_path,
            written.reply_to,
            written.message_id,
            written.subject,
            now,
        ),
    )
    yield Call(statements.FORGET_MAILS, (interface.id, now - KEPT))


def written(interface: Interface, notices: Sequence[Notice]) -> Steps[dict[int, Written]]:
    """By the ids of notices, the mails that they are about; none for those of no mail that is kept."""
    rows = yield Call(
        statements.MAILS_OF,
        (
            interface.id,
            [one.id for one in notices],
            [one.client_ref for one in notices],
            [one.number for one in notices],
            [one.access_number for one in notices],
        ),
    )
    return {row[0]: Written(*row[1:]) for row in rows}
