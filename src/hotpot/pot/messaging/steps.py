"""Messaging's verbs between their statements, for Django's actions and the engine alike. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotpot.pot.events.rules import recorded
from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.messaging import statements
from hotpot.pot.messaging.notices import swept
from hotpot.pot.messaging.outward import claim, expire, forget_held, settle, settle_held, submitted, told
from hotpot.pot.messaging.parts import joined, parts_held
from hotpot.pot.messaging.rules import ACCESS_NUMBER, NO_TAIL_LEFT, unheard
from hotpot.pot.messaging.switch.optout import heard
from hotpot.pot.messaging.switch.routing import Wanted, routed
from hotpot.pot.messaging.wire import Inbound, Outbound

__all__ = [
    "call_off",
    "claim",
    "close_asks",
    "keep_back",
    "keep_house",
    "not_reached",
    "noticed",
    "reached",
    "receive",
    "release",
    "send",
    "settle",
    "submitted",
    "unreached",
]

HOLD_RECEIPTS = timedelta(days=3)
WAIT_FOR_PARTS = timedelta(hours=1)
FORGET_PARTS = timedelta(days=3)


def send(outbound: Sequence[Outbound], *, access_number: str, now: datetime) -> Steps[list[int]]:
    """Queues messages; their ids in the order given. A known key yields the id it had before.

    A question to a number whose tails are all taken has failed at once; the others go on.
    """
    if not outbound:
        return []
    if any(one.ask is not None for one in outbound):
        yield Call(statements.LOCK_TAILS)
    keys = [one.key for one in outbound]
    carriers = yield from routed([Wanted(one.number, one.customer_id) for one in outbound], now=now)
    refused = yield Call(
        statements.QUEUE,
        (
            keys,
            [one.number for one in outbound],
            [_storable(one.text) for one in outbound],
            [one.app_id for one in outbound],
            [one.customer_id for one in outbound],
            [one.ask for one in outbound],
            [one.secret for one in outbound],
            [now + one.valid_for for one in outbound],
            access_number,
            now,
            NO_TAIL_LEFT,
            [carrier or "" for carrier in carriers],
        ),
    )
    yield from told(refused, now)
    ids = yield Call(statements.IDS, (keys,))
    yield Call(statements.WAKE)
    return [row[0] for row in ids]


def receive(inbounds: Sequence[Inbound], *, now: datetime, home_url: str = "") -> Steps[Sequence[Row]]:
    """Takes replies and records who replied what to which question; the rows of RECEIVE.

    Parts of long messages wait until all are here.
    A phone whose message is for nobody is told to look at `home_url`, once a day; where none is given, not.
    """
    parts = [one for one in inbounds if one.part is not None]
    whole = [one for one in inbounds if one.part is None]
    if parts:
        yield parts_held(parts)
        whole += joined((yield Call(statements.TAKE_PARTS, (now, now - WAIT_FOR_PARTS))))
    return (yield from take_in(whole, now=now, home_url=home_url))


def noticed(rows: Sequence[Row]) -> set[int]:
    """The interfaces that are to be told of these replies."""
    return {row[10] for row in rows if row[10] is not None}


def take_in(inbounds: Sequence[Inbound], *, now: datetime, home_url: str) -> Steps[Sequence[Row]]:
    """Whole messages from phones; the rows of RECEIVE."""
    if not inbounds:
        return []
    rows = yield Call(
        statements.RECEIVE,
        (
            [f"in:{one.carrier}:{one.ref}" for one in inbounds],
            [one.carrier for one in inbounds],
            [one.ref for one in inbounds],
            [one.number for one in inbounds],
            [one.access_number for one in inbounds],
            [_storable(one.text) for one in inbounds],
            [one.at for one in inbounds],
            now,
        ),
    )
    yield from recorded([_replied(row) for row in rows if row[10] is None], now=now)
    if to_interfaces := [row[0] for row in rows if row[10] is not None]:
        for from_number, answer in (yield from heard(to_interfaces, now=now)):
            yield from send([answer], access_number=from_number, now=now)
    if home_url:
        unanswered = [_to_the_unheard(row, home_url, now) for row in rows if _is_unheard(row)]
        yield from send(unanswered, access_number=ACCESS_NUMBER, now=now)
    return rows


def _storable(text: str) -> str:
    """PostgreSQL's text has no NUL, and no half of a character that UTF-16 writes in two."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _is_unheard(row: Row) -> bool:
    """A short code is a machine's: it would only answer in its turn."""
    return bool(row[9]) and str(row[1]).startswith("+")


def _to_the_unheard(row: Row, home_url: str, now: datetime) -> Outbound:
    number, language = row[1], row[8]
    return Outbound(f"unheard/{number}/{now:%Y-%m-%d}", number, unheard(number, language, home_url))


def _replied(row: Row) -> tuple[Actor, Fact]:
    message_id, number, text, app_id, customer_id, ask, late, person_id, *_ = row
    fact = Fact(
        "message.replied",
        f"message/{message_id}",
        [customer_id],
        {
            "message_id": message_id,
            "number": number,
            "text": text,
            "app_id": app_id,
            "ask": ask,
            "late": bool(late),
            "person_id": person_id,
        },
        [person_id],
    )
    return Actor(person_id, None, "sms"), fact


def close_asks(app_id: str, references: Sequence[str], *, now: datetime) -> Steps[None]:
    if references:
        yield Call(statements.CLOSE_ASKS, (app_id, list(references), now))


def keep_back(message_ids: Sequence[int]) -> Steps[list[int]]:
    """No carrier gets these before `release`: another way is tried first. Those that none had tried yet."""
    rows = yield Call(statements.KEEP_BACK, (list(message_ids),))
    return [row[0] for row in rows]


def release(message_ids: Sequence[int], *, now: datetime) -> Steps[None]:
    """The other ways are through: a carrier takes them."""
    if message_ids:
        yield Call(statements.RELEASE, (list(message_ids), now))
        yield Call(statements.WAKE)


def call_off(message_ids: Sequence[int], *, now: datetime) -> Steps[None]:
    """Nobody needs these any more, so they expire."""
    if message_ids:
        yield Call(statements.CALL_OFF, (list(message_ids), now))


def reached(way: str, message_ids: Sequence[int], *, now: datetime) -> Steps[None]:
    """Their people have them by another way than a carrier."""
    if message_ids:
        rows = yield Call(statements.MARK_REACHED, (way, now, list(message_ids)))
        yield from told(rows, now)


def not_reached(message_ids: Sequence[int], *, now: datetime) -> Steps[None]:
    """Their people don't have them after all: they are kept back as they were, for a carrier of today."""
    rows = yield Call(statements.TAKE_BACK, (list(message_ids),))
    if rows:
        carriers = yield from routed([Wanted(row[1], row[2]) for row in rows], now=now)
        yield Call(statements.WAIT_FOR, ([row[0] for row in rows], [carrier or "" for carrier in carriers]))


def unreached(way: str, message_ids: Sequence[int], errors: Sequence[str], *, now: datetime) -> Steps[None]:
    """No other way reached their people, and no carrier is to be tried."""
    if message_ids:
        rows = yield Call(statements.MARK_FAILED, (way, now, list(message_ids), list(errors)))
        yield from told(rows, now)


def keep_house(*, now: datetime, limit: int, home_url: str = "") -> Steps[tuple[int, set[int]]]:
    """Held receipts and parts are tried again and at last forgotten, notices that nobody fetches are dropped,
    overdue messages expire.

    How many expired, and the interfaces that are to be told of something.
    """
    told_of = yield from settle_held(now=now)
    parts = yield Call(statements.TAKE_PARTS, (now, now - WAIT_FOR_PARTS))
    rows = yield from take_in(joined(parts), now=now, home_url=home_url)
    yield Call(statements.FORGET_PARTS, (now - FORGET_PARTS,))
    yield from forget_held(now - HOLD_RECEIPTS)
    yield from swept(now=now)
    expired, of_expired = yield from expire(now=now, limit=limit)
    return expired, told_of | of_expired | noticed(rows)
