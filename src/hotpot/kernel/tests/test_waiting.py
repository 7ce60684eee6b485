"""Waiting ends in time, and never keeps a task that is told to stop."""

from __future__ import annotations

import asyncio

import pytest

from hotpot.kernel.waiting import is_set_within


async def test_it_says_whether_the_event_came() -> None:
    event = asyncio.Event()
    assert not await is_set_within(event, 0.01)
    event.set()
    assert await is_set_within(event, 0)


async def test_a_task_stops_though_the_event_comes_at_the_same_moment() -> None:
    event = asyncio.Event()
    task = asyncio.create_task(is_set_within(event, 60))
    await asyncio.sleep(0)
    event.set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
