"""Streams of one process on a real NATS."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import nats
import pytest
import pytest_asyncio

from hotpot.conftest import NatsServer
from hotpot.kernel.errors import TooMany
from hotpot.pot.access.readers import reader_of
from hotpot.pot.realtime import hub as hubs
from hotpot.pot.realtime.hub import Hub


@pytest_asyncio.fixture
async def hub(nats_server: NatsServer) -> AsyncIterator[Hub]:
    hub = Hub(nats_server.url)
    yield hub
    await hub.close()


async def publish(url: str, event_type: str, *, parties: str = "", persons: str = "") -> None:
    client = await nats.connect(url)
    event = {"type": event_type, "parties": parties, "persons": persons}
    await client.publish(f"hotpot.events.{event_type}", json.dumps(event).encode())
    await client.flush()
    await client.close()


async def test_a_stream_hears_what_concerns_its_reader(hub: Hub, nats_server: NatsServer) -> None:
    with hub.stream(reader_of(1, [10])) as mine, hub.stream(reader_of(2, [20])) as other:
        await asyncio.sleep(0.3)
        await publish(nats_server.url, "task.opened", parties="10,11")
        await publish(nats_server.url, "message.sent", persons="1")
        await publish(nats_server.url, "bill.issued", parties="99")
        assert await mine.told(5) == ["messages", "record", "tasks"]
        assert await other.told(0.3) == []


async def test_many_events_become_one_word(hub: Hub, nats_server: NatsServer) -> None:
    with hub.stream(reader_of(1, [10])) as stream:
        await asyncio.sleep(0.3)
        for _ in range(20):
            await publish(nats_server.url, "task.opened", parties="10")
        told = [await stream.told(1), await stream.told(0.5), await stream.told(0.1)]
    assert told[0] == ["record", "tasks"]
    assert len([one for one in told if one]) <= 2


async def test_streams_go_on_when_nats_comes_back(hub: Hub, nats_server: NatsServer) -> None:
    with hub.stream(reader_of(1, [10])) as stream:
        await asyncio.sleep(0.3)
        await asyncio.to_thread(nats_server.kill)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(nats_server.start)
        await asyncio.sleep(1.5)
        await publish(nats_server.url, "task.opened", parties="10")
        assert "tasks" in await stream.told(5)


async def test_a_full_process_refuses(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "STREAMS_MAX", 1)
    with hub.stream(reader_of(1, [])), pytest.raises(TooMany), hub.stream(reader_of(2, [])):
        pass
    with hub.stream(reader_of(2, [])):
        pass
