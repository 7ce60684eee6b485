"""What should be charged, for one subscription and month, exactly and step by step. No I/O.

The plans say the same for all at once. Here days are counted one by one and money is kept as fractions, so
that the two can be held against each other, and so that a person can follow how an amount came about.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hotpot.kernel.period import Month, local_day
from hotpot.pot.catalog.pricing import Item, Phase

ONE_DAY = timedelta(days=1)
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Seat:
    id: int
    number: str  # E.164
    starts: date
    ends: date | None = None
    assigned_at: datetime | None = None

    def has(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class Version:
    """An offer's price from a day on, until the next version's."""

    starts: date
    currency: str
    items: Mapping[int, Item]


@dataclass(frozen=True, slots=True)
class Use:
    """One event of usage; quantity in millionths of the meter's unit."""

    event: int
    subject: str
    meter: str
    at: datetime
    quantity: int


@dataclass(frozen=True, slots=True)
class Other:
    """Another subscription of the same customer with the same operator."""

    app: str
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """All of one subscription that its charges follow from; `uses` are those that are its own."""

    id: int
    zone: ZoneInfo
    starts: date
    ends: date | None
    versions: tuple[Version, ...]  # in the order of their days
    seats: tuple[Seat, ...] = ()
    suspensions: tuple[tuple[date, date | None], ...] = ()
    uses: tuple[Use, ...] = ()
    others: tuple[Other, ...] = ()
    meters: Mapping[str, str] = field(default_factory=dict)  # how its quantities make one; else their sum
    redeemed: Mapping[str, date] = field(default_factory=dict)  # codes of coupons, with the day of each

    def version_on(self, day: date) -> Version | None:
        return next((version for version in reversed(self.versions) if version.starts <= day), None)

    def suspended(self, day: date) -> bool:
        return any(start <= day and (end is None or day < end) for start, end in self.suspensions)

    def day_of(self, use: Use) -> date:
        return local_day(use.at, self.zone)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation: `code` chooses its sentence in sentences.py, `values` are its numbers.

    Values that end in `_minor` are minor units, in `_micro` millionths of one, in `_q` quantities.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Charged:
    """A row of what should be charged. `exact_minor` is the amount before its one rounding."""

    item: int
    seat: int | None
    period: date
    quantity: int
    basis: int
    amount_minor: int
    currency: str
    exact_minor: Fraction
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One item of one version in one month, with the days on which it holds."""

    held: Held
    month: Month
    version: Version
    id: int
    item: Item

    @property
    def days(self) -> list[date]:
        """subscription ∩ phase ∩ month, whatever the price of the day."""
        return [day for day in days_of(self.month) if in_phase(self.held, self.item, day)]

    @property
    def priced_days(self) -> list[date]:
        """Those on which this version is the price."""
        return [day for day in self.days if self.held.version_on(day) is self.version]

    def charged(
        self, exact: Fraction, *, quantity: int, basis: int, steps: Iterable[Step], seat: Seat | None = None
    ) -> Charged:
        """The one rounding point: half up, away from zero."""
        amount = half_up(exact)
        told = (*steps, Step("rounded", {"exact_minor": exact, "amount_minor": amount}))
        return Charged(
            self.id, seat.id if seat else None, self.month.first_day, quantity, basis, amount,
            self.version.currency, exact, told,
        )  # fmt: skip


def half_up(exact: Fraction) -> int:
    """To whole minor units, half away from zero, as kernel.money.round_to_minor does."""
    whole = int(abs(exact) + HALF)
    return -whole if exact < 0 else whole


def days_of(month: Month) -> Iterator[date]:
    day = month.first_day
    while day <= month.last_day:
        yield day
        day += ONE_DAY


def in_phase(held: Held, item: Item, day: date) -> bool:
    """Whether the subscription runs on that day, and the item's phase of its life is there."""
    if day < held.starts or (held.ends is not None and day >= held.ends):
        return False
    phase: Phase = getattr(item.params, "phase", Phase())
    if day < later(held.starts, phase.after, phase.unit):
        return False
    return phase.lasts is None or day < later(held.starts, phase.after + phase.lasts, phase.unit)


def later(day: date, count: int, unit: str) -> date:
    """So many days or months later; a month that has no such day gives its last."""
    if unit == "day":
        return day + timedelta(days=count)
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def owner(use: Use, app: str, everyone: Sequence[tuple[str, Held]]) -> tuple[Held, Seat | None] | None:
    """Whose use an event of an app is: (app, subscription) pairs are asked. None: nobody's.

    Of two seats of one number in one app the newer one is meant. A subject may name a subscription itself.
    """
    found: list[tuple[int, Held, Seat | None]] = []
    for of_app, held in everyone:
        day = held.day_of(use)
        runs = held.starts <= day and (held.ends is None or day < held.ends)
        if of_app != app or not runs:
            continue
        if use.subject == f"subscription:{held.id}":
            return held, None
        theirs = (seat for seat in held.seats if seat.number == use.subject and seat.has(day))
        found += [(seat.id, held, seat) for seat in theirs]
    if not found:
        return None
    _id, held, seat = max(found, key=lambda one: one[0])
    return held, seat


def nth_period(begun: date, month: Month) -> int:
    """The how manieth period it is since that of a day, from 0; below 0 before it."""
    return (month.year - begun.year) * 12 + month.month - begun.month
