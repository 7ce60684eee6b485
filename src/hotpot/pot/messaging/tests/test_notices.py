"""Notices that an interface never fetches: kept for a time, dropped, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging import actions, notices, steps
from hotpot.pot.messaging.models import DroppedNotices, Notice, NoticeMark
from hotpot.pot.messaging.notices import NOTICES_KEPT
from hotpot.pot.party.actions import register_party

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
WEEK = NOTICES_KEPT
HOUR = timedelta(hours=1)


def opened(login: str, access_number: str) -> int:
    customer = register_party(SYSTEM_ACTOR, kind="customer", name=f"Acme {login}", owner=None, now=NOW)
    return actions.open_interface(
        customer.id, name="oa", kind="http", login=login, password="p", access_number=access_number, now=NOW
    )


def waiting(interface_id: int, count: int) -> None:
    Notice.objects.bulk_create(
        Notice(interface_id=interface_id, message_id=1, kind="receipt") for _ in range(count)
    )


def keep_house(now: datetime) -> None:
    with as_system():
        perform(steps.keep_house(now=now, limit=10))


def left() -> dict[int, int]:
    found: dict[int, int] = {}
    for interface_id in Notice.objects.values_list("interface_id", flat=True):
        found[interface_id] = found.get(interface_id, 0) + 1
    return found


def test_what_nobody_fetched_for_a_week_is_dropped_and_counted() -> None:
    first, second = opened("a", "1065712"), opened("b", "1065713")
    waiting(first, 3)
    waiting(second, 1)
    keep_house(NOW)  # these four are older than now
    waiting(first, 2)
    keep_house(NOW + 2 * HOUR)
    keep_house(NOW + WEEK - timedelta(seconds=1))
    assert left() == {first: 5, second: 1}
    keep_house(NOW + WEEK)
    assert left() == {first: 2}
    keep_house(NOW + WEEK + HOUR)
    assert left() == {first: 2}
    keep_house(NOW + WEEK + 2 * HOUR)
    assert left() == {}
    counted = {
        one.interface_id: (one.dropped, one.since, one.last_at) for one in DroppedNotices.objects.all()
    }
    assert counted == {
        first: (5, NOW + WEEK, NOW + WEEK + 2 * HOUR),
        second: (1, NOW + WEEK, NOW + WEEK),
    }


def test_the_first_notice_of_all_is_not_older_than_itself() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('messaging_notice_id_seq', 1, false)")  # as in a new database
    keep_house(NOW)
    interface_id = opened("a", "1065712")
    waiting(interface_id, 1)
    assert Notice.objects.get().id == 1
    keep_house(NOW + WEEK)
    assert left() == {interface_id: 1}


def test_no_more_than_a_batch_is_dropped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "AT_ONCE", 2)
    interface_id = opened("a", "1065712")
    waiting(interface_id, 3)
    keep_house(NOW)
    keep_house(NOW + WEEK)
    assert left() == {interface_id: 1}
    keep_house(NOW + WEEK)
    assert left() == {}
    assert DroppedNotices.objects.get().dropped == 3


def test_marks_are_made_by_the_hour_and_forgotten_when_they_are_passed() -> None:
    for minutes in (0, 30, 59, 60, 61):
        keep_house(NOW + timedelta(minutes=minutes))
    assert NoticeMark.objects.count() == 2
    keep_house(NOW + WEEK + 2 * HOUR)
    assert sorted(NoticeMark.objects.values_list("at", flat=True)) == [NOW + HOUR, NOW + WEEK + 2 * HOUR]


def test_notices_of_an_interface_that_is_gone_are_dropped_too() -> None:
    waiting(9_999_999, 2)
    keep_house(NOW)
    keep_house(NOW + WEEK)
    assert left() == {}
    assert not DroppedNotices.objects.exists()
