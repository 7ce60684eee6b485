"""Each message reaches the carrier once, whatever goes away meanwhile. The carrier is none of ours."""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import connection

from hotpot.kernel.clock import SystemClock
from hotpot.pot.messaging import actions, engine, linked
from hotpot.pot.messaging.engine import Engine
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.tests.smsc import Smsc
from hotpot.pot.messaging.tests.test_engine import cut_connections
from hotpot.pot.messaging.wire import Outbound

T = TypeVar("T")
CLOCK = SystemClock()
PATIENCE_S = 120

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


async def aside(call: Callable[..., T], *given: Any) -> T:
    """Django in a thread of its own, which gives its connection back."""

    def called() -> T:
        try:
            return call(*given)
        finally:
            connection.close()

    return await asyncio.to_thread(called)


def queue(count: int) -> None:
    outbound = [Outbound(f"m/{n}", f"+861390{n:07}", f"message {n}") for n in range(count)]
    actions.send(outbound, now=CLOCK.now())


def states() -> set[str]:
    return set(Message.objects.values_list("state", flat=True))


def texts(count: int) -> dict[str, int]:
    return {f"message {n}": 1 for n in range(count)}


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await aside(true):
            await asyncio.sleep(0.1)


def delivered() -> bool:
    return states() == {"delivered"}


async def set_up(port: int, **given: object) -> None:
    account = {
        "name": "smsc", "protocol": "smpp", "host": "127.0.0.1", "port": port, "login": "x", "password": "y",
        "window": 20, "answer_s": 1.5, "uncertain_s": 5.0, "zone": "UTC",
    }  # fmt: skip
    await aside(lambda: actions.connect_carrier({**account, **given}, now=CLOCK.now()))


@pytest.fixture
async def smsc(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Smsc]:
    monkeypatch.setattr(engine, "HOUSE_S", 1.0)
    monkeypatch.setattr(linked, "BREAK_S", 1.0)
    one = Smsc()
    await set_up(await one.listen())
    yield one
    await one.close()


@contextlib.asynccontextmanager
async def running(url: str) -> AsyncIterator[None]:
    task = asyncio.create_task(Engine(url, settings.SECRET_KEY, CLOCK).run_forever(beat=lambda: None))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_kill_9_loses_nothing_and_repeats_nothing(database_url: str, smsc: Smsc) -> None:
    """Four times within the stream. What nobody knows of finds its receipt, or goes after a wait."""
    count, chance = 3000, random.Random(9)
    await aside(queue, count)
    argv = (sys.executable, "-m", "hotpot.pot.messaging.tests.engine_process")
    for kill in range(1, 6):
        process = subprocess.Popen([*argv, database_url, settings.SECRET_KEY])
        try:
            if kill == 5:
                await until(delivered)
            else:
                await until_more(smsc, chance.randrange(100, 400))
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)
    assert smsc.taken == texts(count)


async def until_more(smsc: Smsc, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        wanted = smsc.taken.total() + count
        while smsc.taken.total() < wanted:
            await asyncio.sleep(0.005)


async def test_a_carrier_that_hangs_up_within_a_window_gets_each_message_once(
    database_url: str, smsc: Smsc
) -> None:
    await aside(queue, 200)
    smsc.drop_after = 50
    async with running(database_url):
        await until(delivered)
    assert smsc.taken == texts(200)


async def test_a_carrier_that_says_too_fast_is_waited_for(database_url: str, smsc: Smsc) -> None:
    smsc.throttled_until = asyncio.get_running_loop().time() + 2
    await aside(queue, 100)
    async with running(database_url):
        await until(delivered)
    assert smsc.taken == texts(100)
    assert 0 < smsc.throttled < 400, "it was asked now and then, not all the time"


async def test_receipts_that_come_twice_change_nothing(database_url: str, smsc: Smsc) -> None:
    smsc.receipts_twice = True
    await aside(queue, 100)
    async with running(database_url):
        await until(delivered)
    assert smsc.taken == texts(100)


async def test_a_second_carrier_takes_what_the_first_is_silent_about(database_url: str, smsc: Smsc) -> None:
    """Only after the wait: nobody knows whether the first one has it."""
    smsc.silent = True
    smsc._tell = lambda *_: None  # type: ignore[method-assign]
    second = Smsc()
    await set_up(await second.listen(), name="second")
    try:
        await aside(queue, 10)
        async with running(database_url):
            await until(delivered)
        assert second.taken == texts(10)
        assert smsc.taken == texts(10)
    finally:
        await second.close()


async def test_a_second_carrier_takes_what_waits_for_one_that_is_gone(database_url: str, smsc: Smsc) -> None:
    await smsc.close()
    second = Smsc()
    await aside(queue, 50)
    async with running(database_url):
        await set_up(await second.listen(), name="second")
        try:
            await until(delivered)
            assert second.taken == texts(50)
        finally:
            await second.close()


async def test_a_database_that_goes_away_costs_no_message(database_url: str, smsc: Smsc) -> None:
    await aside(queue, 2000)
    async with running(f"{database_url}&application_name=engine"):
        for _ in range(3):
            await until_more(smsc, 100)
            await cut_connections(database_url)
        await until(delivered)
    assert smsc.taken == texts(2000)
