"""Answers that come by no carrier: who is asked says it from a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotpot.pot.events.rules import recorded
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.events.wire import Actor, Fact

# Keeps the answer once, as a message that came in; the question, and no id where it was kept before.
ANSWER = """
WITH asked AS (
    SELECT ask.number, ask.access_number, ask.app_id, ask.reference, ask.closed_at IS NOT NULL AS late,
           message.customer_id, person.id AS person_id
      FROM messaging_ask ask
      JOIN messaging_message message ON message.id = ask.message_id
      JOIN identity_person person ON person.number = ask.number AND person.is_active
     WHERE ask.id = $1::bigint AND person.id = $2::bigint
), added AS (
    INSERT INTO messaging_message
           (direction, state, key, number, access_number, text, app_id, customer_id, carrier, carrier_ref,
            error, attempts, created_at, due_at, expires_at, ended_at, secret)
    SELECT 'in', 'received', 'in:' || $3::text || ':' || $4::text, number, access_number, $5::text, app_id,
           customer_id, $3::text, $4::text, '', 0, $6::timestamptz, $6::timestamptz, $6::timestamptz,
           $6::timestamptz, false
      FROM asked
        ON CONFLICT (key) DO NOTHING
    RETURNING id
)
SELECT added.id, asked.number, asked.app_id, asked.customer_id, asked.reference, asked.late
  FROM asked LEFT JOIN added ON true
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """`message_id` is None where the same answer came before."""

    message_id: int | None
    late: bool


def answer(
    ask_id: int, person_id: int, text: str, *, way: str, ref: str, now: datetime
) -> Steps[Answered | None]:
    """What `person_id` says to the question, once for a `ref`: the app hears `message.replied` as it hears
    replies by message. None where nothing like it was asked of that person."""
    rows = yield Call(ANSWER, (ask_id, person_id, way, ref, text, now))
    if not rows:
        return None
    message_id, number, app_id, customer_id, reference, late = rows[0]
    if message_id is not None:
        data = {
            "message_id": message_id,
            "number": number,
            "text": text,
            "app_id": app_id,
            "ask": reference,
            "late": bool(late),
            "person_id": person_id,
            "way": way,
        }
        fact = Fact("message.replied", f"message/{message_id}", [customer_id], data, [person_id])
        yield from recorded([(Actor(person_id, None, way), fact)], now=now)
    return Answered(message_id, bool(late))
