from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.kernel.clock import SettableClock, SharedClock
from hotpot.kernel.errors import Invalid
from hotpot.kernel.ids import uuid7
from hotpot.kernel.money import BP_PER_WHOLE, CurrencyMismatch, Money, total
from hotpot.kernel.msisdn import InvalidMsisdn, Msisdn
from hotpot.kernel.period import Month, local_day
from hotpot.kernel.vault import Unreadable, Vault

currencies = st.sampled_from(["CNY", "JPY", "KWD", "CLF"])
amounts = st.builds(Money, st.integers(-(10**15), 10**15), currencies)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("15", "CNY", 1500),
        ("0.005", "CNY", 1),
        ("-0.005", "CNY", -1),
        ("0.004999", "CNY", 0),
        ("100", "JPY", 100),
        ("0.5", "JPY", 1),
        ("1.2345", "KWD", 1235),
    ],
)
def test_rounding_is_half_up_at_the_currencys_own_exponent(amount: str, currency: str, minor: int) -> None:
    assert Money.of(amount, currency).minor == minor


@given(amounts)
def test_major_units_and_back_are_the_same_money(money: Money) -> None:
    assert Money.of(money.major, money.currency) == money


@given(amounts, st.integers(0, BP_PER_WHOLE))
def test_a_part_never_exceeds_the_whole_and_the_rest_is_the_rest(money: Money, bp: int) -> None:
    part = money.part_floor(bp)
    assert abs(part.minor) <= abs(money.minor)
    assert abs(part.minor * BP_PER_WHOLE - money.minor * bp) < BP_PER_WHOLE
    assert total([part, money - part], start=money.zero()) == money


def test_money_is_exact_and_of_one_currency() -> None:
    with pytest.raises(TypeError):
        Money.of(0.1, "CNY")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(1.0, "CNY")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, "yuan")
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "CNY") + Money(1, "JPY")


def test_money_reads_with_all_its_decimals() -> None:
    assert str(Money(123450, "CNY")) == "1,234.50 CNY"
    assert str(Money(1234, "JPY")) == "1,234 JPY"
    assert str(Money(-5, "KWD")) == "-0.005 KWD"


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("+86 138-0013-8000", None, "+8613800138000"),
        ("020 7946 0018", "GB", "+442079460018"),
    ],
)
def test_numbers_of_any_country(text: str, region: str | None, e164: str) -> None:
    number = Msisdn.parse(text, region=region)
    assert number.e164 == e164
    assert number.digits == e164[1:]
    assert number.masked.endswith(e164[-4:])
    assert e164[3:7] not in number.masked


@pytest.mark.parametrize("text", ["", "abc", "13800138000", "+86 1", "+999 123 456 7890"])
def test_what_is_no_number_says_so(text: str) -> None:
    with pytest.raises(InvalidMsisdn, match=r"phone number|digits"):
        Msisdn.parse(text)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_a_month_knows_its_neighbours(day: date) -> None:
    month = Month.of(day)
    assert month.first_day <= day <= month.last_day
    assert month.next().previous() == month
    assert month.next().first_day - month.first_day == timedelta(days=month.days)
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Asia/Shanghai", "Europe/Berlin", "Pacific/Kiritimati"])
def test_a_months_instants_are_its_own_zones(zone: str) -> None:
    tz = ZoneInfo(zone)
    month = Month(2026, 10)
    assert local_day(month.starts_at(tz), tz) == date(2026, 10, 1)
    assert local_day(month.ends_at(tz) - timedelta(microseconds=1), tz) == date(2026, 10, 31)
    assert month.ends_at(tz) == month.next().starts_at(tz)


@pytest.mark.parametrize("text", ["2026-13", "2026-0", "26-10", "2026/10", "2026-10-01", ""])
def test_what_is_no_month_says_so(text: str) -> None:
    with pytest.raises(Invalid, match="2026-10"):
        Month.parse(text)


def test_a_settable_clock_never_goes_back() -> None:
    start = datetime(2017, 1, 9, tzinfo=UTC)
    clock = SettableClock(start)
    clock.move_to(start - timedelta(days=1))
    assert clock.now() == start
    clock.move_to(start + timedelta(days=1))
    assert clock.now() == start + timedelta(days=1)


def test_a_shared_clock_tells_every_holder_the_same(tmp_path: Path) -> None:
    one, other = SharedClock(tmp_path / "clock"), SharedClock(tmp_path / "clock")
    moment = datetime(2017, 1, 9, 8, 49, 50, 123456, tzinfo=UTC)
    one.move_to(moment)
    assert other.now() == moment
    other.move_to(moment - timedelta(days=1))
    assert one.now() == moment


def test_ids_sort_by_time() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert str(uuid7(early)) < str(uuid7(late))
    assert uuid7(early) != uuid7(early)
    assert uuid7(early).version == 7


@given(st.text(max_size=200))
def test_a_vault_opens_what_it_sealed_and_nothing_else(secret: str) -> None:
    vault = Vault("key of this installation", "connector")
    sealed = vault.seal(secret)
    assert vault.open(sealed) == secret
    for stranger in (Vault("another key", "connector"), Vault("key of this installation", "other")):
        with pytest.raises(Unreadable):
            stranger.open(sealed)
