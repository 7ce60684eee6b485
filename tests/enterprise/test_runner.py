"""The process that serves connectors: threads, wakes, changes; and the command line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotpot.conftest import make_market, make_member
from hotpot.entry.commands.connector import check
from hotpot.kernel.clock import SystemClock
from hotpot.pot.connector import actions, deciding
from hotpot.pot.connector.models import Assignee, Connector, Task
from hotpot.pot.connector.runner import Runner
from hotpot.pot.events.wire import SYSTEM_ACTOR
from tests.enterprise.conftest import started
from tests.enterprise.offices import Office, SqliteFile
from tests.enterprise.settings import DECIDE, NOW
from tests.enterprise.test_flow import Said

PATIENCE_S = 20.0


@pytest.fixture
def sqlite(tmp_path: Path) -> Office:
    server = SqliteFile(tmp_path)
    server.start()
    office = Office(server)
    office.make_tables()
    return office


@pytest.fixture
def running(transactional_db: None) -> Iterator[list[int]]:
    beats: list[int] = []
    runner = Runner(SystemClock())
    thread = threading.Thread(target=_run, args=[runner, beats])
    thread.start()
    yield beats
    runner.stop()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def _run(runner: Runner, beats: list[int]) -> None:
    from django.db import connection

    try:
        runner.run(lambda: beats.append(1))
    finally:
        connection.close()


def until(holds: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < PATIENCE_S
        time.sleep(0.02)
    return time.monotonic() - begun


def test_it_serves_what_is_started_and_writes_back_at_once(
    transactional_db: None, sqlite: Office, running: list[int]
) -> None:
    market = make_market("Runner")
    member = make_member(market.customer, roles=["SUPERVISOR"])
    sqlite.add(1)
    connector = started(sqlite, market, "status", poll_s=600)
    until(lambda: Task.objects.filter(state="open").exists())
    task = Task.objects.get()
    assert Assignee.objects.get().person_id == member.person_id
    deciding.decide([Said(task.id, member.person_id)], among=Task.objects.all(), now=NOW)
    until(lambda: sqlite.row(1)["status"] == 2)

    actions.pause(SYSTEM_ACTOR, connector=connector, now=NOW)
    sqlite.add(2)
    time.sleep(1.5)
    assert Task.objects.count() == 1
    actions.resume(SYSTEM_ACTOR, connector=connector, now=NOW)
    until(lambda: Task.objects.count() == 2)
    assert running
    assert Connector.objects.get().state == "running"


TOML = f'''
name = "Leave"
url = "sqlite:///PATH"
[source]
table = "leave_request"
key = "id"
[notice]
kind = "status"
column = "status"
open = 0
[columns]
title = "{{document}} {{id}}"
approver = "approver"
amount = "amount"
[write_back]
statements = ["{DECIDE}"]
[write_back.verdicts]
approved = 2
rejected = 3
'''


def test_check_shows_what_it_would_do_and_keeps_nothing(sqlite: Office, tmp_path: Path) -> None:
    sqlite.add(1)
    sqlite.add(2, approver="")
    file = tmp_path / "leave.toml"
    file.write_text(TOML.replace("PATH", str(tmp_path / "office 2026.sqlite")), "utf-8")
    result = CliRunner().invoke(check, [str(file)])
    assert result.exit_code == 1  # for the row that can't be read
    assert "1: Leave 1, 120.50 CNY;  -> SUPERVISOR" in result.output.replace("王芳", "")
    assert "2: can't be read" in result.output
    assert result.output.count("works (rolled back)") == 2
    assert sqlite.row(1)["status"] == 0
