"""An interface offers messages: what its tests ask again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging import door
from hotpot.pot.messaging.switch import interfaces
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Refused

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 17:00 in China
NUMBER, OTHER = "+8613800138000", "+8613900139000"


def policy(interface: Interface, **given: Any) -> None:
    interfaces.set_policy(SYSTEM_ACTOR, interface_id=interface.id, policy=given, now=NOW)


def accept(interface: Interface, *given: Given, now: datetime = NOW) -> list[Accepted | Refused]:
    with as_system():
        return perform(door.accept(interface, given, now=now))


def codes(answers: Sequence[Accepted | Refused]) -> list[str]:
    return [one.code if isinstance(one, Refused) else "ok" for one in answers]


def said(interface: Interface, *texts: str, **more: Any) -> list[str]:
    return codes(accept(interface, *(Given(NUMBER, text, **more) for text in texts)))
