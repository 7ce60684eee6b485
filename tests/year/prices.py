"""Prices of every kind, drawn at random."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from hotpot.pot.catalog.pricing import (
    MICRO,
    SEATS,
    Bundle,
    Coupon,
    Fee,
    Graduated,
    Item,
    Minimum,
    Once,
    Package,
    Per,
    Percent,
    Phase,
    Pricing,
    Tier,
    Timed,
    Unit,
    Volume,
    Window,
)

COUNTED = ("messages", "minutes", "peak", "level", "people")  # meters; "sales" is for percentages
PERS: tuple[Per, ...] = ("seat", "subscription")
PRORATIONS: tuple[Literal["day", "second", "month"], ...] = ("day", "second", "month")


@dataclass(frozen=True, slots=True)
class Asked:
    """`unit` is about what a seat costs a month; `others` are apps that a bundle may name."""

    currency: str
    unit: int
    others: tuple[str, ...]


def pricing(random: Random, asked: Asked, kind: str) -> Pricing:
    """A fee, an item of that kind, and some others; each kind at most twice."""
    kinds = ["fee", kind, *random.sample(KINDS_IN_TURN, 3)]
    items = (DRAWN[one](random, asked, f"i{n}-{one}") for n, one in enumerate(kinds))
    return Pricing(asked.currency, tuple(items))


def _fee(random: Random, asked: Asked, code: str) -> Item:
    phases = (Phase(), Phase(), Phase(unit="day", after=14), Phase(after=1, lasts=4), Phase(lasts=3))
    fee = Fee(
        amount_minor=asked.unit * random.randint(50, 200) // 100,
        per=random.choice(PERS),
        proration=random.choice(PRORATIONS),
        phase=random.choice(phases),
    )
    return Item(code, fee, advance=random.random() < 0.4, tax_class=random.choice(["standard", "reduced"]))


def _once(random: Random, asked: Asked, code: str) -> Item:
    once = Once(amount_minor=asked.unit * random.randint(1, 4), per=random.choice(PERS))
    return Item(code, once, tax_class="zero")


def _unit(random: Random, asked: Asked, code: str) -> Item:
    params = Unit(price_micro=_price(random, asked), **_allowance(random))
    return Item(code, params, meter=random.choice(COUNTED))


def _graduated(random: Random, asked: Asked, code: str) -> Item:
    return Item(code, Graduated(tiers=_tiers(random, asked), **_allowance(random)), meter=_meter(random))


def _volume(random: Random, asked: Asked, code: str) -> Item:
    """By usage, or by how many seats there are."""
    if random.random() < 0.5:
        return Item(code, Volume(tiers=_tiers(random, asked)), meter=SEATS)
    return Item(code, Volume(tiers=_tiers(random, asked), **_allowance(random)), meter=_meter(random))


def _package(random: Random, asked: Asked, code: str) -> Item:
    size = random.randint(1, 9) * MICRO
    package = Package(size=size, amount_minor=asked.unit // random.randint(2, 9), **_allowance(random))
    return Item(code, package, meter=_meter(random))


def _percent(random: Random, asked: Asked, code: str) -> Item:
    floor = random.randint(0, asked.unit // 50)
    params = Percent(
        rate_bp=random.randint(10, 900),
        floor_minor=floor,
        cap_minor=random.choice([None, floor + asked.unit]),
    )
    return Item(code, params, meter="sales", tax_class="exempt")


def _timed(random: Random, asked: Asked, code: str) -> Item:
    """Dearer in the evening, cheaper at the weekend; the first half minute at least, then by 6 seconds."""
    price = _price(random, asked)
    windows = (
        Window(price_micro=price * 2, days=(1, 2, 3, 4, 5), from_minute=18 * 60),
        Window(price_micro=price // 2, days=(6, 7)),
    )
    params = Timed(
        price_micro=price, connect_micro=price // 3, first=MICRO // 2, step=MICRO // 10, windows=windows,
        **_allowance(random),
    )  # fmt: skip
    return Item(code, params, meter="minutes")


def _minimum(random: Random, asked: Asked, code: str) -> Item:
    return Item(code, Minimum(amount_minor=asked.unit * random.randint(2, 9)))


def _coupon(random: Random, asked: Asked, code: str) -> Item:
    """For all, or for who redeems its code."""
    redeem = f"{code.upper()}-{random.randint(1_000, 9_999)}"
    periods, redeem = random.choice([1, 3, None]), random.choice(["", redeem])
    if random.random() < 0.5:
        return Item(code, Coupon(rate_bp=random.randint(100, 2_000), periods=periods, redeem=redeem))
    return Item(code, Coupon(amount_minor=asked.unit // 2, periods=periods, redeem=redeem))


def _bundle(random: Random, asked: Asked, code: str) -> Item:
    return Item(code, Bundle(rate_bp=random.randint(100, 2_000), apps=asked.others[:1]))


def _price(random: Random, asked: Asked) -> int:
    return asked.unit * MICRO // random.randint(7, 90)


def _tiers(random: Random, asked: Asked) -> tuple[Tier, ...]:
    first, second = _price(random, asked), _price(random, asked)
    return (
        Tier(price_micro=first, up_to=random.randint(1, 4) * MICRO, flat_minor=asked.unit // 10),
        Tier(price_micro=second, up_to=random.randint(5, 20) * MICRO),
        Tier(price_micro=min(first, second) // 2),
    )


def _allowance(random: Random) -> dict[str, Any]:
    return {
        "included": random.choice([0, 0, 2, 5]) * MICRO,
        "included_per": random.choice(PERS),
        "per": random.choice(PERS),
    }


def _meter(random: Random) -> str:
    return random.choice(COUNTED)


DRAWN: Mapping[str, Callable[[Random, Asked, str], Item]] = {
    "fee": _fee, "once": _once, "unit": _unit, "graduated": _graduated, "volume": _volume,
    "package": _package, "percent": _percent, "timed": _timed, "minimum": _minimum, "bundle": _bundle,
    "coupon": _coupon,
}  # fmt: skip
KINDS_IN_TURN = tuple(DRAWN)
