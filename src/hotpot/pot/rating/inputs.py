"""The small tables that plans read, made of what the catalogue and the time zones say. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hotpot.kernel.money import exponent
from hotpot.pot.catalog.pricing import (
    ON_SUMS,
    Bundle,
    Coupon,
    Item,
    Metered,
    Minimum,
    Package,
    Phase,
    Tiered,
    Timed,
    slots,
)

EPOCH = date(1970, 1, 1)
Row = dict[str, Any]
NOTHING: Row = {
    "meter": None, "advance": False, "per_seat": False, "proration": "", "phase_by_day": False,
    "phase_after": 0, "phase_lasts": None, "amount_minor": None, "price_micro": None, "rate_bp": None,
    "floor_minor": None, "cap_minor": None, "included": 0, "included_per_seat": False, "first_step": None,
    "step": None, "connect_micro": None, "coupon_periods": None, "coupon_code": None,
    "begun_from": None, "begun_until": None,
}  # fmt: skip


def item_tables(prices: Iterable[tuple[int, str, Mapping[int, Item]]]) -> dict[str, list[Row]]:
    """Rows of plans.SHAPES: items, tiers, rates, slots, counted, bundled.

    prices: the id of each price, its currency, and its items by their ids.
    """
    tables: dict[str, list[Row]] = {
        name: [] for name in ("items", "tiers", "rates", "slots", "counted", "bundled")
    }
    for price, currency, items in prices:
        for id, item in items.items():
            scale = 10 ** exponent(currency)
            tables["items"].append({"item": id, "price": price, "scale": scale, **_item(item)})
            for name, rows in _parts(item, items).items():
                tables[name].extend({"item": id, **row} for row in rows)
    return tables


def zone_rows(names: Iterable[str], first: date, ends: date) -> list[Row]:
    """Spans of one UTC offset of these zones (IANA names), two days around the days asked for."""
    return [
        {"zone": name, "from_us": start, "to_us": end, "offset_us": offset}
        for name in sorted(set(names))
        for start, end, offset in _spans(name, first - timedelta(days=2), ends + timedelta(days=2))
    ]


def month_rows() -> list[Row]:
    """Every month, so that plans can count them: 1970 to 2199."""
    firsts = [days_since_epoch(date(1970 + month // 12, month % 12 + 1, 1)) for month in range(230 * 12 + 1)]
    return [
        {"month": month, "first": first, "ends": ends} for month, (first, ends) in enumerate(pairwise(firsts))
    ]


def days_since_epoch(day: date) -> int:
    return (day - EPOCH).days


def _item(item: Item) -> Row:
    params = item.params
    row = NOTHING | {
        "code": item.code, "kind": item.kind, "meter": item.meter, "advance": item.advance,
        "per_seat": getattr(params, "per", "") == "seat",
        **_phase(getattr(params, "phase", Phase())),
        **{
            name: getattr(params, name)
            for name in ("proration", "amount_minor", "price_micro", "rate_bp", "floor_minor", "cap_minor",
                         "included", "step", "connect_micro")
            if hasattr(params, name)
        },
    }  # fmt: skip
    if isinstance(params, Metered):
        row["included_per_seat"] = params.included_per == "seat"
    if isinstance(params, Package):
        row["step"] = params.size
    if isinstance(params, Timed):
        row["first_step"] = params.first
    if isinstance(params, Coupon):
        row |= {"coupon_periods": params.periods, "coupon_code": params.redeem or None}
        days = {"begun_from": params.begun_from, "begun_until": params.begun_until}
        row |= {name: days_since_epoch(day) for name, day in days.items() if day}
    return row


def _phase(phase: Phase) -> Row:
    return {
        "phase_by_day": phase.unit == "day", "phase_after": phase.after, "phase_lasts": phase.lasts
    }  # fmt: skip


def _parts(item: Item, items: Mapping[int, Item]) -> dict[str, list[Row]]:
    params = item.params
    if isinstance(params, Tiered):
        return {"tiers": _tiers(params)}
    if isinstance(params, Timed):
        return _rates(params)
    if isinstance(params, Minimum | Coupon | Bundle):
        counted = [
            {"of": id}
            for id, other in items.items()
            if other.kind not in ON_SUMS and (not params.of or other.code in params.of)
        ]
        apps = [{"app": app} for app in params.apps] if isinstance(params, Bundle) else []
        return {"counted": counted, "bundled": apps}
    return {}


def _tiers(params: Tiered) -> list[Row]:
    above = 0
    rows = []
    for tier in params.tiers:
        rows.append(
            {
                "above": above,
                "up_to": tier.up_to,
                "price_micro": tier.price_micro,
                "flat_minor": tier.flat_minor,
            }
        )
        above = tier.up_to or above
    return rows


def _rates(params: Timed) -> dict[str, list[Row]]:
    windows = list(enumerate(params.windows, 1))
    prices = [(0, params.price_micro), *((rate, window.price_micro) for rate, window in windows)]
    return {
        "rates": [{"rate": rate, "price_micro": price} for rate, price in prices],
        "slots": [{"slot": slot, "rate": rate} for rate, window in windows for slot in slots(window)],
    }


@cache
def _spans(name: str, first: date, ends: date) -> list[tuple[int, int, int]]:
    """(from, to, offset) in microseconds. Offsets change at most once in six hours, on a whole second."""
    zone = ZoneInfo(name)
    return list(_changes(zone, _second(first), _second(ends)))


def _changes(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    million, quarter_day = 1_000_000, 6 * 3_600
    begun, offset = start, _offset(zone, start)
    for after in range(start + quarter_day, end + quarter_day, quarter_day):
        if _offset(zone, after) == offset:
            continue
        low, high = after - quarter_day, after
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
        yield begun * million, high * million, offset * million
        begun, offset = high, _offset(zone, high)
    yield begun * million, end * million, offset * million


def _second(day: date) -> int:
    return days_since_epoch(day) * 86_400


def _offset(zone: ZoneInfo, second: int) -> int:
    delta = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset()
    return int((delta or timedelta()).total_seconds())
