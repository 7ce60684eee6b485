"""Is it well? One small question to each kind of part."""

from __future__ import annotations

import asyncio
import contextlib

import psycopg

TIMEOUT_S = 5.0


async def postgres(url: str) -> bool:
    """It answers SELECT 1."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            async with await psycopg.AsyncConnection.connect(
                url, connect_timeout=int(TIMEOUT_S)
            ) as connection:
                await connection.execute("SELECT 1")
    except (psycopg.Error, OSError):
        return False
    return True


async def nats(url: str) -> bool:
    """It lets us in and answers a ping. No, where no URL is known."""
    if not url:
        return False
    import nats.errors  # Late: most commands never need it.

    async def stay_quiet(_: Exception) -> None:
        """A failed attempt is the answer, not a line on the console."""

    try:
        async with asyncio.timeout(TIMEOUT_S):
            client = await nats.connect(
                url,
                allow_reconnect=False,
                max_reconnect_attempts=1,  # 0 would mean for ever.
                reconnect_time_wait=0.1,
                connect_timeout=int(TIMEOUT_S),
                error_cb=stay_quiet,
            )
            await client.flush()
            await client.close()
    except (nats.errors.Error, OSError, ValueError):
        return False
    return True


async def web(host: str, port: int) -> int | None:
    """The status that GET /healthz gives; None when nobody answers."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_connection(host, port)
            with contextlib.closing(writer):
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                words = (await reader.readline()).split()
    except OSError:
        return None
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
