"""Cases that a finance person worked by hand, in golden.csv, against the rules and the plans."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hotpot.kernel.money import Money, exponent
from hotpot.kernel.period import Month
from hotpot.pot.catalog.pricing import MICRO, USAGE, Item
from hotpot.pot.rating.rules import Held, Seat, Use, Version
from hotpot.pot.rating.running import Tenant
from hotpot.pot.rating.tests.worlds import by_plans, by_rules

TABLE = Path(__file__).parent / "golden.csv"
CASES = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
WHOLE = {"amount": "amount_minor", "rate": "rate_bp", "floor": "floor_minor", "cap": "cap_minor"}
QUANTITIES = ("included", "size", "first", "step")


def item_of(text: str, currency: str) -> Item:
    """`kind name=value ...`: amounts in minor units, prices and quantities as people write them."""
    words, _, windows = text.partition(" windows=")
    kind, *pairs = words.split()
    params: dict[str, Any] = {}
    for name, value in (pair.split("=") for pair in pairs):
        if name in WHOLE:
            params[WHOLE[name]] = int(value)
        elif name in {"price", "connect"}:
            params[f"{name}_micro"] = micro(value, currency)
        elif name in QUANTITIES:
            params[name] = int(Decimal(value) * MICRO)
        elif name in {"after", "unit"}:
            params.setdefault("phase", {})[name] = int(value) if name == "after" else value
        elif name == "tiers":
            params["tiers"] = [tier_of(tier, currency) for tier in value.split("|")]
        else:
            params[name] = value
    if windows:
        days, span, price = windows.split()
        first, last = days.split("-")
        start, end = (int(time[:2]) * 60 + int(time[3:]) for time in span.split("-"))
        window = {"from_minute": start, "to_minute": end, "price_micro": micro(price, currency)}
        params["windows"] = [window | {"days": list(range(int(first), int(last) + 1))}]
    return Item.read(kind, params, code="item", meter="units" if kind in USAGE else None)


def tier_of(text: str, currency: str) -> dict[str, int]:
    end, price = text.split(":")
    tier = {"price_micro": micro(price, currency)}
    return tier if end == "rest" else tier | {"up_to": int(end) * MICRO}


def micro(price: str, currency: str) -> int:
    return int(Decimal(price).scaleb(exponent(currency)) * MICRO)


def tenant_of(case: dict[str, str]) -> tuple[Tenant, list[tuple[str, Use]]]:
    month = Month.parse(case["month"])
    price, *facts = [part.strip() for part in case["item"].split(";")]
    seats, uses = list[Seat](), list[tuple[str, Use]]()
    for fact in facts:
        if fact.startswith("seat "):
            start, _, end = fact.removeprefix("seat ").partition("..")
            ends = date.fromisoformat(end) if end else None
            seats.append(Seat(1, "+8613800000001", date.fromisoformat(start), ends))
        else:
            quantity, _, at = fact.removeprefix("use ").partition(" on ")
            moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
            amount = int(Decimal(quantity) * MICRO)
            uses.append(("app", Use(len(uses), "subscription:1", "units", moment, amount)))
    version = Version(month.first_day, case["currency"], {1: item_of(price, case["currency"])})
    held = Held(
        id=1, zone=ZoneInfo(case["zone"]), starts=month.first_day, ends=None, versions=(version,),
        seats=tuple(seats),
    )  # fmt: skip
    return Tenant(held, "app", 1), uses


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_case_worked_by_hand(case: dict[str, str]) -> None:
    tenant, uses = tenant_of(case)
    (row,) = by_rules([tenant], uses, [Month.parse(case["month"])])
    assert Money(row[6], row[7]) == Money.of(case["amount"], case["currency"])


def test_the_plans_say_the_same_of_all_cases_at_once() -> None:
    for month in {case["month"] for case in CASES}:
        tenants, uses = [], []
        for id, case in enumerate((case for case in CASES if case["month"] == month), 1):
            tenant, theirs = tenant_of(case)
            tenants.append(renumbered(tenant, id))
            uses += [(app, of_subscription(use, id)) for app, use in theirs]
        months = [Month.parse(month)]
        assert by_plans(tenants, uses, months) == by_rules(tenants, uses, months)


def renumbered(tenant: Tenant, id: int) -> Tenant:
    held = tenant.held
    (version,) = held.versions
    mine = Version(version.starts, version.currency, {id: version.items[1]})
    seats = tuple(Seat(id, f"+86138{id:08d}", seat.starts, seat.ends) for seat in held.seats)
    return Tenant(Held(id, held.zone, held.starts, held.ends, (mine,), seats), tenant.app, id)


def of_subscription(use: Use, id: int) -> Use:
    return Use(id * 100 + use.event, f"subscription:{id}", use.meter, use.at, use.quantity)
