"""Readers of the record miss nothing, whatever the order in which transactions end."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from hotpot.pot.events import actions, queries
from hotpot.pot.events.actions import Fact, record_all
from hotpot.pot.events.queries import consume
from hotpot.pot.events.wire import SYSTEM_ACTOR

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def write(*subjects: str, type: str = "test.happened") -> None:
    with transaction.atomic():
        record_all(SYSTEM_ACTOR, [Fact(type, subject, ()) for subject in subjects], now=NOW)


def read(limit: int = 500) -> list[str]:
    with consume("test", types=["test.happened"], limit=limit) as events:
        return [event.subject for event in events]


@pytest.mark.django_db(transaction=True)
def test_each_event_is_read_once_and_in_order() -> None:
    write("a", "b", "c")
    write("other", type="test.other")
    assert read(limit=2) == ["a", "b"]
    assert read(limit=2) == ["c"]
    assert read() == []
    write("d")
    assert read() == ["d"]


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_fails_reads_again() -> None:
    write("a")
    with pytest.raises(RuntimeError, match="broken"), consume("test", types=None):
        raise RuntimeError("broken")
    assert read() == ["a"]


@pytest.mark.django_db(transaction=True)
def test_a_slow_writer_is_not_overtaken() -> None:
    has_written, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write("slow")
            has_written.set()
            may_end.wait(10)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    has_written.wait(10)
    write("quick")
    assert read() == []
    may_end.set()
    writer.join()
    assert read() == ["slow", "quick"]


@pytest.mark.django_db(transaction=True)
def test_an_idle_reader_leaps_over_what_it_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "IDLE_TRANSACTIONS", 1)
    write("other", type="test.other")
    assert read() == []
    with consume("test", types=None) as events:
        assert events == []


@pytest.mark.django_db(transaction=True)
def test_what_is_not_in_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        actions.record(SYSTEM_ACTOR, Fact("test.happened", "a", ()), now=NOW)
