"""A small dirty log through the whole platform, and a verdict that can be bad."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotpot.entry.replay.log import read_log
from hotpot.entry.replay.verdict import mismatches

EVENTS = """case,timestamp,activity,role,resource,event_id
c1,2018-01-30T09:00:00+01:00,Declaration SUBMITTED by EMPLOYEE,EMPLOYEE,,1
c1,2018-01-30T10:00:00+01:00,Declaration APPROVED by ADMINISTRATION,ADMINISTRATION,,2
c1,2018-01-30T10:00:00+01:00,Declaration FINAL_APPROVED by SUPERVISOR,SUPERVISOR,,3
c1,2018-02-01T10:00:00+01:00,Payment Handled,UNDEFINED,,4
c2,2018-01-31T09:00:00+01:00,Declaration SUBMITTED by EMPLOYEE,EMPLOYEE,,5
c2,2018-02-01T09:00:00+01:00,Declaration REJECTED by MISSING,MISSING,,6
c3,2018-01-31T23:30:00+01:00,Payment Handled,UNDEFINED,,7
c3,2018-02-02T09:00:00+01:00,Declaration REJECTED by SUPERVISOR,SUPERVISOR,,8
c4,not a time,Declaration APPROVED by SUPERVISOR,SUPERVISOR,,9
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    cases, events = tmp_path / "cases.csv", tmp_path / "events.csv"
    cases.write_text("case,(case)_Amount\nc1,12.5\nc2,0\nc3,\n")
    events.write_text(EVENTS)
    return cases, events


@pytest.mark.faults
def test_a_log_passes_through_the_platform(files: tuple[Path, Path]) -> None:
    cases, events = files
    kept_out = ("HOTPOT_", "DJANGO_")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "hotpot.entry.cli",
            "replay",
            "approvals",
            "--json",
            "--cases",
            str(cases),
            "--events",
            str(events),
        ],
        env={name: value for name, value in os.environ.items() if not name.startswith(kept_out)},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["cases"] == 3
    assert told["decisions"] == 4
    assert told["mismatches"] == 0
    assert told["unreadable_rows"] == 1
    assert 3 <= told["seats"] <= 4  # two supervisors may be one person
    assert told["months"] == 2
    assert told["fees_minor"] == sum(told["shares_minor"].values()) > 0
    assert told["books_clean"] is True


class Office:
    """What the verdict asks of the office's own database."""

    def history(self) -> dict[str, list[tuple[str, str]]]:
        return {
            "c1": [("ADMINISTRATION", "approved"), ("SUPERVISOR", "approved")],
            "c2": [("MISSING", "rejected")],
            "c3": [("SUPERVISOR", "rejected")],
        }

    def states(self) -> dict[str, str]:
        return {
            "c1": "Payment Handled",
            "c2": "Declaration REJECTED by MISSING",
            "c3": "Declaration REJECTED by SUPERVISOR",
        }


def test_a_difference_is_told_with_its_side(files: tuple[Path, Path]) -> None:
    log, office = read_log(*files), Office()
    right = office.history()
    assert mismatches(log, office, right) == []  # type: ignore[arg-type]
    turned = right | {"c1": right["c1"][::-1], "c2": [("MISSING", "approved")]}
    found = mismatches(log, office, turned)  # type: ignore[arg-type]
    assert [line.split(" has ")[0] for line in found] == ["c1: the platform", "c2: the platform"]
