"""Facts become rows of the record, rows become events. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from hotpot.kernel.ids import uuid7
from hotpot.pot.events.statements import READ_AFTER, RECORD, TELL
from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.events.wire import Actor, Event, Fact


def recorded(facts: Sequence[tuple[Actor, Fact]], *, now: datetime) -> Steps[None]:
    """Adds facts, each by its own actor, in the transaction of what they tell."""
    if not facts:
        return
    rows = [_row(actor, fact, now) for actor, fact in facts]
    yield Call(RECORD, tuple(list(column) for column in zip(*rows, strict=True)))
    yield Call(TELL)


def _row(actor: Actor, fact: Fact, now: datetime) -> tuple[Any, ...]:
    return (
        uuid7(now), fact.type, fact.subject, now, actor.person_id, actor.party_id, actor.way,
        _ids(*fact.party_ids, actor.party_id), _ids(*fact.person_ids, actor.person_id),
        json.dumps(dict(fact.data), ensure_ascii=False),
    )  # fmt: skip


def _ids(*ids: int | None) -> str:
    """PostgreSQL's text form of an array."""
    return "{" + ",".join(map(str, sorted({one for one in ids if one is not None}))) + "}"


def read_after(
    txid: int, sequence: int, types: Iterable[str] | None, limit: int
) -> Steps[tuple[list[Event], int]]:
    """The events committed after that place, in the order of their commits; and the horizon.

    The horizon is a transaction's number below which nothing can appear any more.
    """
    rows = yield Call(READ_AFTER, (str(txid), sequence, None if types is None else list(types), limit))
    return [event_of(row) for row in rows if row[0] is not None], rows[0][12]


def event_of(row: Row) -> Event:
    return Event(
        id=row[0], type=row[1], subject=row[2], time=row[3], actor=Actor(*row[4:7]),
        party_ids=tuple(row[7]), person_ids=tuple(row[8]), data=_decoded(row[9]), txid=row[10],
        sequence=row[11],
    )  # fmt: skip


def _decoded(data: Any) -> dict[str, Any]:
    # Both drivers, as they are set up, hand JSON over as text.
    decoded: dict[str, Any] = json.loads(data) if isinstance(data, str) else data
    return decoded
