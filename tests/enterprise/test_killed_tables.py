"""SIGKILL after every commit of a look: each row is sent once, each receipt written once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection

from hotpot.conftest import Market, make_market
from hotpot.pot.connector import runner
from hotpot.pot.connector.models import Connector
from hotpot.pot.messaging.models import Message, Notice
from tests.enterprise.settings import NOW
from tests.enterprise.test_tables import NUMBER, Office, connected, submit, went_out
from tests.enterprise.test_tables import office as office  # the fixture

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROWS = 50  # of 20 a batch: the second and third are reached
# The step after whose commit it dies, for the which time: stored in ours, out of theirs, known in ours ...
IN = (("take", 1), ("finish", 2), ("finished", 1))
OUT = (("tell", 2), ("told", 1))


@pytest.fixture
def market(transactional_db: None) -> Market:
    return make_market("Office")


@pytest.fixture
def connector(office: Office, market: Market) -> Iterator[Connector]:
    yield connected(office, market, "api", code="oa")
    connection.close()  # and the lock of the session with it


def killed(connector: Connector, step: str, nth: int, database_url: str) -> bool:
    """Whether it came as far as to be killed."""
    command = [sys.executable, "-m", "tests.enterprise.killed_tables", str(connector.id), step, str(nth)]
    environment = os.environ | {"HOTPOT_DATABASE_URL": database_url}
    return subprocess.run(command, env=environment, check=False, timeout=300).returncode == -signal.SIGKILL


@pytest.mark.parametrize("office", ["mariadb"], indirect=True)
def test_whoever_is_killed_loses_nothing_and_doubles_nothing(
    office: Office, connector: Connector, database_url: str
) -> None:
    for number in range(1, ROWS + 1):
        submit(office, f"text {number}", sm_id=number, mobiles="12" if number % 10 == 0 else NUMBER)
    for step, nth in IN:
        assert killed(connector, step, nth, database_url), step
    went_out()
    for step, nth in OUT:
        assert killed(connector, step, nth, database_url), step
    runner.poll_once(connector.id, NOW)
    went_out()
    runner.poll_once(connector.id, NOW)

    assert office.run("select * from api_mt_oa") == []
    texts = Counter(Message.objects.filter(direction="out").values_list("text", flat=True))
    assert texts == Counter({f"text {n}": 1 for n in range(1, ROWS + 1) if n % 10})
    receipts = Counter(
        (int(one["SM_ID"]), one["RPT_CODE"]) for one in office.run("select SM_ID, RPT_CODE from api_rpt_oa")
    )
    assert receipts == Counter({(n, 0 if n % 10 else -6): 1 for n in range(1, ROWS + 1)})
    assert not Notice.objects.exists()
