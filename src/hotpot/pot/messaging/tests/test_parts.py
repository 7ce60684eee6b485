"""Long messages from phones: whole however their parts come, and never twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.models import EventRow
from hotpot.pot.messaging import actions, steps
from hotpot.pot.messaging.models import HeldPart, Message
from hotpot.pot.messaging.text import Alphabet, Part, split
from hotpot.pot.messaging.wire import Inbound

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
PHONE = "+8613800138000"
TEXT = "我同意这份合同，但请把第三条改为三十天内付款。" * 9


def inbounds(parts: Sequence[Part], start: str = "a") -> list[Inbound]:
    return [
        Inbound("carrier", f"{start}{place}", PHONE, "10690000", "", NOW, part)
        for place, part in enumerate(parts)
    ]


def texts() -> list[str]:
    return list(Message.objects.filter(direction="in").order_by("id").values_list("text", flat=True))


def keep_house(now: datetime) -> None:
    with as_system():
        perform(steps.keep_house(now=now, limit=10))


def test_parts_in_any_order_are_one_message() -> None:
    arriving = inbounds(split(TEXT, Alphabet.UCS2, ref=5))
    assert len(arriving) == 4
    actions.receive(arriving[2:], now=NOW)
    assert texts() == []
    actions.receive([arriving[1]], now=NOW)
    [message_id] = actions.receive([arriving[0]], now=NOW)
    assert texts() == [TEXT]
    assert EventRow.objects.get(type="message.replied").data["message_id"] == message_id
    actions.receive(arriving, now=NOW)  # The carrier missed our acknowledgement.
    keep_house(NOW + timedelta(hours=2))
    assert texts() == [TEXT]


def test_two_messages_at_once_stay_apart() -> None:
    one, two = split(TEXT, Alphabet.UCS2, ref=5), split(TEXT[::-1], Alphabet.UCS2, ref=6)
    wide = split(TEXT.replace("三", "四"), Alphabet.UCS2, ref=5, wide=True)
    both = [part for pair in zip(one, two, wide, strict=True) for part in pair]
    actions.receive(inbounds(both), now=NOW)
    assert sorted(texts()) == sorted([TEXT, TEXT[::-1], TEXT.replace("三", "四")])


def test_what_never_came_is_shown_as_missing() -> None:
    first, _, third, _ = arriving = inbounds(split(TEXT, Alphabet.UCS2, ref=5))
    actions.receive([first, third], now=NOW)
    keep_house(NOW + timedelta(minutes=59))
    assert texts() == []
    keep_house(NOW + timedelta(minutes=61))
    assert texts() == [f"{TEXT[:67]}[…]{TEXT[134:201]}[…]"]
    assert HeldPart.objects.count() == 2
    keep_house(NOW + timedelta(days=4))
    assert HeldPart.objects.count() == 0
    assert len(arriving) == 4
