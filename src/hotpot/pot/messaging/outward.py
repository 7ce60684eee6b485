"""Verbs of messages on their way out, between their statements: claims, answers, receipts. No I/O.

A message goes to one carrier. Another gets it only where the first surely has not taken it, or has said
nothing for as long as one waits for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from hotpot.pot.events.rules import recorded
from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor, Fact
from hotpot.pot.messaging import queue_statements as statements
from hotpot.pot.messaging.rules import due_again, owners
from hotpot.pot.messaging.switch.after import settled
from hotpot.pot.messaging.switch.routing import SIMULATED, Wanted, routed
from hotpot.pot.messaging.wire import Receipt, Submission, Submitted, TakenPart

HELD_LATELY = timedelta(hours=1)
UNCERTAIN_FOR = timedelta(seconds=60)


def claim(
    carrier: str = SIMULATED, *, now: datetime, limit: int, lease: timedelta, repeats: bool = True
) -> Steps[list[Submission]]:
    """Messages that are due for a carrier, ours until the lease ends; it may have them from now on.

    `repeats`: also those that it may have already, since nobody knows what became of them.
    """
    rows = yield Call(statements.CLAIM, (now, carrier, limit, repeats, now + lease))
    return sorted((Submission(*row) for row in rows), key=lambda one: (-one.priority, one.message_id))


def submitted(
    carrier: str,
    tried: Iterable[Submission],
    answers: Sequence[Submitted],
    *,
    now: datetime,
    receipts: Sequence[Receipt] = (),
    uncertain_for: timedelta = UNCERTAIN_FOR,
) -> Steps[set[int]]:
    """Writes down what the carrier answered to each submission, and what its receipts say.

    The interfaces that are to be told of something.
    """
    early = {one.ref: one for one in receipts} if answers else {}
    ended = [one for one in answers if not one.error]
    refused = [one for one in answers if one.error]
    of_ended = [early.pop(one.ref, None) if one.ref else None for one in ended]
    told: set[int] = set()
    if parts := [(one, part) for one in answers for part in one.parts]:
        yield _parts_taken(carrier, parts)
    if ended:
        told |= yield from _answered(carrier, ended, of_ended, now=now)
    if refused:
        told |= yield from _refused(carrier, tried, refused, now=now, uncertain_for=uncertain_for)
    if refs := [one.ref for one in ended if one.ref] + [part.ref for _, part in parts]:
        held = yield Call(statements.TAKE_HELD, (carrier, refs))
        told |= yield from settle([Receipt(*row) for row in held], now=now)
    return told | (yield from settle(list(early.values()) if answers else receipts, now=now))


def _parts_taken(carrier: str, parts: Sequence[tuple[Submitted, TakenPart]]) -> Call:
    return Call(
        statements.PARTS_TAKEN,
        (
            carrier,
            [one.message_id for one, _ in parts],
            [part.place for _, part in parts],
            [one.total for one, _ in parts],
            [part.ref for _, part in parts],
        ),
    )


def _answered(
    carrier: str, answers: Sequence[Submitted], receipts: Sequence[Receipt | None], *, now: datetime
) -> Steps[set[int]]:
    """They were taken; some have their receipt already."""
    rows = yield Call(
        statements.ANSWERED,
        (
            carrier,
            now,
            [one.message_id for one in answers],
            [_state(receipt) for receipt in receipts],
            [one.ref for one in answers],
            [receipt.error if receipt else "" for receipt in receipts],
            [receipt.at if receipt else None for receipt in receipts],
        ),
    )
    yield from recorded([_fact(row, "sent") for row in rows if row[7] is None and row[1] != "sent"], now=now)
    return (yield from told(rows, now))


def _state(receipt: Receipt | None) -> str:
    if receipt is None:
        return "sent"
    return "delivered" if receipt.delivered else "failed"


def _refused(
    carrier: str,
    tried: Iterable[Submission],
    answers: Sequence[Submitted],
    *,
    now: datetime,
    uncertain_for: timedelta,
) -> Steps[set[int]]:
    """Another carrier gets what this one won't take or says nothing of, if no part of it was taken."""
    of_id = {one.message_id: one for one in tried}
    movable = [
        one
        for one in answers
        if (one.elsewhere or one.uncertain) and not one.parts and not of_id[one.message_id].taken
    ]
    others = yield from routed([_wanted(of_id[one.message_id], carrier) for one in movable], now=now)
    next_of = {one.message_id: other for one, other in zip(movable, others, strict=True) if other}
    later = [one for one in answers if one.temporary or one.uncertain or one.message_id in next_of]
    if later:
        yield _put_off(carrier, later, of_id, next_of, now, uncertain_for)
    never = [one for one in answers if one not in later]
    if not never:
        return set()
    nothing = [""] * len(never)
    ids, errors = [one.message_id for one in never], [one.error for one in never]
    rows = yield Call(
        statements.ANSWERED,
        (carrier, now, ids, ["failed"] * len(never), nothing, errors, [now] * len(never)),
    )
    return (yield from told(rows, now))


def _wanted(submission: Submission, carrier: str) -> Wanted:
    return Wanted(
        submission.number,
        submission.customer_id,
        submission.interface_id,
        without=frozenset((*submission.tried, carrier)),
    )


def _put_off(
    carrier: str,
    answers: Sequence[Submitted],
    of_id: Mapping[int, Submission],
    next_of: Mapping[int, str],
    now: datetime,
    uncertain_for: timedelta,
) -> Call:
    def due(one: Submitted) -> datetime:
        if one.uncertain:
            return now + uncertain_for
        return now if one.message_id in next_of else due_again(of_id[one.message_id].attempt, now)

    return Call(
        statements.PUT_OFF,
        (
            [one.message_id for one in answers],
            [due(one) for one in answers],
            [one.error for one in answers],
            [next_of.get(one.message_id, carrier) for one in answers],
            [carrier if one.message_id in next_of else "" for one in answers],
            [one.uncertain for one in answers],
        ),
    )


def settle(receipts: Sequence[Receipt], *, now: datetime) -> Steps[set[int]]:
    """Messages end as their receipts say. A receipt that came too early is held.

    The interfaces that are to be told of something.
    """
    of_carrier: dict[str, list[Receipt]] = defaultdict(list)
    for one in receipts:
        of_carrier[one.carrier].append(one)
    told: set[int] = set()
    for carrier, given in of_carrier.items():
        told |= yield from _settled(carrier, given, now=now)
    return told


def _settled(carrier: str, receipts: Sequence[Receipt], *, now: datetime) -> Steps[set[int]]:
    rows = yield Call(statements.SETTLE, (carrier, *_said(receipts)))
    of_whole = yield from told([row[1:] for row in rows], now)
    known = {row[0] for row in rows}
    rest = [one for one in receipts if one.ref not in known]
    return of_whole | (yield from _settled_parts(carrier, rest, now=now)) if rest else of_whole


def _settled_parts(carrier: str, receipts: Sequence[Receipt], *, now: datetime) -> Steps[set[int]]:
    """What isn't a part's either is held, unless it is of something that ended already."""
    rows = yield Call(statements.SETTLE_PARTS, (carrier, *_said(receipts)))
    of_parts: set[int] = set()
    if rows:
        whole = yield Call(statements.SETTLE_WHOLE, (sorted({row[1] for row in rows}),))
        of_parts = yield from told(whole, now)
    known = {row[0] for row in rows}
    rest = [one for one in receipts if one.ref not in known]
    if rest:
        ended = yield Call(statements.ENDED_ALREADY, (carrier, [one.ref for one in rest]))
        known = {row[0] for row in ended}
        yield from _held(carrier, [one for one in rest if one.ref not in known], now=now)
    return of_parts


def _said(receipts: Sequence[Receipt]) -> tuple[list[str], list[bool], list[str], list[datetime]]:
    return (
        [one.ref for one in receipts],
        [one.delivered for one in receipts],
        [one.error for one in receipts],
        [one.at for one in receipts],
    )


def _held(carrier: str, receipts: Sequence[Receipt], *, now: datetime) -> Steps[None]:
    if receipts:
        yield Call(
            statements.HOLD,
            (
                carrier,
                *_said(receipts),
                [one.number for one in receipts],
                [one.access_number for one in receipts],
                [one.submitted_at for one in receipts],
                now,
            ),
        )


def settle_held(*, now: datetime) -> Steps[set[int]]:
    """Receipts that overtook the answer to their submission, and were overtaken by its being written."""
    rows = yield Call(statements.TAKE_KNOWN)
    return (yield from settle([Receipt(*row) for row in rows], now=now))


def adopt(
    carrier: str, *, now: datetime, answered_within: timedelta, parts_of: Callable[[str, str], int]
) -> Steps[set[int]]:
    """Messages that a carrier may have, and receipts of it whose submission is unknown, find each other.

    `answered_within`: younger submissions may still be answered. `parts_of`: how many parts a text of an
    alphabet has at this carrier.
    """
    rows = yield Call(statements.LOST, (carrier, now - HELD_LATELY, now - answered_within))
    refs_of = owners([(row[0], parts_of(row[1], row[2]), row[3]) for row in rows])
    if not refs_of:
        return set()
    answers = [_adopted(message_id, refs) for message_id, refs in refs_of.items()]
    return (yield from submitted(carrier, (), answers, now=now))


def _adopted(message_id: int, refs: Sequence[str]) -> Submitted:
    if len(refs) == 1:
        return Submitted(message_id, ref=refs[0])
    parts = tuple(TakenPart(place, ref) for place, ref in enumerate(refs, 1))
    return Submitted(message_id, total=len(parts), parts=parts)


def waited_for() -> Steps[list[str]]:
    """The carriers for which something is queued."""
    rows = yield Call(statements.WAITED_FOR)
    return [row[0] for row in rows]


def give_to_others(carrier: str, *, now: datetime, limit: int) -> Steps[int]:
    """What waits for a carrier that can't be reached goes to others where routes allow it; how many."""
    rows = yield Call(statements.WAITING_FOR, (now, carrier, limit, False))
    wanted = [Wanted(row[1], row[2], row[3], without=frozenset((*row[4], carrier))) for row in rows]
    others = yield from routed(wanted, now=now)
    moved = [(row[0], other) for row, other in zip(rows, others, strict=True) if other]
    if moved:
        ids, names = [id for id, _ in moved], [name for _, name in moved]
        yield Call(statements.GIVE_TO, (ids, names, now))
    return len(moved)


def expire(*, now: datetime, limit: int) -> Steps[tuple[int, set[int]]]:
    """Validity is over: how many, and the interfaces that are to be told."""
    rows = yield Call(statements.EXPIRE, (now, limit))
    return len(rows), (yield from told(rows, now))


def forget_held(before: datetime) -> Steps[None]:
    """Receipts that belong to nothing we ever sent."""
    yield Call(statements.FORGET_HELD, (before,))


def told(rows: Sequence[Row], now: datetime) -> Steps[set[int]]:
    """Apps hear it by the record; the interfaces whose notices stand beside it are returned."""
    yield from recorded([_fact(row, row[1]) for row in rows if row[7] is None], now=now)
    if of_interfaces := [row[0] for row in rows if row[7] is not None]:
        yield from settled(of_interfaces, now=now)
    return {row[7] for row in rows if row[7] is not None and row[1] != "sent"}


def _fact(row: Row, state: str) -> tuple[Actor, Fact]:
    message_id, _, customer_id, app_id, number, error, person_id, _ = row
    data = {"message_id": message_id, "app_id": app_id, "number": number}
    if error and state != "sent":
        data["error"] = error
    return SYSTEM_ACTOR, Fact(f"message.{state}", f"message/{message_id}", [customer_id], data, [person_id])
