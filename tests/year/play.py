"""Plays the months: dealings by chance on every day, then the close, and the proof after each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hotpot.kernel.errors import Refused
from hotpot.kernel.period import Month
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.close.rules import CloseFigures
from tests.year.money import MONEY
from tests.year.trading import TRADING
from tests.year.year import Year

KINDS, WEIGHTS = zip(*(*TRADING, *MONEY), strict=True)


@dataclass(slots=True)
class Play:
    """`done` counts by kind of dealing what came of it; `refused` what was refused, as it may be."""

    year: Year
    seed: int
    busy: int  # dealings a day, at most
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    close_seconds: list[float] = field(default_factory=list)
    closed: list[Month] = field(default_factory=list)

    def run(self, first: Month, months: int) -> None:
        with self._step("open the market"):
            self.year.world.open()
        month = first
        for _one in range(months):
            self._trade(month)
            self._prove("the dealings of the month")
            self._close(month)
            month = month.next()

    def close_again(self, month: Month) -> None:
        """Nothing of it is left to book."""
        with self._step(f"close {month} again"):
            assert [one.sums for one in self._closed(month) if one.sums] == []

    def _trade(self, month: Month) -> None:
        clock, random = self.year.world.clock, self.year.random
        for day in range(month.days):
            midnight = datetime(month.year, month.month, 1, tzinfo=UTC) + timedelta(days=day)
            moments = sorted(random.randrange(86_400) for _one in range(random.randint(0, self.busy)))
            for second in moments:
                clock.move_to(midnight + timedelta(seconds=second))
                self._deal()

    def _deal(self) -> None:
        (kind,) = self.year.random.choices(KINDS, WEIGHTS)
        with self._step(kind.__name__):
            try:
                self.done[kind.__name__] += kind(self.year)
            except Refused:
                self.refused[kind.__name__] += 1

    def _close(self, month: Month) -> None:
        """At noon UTC of the first day after it the month is over everywhere."""
        first = month.next().first_day
        self.year.world.clock.move_to(datetime(first.year, first.month, first.day, 12, tzinfo=UTC))
        with self._step(f"close {month}"):
            began = time.perf_counter()
            assert any(one.sums for one in self._closed(month)), "nothing was booked"
            self.close_seconds.append(time.perf_counter() - began)
        self.closed.append(month)
        self._prove(f"the close of {month}")
        self.close_again(month)

    def _closed(self, month: Month) -> list[CloseFigures]:
        found = close_month(month, now=self.year.world.now)
        assert [(one.state, one.problem) for one in found] == [("done", "")] * len(self.year.world.operators)
        return found

    def _prove(self, after: str) -> None:
        with self._step(f"check the books after {after}"):
            findings = check_books().findings
            assert not findings, [(one.check.name, one.count, one.rows[:3]) for one in findings]

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        """Whatever fails says by which seed and at which step."""
        try:
            yield
        except BaseException as error:
            error.add_note(f"seed {self.seed}, {self.year.world.now:%Y-%m-%d %H:%M:%S} UTC: {name}")
            raise
