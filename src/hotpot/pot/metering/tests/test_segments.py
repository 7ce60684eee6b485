"""Segments keep what was put in, and merging them changes nothing that is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.metering import segments
from hotpot.pot.metering.intake import judge
from hotpot.pot.metering.known import Known
from hotpot.pot.metering.rules import FULL, level, to_merge
from hotpot.pot.metering.tests.samples import KINDS, NOW, event, request


@given(cuts=st.lists(st.integers(1, 5), min_size=2, max_size=6))
def test_a_merge_reads_as_its_parts_did(cuts: list[int]) -> None:
    parts, next_event, whole = [], 1, []
    for number, count in enumerate(cuts):
        sent = [event(f"{number}-{n}", type="call.ended", data={"ms": n}) for n in range(count)]
        found = judge([request(*sent)], KINDS, Known(), next_event=next_event, now=NOW).segment
        assert found is not None
        parts.append(found)
        next_event += count
        whole += sent
    merged = segments.merge(parts)
    assert (merged.first_event, merged.last_event) == (1, sum(cuts))
    assert merged.keys == b"".join(part.keys for part in parts)
    assert segments.unpack(merged.events)["id"].to_pylist() == [one["id"] for one in whole]
    usage = segments.unpack(merged.usage)
    assert usage["position"].to_pylist() == [n for n in range(len(whole)) for _meter in range(2)]


@given(sizes=st.lists(st.integers(1, 6000), min_size=1, max_size=300))
def test_merging_leaves_few_small_segments(sizes: list[int]) -> None:
    kept: list[int] = []
    for size in sizes:
        kept.append(size)
        while count := to_merge(kept):
            assert count >= 8
            kept[-count:] = [sum(kept[-count:])]
    assert sum(kept) == sum(sizes)
    tail = 0
    while tail < len(kept) and level(kept[-1 - tail]) < FULL:
        tail += 1
    assert tail <= 7 * FULL


def test_many_single_events_are_rewritten_a_few_times_each() -> None:
    kept: list[int] = []
    rewritten = 0
    for _ in range(50_000):
        kept.append(1)
        while count := to_merge(kept[-64:]):
            rewritten += sum(kept[-count:])
            kept[-count:] = [sum(kept[-count:])]
    assert rewritten <= 4 * 50_000
    assert len(kept) <= 50_000 / 4096 + 28
