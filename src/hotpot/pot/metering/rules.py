"""Which events are taken, and in what shape they are kept. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

LATE_MAX: Final = timedelta(days=100)  # three closed months and some days to send them after all
AHEAD_MAX: Final = timedelta(hours=1)  # a clock that is wrong
# For so long a repetition is known: an event that is older would be refused as late in any case.
REMEMBERED: Final = LATE_MAX + AHEAD_MAX
US_PER_S: Final = 1_000_000
US_PER_DAY: Final = 86_400 * US_PER_S
MICROS: Final = 6  # a quantity is kept in 10^-6 of its meter's unit
QUANTITY_MAX: Final = 10**18  # in those
EXPONENT_MIN, EXPONENT_MAX = -12, 12
KEY_BYTES: Final = 16

ID_CHARACTERS_MAX: Final = 200
SUBJECT: Final = r"^(\+[1-9][0-9]{6,14}|subscription:[1-9][0-9]{0,17})$"
HOSTED: Final = "/apps/"  # sources of apps of this pot; nobody else may have one
AGGREGATIONS: Final = ("count", "sum", "max", "last", "unique")


@dataclass(frozen=True, slots=True)
class MeterRule:
    """What the intake knows of a meter. `field` is empty where events are counted."""

    id: int
    aggregation: str
    field: str
    exponent: int


def hosted_source(app_id: str) -> str:
    """The source of events that an app of this pot records."""
    return f"{HOSTED}{app_id}"


def value_max(exponent: int) -> int:
    """The greatest value of a field that still is a quantity; JSON numbers are checked against it."""
    return int(min(QUANTITY_MAX // 10 ** max(0, MICROS + exponent), 2**63 - 1))


def level(events: int) -> int:
    """Segments of one level are of like size: 1-7 events, 8-63, 64-511, 512-4095; 4 is full."""
    return min(4, (events.bit_length() - 1) // 3)


FULL: Final = 4
MERGED_AT_ONCE: Final = 8


def to_merge(sizes: Sequence[int]) -> int:
    """How many of the last segments, whose counts of events these are, become one now; 0 for none.

    Eight of one level, and smaller ones between them, make one of the next, as in a log-structured merge
    tree: each event is rewritten at most four times, and ten million single events end up in some thousand
    segments.
    """
    for highest in range(FULL):
        of_it = length = 0
        while length < len(sizes) and level(sizes[-1 - length]) <= highest:
            of_it += level(sizes[-1 - length]) == highest
            length += 1
        if of_it >= MERGED_AT_ONCE:
            return length
    return 0
