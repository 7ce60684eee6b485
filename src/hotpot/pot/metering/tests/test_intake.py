"""Which events are taken, and what meters make of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.metering import segments
from hotpot.pot.metering.intake import Bearer, kind_of, micros
from hotpot.pot.metering.known import Known
from hotpot.pot.metering.rules import AHEAD_MAX, LATE_MAX, MeterRule
from hotpot.pot.metering.tests.samples import (
    BEARER,
    NOW,
    SOURCE,
    codes,
    event,
    judged,
    learn,
    request,
)


def usage(sent: list[dict[str, Any]], *meters: MeterRule) -> list[tuple[int, int, int]]:
    """(position, meter, quantity) of each row."""
    found = judged(request(*sent), kinds={("mail", "mail.sent"): kind_of(meters)})
    assert found.segment is not None
    rows = segments.unpack(found.segment.usage).to_pylist()
    return [(row["position"], row["meter"], row["quantity"]) for row in rows]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"source": "https://other.example"}, "source"),
        ({"type": "mail.opened"}, "type"),
        ({"subject": "13800138000"}, "subject"),
        ({"subject": "+0013800138000"}, "subject"),
        ({"subject": "subscription:0"}, "subject"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-10-15T00:59:00"}, "time"),
        ({"time": (NOW - LATE_MAX - timedelta(seconds=1)).isoformat()}, "late"),
        ({"time": (NOW + AHEAD_MAX + timedelta(seconds=1)).isoformat()}, "future"),
        ({"type": "call.ended"}, "data"),
        ({"type": "call.ended", "data": {}}, "data"),
        ({"type": "call.ended", "data": {"ms": "5"}}, "data"),
        ({"type": "call.ended", "data": {"ms": -1}}, "data"),
        ({"type": "call.ended", "data": {"ms": 10**16}}, "data"),
    ],
)
def test_a_wrong_event_is_refused_and_its_neighbours_are_taken(wrong: dict[str, Any], code: str) -> None:
    sent = request(event("1"), event("2", **wrong), event("3"))
    found = judged(sent)
    assert codes(sent) == [(1, code)]
    assert found.segment is not None
    assert segments.unpack(found.segment.events)["id"].to_pylist() == ["1", "3"]
    assert segments.unpack(found.segment.usage)["position"].to_pylist() == [0, 1]
    assert sent.receipt is not None
    assert (sent.receipt.accepted, sent.receipt.duplicates) == (2, 0)


@pytest.mark.parametrize(
    "right",
    [
        {"subject": "subscription:12"},
        {"time": None},
        {"time": "2026-10-15T08:59:00.123456789+08:00"},
        {"time": (NOW - LATE_MAX).isoformat()},
        {"time": (NOW + AHEAD_MAX).isoformat()},
        {"type": "call.ended", "data": {"ms": 0, "else": [1]}},
    ],
)
def test_a_right_event_is_taken(right: dict[str, Any]) -> None:
    sent = request(event(**right))
    assert judged(sent).segment is not None
    assert codes(sent) == []


def test_an_event_without_a_time_happened_when_it_came() -> None:
    found = judged(request(event(time=None)))
    assert found.segment is not None
    assert found.segment.oldest_us == found.segment.received_us


def test_positions_count_events_that_could_not_be_read() -> None:
    sent = request(event(id=None), event("2"), event("3", subject="x"))
    judged(sent)
    assert codes(sent) == [(0, "malformed"), (2, "subject")]


def test_a_repetition_is_told_and_not_taken_again() -> None:
    known = Known()
    first, again = request(event("1"), event("1"), event("2")), request(event("2"), event("3"))
    learn(known, judged(first, known=known))
    learn(known, judged(again, known=known))
    assert first.receipt is not None
    assert again.receipt is not None
    assert (first.receipt.accepted, first.receipt.duplicates) == (2, 1)
    assert (again.receipt.accepted, again.receipt.duplicates) == (1, 1)


def test_a_refused_event_may_be_sent_again_mended() -> None:
    known = Known()
    learn(known, judged(request(event("1", subject="x")), known=known))
    mended = request(event("1", subject="x"), event("1"))
    judged(mended, known=known)
    assert mended.receipt is not None
    assert mended.receipt.accepted == 1


def test_the_same_id_of_another_source_is_another_event() -> None:
    bearer = Bearer(7, {SOURCE: "mail", "https://b.example": "mail"})
    sent = request(event("1"), event("1", source="https://b.example"), bearer=bearer)
    judged(sent)
    assert sent.receipt is not None
    assert sent.receipt.accepted == 2


@given(
    ids=st.lists(st.integers(0, 40), min_size=1, max_size=60),
    cuts=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=60),
)
def test_however_events_are_grouped_and_repeated_each_is_kept_once(
    ids: list[int], cuts: list[tuple[int, bool]]
) -> None:
    known, kept, told, rest = Known(), [], 0, list(ids)
    group = []
    for count, ends in cuts * len(ids):
        if not rest:
            break
        group.append(request(*(event(str(n)) for n in rest[:count])))
        rest = rest[count:]
        if ends or not rest:
            found = judged(*group, known=known)
            learn(known, found)
            if found.segment is not None:
                kept += segments.unpack(found.segment.events)["id"].to_pylist()
            told += sum(one.receipt.accepted for one in group if one.receipt is not None)
            group = []
    assert sorted(kept) == sorted({str(n) for n in ids})
    assert told == len(kept)


def test_each_meter_of_a_type_counts_each_event() -> None:
    sent = [event("1", data={"ms": 1500, "who": "a"}), event("2", data={"ms": 2, "who": "b"})]
    sent.append(event("3", data={"ms": 1500, "who": "a"}))
    count, total = MeterRule(1, "count", "", 0), MeterRule(2, "sum", "ms", -3)
    unique = MeterRule(3, "unique", "who", 0)
    rows = usage(sent, count, total, unique)
    assert [row[:2] for row in rows] == [(n, meter) for n in range(3) for meter in (1, 2, 3)]
    quantities = {(n, meter): quantity for n, meter, quantity in rows}
    assert [quantities[n, 1] for n in range(3)] == [1_000_000] * 3
    assert [quantities[n, 2] for n in range(3)] == [1_500_000, 2_000, 1_500_000]
    assert quantities[0, 3] == quantities[2, 3] != quantities[1, 3]


@pytest.mark.parametrize(
    ("values", "exponent", "expected"),
    [
        ([1, 2], 0, [1_000_000, 2_000_000]),
        ([0.1, 0.2, 1], 0, [100_000, 200_000, 1_000_000]),
        ([1.0000005, 1.0000015], 0, [1_000_000, 1_000_002]),  # half to even
        ([1024, 1], -9, [1, 0]),
        ([1500, 2500], -9, [2, 2]),
        ([7], 3, [7_000_000_000]),
        ([9_007_199_254_740_993], -6, [9_007_199_254_740_993]),
        ([9_007_199_254_740_993, 0.5], -6, [9_007_199_254_740_993, 0]),
        ([], 0, []),
    ],
)
def test_a_value_becomes_millionths_of_the_unit(
    values: list[float], exponent: int, expected: list[int]
) -> None:
    assert micros(values, exponent).tolist() == expected


@given(values=st.lists(st.integers(0, 10**9), min_size=1), exponent=st.integers(-6, 3))
def test_whole_numbers_stay_exact(values: list[int], exponent: int) -> None:
    assert micros(values, exponent).tolist() == [value * 10 ** (6 + exponent) for value in values]


def test_a_field_that_two_meters_share_is_checked_for_both() -> None:
    """The greater exponent leaves the smaller range."""
    kinds = {("mail", "mail.sent"): kind_of([MeterRule(1, "sum", "n", 0), MeterRule(2, "max", "n", 6)])}
    sent = request(event("1", data={"n": 10**6}), event("2", data={"n": 10**7}))
    judged(sent, kinds=kinds)
    assert codes(sent) == [(1, "data")]


def test_tallies_are_by_the_events_own_day() -> None:
    sent = [event("1", time="2026-10-13T23:59:59Z"), event("2", time="2026-10-14T00:00:00Z"), event("3")]
    found = judged(request(*sent))
    assert sorted((one.meter, one.day.day, one.events, one.quantity) for one in found.tallies) == [
        (1, 13, 1, 1_000_000),
        (1, 14, 1, 1_000_000),
        (1, 15, 1, 1_000_000),
    ]


def test_only_refusals_make_no_segment() -> None:
    sent = request(event(subject="x"), bearer=BEARER)
    assert judged(sent).segment is None
    assert judged(request(bearer=BEARER)).segment is None
