"""Figures on paper."""

from __future__ import annotations

from hotpot.apps.approvals.flow.tests.test_laws import NOW
from hotpot.apps.approvals.statistics.figures import as_csv, by_step, totals


def test_nothing_gives_nothing() -> None:
    assert totals([]).median_hours is None
    assert by_step([], NOW) == []


def test_a_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    text = as_csv(["Form", "n"], [["=1+1", 2], ["报销, 差旅", 0.5], ["+x", -1]])
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines() == ["Form,n", "'=1+1,2", '"报销, 差旅",0.5', "'+x,-1"]
