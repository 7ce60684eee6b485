"""Exactness of the plans' arithmetic, on the engine that runs them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import duckdb
import ibis
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotpot.kernel.money import round_to_minor
from hotpot.pot.rating.arithmetic import floored, prorated

MAX = 2**62
_shape = {"a": "int64", "b": "int64", "c": "int64"}
_table = ibis.table(_shape, name="rows")
_database = duckdb.connect()
_floored = str(ibis.to_sql(_table.select(x=floored(_table.a, _table.b)), dialect="duckdb"))
_prorated = str(ibis.to_sql(_table.select(x=prorated(_table.a, _table.b, _table.c)), dialect="duckdb"))


def run(sql: str, rows: list[tuple[int, int, int]]) -> list[int]:
    columns = [pa.array(column, pa.int64()) for column in zip(*rows, strict=True)]
    _database.register("rows", pa.table(columns, names=list(_shape)))
    return [value for (value,) in _database.sql(sql).fetchall()]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, MAX), st.integers(1, 10_000)), min_size=1, max_size=50))
@example([(MAX, 1), (MAX, 10_000), (2**53 + 1, 1), (10_000 * 2**49 - 1, 10_000), (0, 31), (30, 31), (31, 31)])
def test_division_is_exact(rows: list[tuple[int, int]]) -> None:
    assert run(_floored, [(a, b, 0) for a, b in rows]) == [a // b for a, b in rows]


fees = st.integers(0, 10**15)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(fees, st.integers(1, 31), st.integers(28, 31)), min_size=1, max_size=50))
def test_prorating_rounds_as_the_kernel_does(rows: list[tuple[int, int, int]]) -> None:
    exact = [round_to_minor(Decimal(fee * days) / of_days, "JPY") for fee, days, of_days in rows]
    assert run(_prorated, rows) == exact


@settings(max_examples=60, deadline=None)
@given(fee=fees, cuts=st.sets(st.integers(1, 30), max_size=5))
def test_a_split_month_equals_the_whole_one_but_for_its_roundings(fee: int, cuts: set[int]) -> None:
    """Each part is rounded once, so n parts are off by less than n / 2 minor units."""
    borders = [0, *sorted(cuts), 31]
    parts = run(_prorated, [(fee, end - start, 31) for start, end in pairwise(borders)])
    assert abs(sum(parts) - fee) * 2 <= len(parts)


@settings(max_examples=40, deadline=None)
@given(fee=fees, of_days=st.integers(28, 31))
def test_more_days_never_cost_less_and_all_days_cost_the_fee(fee: int, of_days: int) -> None:
    amounts = run(_prorated, [(fee, days, of_days) for days in range(1, of_days + 1)])
    assert amounts == sorted(amounts)
    assert amounts[-1] == fee
