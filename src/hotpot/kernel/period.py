"""A month as a company sees it: whole days in its own time zone."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from hotpot.kernel.errors import Invalid

_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1900 <= self.year <= 9998):
            raise Invalid(f"{self.year}-{self.month:02d} is not a month. Write it like 2026-10.")

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _MONTH.fullmatch(text)
        if not match:
            raise Invalid(f"“{text}” is not a month. Write it like 2026-10.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]

    def next(self) -> Self:
        return type(self).of(self.last_day + timedelta(days=1))

    def previous(self) -> Self:
        return type(self).of(self.first_day - timedelta(days=1))

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """The first instant of the month in `zone`, in UTC."""
        return day_starts_at(self.first_day, zone)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        """The first instant after the month in `zone`, in UTC."""
        return self.next().starts_at(zone)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def day_starts_at(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
