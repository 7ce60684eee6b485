"""What a person sees and does on a simulated phone. For the virtual handset and the replay only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from hotpot.pot.access.readers import as_system
from hotpot.pot.messaging.models import AirMessage
from hotpot.pot.messaging.simulated.carrier import CHANNEL


def on_screen(number: str, *, now: datetime, limit: int = 200) -> list[AirMessage]:
    """What the phone shows, oldest first: all that reached it by now and all that it sent."""
    with transaction.atomic(), as_system():
        newest = AirMessage.objects.filter(number=number, error="", at__lte=now).order_by("-id")[:limit]
        return list(reversed(newest))


def answer(number: str, access_number: str, text: str, *, now: datetime) -> int:
    """Sends a message from the phone; its place in the air."""
    return answer_all([(number, access_number, text)], now=now)[0]


def answer_all(answers: Sequence[tuple[str, str, str]], *, now: datetime) -> list[int]:
    """Sends many: (number, access number, text) each."""
    with transaction.atomic(), as_system():
        sent = AirMessage.objects.bulk_create(
            AirMessage(
                kind=AirMessage.Kind.FROM_PHONE, number=number, access_number=access_number, text=text, at=now
            )
            for number, access_number, text in answers
        )
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    return [one.pk for one in sent]
