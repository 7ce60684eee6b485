"""SIGKILL between their commit and ours: the decision stands once in their system, and we learn it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import connection

from hotpot.conftest import Market
from hotpot.pot.connector import runner
from hotpot.pot.connector.models import Connector, Task, WriteBack
from tests.enterprise.conftest import started
from tests.enterprise.offices import Office
from tests.enterprise.settings import NOW
from tests.enterprise.test_flow import decide

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def connector(transactional_db: None, office: Office, market: Market) -> Iterator[Connector]:
    yield started(office, market, "status")
    connection.close()  # and the lock of the session with it


def test_a_killed_process_writes_nothing_twice(
    office: Office, connector: Connector, database_url: str
) -> None:
    for key in (1, 2, 3):
        office.add(key)
    runner.poll_once(connector.id, NOW)
    for task in Task.objects.all():
        decide(task, "approved", "ok")
    killed = subprocess.run(
        [sys.executable, "-m", "tests.enterprise.killed", str(connector.id)],
        env=os.environ | {"HOTPOT_DATABASE_URL": database_url},
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert [office.row(key)["status"] for key in (1, 2, 3)] == [2, 2, 2]
    assert set(WriteBack.objects.values_list("state", flat=True)) == {"waiting"}
    result = runner.poll_once(connector.id, NOW)
    assert (result.written_back, result.refused, result.problem) == (3, 0, "")
    assert [office.row(key)["written"] for key in (1, 2, 3)] == [1, 1, 1]
    assert set(WriteBack.objects.values_list("state", flat=True)) == {"done"}
