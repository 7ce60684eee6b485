"""A phone that wants no more messages says so by a keyword, and may come back by another. Steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging.switch import policy as policies
from hotpot.pot.messaging.switch import statements
from hotpot.pot.messaging.switch.known import known
from hotpot.pot.messaging.switch.policy import USUAL, Policies, Policy
from hotpot.pot.messaging.switch.words import squeezed
from hotpot.pot.messaging.wire import Outbound

KEYWORD_MAX = 20


def heard(message_ids: Sequence[int], *, now: datetime) -> Steps[list[tuple[str, Outbound]]]:
    """Lists the numbers whose messages to interfaces are keywords; the answers, each with the access number
    that it comes from. One is answered once: who is listed already hears nothing more."""
    rows = yield Call(statements.HEARD, (list(message_ids), KEYWORD_MAX))
    if not rows:
        return []
    held: Policies = yield from known("policies", rows[0][0], policies.loaded)
    meant = [(row, held.by_interface.get(row[5], USUAL)) for row in rows]
    stopped = [(row, policy) for row, policy in meant if is_one_of(row[3], policy.stop_words)]
    started = [row for row, policy in meant if is_one_of(row[3], policy.start_words)]
    if started:
        yield Call(statements.OPT_IN, ([row[2] for row in started], [row[6] for row in started]))
    return (yield from _stopped(stopped, now)) if stopped else []


def is_one_of(text: str, words: Sequence[str]) -> bool:
    """However it is written: wide letters, other cases, a full stop behind it."""
    plain = squeezed(text)
    return bool(plain) and any(plain == squeezed(word) for word in words)


def _stopped(stopped: Sequence[tuple[Row, Policy]], now: datetime) -> Steps[list[tuple[str, Outbound]]]:
    fresh = yield Call(
        statements.OPT_OUT,
        (
            [row[2] for row, _ in stopped],
            [row[6] for row, _ in stopped],
            [row[7] if policy.stop_scope == "access_number" else "" for row, policy in stopped],
            now,
        ),
    )
    new = {(number, customer_id) for number, customer_id in fresh}
    answers: list[tuple[str, Outbound]] = []
    for row, policy in stopped:
        _, message_id, number, _, access_number, _, customer_id, _ = row
        if (number, customer_id) in new and policy.stop_answer:
            new.discard((number, customer_id))
            key = f"opt-out/{message_id}"
            answers.append((access_number, Outbound(key, number, policy.stop_answer, "", customer_id)))
    return answers
