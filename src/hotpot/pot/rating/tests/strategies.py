"""Random prices, subscriptions and usage: few days and numbers, so that they meet in every way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from hotpot.kernel.period import Month
from hotpot.pot.catalog.pricing import (
    MICRO,
    Bundle,
    Coupon,
    Fee,
    Graduated,
    Item,
    Minimum,
    Once,
    Package,
    Params,
    Percent,
    Phase,
    Tier,
    Timed,
    Unit,
    Volume,
    Window,
)
from hotpot.pot.rating.rules import Held, Other, Seat, Use, Version
from hotpot.pot.rating.running import Tenant

# From UTC-10 to UTC+14, with and without summer time, at whole, half and three-quarter hours.
ZONES = [
    "Asia/Shanghai", "Pacific/Honolulu", "Pacific/Kiritimati", "Europe/Berlin", "America/New_York",
    "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Asia/Beirut",
]  # fmt: skip
MONTHS = [Month(2026, 3), Month(2026, 4), Month(2024, 2), Month(2026, 10), Month(2026, 11)]
APPS = ("chat", "mail", "stock")
# Of the meter "data"; "calls" are summed.
AGGREGATIONS = {"mail": "max", "stock": "last", "chat": "unique"}
NUMBERS = ("+8613800000001", "+8613800000002", "+8613800000003")
CURRENCIES = ("CNY", "JPY", "KWD")
METERS = ("calls", "data")

amounts = st.integers(1, 10_000)
micros = st.integers(1, 9 * MICRO)
quantities = st.integers(0, 40 * MICRO) | st.integers(0, 40).map(lambda units: units * MICRO)
phases = (
    st.just(Phase())
    | st.just(Phase())
    | st.builds(
        Phase,
        unit=st.sampled_from(["day", "month"]),
        after=st.integers(0, 20),
        lasts=st.none() | st.integers(1, 20),
    )
)
redeemed = st.sampled_from(["WELCOME", "SPRING"])
begun_days = st.dates(date(2023, 12, 20), date(2024, 2, 20)) | st.dates(date(2026, 2, 1), date(2026, 11, 20))
codes = st.just("") | redeemed
pers = st.sampled_from(["seat", "subscription"])
metered = {
    "per": pers, "included": st.just(0) | st.integers(1, 3 * MICRO), "included_per": pers, "phase": phases
}  # fmt: skip


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    ends = sorted(draw(st.sets(st.integers(1, 40 * MICRO), max_size=3)))
    return tuple(
        Tier(up_to=end, price_micro=draw(micros), flat_minor=draw(st.sampled_from([0, 0, 150])))
        for end in [*ends, None]
    )


windows = st.lists(
    st.builds(
        Window, price_micro=micros, days=st.sampled_from([(1, 2, 3, 4, 5), (7,)]),
        from_minute=st.sampled_from([0, 8 * 60]), to_minute=st.sampled_from([9 * 60, 20 * 60]),
    ),
    max_size=2, unique_by=lambda window: window.days,
)  # fmt: skip
USAGE_PARAMS: dict[str, st.SearchStrategy[Params]] = {
    "unit": st.builds(Unit, price_micro=micros, **metered),
    "graduated": st.builds(Graduated, tiers=tiers(), **metered),
    "volume": st.builds(Volume, tiers=tiers(), **metered),
    "package": st.builds(Package, size=st.integers(1, 10 * MICRO), amount_minor=amounts, **metered),
    "percent": st.builds(
        Percent, rate_bp=st.integers(0, 10_000), floor_minor=st.integers(0, 50),
        cap_minor=st.none() | st.integers(50, 500), per=pers, phase=phases,
    ),
    "timed": st.builds(
        Timed, price_micro=micros, connect_micro=micros, first=st.integers(0, 3 * MICRO),
        step=st.integers(1, 3 * MICRO), windows=windows.map(tuple), **metered,
    ),
}  # fmt: skip
FEE_PARAMS: dict[str, st.SearchStrategy[Params]] = {
    "fee": st.builds(
        Fee,
        amount_minor=amounts,
        per=pers,
        proration=st.sampled_from(["day", "second", "month"]),
        phase=phases,
    ),
    "once": st.builds(Once, amount_minor=amounts, per=pers),
}
SUM_PARAMS: dict[str, st.SearchStrategy[Params]] = {
    "minimum": st.builds(Minimum, amount_minor=amounts, of=st.just(()) | st.just(("c0",)), phase=phases),
    "bundle": st.builds(
        Bundle, rate_bp=st.integers(0, 5_000), apps=st.sampled_from([("mail",), ("stock", "chat")])
    ),
    "coupon": st.builds(
        Coupon, rate_bp=st.integers(0, 5_000), periods=st.none() | st.integers(1, 3),
        of=st.just(()) | st.just(("c0",)), redeem=codes,
    )
    | st.builds(Coupon, amount_minor=amounts, periods=st.none() | st.integers(1, 3), redeem=codes)
    | st.builds(
        Coupon, rate_bp=st.integers(0, 5_000), periods=st.none() | st.integers(1, 30),
        begun_from=st.none() | begun_days, begun_until=st.none() | begun_days,
    ).filter(lambda one: (one.begun_from or date.min) <= (one.begun_until or date.max)),
}  # fmt: skip


@st.composite
def items(draw: st.DrawFn, start: int) -> dict[int, Item]:
    """The first one is a fee or of usage, so that others can speak of it."""
    found: dict[int, Item] = {}
    kinds = [draw(st.sampled_from([*USAGE_PARAMS, *FEE_PARAMS]))]
    kinds += draw(
        st.lists(st.sampled_from([*USAGE_PARAMS, *SUM_PARAMS, *FEE_PARAMS]), min_size=3, max_size=6)
    )
    for place, kind in enumerate(kinds):
        params = draw((FEE_PARAMS | USAGE_PARAMS | SUM_PARAMS)[kind])
        meter = None
        if kind in USAGE_PARAMS:
            by_event = kind in {"percent", "timed"} or params.per == "seat"  # type: ignore[attr-defined]
            meter = draw(st.sampled_from(METERS if by_event else (*METERS, "seats")))
        advance = kind == "fee" and draw(st.booleans())
        found[start + place] = Item(f"c{place}", params, meter=meter, advance=advance)
    return found


def days_about(month: Month) -> st.SearchStrategy[date]:
    return st.integers(-40, month.days + 3).map(lambda days: month.first_day + timedelta(days=days))


@st.composite
def spans(draw: st.DrawFn, month: Month) -> tuple[date, date | None]:
    """Often the whole month and more; else anything."""
    if draw(st.integers(0, 3)):
        return month.first_day - timedelta(days=draw(st.integers(0, 40))), None
    start = draw(days_about(month))
    length = draw(st.none() | st.integers(0, 40))
    return start, None if length is None else start + timedelta(days=length)


@st.composite
def tenants(draw: st.DrawFn, id: int, month: Month) -> Tenant:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    starts, ends = draw(spans(month))
    version_days = sorted(
        {month.first_day - timedelta(days=60), *draw(st.sets(days_about(month), max_size=2))}
    )
    currency = draw(st.sampled_from(CURRENCIES))
    versions = tuple(
        Version(day, currency, draw(items(id * 1_000 + place * 100)))
        for place, day in enumerate(version_days)
    )
    seats = []
    for place in range(draw(st.integers(2, 4))):
        seat_starts, seat_ends = draw(spans(month))
        minutes = draw(st.integers(-600, 3_000))
        assigned = datetime.combine(seat_starts, time(), UTC) + timedelta(
            minutes=minutes, microseconds=minutes + 600
        )
        seats.append(Seat(id * 10 + place, draw(st.sampled_from(NUMBERS)), seat_starts, seat_ends, assigned))
    app = draw(st.sampled_from(APPS))
    held = Held(
        id=id, zone=zone, starts=starts, ends=ends, versions=versions, seats=tuple(seats),
        suspensions=tuple(draw(st.lists(spans(month), max_size=3))), meters={"data": AGGREGATIONS[app]},
        redeemed=draw(st.dictionaries(redeemed, days_about(month), max_size=2)),
    )  # fmt: skip
    return Tenant(held, app, draw(st.integers(1, 2)))


@st.composite
def uses(draw: st.DrawFn, month: Month, event: int, tenants: list[Tenant]) -> tuple[str, Use]:
    """Mostly of somebody's seat."""
    minutes = draw(st.integers(-60 * 26, (month.days + 1) * 24 * 60))
    at = datetime.combine(month.first_day, time(), UTC) + timedelta(minutes=minutes)
    tenant = draw(st.sampled_from(tenants))
    subjects = [*NUMBERS, *(seat.number for seat in tenant.held.seats), f"subscription:{tenant.held.id}"]
    quantity = draw(quantities | st.just(-MICRO))
    use = Use(event, draw(st.sampled_from(subjects)), draw(st.sampled_from(METERS)), at, quantity)
    return tenant.app, use


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Month, list[Tenant], list[tuple[str, Use]]]:
    """A month, several subscriptions of two customers, and usage of all apps."""
    month = draw(st.sampled_from(MONTHS))
    found = [draw(tenants(id, month)) for id in range(1, draw(st.integers(4, 6)) + 1)]
    with_others = []
    for tenant in found:
        others = tuple(
            Other(other.app, other.held.starts, other.held.ends)
            for other in found
            if other.customer == tenant.customer
        )
        with_others.append(Tenant(replace(tenant.held, others=others), tenant.app, tenant.customer))
    events = [draw(uses(month, event, found)) for event in range(draw(st.integers(20, 40)))]
    return month, with_others, events
