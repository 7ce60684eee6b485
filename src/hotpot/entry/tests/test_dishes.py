"""The process that hands events to the apps."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from django.db import connection

from hotpot.conftest import NOW
from hotpot.entry import dishes
from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.models import Message
from hotpot.sdk.tests.test_host import Office


class Enough(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_it_wakes_when_the_record_grows_and_outlives_a_lost_connection(
    fixed_clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office()
    asked = threading.Event()
    beats: list[float] = []
    failures: list[BaseException] = []
    monkeypatch.setattr(dishes, "POLL_S", 0.2)

    def beat() -> None:
        beats.append(time.monotonic())
        if asked.is_set():
            raise Enough

    def run() -> None:
        try:
            dishes.run_forever(beat)
        except Enough:
            pass
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    process = threading.Thread(target=run)
    process.start()
    try:
        _wait_for(lambda: len(beats) > 2)
        office.claims("1")
        _wait_for(lambda: Message.objects.filter(direction="out").count() == 1)
        _cut_all_other_connections()
        office.claims("2")
        _wait_for(lambda: Message.objects.filter(direction="out").count() == 2)
    finally:
        asked.set()
        process.join(timeout=10)
    assert not failures
    assert Message.objects.filter(created_at=NOW).count() == 2


def _cut_all_other_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _wait_for(happened: object, seconds: float = 10) -> None:
    assert callable(happened)
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_the_address_is_one_that_psycopg_reads() -> None:
    assert "dbname" in psycopg.conninfo.conninfo_to_dict(dishes._address())
