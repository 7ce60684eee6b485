"""How a simulated phone behaves, told by the end of its number. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Fate:
    """`refusal`: the carrier's error at submission, for the first `refusals` tries (None: always).
    `failure`: the error in its receipt. `delay`: more time to the phone. `silent`: no receipt ever."""

    refusal: str = ""
    refusals: int | None = None
    failure: str = ""
    delay: timedelta = timedelta(0)
    silent: bool = False

    def refuses(self, attempt: int) -> bool:
        return bool(self.refusal) and (self.refusals is None or attempt <= self.refusals)


ORDINARY = Fate()

FATES: Mapping[str, Fate] = {
    "00001": Fate(refusal="unknown number"),
    "00002": Fate(failure="UNDELIV"),
    "00003": Fate(refusal="busy", refusals=2),
    "00004": Fate(delay=timedelta(seconds=30)),
    "00005": Fate(silent=True),
}


def fate_of(number: str, fates: Mapping[str, Fate] = FATES) -> Fate:
    """By the first suffix that fits; an ordinary phone takes everything at once."""
    return next((fate for suffix, fate in fates.items() if number.endswith(suffix)), ORDINARY)
