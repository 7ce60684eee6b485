"""Waiting for something within the process, for a while."""

from __future__ import annotations

import asyncio


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event is set by then.

    asyncio.wait_for of Python 3.11 swallows the cancelling of its task when the event comes at the same
    moment: a loop that waits with it would go on and never stop.
    """
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
