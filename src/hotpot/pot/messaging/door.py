"""The one door by which enterprises' messages come in, and by which they hear what became of them.

Every interface, whatever its protocol, is an `Interface` with a login. It calls `accept` with what it was
given, answers its caller after the commit, and fetches its notices with `pending` and `told`. All are steps:
Django's `perform` and asyncio's run them alike. An interface maps `Refusal` onto its own error codes and
invents none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging import statements
from hotpot.pot.messaging.switch.after import followed
from hotpot.pot.messaging.switch.judging import judged
from hotpot.pot.messaging.switch.numbers import number_of
from hotpot.pot.messaging.switch.wire import Fit, Same
from hotpot.pot.messaging.wire import (
    Accepted,
    Given,
    Handing,
    Interface,
    Notice,
    NoticePart,
    Refused,
    Submission,
)

_PARTS = msgspec.json.Decoder(tuple[NoticePart, ...])


def by_login(login: str) -> Steps[tuple[Interface, bytes] | None]:
    """The interface of that login and its sealed password."""
    rows = yield Call(statements.INTERFACE_BY_LOGIN, (login,))
    return (_interface(rows[0]), bytes(rows[0][8])) if rows else None


def by_id(interface_id: int) -> Steps[Interface | None]:
    rows = yield Call(statements.INTERFACE_BY_ID, (interface_id,))
    return _interface(rows[0]) if rows else None


def everybody() -> Steps[list[tuple[Interface, bytes]]]:
    """All interfaces, each with its sealed password."""
    rows = yield Call(statements.INTERFACES)
    return [(_interface(row), bytes(row[8])) for row in rows]


def _interface(row: Row) -> Interface:
    id, customer_id, name, kind, login, access_number, state, settings, *_ = row
    more = msgspec.json.decode(settings)
    networks = more.pop("addresses", [])
    return Interface(id, customer_id, name, kind, login, access_number, state == "running", networks, more)


def accept(
    interface: Interface, given: Sequence[Given], *, now: datetime, handing: Handing | None = None
) -> Steps[list[Accepted | Refused]]:
    """One answer for each, in the order given. Accepted means: in the database once the caller commits.

    `handing`: what its engine has room for now goes straight on, once the caller committed and gives it back.
    """
    verdicts = yield from judged(interface, given, now=now)
    fit = [verdict for verdict in verdicts if isinstance(verdict, Fit)]
    taken = iter((yield from _kept(interface, fit, now=now, handing=handing)) if fit else [])
    answers: list[Accepted | Refused] = []
    for verdict in verdicts:
        if isinstance(verdict, Fit):
            answers.append(next(taken))
        elif isinstance(verdict, Same):
            first = answers[verdict.place]
            answers.append(Accepted(first.message_id, known=True) if isinstance(first, Accepted) else first)
        else:
            answers.append(verdict)
    return answers


def tell_refused(
    interface: Interface, refused: Sequence[tuple[Given, Refused]], *, now: datetime
) -> Steps[None]:
    """Keeps what was refused as messages that failed, with the refusal's code as their error; receipts tell
    of it. For interfaces that answer once for all numbers of a call, of which some were taken."""
    numbers = [number_of(one.number) for one, _said in refused]
    yield Call(
        statements.REFUSED,
        (
            interface.id,
            interface.customer_id,
            [f"{interface.id}/{one.key}" if one.key else None for one, _said in refused],
            [
                known if isinstance(known, str) else _storable(one.number)
                for known, (one, _said) in zip(numbers, refused, strict=True)
            ],
            [interface.access_number + one.extension for one, _said in refused],
            [_storable(one.text) for one, _said in refused],
            [one.client_ref for one, _said in refused],
            [one.alphabet for one, _said in refused],
            [said.code for _one, said in refused],
            [one.receipt for one, _said in refused],
            now,
        ),
    )


def _storable(text: str) -> str:
    """What was refused may be just what a database can't keep."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _kept(
    interface: Interface, fit: Sequence[Fit], *, now: datetime, handing: Handing | None
) -> Steps[list[Accepted]]:
    handed = [
        handing is not None and not one.review and one.due_at <= now and handing.takes(one.carrier)
        for one in fit
    ]
    until = handing.until if handing else now
    rows = yield Call(
        statements.ACCEPT,
        (
            interface.id,
            interface.customer_id,
            [f"{interface.id}/{one.given.key}" if one.given.key else None for one in fit],
            [one.number for one in fit],
            [interface.access_number + one.given.extension for one in fit],
            [one.text for one in fit],
            [one.given.client_ref for one in fit],
            [until if on else one.due_at for one, on in zip(fit, handed, strict=True)],
            [one.expires_at for one in fit],
            [one.priority for one in fit],
            [one.given.flash for one in fit],
            [one.given.alphabet for one in fit],
            [one.given.receipt for one in fit],
            now,
            [one.carrier for one in fit],
            ["held" if one.review else "queued" for one in fit],
            handed,
        ),
    )
    if handing is not None:
        _hand(handing, interface, fit, handed, rows)
    if not all(handed):
        yield Call(statements.WAKE)
    taken = [Accepted(message_id, known) for message_id, known in rows]
    yield from followed(interface, fit, taken, now=now)
    return taken


def _hand(
    handing: Handing, interface: Interface, fit: Sequence[Fit], handed: Sequence[bool], rows: Sequence[Row]
) -> None:
    for one, on, (message_id, known) in zip(fit, handed, rows, strict=True):
        if on and not known:
            submission = Submission(
                message_id,
                one.number,
                interface.access_number + one.given.extension,
                one.text,
                1,
                one.expires_at,
                interface.customer_id,
                interface.id,
                one.priority,
                one.given.flash,
                one.given.alphabet,
            )
            handing.hand(one.carrier, submission)


def pending(interface_id: int, *, limit: int) -> Steps[list[Notice]]:
    """The oldest notices that weren't `told` yet."""
    rows = yield Call(statements.PENDING_NOTICES, (interface_id, limit))
    return [_notice(row) for row in rows]


def _notice(row: Row) -> Notice:
    *values, parts = row
    notice = Notice(*values)
    return replace(notice, parts=_PARTS.decode(parts)) if parts else notice


def told(notice_ids: Sequence[int]) -> Steps[None]:
    """The interface's other end has them: they don't come again."""
    if notice_ids:
        yield Call(statements.NOTICES_TOLD, (list(notice_ids),))
