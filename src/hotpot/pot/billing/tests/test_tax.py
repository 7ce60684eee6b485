"""Tax: worked cases, the plan against its pure twin, and what must hold for every amount and rate."""

from __future__ import annotations

from datetime import date

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpot.pot.billing import plans_tax
from hotpot.pot.billing.tax import EVER, Rate, Span, rate_on, spans, taxed

EPOCH = date(1970, 1, 1)
amounts = st.integers(-(10**13), 10**13)
rates_bp = st.integers(0, 5_000)


@pytest.mark.parametrize(
    ("priced", "rate_bp", "inclusive", "net", "tax"),
    [
        (10_000, 600, False, 10_000, 600),  # 100.00 + 6 % = 106.00
        (10_600, 600, True, 10_000, 600),  # 106.00 contains 6.00
        (1_500, 1_300, True, 1_327, 173),  # 15.00: 1.7257 of tax
        (1, 600, False, 1, 0),  # 0.0006 is nothing
        (25, 600, False, 25, 2),  # 0.015 is rounded half up
        (-25, 600, False, -25, -2),  # a credit mirrors it
        (-1_500, 1_300, True, -1_327, -173),
        (0, 600, True, 0, 0),
    ],
)
def test_worked_by_hand(priced: int, rate_bp: int, inclusive: bool, net: int, tax: int) -> None:
    found = taxed(priced, rate_bp, inclusive=inclusive)
    assert (found.net_minor, found.tax_minor) == (net, tax)


@given(priced=amounts, rate_bp=rates_bp, inclusive=st.booleans(), liable=st.booleans())
def test_what_must_hold(priced: int, rate_bp: int, inclusive: bool, liable: bool) -> None:
    found = taxed(priced, rate_bp, inclusive=inclusive, liable=liable)
    mirrored = taxed(-priced, rate_bp, inclusive=inclusive, liable=liable)
    assert (mirrored.net_minor, mirrored.tax_minor) == (-found.net_minor, -found.tax_minor)
    if inclusive and liable:
        assert found.gross_minor == priced
    if not inclusive:
        assert found.net_minor == priced
    # Half a unit off the exact tax on the net, at most; where the price contains it, by the net's rounding.
    if liable:
        assert abs(found.tax_minor * 10_000 - found.net_minor * rate_bp) <= 5_000 + rate_bp // 2 + 1
    else:
        assert found.tax_minor == 0


def test_the_nearest_place_and_the_newest_rate_decide() -> None:
    rates = [
        Rate("ES", "standard", date(2020, 1, 1), 2_100, False),
        Rate("ES-CN", "standard", date(2020, 1, 1), 700, False),
        Rate("ES", "standard", date(2027, 1, 1), 2_200, False),
    ]
    assert rate_on(rates, "ES-MD", "standard", date(2026, 12, 31)) == rates[0]
    assert rate_on(rates, "ES-MD", "standard", date(2027, 1, 1)) == rates[2]
    assert rate_on(rates, "ES-CN", "standard", date(2027, 1, 1)) == rates[1]
    assert rate_on(rates, "ES", "reduced", date(2027, 1, 1)) is None
    assert rate_on(rates, "ES", "standard", date(2019, 12, 31)) is None
    assert spans(rates, ["ES-MD", "ES-MD"]) == [
        Span("ES-MD", "standard", date(2020, 1, 1), date(2027, 1, 1), 2_100, False),
        Span("ES-MD", "standard", date(2027, 1, 1), EVER, 2_200, False),
    ]


def _day(day: date) -> int:
    return (day - EPOCH).days


def _plan(lines: list[dict[str, object]], rates: list[Rate], liable: bool) -> list[dict[str, object]]:
    october = {"period": _day(date(2026, 10, 1)), "ends": _day(date(2026, 11, 1))}
    found = spans(rates, ["CN-50"])
    tables = {
        "lines": pa.Table.from_pylist(lines),
        "periods": pa.Table.from_pylist([october]),
        "tax_rates": pa.Table.from_pylist(
            [
                {
                    "place": one.place, "tax_class": one.tax_class, "starts": _day(one.starts_on),
                    "ends": _day(one.ends_on), "rate_bp": one.rate_bp, "inclusive": one.inclusive,
                }
                for one in found
            ],
            schema=pa.schema([
                ("place", pa.string()), ("tax_class", pa.string()), ("starts", pa.int64()),
                ("ends", pa.int64()), ("rate_bp", pa.int64()), ("inclusive", pa.bool_()),
            ]),
        ),
        "tax_customers": pa.Table.from_pylist([{"customer": 7, "place": "CN-50", "liable": liable}]),
    }  # fmt: skip
    shapes = plans_tax.SHAPES | {"lines": plans_tax.SHAPES["lines"] | {"id": "int64"}}
    plan = plans_tax.taxed(**{name: ibis.table(shape, name=name) for name, shape in shapes.items()})
    with duckdb.connect() as engine:
        for name, table in tables.items():
            engine.register(name, table)
        rows: list[dict[str, object]] = (
            engine.sql(str(ibis.to_sql(plan, dialect="duckdb"))).to_arrow_table().to_pylist()
        )
    return rows


@settings(max_examples=15, deadline=None)
@given(
    priced=st.lists(amounts, min_size=1, max_size=5),
    rate_bp=rates_bp,
    inclusive=st.booleans(),
    liable=st.booleans(),
)
def test_the_plan_is_its_pure_twin(priced: list[int], rate_bp: int, inclusive: bool, liable: bool) -> None:
    october = _day(date(2026, 10, 1))
    lines: list[dict[str, object]] = [
        {"id": n, "customer": 7, "period": october, "tax_class": "standard", "amount_minor": amount}
        for n, amount in enumerate(priced)
    ]
    lines.append({"id": -1, "customer": 7, "period": october, "tax_class": "none", "amount_minor": 5})
    rate = Rate("CN", "standard", date(2026, 10, 31), rate_bp, inclusive)
    found = {row["id"]: row for row in _plan(lines, [rate], liable)}
    assert len(found) == len(lines)
    assert (found[-1]["net_minor"], found[-1]["tax_minor"], found[-1]["tax_rate_bp"]) == (5, 0, 0)
    for n, amount in enumerate(priced):
        twin = taxed(amount, rate_bp, inclusive=inclusive, liable=liable)
        row = found[n]
        assert (row["net_minor"], row["tax_minor"], row["amount_minor"]) == (
            twin.net_minor, twin.tax_minor, twin.gross_minor,
        )  # fmt: skip
        assert row["tax_rate_bp"] == (rate_bp if liable else 0)
