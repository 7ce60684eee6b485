"""A carrier that is set up takes the place of the simulated one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import asyncpg
import pytest
from django.conf import settings
from django.db import connection

from hotpot.kernel.clock import SettableClock, SystemClock
from hotpot.kernel.errors import Invalid, NotFound
from hotpot.kernel.vault import Vault
from hotpot.pot.events.models import EventRow
from hotpot.pot.messaging import actions
from hotpot.pot.messaging.accounts import PURPOSE, Account
from hotpot.pot.messaging.chosen import chosen
from hotpot.pot.messaging.engine import Engine
from hotpot.pot.messaging.models import CarrierAccount, Message, MessagePart
from hotpot.pot.messaging.queue import Queue
from hotpot.pot.messaging.server import Server
from hotpot.pot.messaging.talk import Deliver, Report
from hotpot.pot.messaging.tests.linking import LONG, NOW, PHONE, ADesk, a_world, enterprise, free_port, until
from hotpot.pot.messaging.text import Alphabet, split
from hotpot.pot.messaging.wire import Outbound

T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)

GIVEN = {
    "name": "Carrier",
    "protocol": "cmpp2",
    "host": "127.0.0.1",
    "port": 7890,
    "login": "901234",
    "password": "very secret",
    "window": 8,
    "alphabets": ["gbk"],
}


async def chosen_now(database_url: str) -> dict[str, Account | None]:
    connection = await asyncpg.connect(database_url)
    try:
        found = await chosen(connection, Vault(settings.SECRET_KEY, PURPOSE))
    finally:
        await connection.close()
    return {name: one.account for name, one in found.items()}


async def test_a_carrier_is_set_up_changed_and_taken_away(database_url: str) -> None:
    assert await chosen_now(database_url) == {"simulated": None}
    await aside(lambda: actions.connect_carrier(GIVEN, now=NOW))
    account = (await chosen_now(database_url))["Carrier"]
    assert account is not None
    assert (account.window, account.password, account.alphabets) == (8, "very secret", (Alphabet.GBK,))
    await aside(lambda: actions.connect_carrier({**GIVEN, "window": 9}, now=NOW))
    await aside(lambda: actions.connect_carrier({**GIVEN, "name": "Other"}, now=NOW))
    found = await chosen_now(database_url)
    assert [(name, account.window) for name, account in found.items() if account] == [
        ("Carrier", 9),
        ("Other", 8),
    ]
    await aside(_leaves_no_trace_of_its_password)
    await aside(lambda: actions.disconnect_carrier("Carrier", now=NOW))
    await aside(lambda: actions.disconnect_carrier("Other", now=NOW))
    assert await chosen_now(database_url) == {"simulated": None}


async def test_a_password_of_another_installation_leaves_its_carrier_out(database_url: str) -> None:
    await aside(lambda: actions.connect_carrier(GIVEN, now=NOW))
    connection = await asyncpg.connect(database_url)
    try:
        assert await chosen(connection, Vault("another key", PURPOSE)) == {}
    finally:
        await connection.close()


def _leaves_no_trace_of_its_password() -> None:
    assert "very secret" not in repr(list(CarrierAccount.objects.values()))
    assert "very secret" not in repr(list(EventRow.objects.values()))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"protocol": "x25"},
        {"window": 0},
        {"port": 70000},
        {"answer_s": 60},
        {"alphabets": ["morse"]},
        {"tls": True, "certificate": "ab:cd"},
        {"certificate": "ab" * 32},
    ],
)
def test_settings_that_make_no_sense_are_refused(spoilt: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="can't be used"):
        actions.connect_carrier({**GIVEN, **spoilt}, now=NOW)
    with pytest.raises(NotFound):
        actions.disconnect_carrier("Carrier", now=NOW)


async def aside(call: Callable[[], T]) -> T:
    """Django in a thread of its own, which gives its connection back."""

    def called() -> T:
        try:
            return call()
        finally:
            connection.close()

    return await asyncio.to_thread(called)


async def test_the_engine_works_through_a_link(database_url: str) -> None:
    """From the queue over CMPP to a gateway and back: sent, delivered, and a long reply."""
    async with a_world("cmpp2") as world, asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        await aside(lambda: actions.connect_carrier(GIVEN, now=NOW))
        await aside(lambda: actions.send_text(key="1", number=PHONE, text=LONG, now=NOW))
        await world.connect()
        running = Queue(pool, world.carrier, SettableClock(NOW))
        assert await running.send_due() == 1
        assert await running.take_arrivals(1) == 1
        assert await aside(_states) == ["sent"]
        refs = await aside(lambda: [part.carrier_ref for part in MessagePart.objects.order_by("place")])
        for ref in refs:
            world.server.send(enterprise(world), Report(ref, PHONE, "10690000", "DELIVRD", NOW))
        for place, part in enumerate(split(LONG, Alphabet.UCS2, ref=3)):
            world.server.send(enterprise(world), Deliver(PHONE, "10690000", part, str(place + 1)))
        taken = 0
        while taken < 8:
            taken += await running.take_arrivals(1)
        assert await aside(_states) == ["delivered", "received"]
        assert await aside(lambda: Message.objects.get(direction="in").text) == LONG


async def test_a_gateway_that_goes_away_and_comes_back_gets_every_message(database_url: str) -> None:
    clock, desk = SystemClock(), ADesk()
    server, port = Server("smpp", desk, clock), free_port()
    desk.account_of["901234"] = Account(name="Us", protocol="smpp", login="901234", password="s", port=0)
    given = {"name": "Centre", "protocol": "smpp", "port": port, "login": "901234", "password": "s"}
    await aside(lambda: actions.connect_carrier(given, now=clock.now()))
    outbound = [Outbound(f"m/{n}", PHONE, f"message {n}") for n in range(40)]
    await aside(lambda: actions.send(outbound[:20], now=clock.now()))
    one = Engine(database_url, settings.SECRET_KEY, clock)
    running = asyncio.create_task(one.run_forever(beat=lambda: None))
    try:
        await asyncio.sleep(0.3)  # Nobody is there yet.
        await server.listen("127.0.0.1", port)
        await until(lambda: len(desk.taken) == 20, 15)
        await server.close()
        await aside(lambda: actions.send(outbound[20:], now=clock.now()))
        await asyncio.sleep(0.3)
        server = Server("smpp", desk, clock)
        await server.listen("127.0.0.1", port)
        await until(lambda: len(desk.taken) >= 40, 15)
        assert sorted(desk.texts()) == sorted(one.text for one in outbound)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await server.close()


def _states() -> list[str]:
    return list(Message.objects.order_by("id").values_list("state", flat=True))
