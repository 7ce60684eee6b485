"""A carrier that is set up takes the place of the simulated one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

import asyncpg
import pytest
from django.conf import settings
from django.db import connection

from hotpot.kernel.clock import SettableClock, SystemClock
from hotpot.kernel.errors import Invalid, NotFound
from hotpot.pot.events.models import EventRow
from hotpot.pot.messaging import actions, engine
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.carriers import Carrier, CarrierAway
from hotpot.pot.messaging.chosen import ChosenCarrier
from hotpot.pot.messaging.linked import LinkedCarrier
from hotpot.pot.messaging.models import CarrierAccount, Message
from hotpot.pot.messaging.server import Server
from hotpot.pot.messaging.simulated.carrier import SimulatedCarrier
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


async def chosen(database_url: str) -> Carrier:
    """What is connected to; a carrier that isn't there is chosen all the same."""
    carrier = ChosenCarrier(database_url, settings.SECRET_KEY, SettableClock(NOW))
    with contextlib.suppress(CarrierAway):
        await carrier.connect()
    await carrier.close()
    return carrier._carrier


async def test_a_carrier_is_set_up_changed_and_taken_away(database_url: str) -> None:
    assert isinstance(await chosen(database_url), SimulatedCarrier)
    given = {**GIVEN, "port": free_port()}
    await aside(lambda: actions.connect_carrier(given, now=NOW))
    carrier = await chosen(database_url)
    assert isinstance(carrier, LinkedCarrier)
    assert (carrier.name, carrier.window) == ("Carrier", 8)
    assert carrier._account.password == "very secret"
    assert carrier._account.alphabets == (Alphabet.GBK,)
    await aside(lambda: actions.connect_carrier({**given, "window": 9}, now=NOW))
    assert (await chosen(database_url)).window == 9
    await aside(_leaves_no_trace_of_its_password)
    await aside(lambda: actions.disconnect_carrier("Carrier", now=NOW))
    assert isinstance(await chosen(database_url), SimulatedCarrier)


async def test_a_password_of_another_installation_is_said_so(database_url: str) -> None:
    await aside(lambda: actions.connect_carrier(GIVEN, now=NOW))
    with pytest.raises(CarrierAway, match="can't be read with this installation's key"):
        await ChosenCarrier(database_url, "another key", SettableClock(NOW)).connect()


def _leaves_no_trace_of_its_password() -> None:
    [kept] = CarrierAccount.objects.values()
    assert "very secret" not in repr(kept)
    assert "very secret" not in repr(list(EventRow.objects.values()))


@pytest.mark.parametrize(
    "spoilt",
    [{"protocol": "x25"}, {"window": 0}, {"port": 70000}, {"answer_s": 60}, {"alphabets": ["morse"]}],
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
        await aside(lambda: actions.send_text(key="1", number=PHONE, text=LONG, now=NOW))
        await world.connect()
        running = engine.Engine(pool, world.carrier, SettableClock(NOW))
        assert await running.send_due() == 1
        assert await aside(_states) == ["sent"]
        ref = await aside(lambda: Message.objects.get().carrier_ref)
        world.server.send(enterprise(world), Report(ref, PHONE, "10690000", "DELIVRD", NOW))
        for place, part in enumerate(split(LONG, Alphabet.UCS2, ref=3)):
            world.server.send(enterprise(world), Deliver(PHONE, "10690000", part, str(place + 1)))
        taken = 0
        while taken < 5:
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
    carrier = ChosenCarrier(database_url, settings.SECRET_KEY, clock)
    running = asyncio.create_task(
        engine.run_forever(database_url, carrier, clock, beat=lambda: None, home_url="")
    )
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
