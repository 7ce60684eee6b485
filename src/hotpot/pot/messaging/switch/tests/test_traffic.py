"""What is asked of messages by time is found by an index, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from hotpot.pot.messaging.models import Message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_messages_of_some_hours_are_found_by_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # as if there were many
    found = Message.objects.filter(created_at__gte=NOW, created_at__lt=NOW + timedelta(hours=1))
    assert "messages_by_time" in found.explain()
