"""The relay on a real database and a real NATS."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import nats
import pytest
from django.db import connection, transaction

from hotpot.conftest import NatsServer
from hotpot.pot.events import engine
from hotpot.pot.events.actions import Fact, record_all
from hotpot.pot.events.rules import recorded
from hotpot.pot.events.steps import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def fact(word: str) -> Fact:
    return Fact("task.opened", f"task/{word}", [7, 3], {"word": word}, [9])


async def record(*words: str) -> None:
    def write() -> None:
        try:
            with transaction.atomic():
                record_all(Actor(9, 7, "page"), [fact(word) for word in words], now=NOW)
        finally:
            connection.close()

    await asyncio.to_thread(write)


@asynccontextmanager
async def relayed(database_url: str, nats_url: str) -> AsyncIterator[list[dict[str, Any]]]:
    """What a listener has heard while the relay runs."""
    heard: list[dict[str, Any]] = []

    async def hear(message: Any) -> None:
        heard.append(json.loads(message.data) | {"on": message.subject})

    async def stay_silent(_: Exception) -> None: ...

    listener = await nats.connect(nats_url, reconnect_time_wait=0.1, error_cb=stay_silent)
    await listener.subscribe("hotpot.events.>", cb=hear)
    await listener.flush()
    relay = asyncio.create_task(engine.run_forever(database_url, nats_url, beat=lambda: None))
    try:
        yield heard
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await listener.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.02)


async def test_events_arrive_in_the_order_of_their_commits(
    database_url: str, nats_server: NatsServer
) -> None:
    async with relayed(database_url, nats_server.url) as heard:
        await record("a", "b")
        await record("c")
        await until(lambda: len(heard) == 3)
    assert [event["data"]["word"] for event in heard] == ["a", "b", "c"]
    first = heard[0]
    assert (first["on"], first["type"], first["subject"]) == (
        "hotpot.events.task.opened",
        "task.opened",
        "task/a",
    )
    assert (first["specversion"], first["parties"], first["persons"]) == ("1.0", "3,7", "9")


async def test_what_is_committed_late_comes_after_what_was_committed_before(
    database_url: str, nats_server: NatsServer
) -> None:
    slow = await asyncpg.connect(database_url)
    async with relayed(database_url, nats_server.url) as heard:
        async with slow.transaction():
            await perform(slow, recorded([(SYSTEM_ACTOR, fact("slow"))], now=NOW))
            await record("quick")
            await asyncio.sleep(0.3)
            assert heard == [], "nothing may overtake an open transaction"
        await until(lambda: len(heard) == 2)
    await slow.close()
    assert [event["data"]["word"] for event in heard] == ["slow", "quick"]


async def place(database_url: str) -> int:
    """How many rows the relay is behind; also numbers that were never used count."""
    link = await asyncpg.connect(database_url)
    try:
        found = await link.fetchval("SELECT sequence FROM events_cursor WHERE reader = 'relay'")
        last = await link.fetchval("SELECT max(sequence) FROM events_event")
        return int(last - found)
    finally:
        await link.close()


async def test_the_relay_waits_while_nats_is_away_and_then_goes_on(
    database_url: str, nats_server: NatsServer
) -> None:
    async with relayed(database_url, nats_server.url) as heard:
        await record("a")
        await until(lambda: len(heard) == 1)
        nats_server.kill()
        await record("b")
        await asyncio.sleep(0.7)
        assert await place(database_url) > 0, "what NATS did not take is not behind us"
        nats_server.start()
        async with asyncio.timeout(20):
            while await place(database_url):
                await asyncio.sleep(0.05)


async def test_nothing_is_lost_when_the_database_goes_away(
    database_url: str, nats_server: NatsServer
) -> None:
    async with relayed(f"{database_url}&application_name=relay", nats_server.url) as heard:
        for word in "abcdef":
            await record(word)
            link = await asyncpg.connect(database_url)
            await link.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'relay'"
            )
            await link.close()
        await until(lambda: "f" in [event["data"]["word"] for event in heard])
    first_times = list(dict.fromkeys(event["data"]["word"] for event in heard))
    assert first_times == list("abcdef")


async def test_a_second_relay_waits_for_the_first(database_url: str, nats_server: NatsServer) -> None:
    async with relayed(database_url, nats_server.url) as heard:
        await record("a")
        await until(lambda: len(heard) == 1)
        async with relayed(database_url, nats_server.url):
            await record("b")
            await until(lambda: len(heard) == 2)
            await asyncio.sleep(0.3)
    assert len(heard) == 2
