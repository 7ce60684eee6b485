"""Long messages of enterprises that are not taken: no part of them is forgotten, and none goes alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging import door
from hotpot.pot.messaging.gateway.links.longs import WAIT_FOR_PARTS, GivenPart, gathered, kept
from hotpot.pot.messaging.gateway.tests.serving import NOW, NUMBER, open_interface
from hotpot.pot.messaging.models import ListedNumber, Message
from hotpot.pot.messaging.switch import interfaces
from hotpot.pot.messaging.talk import Submit
from hotpot.pot.messaging.text import Alphabet, split
from hotpot.pot.messaging.wire import Given, Interface, Refusal, Refused

OTHER = "+8613900139000"
TEXT = "你好" * 60

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _system() -> Iterator[None]:
    with as_system():
        yield


@pytest.fixture
def interface() -> Interface:
    found = perform(door.by_id(open_interface("cmpp")))
    assert found is not None
    return found


def parts(interface: Interface, *numbers: str) -> list[GivenPart]:
    return [
        GivenPart(Submit(interface.access_number, numbers, part, receipt=True), "", f"part-{place}")
        for place, part in enumerate(split(TEXT, Alphabet.UCS2, ref=7), start=1)
    ]


def use_up_the_second(interface: Interface) -> None:
    policy = {"per_second_max": 1}
    interfaces.set_policy(SYSTEM_ACTOR, interface_id=interface.id, policy=policy, now=NOW)
    perform(door.accept(interface, [Given(OTHER, "short")], now=NOW))


def told(interface: Interface) -> list[tuple[str, str, str]]:
    notices = perform(door.pending(interface.id, limit=10))
    return [(one.number, one.error, one.client_ref) for one in notices]


def test_who_was_too_fast_brings_the_last_part_again_and_it_goes_whole(interface: Interface) -> None:
    first, last = parts(interface, NUMBER)
    use_up_the_second(interface)
    assert perform(kept(interface, [first], now=NOW)) == [None]
    [refused] = perform(kept(interface, [last], now=NOW))
    assert isinstance(refused, Refused)
    assert refused.code is Refusal.THROTTLED
    assert perform(kept(interface, [last], now=NOW + timedelta(seconds=1))) == [None]
    sent = Message.objects.get(number=NUMBER)
    assert (sent.text, sent.client_ref) == (TEXT, "part-1 part-2")


def test_who_brings_all_parts_again_sends_them_once(interface: Interface) -> None:
    both = parts(interface, NUMBER)
    use_up_the_second(interface)
    assert [one.code for one in perform(kept(interface, both, now=NOW)) if one] == [Refusal.THROTTLED] * 2
    assert perform(kept(interface, both, now=NOW + timedelta(seconds=1))) == [None, None]
    assert Message.objects.get(number=NUMBER).text == TEXT


def test_a_number_that_is_refused_alone_has_its_receipt_and_the_others_their_message(
    interface: Interface,
) -> None:
    ListedNumber.objects.create(kind="block", number=OTHER, since=NOW)
    assert perform(kept(interface, parts(interface, NUMBER, OTHER), now=NOW)) == [None, None]
    assert Message.objects.get(number=NUMBER).state == "queued"
    assert told(interface) == [(OTHER, "blocked", "part-1 part-2")]


def test_what_waited_for_too_long_and_is_refused_has_its_receipt(interface: Interface) -> None:
    ListedNumber.objects.create(kind="block", number=NUMBER, since=NOW)
    perform(kept(interface, parts(interface, NUMBER)[:1], now=NOW))
    perform(gathered(interface, now=NOW + WAIT_FOR_PARTS + timedelta(seconds=1)))
    assert told(interface) == [(NUMBER, "blocked", "part-1")]
