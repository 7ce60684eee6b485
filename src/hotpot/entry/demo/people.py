"""Names and numbers for people who don't exist."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random

NAMES = {
    kind: words.split()
    for kind, words in tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8")).items()
}


@dataclass(frozen=True, slots=True)
class Somebody:
    name: str
    number: str  # E.164


class Registry:
    """Gives each person a name and, in an operator's range, a number that nobody else has."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._names: set[str] = set()
        self._numbers: dict[str, list[str]] = {}

    def person(self, prefix: str, digits: int, *, english: bool) -> Somebody:
        """`digits` are drawn after `prefix`."""
        return Somebody(self._name(english), prefix + self._number(prefix, digits))

    def _name(self, english: bool) -> str:
        while True:
            first, last = (
                ("english_first", "english_last") if english else ("chinese_family", "chinese_given")
            )
            drawn = [self._random.choice(NAMES[kind]) for kind in (first, last)]
            name = (" " if english else "").join(drawn)
            if name not in self._names:
                self._names.add(name)
                return name

    def _number(self, prefix: str, digits: int) -> str:
        if prefix not in self._numbers:
            # A thousand are enough for the whole demo; for a short range all there are.
            drawn = self._random.sample(range(10**digits), min(1_000, 10**digits))
            self._numbers[prefix] = [f"{number:0{digits}}" for number in drawn]
        return self._numbers[prefix].pop()
