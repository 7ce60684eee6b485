"""Enterprises' messages in, and what they hear of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging import actions, door, steps
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.wire import (
    Accepted,
    Given,
    Inbound,
    Interface,
    Notice,
    Receipt,
    Refusal,
    Refused,
    Submitted,
)
from hotpot.pot.party.actions import register_party

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NUMBER = "+8613800138000"

pytestmark = pytest.mark.django_db


def opened(customer_id: int, login: str, access_number: str) -> int:
    return actions.open_interface(
        customer_id, name=login, kind="http", login=login, password="p", access_number=access_number, now=NOW
    )


@pytest.fixture
def interface() -> Interface:
    customer = register_party(SYSTEM_ACTOR, kind="customer", name="Acme", owner=None, now=NOW)
    opened(customer.id, "oa", "1065712")
    found = perform(door.by_login("oa"))
    assert found is not None
    return found[0]


def accept(interface: Interface, *given: Given) -> list[Accepted | Refused]:
    with as_system():
        return perform(door.accept(interface, given, now=NOW))


def pending(interface: Interface) -> list[Notice]:
    with as_system():
        return perform(door.pending(interface.id, limit=10))


def sent(answers: Sequence[Accepted | Refused]) -> None:
    with as_system():
        batch = perform(steps.claim(now=NOW, limit=10, lease=timedelta(seconds=60)))
        refs = [Submitted(one.message_id, ref=f"r{one.message_id}") for one in batch]
        perform(steps.submitted("acme", batch, refs, now=NOW))
    assert len(batch) == len(answers)


def test_a_message_is_taken_once_for_a_key(interface: Interface) -> None:
    first, again, other = accept(
        interface, Given(NUMBER, "你好", key="1"), Given(NUMBER, "twice", key="1"), Given(NUMBER, "free")
    )
    assert isinstance(first, Accepted)
    assert again == Accepted(first.message_id, known=True)
    assert isinstance(other, Accepted)
    assert not other.known
    assert accept(interface, Given(NUMBER, "你好", key="1")) == [again]
    assert [one.text for one in Message.objects.order_by("id")] == ["你好", "free"]


def test_what_cannot_be_sent_is_refused_by_itself(interface: Interface) -> None:
    bad, good, empty = accept(interface, Given("12", "x"), Given("13800138000", "x"), Given(NUMBER, " "))
    assert isinstance(good, Accepted)
    assert isinstance(bad, Refused)
    assert isinstance(empty, Refused)
    assert (bad.code, empty.code) == (Refusal.BAD_NUMBER, Refusal.BAD_CONTENT)


def test_a_receipt_is_told_until_it_was_heard(interface: Interface) -> None:
    answers = accept(interface, Given(NUMBER, "x", client_ref="41"), Given(NUMBER, "y", receipt=False))
    sent(answers)
    ids = [one.message_id for one in answers if isinstance(one, Accepted)]
    with as_system():
        perform(steps.settle([Receipt("acme", f"r{id}", True, NOW) for id in ids], now=NOW))
    [notice] = pending(interface)
    assert (notice.kind, notice.client_ref, notice.state, notice.number) == (
        "receipt",
        "41",
        "delivered",
        NUMBER,
    )
    assert pending(interface) == [notice]
    with as_system():
        perform(door.told([notice.id]))
    assert pending(interface) == []


def test_a_reply_to_its_access_number_is_the_interfaces(interface: Interface) -> None:
    with as_system():
        perform(steps.receive([Inbound("acme", "7", NUMBER, "106571288", "收到", NOW)], now=NOW))
    [notice] = pending(interface)
    assert (notice.kind, notice.access_number, notice.text) == ("reply", "106571288", "收到")


def test_an_access_number_is_one_interfaces(interface: Interface) -> None:
    with pytest.raises(Conflict):
        opened(interface.customer_id, "other", "1065712")
    with pytest.raises(Invalid, match="platform"):
        opened(interface.customer_id, "other", "106900009")
