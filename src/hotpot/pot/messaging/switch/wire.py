"""What is said of a message that came in at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotpot.pot.messaging.switch.policy import USUAL, Policy
from hotpot.pot.messaging.wire import Accepted, Given, Refused


@dataclass(frozen=True, slots=True)
class Fit:
    """A message that may go out: to `number` (E.164), with the text that the phone shows.

    `review`: why somebody has to look at it first; "" where nobody has to.
    """

    given: Given
    number: str
    text: str
    carrier: str
    due_at: datetime
    expires_at: datetime
    parts: int = 1
    priority: int = 0
    review: str = ""
    price_e4: int = 0  # of all its parts, held in advance
    policy: Policy = USUAL


@dataclass(frozen=True, slots=True)
class Same:
    """It has the key of another message of its batch, and its fate."""

    place: int


Verdict = Fit | Refused | Accepted | Same
