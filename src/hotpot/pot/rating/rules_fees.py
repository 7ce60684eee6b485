"""Fees by time, and what is charged once, for one subscription. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from hotpot.kernel.period import day_starts_at
from hotpot.pot.catalog.pricing import Fee, Once
from hotpot.pot.rating.rules import ONE_DAY, Asked, Charged, Held, Seat, Step, days_of


def monthly(asked: Asked, params: Fee) -> Iterator[Charged]:
    """A fee for the days, or the seconds, of each seat or of the subscription."""
    for seat in _who(asked, params.per):
        days = [day for day in asked.priced_days if seat is None or seat.has(day)]
        free = [day for day in days if asked.held.suspended(day)]
        paid = [day for day in days if day not in free]
        if params.proration == "day":
            part, whole = len(paid), asked.month.days
        else:
            part = sum(_seconds(asked.held, day, seat) for day in paid)
            whole = sum(_seconds(asked.held, day, None) for day in days_of(asked.month))
        if part:
            yield asked.charged(
                Fraction(params.amount_minor * part, whole),
                quantity=part, basis=whole, seat=seat,
                steps=_prorated(params, days, free, part, whole, seat),
            )  # fmt: skip


def whole_months(asked: list[tuple[Asked, Fee]]) -> Iterator[Charged]:
    """Fees that are charged whole: once for each code and number, at the price of its first day."""
    first: dict[tuple[str, str], tuple[date, int, Asked, Fee, Seat | None]] = {}
    for one, params in asked:
        for seat in _who(one, params.per):
            days = [day for day in one.days if seat is None or seat.has(day)]
            used = any(not one.held.suspended(day) for day in days)
            if not used or one.held.version_on(days[0]) is not one.version:
                continue
            key = (one.item.code, seat.number if seat else "")
            candidate = (days[0], seat.id if seat else 0, one, params, seat)
            first[key] = min(first.get(key, candidate), candidate, key=lambda found: found[:2])
    for day, _id, one, params, seat in first.values():
        step = Step("whole_month", {"fee_minor": params.amount_minor, "day": day, **_number(seat)})
        yield one.charged(Fraction(params.amount_minor), quantity=1, basis=1, seat=seat, steps=[step])


def once(asked: Asked, params: Once) -> Iterator[Charged]:
    """On the first day of each seat, or of the subscription."""
    for seat in _who(asked, params.per):
        day = seat.starts if seat else asked.held.starts
        if day in asked.priced_days and (seat is None or seat.has(day)):
            step = Step("once", {"fee_minor": params.amount_minor, "day": day, **_number(seat)})
            yield asked.charged(Fraction(params.amount_minor), quantity=1, basis=1, seat=seat, steps=[step])


def _who(asked: Asked, per: str) -> tuple[Seat | None, ...]:
    return asked.held.seats if per == "seat" else (None,)


def _seconds(held: Held, day: date, seat: Seat | None) -> int:
    """How long the day is where the customer is; from the moment of a seat that was given that day."""
    starts, ends = day_starts_at(day, held.zone), day_starts_at(day + ONE_DAY, held.zone)
    if seat and seat.assigned_at and day == seat.starts and starts < seat.assigned_at < ends:
        starts = seat.assigned_at.replace(microsecond=0)
    return int(ends.timestamp()) - int(starts.timestamp())


def _prorated(
    params: Fee, days: list[date], free: list[date], part: int, whole: int, seat: Seat | None
) -> Iterator[Step]:
    span = {"first": days[0], "last": days[-1], "days": len(days), **_number(seat)}
    yield Step("used", span)
    if free:
        yield Step("suspended", {"days": len(free)})
    unit = "days" if params.proration == "day" else "seconds"
    yield Step(f"prorated_{unit}", {"fee_minor": params.amount_minor, "part": part, "whole": whole})


def _number(seat: Seat | None) -> dict[str, str]:
    return {"number": seat.number if seat else ""}
