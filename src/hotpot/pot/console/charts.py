"""ECharts options from figures of the house. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.web.rules import label_of, tone_of

Option = dict[str, Any]
MONTHS_MIN = 6


def line(name: Any, points: Sequence[tuple[date, int]]) -> Option:
    """One series by day."""
    return {
        "xAxis": {"data": [day.isoformat() for day, _value in points]},
        "series": [{"type": "line", "name": str(name), "data": [value for _day, value in points]}],
    }


def bars(name: Any, parts: Sequence[tuple[str, int]]) -> Option:
    return {
        "xAxis": {"data": [label for label, _value in parts]},
        "series": [{"type": "bar", "name": str(name), "data": [value for _label, value in parts]}],
    }


def bars_of_money(name: Any, parts: Sequence[tuple[str, int]], currency: str) -> Option:
    """The same of minor units; drawn in major units."""
    return {
        "xAxis": {"data": [label for label, _minor in parts]},
        "yAxis": {"name": currency},
        "series": [
            {"type": "bar", "name": str(name), "data": [major(minor, currency) for _label, minor in parts]}
        ],
    }


def compared(labels: Sequence[str], series: Mapping[str, Sequence[int]], currency: str) -> Option:
    """Bars side by side: series name -> minor units, one a label; drawn in major units."""
    return {
        "xAxis": {"data": list(labels)},
        "yAxis": {"name": currency},
        "series": [
            {"type": "bar", "name": name, "data": [major(minor, currency) for minor in amounts]}
            for name, amounts in series.items()
        ],
    }


def days_of_parts(days: Sequence[date], series: Mapping[str, Mapping[date, int]]) -> Option:
    """Stacked bars: series name -> day -> how many."""
    return {
        "xAxis": {"data": [day.isoformat() for day in days]},
        "series": [
            {"type": "bar", "stack": "all", "name": name, "data": [counts.get(day, 0) for day in days]}
            for name, counts in series.items()
        ],
    }


def states(labels: Sequence[str], series: Mapping[str, Sequence[int]]) -> Option:
    """Stacked bars: state -> how many, one a label. Each state has its own colour in all charts."""
    return {
        "xAxis": {"data": list(labels)},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": label_of(state),
                "tone": tone_of(state) or "plain",
                "data": list(counts),
            }
            for state, counts in series.items()
        ],
    }


def months_of_money(
    months: Sequence[Month], series: Mapping[str, Mapping[date, int]], currency: str
) -> Option:
    """Stacked bars: series name -> first day of month -> minor units; drawn in major units.

    Months before the first with money are left out, down to half a year.
    """
    months = _from_first(months, {day for amounts in series.values() for day in amounts})
    return {
        "xAxis": {"data": [str(month) for month in months]},
        "yAxis": {"name": currency},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": name,
                "data": [major(amounts.get(month.first_day, 0), currency) for month in months],
            }
            for name, amounts in series.items()
        ],
    }


def _from_first(months: Sequence[Month], days: set[date]) -> Sequence[Month]:
    empty = next((n for n, month in enumerate(months) if month.first_day in days), len(months))
    return months[min(empty, max(0, len(months) - MONTHS_MIN)) :]


def major(minor: int, currency: str) -> float:
    """A drawing needs no more than a float; the figures beside it are exact."""
    value: Decimal = Money(minor, currency).major
    return float(value)
