"""Reading a log as it comes from an office: dirty."""

from __future__ import annotations

import lzma
from decimal import Decimal
from pathlib import Path

import pytest

from hotpot.entry.replay.log import NO_ROLE, Log, read_log
from hotpot.kernel.errors import Invalid

HEAD = "case,timestamp,activity,role,resource,event_id\n"


def log_of(folder: Path, *events: str, cases: str = "case,(case)_Amount\nc1,12.5\n") -> Log:
    (folder / "cases.csv").write_text(cases)
    (folder / "events.csv").write_text(HEAD + "".join(f"{event}\n" for event in events))
    return read_log(folder / "cases.csv", folder / "events.csv")


def test_decisions_are_told_from_the_office_systems_own_doing(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        "c1,2017-01-09T09:00:00+01:00,Request For Payment SUBMITTED by EMPLOYEE,EMPLOYEE,,1",
        "c1,2017-01-09T10:00:00+01:00,Request For Payment APPROVED by BUDGET OWNER,BUDGET OWNER,,2",
        "c1,2017-01-09T11:00:00+01:00,Request For Payment FINAL_APPROVED by SUPERVISOR,SUPERVISOR,,3",
        "c1,2017-01-10T11:00:00+01:00,Payment Handled,UNDEFINED,SYSTEM,4",
    )
    (case,) = log.cases
    assert case.document == "Request For Payment"
    assert case.amount == Decimal("12.5")
    assert case.decisions == [("BUDGET OWNER", "approved"), ("SUPERVISOR", "approved")]
    assert case.last_state == "Payment Handled"


def test_time_orders_a_case_and_the_file_where_times_are_equal(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        "c1,2017-01-09T12:00:00+01:00,Declaration REJECTED by SUPERVISOR,SUPERVISOR,,3",
        "c1,2017-01-09T10:00:00+01:00,Declaration APPROVED by ADMINISTRATION,ADMINISTRATION,,1",
        "c1,2017-01-09T09:00:00+00:00,Declaration APPROVED by BUDGET OWNER,BUDGET OWNER,,2",
    )
    assert [role for role, _ in log.cases[0].decisions] == ["ADMINISTRATION", "BUDGET OWNER", "SUPERVISOR"]


@pytest.mark.parametrize(
    "activity", ["Declaration REJECTED by MISSING", "Declaration REJECTED by", "REJECTED by "]
)
def test_a_missing_role_is_a_decision_all_the_same(tmp_path: Path, activity: str) -> None:
    log = log_of(tmp_path, f"c1,2017-01-09T10:00:00+01:00,{activity},,,1")
    assert log.cases[0].decisions == [(NO_ROLE, "rejected")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("c1,yesterday,Declaration APPROVED by SUPERVISOR,,,1", "Invalid isoformat"),
        ("c1,2017-01-09T10:00:00,Declaration APPROVED by SUPERVISOR,,,1", "no offset"),
        ("c1,2017-01-09T10:00:00+01:00,,,,1", "no activity"),
        (",2017-01-09T10:00:00+01:00,Payment Handled,,,1", "no case"),
        ("c1", "no activity"),
    ],
)
def test_a_row_that_cant_be_read_is_told_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    log = log_of(tmp_path, "c2,2017-01-09T10:00:00+01:00,Payment Handled,,,1", row)
    assert [case.id for case in log.cases] == ["c2"]
    (problem,) = log.problems
    assert problem.startswith("events.csv:3: ")
    assert reason in problem


def test_xz_reads_as_plain(tmp_path: Path) -> None:
    plain = log_of(tmp_path, "c1,2017-01-09T10:00:00+01:00,Payment Handled,,,1")
    for name in ("cases", "events"):
        (tmp_path / f"{name}.csv.xz").write_bytes(lzma.compress((tmp_path / f"{name}.csv").read_bytes()))
    assert read_log(tmp_path / "cases.csv.xz", tmp_path / "events.csv.xz") == plain


def test_what_is_no_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is no file"):
        read_log(tmp_path / "cases.csv", tmp_path / "events.csv")
    (tmp_path / "events.csv").write_text("who,what\n")
    with pytest.raises(Invalid, match="no column activity, case, timestamp"):
        read_log(tmp_path / "cases.csv", tmp_path / "events.csv")
    (tmp_path / "events.csv.xz").write_bytes(b"this is not xz")
    with pytest.raises(Invalid, match="can't be read"):
        read_log(tmp_path / "cases.csv", tmp_path / "events.csv.xz")
