"""What may go out. Steps: look-ups are one call for all messages of a batch, decisions are pure."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotpot.kernel.msisdn import InvalidMsisdn, Msisdn
from hotpot.pot.events.steps import Call, Row
from hotpot.pot.messaging.wire import Given, Interface, Refusal, Refused


@dataclass(frozen=True, slots=True)
class Fit:
    """A message that may go out: to `number` (E.164), with the text that the phone shows."""

    given: Given
    number: str
    text: str


def judged(
    interface: Interface, given: Sequence[Given], *, now: datetime
) -> Generator[Call, Sequence[Row], list[Fit | Refused]]:
    """One verdict for each, in the order given."""
    yield from ()
    return [_judged(interface, one, now) for one in given]


def _judged(interface: Interface, given: Given, now: datetime) -> Fit | Refused:
    if not interface.running:
        return Refused(Refusal.SUSPENDED, "This interface is suspended.")
    try:
        number = Msisdn.parse(given.number, region="CN").e164
    except InvalidMsisdn as error:
        return Refused(Refusal.BAD_NUMBER, str(error))
    if not given.text.strip():
        return Refused(Refusal.BAD_CONTENT, "The message has no text.")
    if given.expires_at is not None and given.expires_at <= now:
        return Refused(Refusal.BAD_TIME, "Its validity is over.")
    return Fit(given, number, given.text)
