"""The room's verbs between their statements, for Django's actions and the engine alike. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from hotpot.pot.events.rules import recorded
from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.events.wire import SYSTEM_ACTOR, Fact
from hotpot.pot.messaging import steps as messaging
from hotpot.pot.messaging.wire import VALID_FOR, Outbound
from hotpot.pot.notification import statements, words
from hotpot.pot.notification.bounces import Bounce, ReturnPath
from hotpot.pot.notification.rules import (
    Begin,
    Choice,
    Habits,
    Quiet,
    Standing,
    Step,
    after_failure,
    after_try,
    begin,
    folded,
)
from hotpot.pot.notification.wire import Browser, Due, Notice, Pace, Piece, State, Tried, Way

ONLY_SMS = Choice(frozenset({Way.SMS}))
PEOPLE_PER_FOLD = 200


@dataclass(frozen=True, slots=True)
class House:
    """What of the installation the verbs must know. `mails`: it can send mail."""

    access_number: str
    base_url: str
    mails: bool


def tell(notices: Sequence[Notice], house: House, *, now: datetime) -> Steps[list[int]]:
    """Each becomes a message; the messages' ids in the order given. A known key yields the id it had before.

    The messages of people who chose other ways, or other hours, wait until it is their turn.
    """
    if not notices:
        return []
    begun = yield from _begun(notices, house, now)
    outbound = [one.message for one in notices]
    ids = yield from messaging.send(outbound, access_number=house.access_number, now=now)
    chosen = {ids[place]: (notices[place], how) for place, how in begun.items() if not how.is_plain_message}
    if chosen:
        yield from _keep(chosen, now)
    return ids


def _begun(notices: Sequence[Notice], house: House, now: datetime) -> Steps[Mapping[int, Begin]]:
    """How those begin whose people chose anything, by their places."""
    rows = yield Call(statements.CHOOSERS, (list({one.person_id for one in notices}),))
    choosers = {row[0] for row in rows}
    patient = [
        place
        for place, one in enumerate(notices)
        if one.person_id in choosers and not (one.urgent or one.message.secret)
    ]
    if not patient:
        return {}
    people = [notices[place].person_id for place in patient]
    rows = yield Call(statements.CHOSEN, (people, [notices[place].message.app_id for place in patient]))
    begun = {}
    for row in rows:
        place = patient[row[0] - 1]
        choice, habits, reach = _chosen(row, house)
        asks = notices[place].message.ask is not None
        begun[place] = begin(choice, habits, reach, now=now, asks=asks, urgent=False)
    return begun


def _chosen(row: Row, house: House) -> tuple[Choice, Habits, set[Way]]:
    _, zone, quiet_from, quiet_until, digest_at, fall_back, mail, push, ways, pace = row
    reach = {Way.SMS} | ({Way.PUSH} if push else set()) | ({Way.MAIL} if mail and house.mails else set())
    choice = Choice(frozenset(Way(way) for way in ways), Pace(pace)) if ways else ONLY_SMS
    return choice, _habits(zone, quiet_from, quiet_until, fall_back, digest_at), reach


def _habits(
    zone: str, quiet_from: time | None, quiet_until: time | None, fall_back_min: int, digest_at: time
) -> Habits:
    quiet = Quiet(quiet_from, quiet_until) if quiet_from is not None and quiet_until is not None else None
    return Habits(zone, quiet, digest_at, timedelta(minutes=fall_back_min))


def _keep(chosen: Mapping[int, tuple[Notice, Begin]], now: datetime) -> Steps[None]:
    """Only what is new: a retry finds what is on its way already."""
    known = {row[0] for row in (yield Call(statements.KNOWN, (list(chosen),)))}
    kept = yield from messaging.keep_back([id for id in chosen if id not in known])
    rows = []
    for id in kept:
        notice, how = chosen[id]
        rows.append(
            New(
                notice.person_id, id, notice.message.app_id, notice.linked or notice.message.text,
                notice.link, how, now + notice.message.valid_for,
            )
        )  # fmt: skip
    yield from queue(rows, now=now)


@dataclass(frozen=True, slots=True)
class New:
    """A notice that is about to have a row. Without a `message_id` it is no message."""

    person_id: int
    message_id: int | None
    app_id: str
    text: str
    link: str
    how: Begin
    expires_at: datetime
    to_address: str = ""


def queue(new: Sequence[New], *, now: datetime) -> Steps[list[tuple[int, UUID]]]:
    """Their ids and tokens, in the order given."""
    if not new:
        return []
    tokens = [uuid4() for _ in new]
    rows = yield Call(
        statements.QUEUE,
        (
            tokens,
            [one.person_id for one in new],
            [one.message_id for one in new],
            [one.app_id for one in new],
            [one.text for one in new],
            [one.link for one in new],
            [one.to_address for one in new],
            ["{" + ",".join(one.how.route) + "}" for one in new],
            [State.HELD if one.how.held else State.TRYING for one in new],
            [one.how.folds for one in new],
            [one.how.due_at for one in new],
            now,
            [one.expires_at for one in new],
        ),
    )
    yield Call(statements.WAKE)
    ids = {row[1]: row[0] for row in rows}
    return [(ids[token], token) for token in tokens]


def fold(house: House, *, now: datetime) -> Steps[int]:
    """What was held until now is told: by itself, or in one digest a person; how many were held."""
    [[alone]] = yield Call(statements.FOLD_ALONE)
    if not alone:
        return 0
    closed = yield Call(statements.WITHDRAW, (now,))
    yield from messaging.call_off([row[0] for row in closed], now=now)
    rows = yield Call(statements.HELD, (now, PEOPLE_PER_FOLD))
    digests, alone_ids = [], []
    for _person, of_person in groupby(rows, key=lambda row: row[1]):
        pieces = list(of_person)
        together = [row for row in pieces if row[2]] if folded([row[2] for row in pieces]) else []
        gathered = {row[0] for row in together}
        alone_ids += [row[0] for row in pieces if row[0] not in gathered]
        if together:
            digests.append(together)
    if alone_ids:
        yield Call(statements.START, (alone_ids, now))
    yield from _digest(digests, house, now)
    return len(rows)


def _digest(digests: Sequence[Sequence[Row]], house: House, now: datetime) -> Steps[None]:
    """A digest is a notice itself, by the ways that its person chose for all apps."""
    if not digests:
        return
    people = [pieces[0][1] for pieces in digests]
    chosen = {row[0] - 1: row for row in (yield Call(statements.CHOSEN, (people, [""] * len(people))))}
    tokens = [uuid4() for _ in digests]
    texts = [words.digest(pieces[0][6], [words.Said(row[8], row[3]) for row in pieces]) for pieces in digests]
    links = [f"{house.base_url}/messages/"] * len(digests)
    outbound = [
        Outbound(f"digest/{token}", pieces[0][5], words.with_link(pieces[0][6], text, link))
        for token, pieces, text, link in zip(tokens, digests, texts, links, strict=True)
    ]
    ids = yield from messaging.send(outbound, access_number=house.access_number, now=now)
    yield from messaging.keep_back(ids)
    new = []
    for place, person_id in enumerate(people):
        choice, habits, reach = _chosen(chosen[place], house)
        # It waited long enough: neither quiet hours nor another digest hold it any more.
        how = begin(Choice(choice.ways), Habits(habits.zone), reach, now=now, asks=False, urgent=False)
        new.append(New(person_id, ids[place], "", texts[place], links[place], how, now + VALID_FOR))
    made = yield from queue(new, now=now)
    pairs = [(row[0], made[place][0]) for place, pieces in enumerate(digests) for row in pieces]
    yield Call(statements.PUT_INTO_DIGEST, ([id for id, _ in pairs], [digest for _, digest in pairs], now))


@dataclass(frozen=True, slots=True)
class Taken:
    """A notice in the engine's hands: where it stands, and what its way needs."""

    due: Due
    at: Standing
    habits: Habits


@dataclass(frozen=True, slots=True)
class Claimed:
    """`taken` are those whose push or mail is to be tried now."""

    taken: Sequence[Taken]
    looked_at: int


def claim(house: House, *, now: datetime, limit: int, lease: timedelta) -> Steps[Claimed]:
    """What is due, ours until the lease ends. What needs no network is done."""
    rows = yield Call(statements.CLAIM, (now, limit, now + lease))
    pieces = yield from _pieces([row[0] for row in rows])
    taken = [_taken(row, pieces[row[0]]) for row in rows]
    steps = {}
    for row, one in zip(rows, taken, strict=True):
        step = _without_network(one, State(row[3]), house, now)
        if step is not None:
            steps[one.due.id] = step
    yield from _mark(steps, now)
    return Claimed([one for one in taken if one.due.id not in steps], len(rows))


def _pieces(ids: Sequence[int]) -> Steps[Mapping[int, list[Piece]]]:
    found: dict[int, list[Piece]] = defaultdict(list)
    if ids:
        for digest_id, token, text, title in (yield Call(statements.PIECES, (list(ids),))):
            found[digest_id].append(Piece(str(token), title, text))
    return found


def _taken(row: Row, pieces: Sequence[Piece]) -> Taken:
    (
        id, token, person_id, _state, route, place, began_at, attempts, expires_at, text, link, language,
        zone, quiet_from, quiet_until, fall_back, title, address, browsers, ask_id,
    ) = row  # fmt: skip
    ways = tuple(Way(way) for way in route)
    due = Due(
        id, str(token), ways[place], title, text, link, language, expires_at,
        tuple(Browser(int(one[0]), *one[1:]) for one in browsers or ()), address, person_id, ask_id,
        tuple(pieces),
    )  # fmt: skip
    habits = _habits(zone, quiet_from, quiet_until, fall_back, time())
    return Taken(due, Standing(ways, place, began_at, attempts, expires_at), habits)


def _without_network(one: Taken, state: State, house: House, now: datetime) -> Step | None:
    at, habits = one.at, one.habits
    if at.expires_at <= now:
        return Step(State.FAILED, at.place, now, words.TOO_LATE)
    if state is State.SENT:
        return after_failure(at, habits, now=now, error=words.NOT_SHOWN)
    if at.way is Way.SMS:
        return after_try(at, habits, now=now)
    if at.way is Way.PUSH and not one.due.browsers:
        return after_failure(at, habits, now=now, error=words.NO_BROWSER)
    if at.way is Way.MAIL and not (one.due.address and house.mails):
        return after_failure(at, habits, now=now, error=words.NO_ADDRESS)
    return None


def tried(taken: Sequence[Taken], outcomes: Sequence[Tried], *, now: datetime) -> Steps[None]:
    """Writes down what came of each."""
    if not taken:
        return
    steps = {
        one.due.id: after_try(
            one.at, one.habits, now=now, error=came.error, later=came.later, wait_s=came.wait_s
        )
        for one, came in zip(taken, outcomes, strict=True)
    }
    ids = [one.due.id for one in taken]
    yield Call(statements.NOTE, (ids, [one.at.way for one in taken], [came.error for came in outcomes], now))
    gone = [id for came in outcomes for id in came.gone]
    if gone:
        yield Call(statements.FORGET_BROWSERS, (gone,))
    used = [id for came in outcomes for id in came.used]
    if used:
        yield Call(statements.BROWSERS_USED, (used, now))
    yield from _mark(steps, now)


def shown(token: UUID, *, now: datetime) -> Steps[bool]:
    """The phone showed it; whether that was news."""
    rows = yield Call(statements.SHOWN, (token, now))
    yield from _settle(rows, now)
    return bool(rows)


def opened(token: UUID, *, now: datetime) -> Steps[str | None]:
    """Somebody followed its link: where to."""
    rows = yield Call(statements.OPENED, (token, now))
    yield from _settle(rows, now)
    return rows[0][5] if rows else None


def bounced(path: ReturnPath, bounce: Bounce, *, now: datetime) -> Steps[bool]:
    """A mail was given up after our mail server took it: as if that had refused it. Where the address is to
    blame it gets no more before its person verified it again.

    False where the notice's own try is not written down yet: to be told again in a moment.
    """
    rows = yield Call(statements.MAILED, (path.notice_id,))
    if not rows:
        return True
    (
        state, route, place, began_at, attempts, expires_at, message_id, person_id, known, zone, quiet_from,
        quiet_until, fall_back, address,
    ) = rows[0]  # fmt: skip
    at = Standing(tuple(Way(way) for way in route), place, began_at, attempts, expires_at)
    if state == State.TRYING and at.way is Way.MAIL:
        return False
    said = words.given_up(bounce.status, bounce.reason)
    error = f"{words.CAME_BACK}: {said}"
    yield Call(statements.NOTE_BOUNCE, (path.notice_id, error, now))
    if bounce.blames_address and address and path.is_of(address):
        yield Call(statements.STOP_MAIL, (person_id, said, now))
        fact = Fact("notification.mail.bounced", f"person/{person_id}", (), {}, (person_id,))
        yield from recorded([(SYSTEM_ACTOR, fact)], now=now)
    if state == State.DELIVERED and at.way is Way.MAIL and not known:
        habits = _habits(zone, quiet_from, quiet_until, fall_back, time())
        yield from _reopen(path.notice_id, message_id, now)
        yield from _mark({path.notice_id: after_failure(at, habits, now=now, error=error)}, now)
    return True


def _reopen(notice_id: int, message_id: int | None, now: datetime) -> Steps[None]:
    """Messages are no more told than their notice."""
    yield Call(statements.REOPEN, (notice_id,))
    pieces = yield Call(statements.MESSAGES_OF_PIECES, ([notice_id],))
    ids = [row[0] for row in pieces] + ([message_id] if message_id is not None else [])
    yield from messaging.not_reached(ids, now=now)


def _mark(steps: Mapping[int, Step], now: datetime) -> Steps[None]:
    if not steps:
        return
    rows = yield Call(
        statements.MARK,
        (
            list(steps),
            [one.state for one in steps.values()],
            [one.place for one in steps.values()],
            [one.due_at for one in steps.values()],
            [one.error for one in steps.values()],
            now,
        ),
    )
    yield from _settle(rows, now)


def _settle(rows: Sequence[Row], now: datetime) -> Steps[None]:
    """Messages end as their notices do; those of a digest's pieces as the digest."""
    yield from messaging.release([row[1] for row in rows if row[2] == State.HANDED_OVER and row[1]], now=now)
    for way in Way:
        ids = [row[1] for row in rows if row[2] == State.DELIVERED and row[3] == way and row[1]]
        yield from messaging.reached(way, ids, now=now)
    failed: list[tuple[int, Any]] = [(row[1], row[4]) for row in rows if row[2] == State.FAILED and row[1]]
    yield from messaging.unreached("", [id for id, _ in failed], [why for _, why in failed], now=now)
    told = [row[0] for row in rows if row[2] in (State.DELIVERED, State.HANDED_OVER)]
    if told:
        pieces = yield Call(statements.MESSAGES_OF_PIECES, (told,))
        yield from messaging.reached("digest", [row[0] for row in pieces], now=now)
