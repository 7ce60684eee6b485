"""Repetitions are told apart exactly, however keys fall."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.metering import known
from hotpot.pot.metering.known import Known, Table, as_keys, keys_of


@given(batches=st.lists(st.lists(st.integers(0, 300), max_size=80), max_size=8))
def test_it_holds_what_a_set_holds(batches: list[list[int]]) -> None:
    seen: set[int] = set()
    ours = Known()
    ours._tables = [Table(64)]  # Small, so that tables fill up and chains are long.
    for batch in batches:
        keys = as_keys(keys_of(map(str, batch)))
        repeated = ours.repeated(keys)
        expected = [n in seen or n in batch[:place] for place, n in enumerate(batch)]
        assert repeated.tolist() == expected
        ours.add(keys[~repeated], 0)
        seen.update(batch)
        assert len(ours) == len(seen)


def test_keys_that_fall_on_one_slot_are_all_found() -> None:
    table = Table(64)
    keys = np.array([[5, n] for n in range(30)], np.uint64)
    table.add(keys)
    assert table.holds(keys).all()
    assert not table.holds(np.array([[5, 99], [6, 98]], np.uint64)).any()


def test_a_table_is_forgotten_when_all_in_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Known()
    ours._tables = [Table(16)]
    first, second = as_keys(keys_of(map(str, range(9)))), as_keys(keys_of(map(str, range(9, 18))))
    ours.add(first, 100)
    ours.add(second, 200)
    ours.forget(100)
    assert ours.repeated(first).all()
    ours.forget(101)
    assert not ours.repeated(first).any()
    assert ours.repeated(second).all()
    assert known.SLOTS_MAX * known.FILLED_MAX > 10_000_000
