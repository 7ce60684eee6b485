"""One ear for a whole web process; every stream of it is told what concerns its reader."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import nats
import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from hotpot.kernel.errors import TooMany
from hotpot.kernel.waiting import is_set_within
from hotpot.pot.access.readers import Reader
from hotpot.pot.realtime.rules import Heard, heard

SUBJECT = "hotpot.events.>"
STREAMS_MAX = 2000
DEBOUNCE_S = 0.2
PING_S = 15.0
LIFE_S = 600.0
RECONNECT_S = 1.0

log = structlog.get_logger(__name__)


class Stream:
    """What one reader was not told yet."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._topics: set[str] = set()
        self._stirred = asyncio.Event()
        self.over = False

    def end(self) -> None:
        """Nothing more is told: the process stops."""
        self.over = True
        self._stirred.set()

    def hear(self, event: Heard) -> None:
        if event.party_ids & self._reader.party_ids or self._reader.person_id in event.person_ids:
            self._topics |= event.topics
            self._stirred.set()

    async def told(self, wait_s: float) -> list[str]:
        """The topics that changed, gathered for a moment; empty when it stayed quiet."""
        if not await is_set_within(self._stirred, wait_s):
            return []
        if not self.over:
            await asyncio.sleep(DEBOUNCE_S)
        topics, self._topics = sorted(self._topics), set()
        self._stirred.clear()
        return topics


class Hub:
    """Connects when the first stream opens and stays connected; it belongs to one event loop."""

    def __init__(self, nats_url: str) -> None:
        self._url = nats_url
        self._streams: set[Stream] = set()
        self._listening: asyncio.Task[None] | None = None
        self._ended = False

    @contextlib.contextmanager
    def stream(self, reader: Reader) -> Iterator[Stream]:
        """Raises TooMany when the process has no room for another."""
        if len(self._streams) >= STREAMS_MAX:
            raise TooMany("Too many pages are open here. This one will be live again in a moment.")
        stream = Stream(reader)
        if self._ended:
            stream.end()
        else:
            self._listen()
        self._streams.add(stream)
        try:
            yield stream
        finally:
            self._streams.discard(stream)

    def _listen(self) -> None:
        if self._listening is None or self._listening.done():
            self._listening = asyncio.get_running_loop().create_task(self._keep_listening())

    async def _keep_listening(self) -> None:
        while True:
            try:
                async with self._connected() as closed:
                    await closed.wait()
            except (OSError, nats.errors.Error) as error:
                log.warning("live updates wait", reason=str(error) or type(error).__name__)
            await asyncio.sleep(RECONNECT_S)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncio.Event]:
        closed = asyncio.Event()

        async def close() -> None:
            closed.set()

        client: Client = await nats.connect(
            self._url, allow_reconnect=False, connect_timeout=5, closed_cb=close, error_cb=_silent
        )
        try:
            await client.subscribe(SUBJECT, cb=self._hear)
            yield closed
        finally:
            await client.close()

    async def _hear(self, message: Msg) -> None:
        event = heard(message.data)
        for stream in self._streams:
            stream.hear(event)

    def end(self) -> None:
        """Ends all streams now, and each new one at once: a server that stops waits for its answers."""
        self._ended = True
        for stream in self._streams:
            stream.end()

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)


async def _silent(_: Exception) -> None:
    """The connection closes then, and that is what is waited for."""
