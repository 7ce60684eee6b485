"""The demo's market is whole, and its offices go on."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hotpot.entry.demo.cast import COMPANIES
from hotpot.entry.demo.office import CHIEF, HEAD, STAFF, Clerk, Office, connector_config
from hotpot.entry.demo.open_offices import PENDING_MAX, keep_open
from hotpot.entry.demo.people import Registry
from hotpot.entry.demo.seed import month_before
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.msisdn import Msisdn

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
DEPARTMENTS = ("财务部", "销售部")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "office" / "sanxia.sqlite")
    positions = (CHIEF, HEAD, HEAD, STAFF, STAFF, STAFF)
    clerks = [
        Clerk(f"u{n}", f"员工{n}", f"+861980100000{n}", DEPARTMENTS[n % 2], position)
        for n, position in enumerate(positions)
    ]
    office.found(DEPARTMENTS, clerks)
    return office


def rows(office: Office, query: str) -> list[Any]:
    with sqlite3.connect(office.path) as database:
        return database.execute(query).fetchall()


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 11, 22, tzinfo=UTC), "2026-10"),
        (datetime(2026, 11, 1, 12, tzinfo=UTC), "2026-09"),  # October isn't over yet in California
        (datetime(2026, 1, 3, tzinfo=UTC), "2025-12"),
    ],
)
def test_the_month_played_is_over_everywhere(now: datetime, month: str) -> None:
    assert str(month_before(now)) == month


def test_the_cast_is_as_large_as_told() -> None:
    assert len(COMPANIES) == 12
    assert sum(company.people for company in COMPANIES) == 300
    assert len({company.name for company in COMPANIES}) == 12


def test_nobody_has_anothers_name_or_number() -> None:
    registry = Registry(Random(1))
    people = [registry.person("+8619801", 6, english=False) for _ in range(300)]
    assert len({one.name for one in people}) == len({one.number for one in people}) == 300
    assert all(Msisdn.parse(one.number).e164 == one.number for one in people)


def test_dear_papers_go_to_the_chief_and_others_to_the_head(office: Office) -> None:
    office.submit(Random(3), 60, NOW, "Asia/Shanghai")
    deciders = rows(
        office,
        "SELECT position, max(coalesce(amount, 0)), min(coalesce(amount, 0)) FROM oa_approval"
        " JOIN sys_user ON sys_user.id = approver_id GROUP BY position ORDER BY position",
    )
    assert [position for position, _most, _least in deciders] == [CHIEF, HEAD]
    assert deciders[0][2] >= 5_000 > deciders[1][1]


def test_what_was_decided_has_its_consequence_once(office: Office) -> None:
    office.submit(Random(1), 4, NOW, "Asia/Shanghai")
    with sqlite3.connect(office.path) as database:
        database.execute("UPDATE oa_approval SET status = 'approved' WHERE id = 1")
        database.execute("UPDATE oa_approval SET status = 'rejected' WHERE id = 2")
    assert [office.go_on(), office.go_on()] == [2, 0]
    outcomes = dict(rows(office, "SELECT id, outcome FROM oa_approval"))
    assert outcomes[1] in {"paid", "booked", "ordered"}
    assert (outcomes[2], outcomes[3]) == ("returned", "")


def test_the_office_hands_in_papers_until_enough_wait(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotpot.entry.demo.open_offices.PAUSE_S", (0, 0))

    class Told(threading.Event):
        rounds = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.rounds += 1
            if self.rounds > PENDING_MAX + 5:
                self.set()
            return True

    keep_open(tmp_path, SettableClock(NOW), Random(1), Told())
    assert office.pending() == PENDING_MAX
    assert (tmp_path / "run" / "office.beat").exists()


@pytest.mark.django_db
def test_the_connector_reads_what_the_office_writes(office: Office) -> None:
    import tomllib

    from hotpot.pot.connector.wire import read_config

    for zone in ("Asia/Shanghai", "America/Los_Angeles"):
        config = read_config(tomllib.loads(connector_config(zone)))
        assert config.rows is not None
        assert set(config.rows.needed) <= {
            name for _n, name, *_ in rows(office, "PRAGMA table_info(oa_inbox)")
        }


@pytest.mark.faults
def test_a_whole_market_is_made_once(tmp_path: Path) -> None:
    """In a folder and a process of its own, as `make demo` does it. The seed checks the books itself."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HOTPOT_")},
        "HOTPOT_DATA": str(tmp_path / "data"),
    }
    command = [sys.executable, "-m", "hotpot.entry.cli", "demo", "--seed-only"]
    subprocess.run(command, env=environment, check=True, timeout=500)
    made = json.loads((tmp_path / "data" / "demo.json").read_text())
    figures = made["figures"]
    assert (figures["parties"], len(made["people"])) == (22, 6)
    assert figures["people"] >= 300
    assert figures["seats"] > 200
    assert figures["decisions"] > 100
    assert figures["open_tasks"] >= 13
    assert date.fromisoformat(f"{figures['month']}-01") < date.today()  # noqa: DTZ011
    again = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=200)
    assert "is kept" in again.stdout
    assert json.loads((tmp_path / "data" / "demo.json").read_text()) == made
