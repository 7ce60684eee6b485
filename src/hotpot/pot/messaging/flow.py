"""How fast and how often: throttles, pauses between tries, heartbeats. Pure; times are seconds of a clock."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Throttle:
    """At most `per_second_max` in a second, evenly; 0: no limit. Who says "too fast" is left alone."""

    per_second_max: float
    _next_at: float = 0.0
    _pause_s: float = 0.0

    FIRST_PAUSE_S = 0.25
    LONGEST_PAUSE_S = 8.0

    def wait_s(self, now: float) -> float:
        """How long until one may go; 0: now."""
        return max(0.0, self._next_at - now)

    def took(self, now: float) -> None:
        """One goes now."""
        if self.per_second_max:
            self._next_at = max(now, self._next_at) + 1 / self.per_second_max

    def too_fast(self, now: float) -> None:
        """The other end asks for a pause: twice as long as the last one, if it comes again at once."""
        if now < self._next_at and self._pause_s:
            return  # Others of the same window met the same answer.
        self._pause_s = min(self._pause_s * 2 or self.FIRST_PAUSE_S, self.LONGEST_PAUSE_S)
        self._next_at = now + self._pause_s

    def accepted(self) -> None:
        self._pause_s = 0.0


@dataclass(slots=True)
class BackOff:
    """Pauses between tries: twice as long each time up to `longest_s`, then a random half to whole of it.

    The chance keeps thousands of clients from coming back at one moment.
    """

    first_s: float = 0.5
    longest_s: float = 30.0
    chance: random.Random = field(default_factory=random.Random)
    _failures: int = 0

    def failed(self) -> float:
        """How long to wait now."""
        pause = min(self.first_s * 2.0 ** min(self._failures, 16), self.longest_s)
        self._failures += 1
        return pause * self.chance.uniform(0.5, 1.0)

    def succeeded(self) -> None:
        self._failures = 0


@dataclass(slots=True)
class Heartbeat:
    """When to ask whether somebody is there, and when to believe that nobody is."""

    every_s: float
    misses_max: int
    heard_at: float
    _asked_at: float = 0.0
    _asked: int = 0

    def heard(self, now: float) -> None:
        self.heard_at = now
        self._asked = 0

    def is_due(self, now: float) -> bool:
        return now - (self._asked_at if self._asked else self.heard_at) >= self.every_s

    def asked(self, now: float) -> None:
        self._asked_at = now
        self._asked += 1

    def is_lost(self, now: float) -> bool:
        """As many questions as may be missed had no answer, the last one for a whole pause."""
        return self._asked >= self.misses_max and self.is_due(now)
