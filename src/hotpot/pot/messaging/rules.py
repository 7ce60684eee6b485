"""Messaging's decisions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from hotpot.kernel.errors import Invalid

ACCESS_NUMBER = "10690000"  # where an installation names no other
NO_TAIL_LEFT = "10,000 questions to this number are open; answer or withdraw some first"
CANNOT_BE_CARRIED = "this message could not be carried; the log of the engines says why"
BACK_OFF_FIRST = timedelta(seconds=5)
BACK_OFF_MAX = timedelta(minutes=10)

_PLACE = re.compile(r"\{(\w+)\}")


def due_again(attempt: int, now: datetime) -> datetime:
    """When the next try is due after `attempt` tries: 5 s, 10 s, 20 s ... 10 minutes."""
    doublings = min(attempt - 1, 16)
    return now + min(BACK_OFF_FIRST * (1 << doublings), BACK_OFF_MAX)


def render(template: Mapping[str, str], language: str, values: Mapping[str, str]) -> str:
    """A template (language -> text) in that language with its {places} filled.

    Falls back to English, then to whatever there is. Raises Invalid where a place has no value.
    """
    if not template:
        raise Invalid("This message has no text in any language. Register its template first.")
    text = template.get(language) or template.get("en") or next(iter(template.values()))
    missing = {name for name in _PLACE.findall(text) if name not in values}
    if missing:
        raise Invalid(f"This message needs values for: {', '.join(sorted(missing))}.")
    return _PLACE.sub(lambda place: str(values[place[1]]), text)
