from __future__ import annotations

import pytest

from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging import actions, door
from hotpot.pot.messaging.switch.tests.offering import NOW
from hotpot.pot.messaging.wire import Interface
from hotpot.pot.party.actions import register_party


@pytest.fixture
def interface() -> Interface:
    customer = register_party(SYSTEM_ACTOR, kind="customer", name="Acme", owner=None, now=NOW)
    id = actions.open_interface(
        customer.id, name="oa", kind="http", login="oa", password="p", access_number="1065712", now=NOW
    )
    found = perform(door.by_id(id))
    assert found is not None
    return found
