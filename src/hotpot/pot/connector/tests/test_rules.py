from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.kernel.money import Money
from hotpot.pot.connector.rules import (
    Unreadable,
    back_off_s,
    begin_after,
    from_latin_1,
    keep_watermark,
    looks_like_gbk,
    read_row,
    readable,
    text_of,
    to_latin_1,
)
from hotpot.pot.connector.wire import Config, read_config

NOW = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)
ROW: dict[str, Any] = {
    "id": 7,
    "kind": "Travel",
    "who": "王芳",
    "boss": "SUPERVISOR",
    "sum": Decimal("1234.565"),
    "cur": None,
    "at": datetime(2026, 10, 15, 9, 30),  # noqa: DTZ001
    "why": None,
}


def config(**columns: Any) -> Config:
    return read_config(
        {
            "time_zone": "Asia/Shanghai",
            "source": {"table": "t", "key": "id"},
            "notice": {"kind": "status", "column": "s", "open": 0},
            "columns": {"title": "{kind} {id}", "approver": "boss", "amount": "sum", "appeared_at": "at"}
            | columns,
            "write_back": {"statements": ["UPDATE t"], "verdicts": {"approved": 1, "rejected": 2}},
        }
    )


def read(row: dict[str, Any], **columns: Any) -> Any:
    return read_row(row, config(**columns), currency="CNY", country="CN", now=NOW)


def test_a_row_becomes_a_task() -> None:
    task = read(ROW, applicant="who", details={"Why": "why", "Who": "who"})
    assert (task.key, task.title, task.applicant, task.approver) == ("7", "Travel 7", "王芳", "SUPERVISOR")
    assert task.amount == Money(123457, "CNY")
    assert task.appeared_at == datetime(2026, 10, 15, 1, 30, tzinfo=UTC)
    assert list(task.details.items()) == [("Why", ""), ("Who", "王芳")]


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("1,234.50", 123450), (0.1, 10), (26.85120450862128, 2685), (0, 0), (Decimal("-3"), -300)],
)
def test_amounts_are_exact(amount: Any, minor: int) -> None:
    assert read(ROW | {"sum": amount}).amount == Money(minor, "CNY")


@pytest.mark.parametrize("amount", ["a lot", "NaN", float("inf"), "9" * 30])
def test_no_amount_is_made_up(amount: Any) -> None:
    with pytest.raises(Unreadable):
        read(ROW | {"sum": amount})


def test_the_row_s_own_currency_goes_first() -> None:
    assert read(ROW | {"cur": "jpy"}, currency_column="cur").amount == Money(1235, "JPY")
    with pytest.raises(Unreadable):
        read(ROW | {"cur": "yen?"}, currency_column="cur")


def test_an_approver_by_number_is_written_as_e164() -> None:
    assert read(ROW | {"boss": "138 0013 8000"}, approver_by="number").approver == "+8613800138000"
    with pytest.raises(Unreadable, match="phone number"):
        read(ROW | {"boss": "7"}, approver_by="number")


@pytest.mark.parametrize("broken", [{"boss": " "}, {"at": "soon"}])
def test_what_can_t_be_read_says_why(broken: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as problem:
        read(ROW | broken)
    assert str(problem.value)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_chinese_survives_a_latin_1_column(text: str) -> None:
    assert from_latin_1(to_latin_1(text)) == text


@given(st.text(alphabet=st.characters(max_codepoint=0x7F)))
def test_ascii_is_never_touched(text: str) -> None:
    assert from_latin_1(text) == to_latin_1(text) == text


def test_western_text_is_not_taken_for_chinese() -> None:
    assert looks_like_gbk("王芳".encode("gbk").decode("cp1252"))
    for text in ("Müller", "naïve café", "王芳", "plain"):
        assert not looks_like_gbk(text)


@given(st.binary())
def test_any_bytes_become_text_that_postgresql_stores(raw: bytes) -> None:
    text = readable(raw)
    assert "\0" not in text
    assert text_of(raw) == text


@given(st.integers(min_value=1, max_value=10_000), st.floats(min_value=0, max_value=1, exclude_max=True))
def test_waiting_grows_and_stays_within_five_minutes(failures: int, jitter: float) -> None:
    wait = back_off_s(failures, jitter)
    assert 0.75 <= wait <= 300
    assert back_off_s(failures + 1, jitter) >= wait


def test_watermarks_overlap_by_seconds_or_units() -> None:
    assert begin_after(1000, 100) == "900"
    assert begin_after("2026-10-15 09:00:00", 600) == "2026-10-15 08:50:00"
    assert begin_after("2026-10-15T09:00:00", 600) == "2026-10-15T08:50:00"
    assert begin_after("A17", 600) == "A17"
    assert keep_watermark(datetime(2026, 10, 15, 9, 0, 0, 5)) == "2026-10-15 09:00:00.000005"  # noqa: DTZ001
    assert keep_watermark(Decimal("12")) == 12
