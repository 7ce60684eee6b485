"""The one owner of the segments: gathers requests, judges them together, commits, and answers after that.

What was taken before is known to this process alone (`Known`), so there is one of it, and all it writes goes
over the connection that holds the lock. Keys join `Known` after the commit that made them true. A commit
whose answer was lost is looked up again before anything else is judged.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

import asyncpg
import structlog

from hotpot.kernel.clock import Clock
from hotpot.kernel.waiting import is_set_within
from hotpot.pot.metering import bodies, segments, statements
from hotpot.pot.metering.intake import EPOCH, US, Bearer, Judged, Kinds, Request, judge, kind_of
from hotpot.pot.metering.known import Known, as_keys
from hotpot.pot.metering.rules import REMEMBERED, MeterRule, hosted_source, to_merge
from hotpot.pot.metering.wire import Receipt, Refused

EVENTS_PER_GROUP = 10_000  # requests are gathered until there are so many, or no more wait
WAITING_BYTES_MAX = 64 * 1024 * 1024  # of requests that wait to be committed
WAITING_BYTES_OF_ONE = WAITING_BYTES_MAX // 2  # of one party, so that it leaves room for others
SUBMISSIONS_PER_GROUP = 100
SIZES_KEPT = 64
REFRESH_S = 0.5
CONNECT_S = 5.0
ANSWER_S = 20.0
BACK_OFF_MAX_S = 5.0

STARTING = (503, "starting", "The intake is not ready yet. Send it again.", 2)
# asyncpg raises InternalClientError on a connection that died in the middle of an answer.
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

log = structlog.get_logger(__name__)


class Busy(Exception):
    """Not now: an HTTP status, a stable code, a sentence, and after how many seconds to try again."""

    def __init__(self, status: int, code: str, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after_s = status, code, message, retry_after_s


@dataclass(slots=True)
class Catalogue:
    """Who may write, and what is counted, as of the last look."""

    bearers: Mapping[bytes, Bearer] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)


@dataclass(slots=True)
class Figures:
    """Since the process began."""

    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    commits: int = 0
    busy: int = 0


@dataclass(slots=True)
class _Waiting:
    request: Request
    done: asyncio.Future[Receipt]


class Engine:
    """`take` is called by the server, in the loop that `run_forever` runs in."""

    def __init__(self, database_url: str, clock: Clock) -> None:
        self._url = database_url
        self._clock = clock
        self._catalogue = Catalogue()
        self._known = Known()
        self._last_event = 0
        self._sizes: deque[tuple[int, int]] = deque(maxlen=SIZES_KEPT)  # first event, count
        self._queue: deque[_Waiting] = deque()
        self._bytes = 0
        self._bytes_of: Counter[int] = Counter()
        self._woken = asyncio.Event()
        self._looked_at = 0.0
        self.ready = False
        self.figures = Figures()

    # What the server asks.

    @property
    def waiting_bytes(self) -> int:
        return self._bytes

    def bearer(self, token: str) -> Bearer | None:
        """By the digest that identity keeps of it. Raises Busy while tokens are not known."""
        if not self.ready:
            raise self._busy(*STARTING)
        return self._catalogue.bearers.get(hashlib.sha256(token.encode()).digest())

    @contextlib.contextmanager
    def room(self, bearer: Bearer, size: int) -> Iterator[None]:
        """Holds `size` bytes while a request is worked on. Raises Busy where they would be too much."""
        self._check_room(bearer, size)
        self._weigh(bearer, size)
        try:
            yield
        finally:
            self._weigh(bearer, -size)

    def _check_room(self, bearer: Bearer, size: int) -> None:
        if self._bytes + size > WAITING_BYTES_MAX:
            raise self._busy(503, "full", "Too much waits to be written. Send it again later.", 1)
        if self._bytes_of[bearer.party_id] + size > WAITING_BYTES_OF_ONE:
            raise self._busy(429, "too_fast", "You send faster than is written. Send it again later.", 1)

    async def take(self, request: Request) -> Receipt:
        """Waits until what is taken of it is committed. Raises Busy where that cannot be said."""
        if not self.ready:
            raise self._busy(*STARTING)
        waiting = _Waiting(request, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._woken.set()
        return await waiting.done

    def _weigh(self, bearer: Bearer, size: int) -> None:
        self._bytes += size
        self._bytes_of[bearer.party_id] += size

    def _busy(self, status: int, code: str, message: str, retry_after_s: int) -> Busy:
        self.figures.busy += 1
        return Busy(status, code, message, retry_after_s)

    # Its life.

    async def run_forever(self, *, beat: Callable[[], None]) -> NoReturn:
        """Until cancelled. PostgreSQL that goes away is tried again; whoever waits is told to send again."""
        failures = 0
        while True:
            beat()
            try:
                async with self._connected() as link:
                    await self._become_the_only_one(link, beat)
                    await self._catch_up(link, beat)
                    await self._refresh(link, self._clock.now())
                    failures, self.ready = 0, True
                    log.info("usage is taken", known=len(self._known), last_event=self._last_event)
                    await self._work(link, beat)
            except AWAY as error:
                failures += 1
                log.warning("usage waits", reason=str(error) or type(error).__name__)
            finally:
                self._give_up_waiting()
            await asyncio.sleep(min(0.1 * 2 ** min(failures, 10), BACK_OFF_MAX_S))

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        link = await asyncpg.connect(self._url, timeout=CONNECT_S, command_timeout=ANSWER_S)
        try:
            await link.add_listener(statements.CHANNEL, lambda *_: self._look_soon())
            yield link
        finally:
            link.terminate()

    def _look_soon(self) -> None:
        self._looked_at = 0.0
        self._woken.set()

    async def _become_the_only_one(self, link: asyncpg.Connection, beat: Callable[[], None]) -> None:
        while not await link.fetchval(statements.BE_THE_ONLY_ONE):
            beat()
            await asyncio.sleep(REFRESH_S)

    async def _catch_up(self, link: asyncpg.Connection, beat: Callable[[], None]) -> None:
        """Learns what was committed after the last event that this process knows of."""
        oldest = self._clock.now() - REMEMBERED
        async with link.transaction(isolation="repeatable_read", readonly=True):
            async for first, received_at, packed in link.cursor(
                statements.KEYS, self._last_event, oldest, prefetch=20
            ):
                keys = as_keys(packed)[max(0, self._last_event + 1 - first) :]
                self._known.add(keys, (received_at - EPOCH) // US)
                beat()
            self._last_event = await link.fetchval(statements.LAST_EVENT)
            rows = await link.fetch(statements.SIZES, SIZES_KEPT)
        self._sizes.clear()
        self._sizes.extend((first, last - first + 1) for first, last in reversed(rows))

    def _give_up_waiting(self) -> None:
        self.ready = False
        while self._queue:
            _answer(self._queue.popleft(), None)

    async def _work(self, link: asyncpg.Connection, beat: Callable[[], None]) -> NoReturn:
        loop = asyncio.get_running_loop()
        while True:
            beat()
            hosted: list[_Hosted] = []
            if loop.time() - self._looked_at >= REFRESH_S:
                self._looked_at = loop.time()
                hosted = await self._look(link)
            group = self._next_group()
            if group or hosted:
                await self._take_group(link, group, hosted)
                await self._merge(link)
            if not self._queue and len(hosted) < SUBMISSIONS_PER_GROUP:
                self._woken.clear()
                await is_set_within(self._woken, REFRESH_S)

    async def _look(self, link: asyncpg.Connection) -> list[_Hosted]:
        """Tokens and meters as they are now, and what apps of this pot have submitted."""
        now = self._clock.now()
        self._known.forget((now - REMEMBERED - EPOCH) // US)
        await self._refresh(link, now)
        rows = await link.fetch(statements.SUBMISSIONS, SUBMISSIONS_PER_GROUP)
        return [_Hosted.of(*row) for row in rows]

    async def _refresh(self, link: asyncpg.Connection, now: datetime) -> None:
        bearers = _bearers(await link.fetch(statements.BEARERS, now))
        self._catalogue = Catalogue(bearers, _kinds(await link.fetch(statements.METERS)))

    def _next_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        count = 0
        while self._queue and count < EVENTS_PER_GROUP:
            waiting = self._queue.popleft()
            group.append(waiting)
            count += len(waiting.request.body.events)
        return group

    async def _take_group(
        self, link: asyncpg.Connection, group: Sequence[_Waiting], hosted: Sequence[_Hosted]
    ) -> None:
        requests = [waiting.request for waiting in group] + [one.request for one in hosted]
        now = self._clock.now()
        judged = judge(requests, self._catalogue.kinds, self._known, next_event=self._last_event + 1, now=now)
        try:
            await self._commit(link, requests, judged, [one.id for one in hosted], now)
        except BaseException:
            for waiting in group:
                _answer(waiting, None)
            raise
        self._learn(judged)
        for waiting in group:
            _answer(waiting, waiting.request.receipt)
        self._count(requests)

    async def _commit(
        self,
        link: asyncpg.Connection,
        requests: Sequence[Request],
        judged: Judged,
        taken: Sequence[int],
        now: datetime,
    ) -> None:
        segment, refusals = judged.segment, _refusals(requests)
        if segment is None and not refusals and not taken:
            return
        async with link.transaction():
            if segment is not None:
                await _keep(link, segment)
                await link.execute(statements.TALLY, *_columns(judged.tallies))
            if refusals:
                await link.execute(statements.REFUSE, *_refusal_columns(refusals, now))
            if taken:
                await link.execute(statements.TAKEN, taken)

    def _learn(self, judged: Judged) -> None:
        segment = judged.segment
        if segment is not None:
            self._known.add(as_keys(segment.keys), segment.received_us)
            self._last_event = segment.last_event
            self._sizes.append((segment.first_event, segment.count))

    def _count(self, requests: Sequence[Request]) -> None:
        self.figures.commits += 1
        for request in requests:
            if request.receipt is not None:
                self.figures.accepted += request.receipt.accepted
                self.figures.duplicates += request.receipt.duplicates
                self.figures.refused += len(request.receipt.refused)

    async def _merge(self, link: asyncpg.Connection) -> None:
        """Small segments at the end become one, so that many small requests are read as fast as a few
        big ones."""
        count = to_merge([size for _, size in self._sizes])
        if not count:
            return
        first = self._sizes[-count][0]
        async with link.transaction():
            parts = [segments.Segment(*row) for row in await link.fetch(statements.PARTS, first)]
            merged = segments.merge(parts)
            await link.execute(statements.DROP, first)
            await _keep(link, merged)
        for _ in range(count):
            self._sizes.pop()
        self._sizes.append((first, merged.count))


@dataclass(frozen=True, slots=True)
class _Hosted:
    """A submission of an app of this pot."""

    id: int
    request: Request

    @classmethod
    def of(cls, id_: int, app_id: str, party_id: int, events: bytes) -> _Hosted:
        bearer = Bearer(party_id, {hosted_source(app_id): app_id})
        return cls(id_, Request(bearer, bodies.read(bodies.BATCH, "", {}, events)))


def _answer(waiting: _Waiting, receipt: Receipt | None) -> None:
    """None where it is not known whether it was committed; sending it again is safe."""
    if waiting.done.done():
        return  # Its sender has gone.
    if receipt is not None:
        waiting.done.set_result(receipt)
    else:
        waiting.done.set_exception(
            Busy(503, "away", "It could not be written, or that is not known. Send it again.", 2)
        )


def _bearers(rows: Sequence[tuple[bytes, int, str, str]]) -> dict[bytes, Bearer]:
    sources: dict[tuple[bytes, int], dict[str, str]] = defaultdict(dict)
    for token, party_id, source, app_id in rows:
        sources[token, party_id][source] = app_id
    return {token: Bearer(party_id, of) for (token, party_id), of in sources.items()}


def _kinds(rows: Sequence[tuple[str, str, int, str, str, int]]) -> Kinds:
    meters: dict[tuple[str, str], list[MeterRule]] = defaultdict(list)
    for app_id, event_type, id_, aggregation, name, exponent in rows:
        meters[app_id, event_type].append(MeterRule(id_, aggregation, name, exponent))
    return {kind: kind_of(of) for kind, of in meters.items()}


async def _keep(link: asyncpg.Connection, segment: segments.Segment) -> None:
    await link.execute(
        statements.KEEP,
        segment.first_event,
        segment.last_event,
        segment.received_us,
        segment.oldest_us,
        segment.newest_us,
        segment.keys,
        segment.events,
        segment.usage,
    )


def _columns(tallies: Sequence[segments.Tally]) -> tuple[list[object], ...]:
    return (
        [one.meter for one in tallies],
        [one.day for one in tallies],
        [one.events for one in tallies],
        [one.quantity for one in tallies],
    )


Refusals = Mapping[tuple[int, str], tuple[int, Refused]]  # party, code -> how many, the last


def _refusals(requests: Sequence[Request]) -> Refusals:
    found: dict[tuple[int, str], tuple[int, Refused]] = {}
    for request in requests:
        for one in request.receipt.refused if request.receipt else ():
            key = request.bearer.party_id, one.code
            found[key] = (found[key][0] + 1 if key in found else 1), one
    return found


def _refusal_columns(refusals: Refusals, now: datetime) -> tuple[object, ...]:
    last = [one for _, one in refusals.values()]
    return (
        [party_id for party_id, _ in refusals],
        [code for _, code in refusals],
        now.astimezone(UTC),
        [count for count, _ in refusals.values()],
        [_text(one.source) for one in last],
        [_text(one.type) for one in last],
        [_text(one.id) for one in last],
        [_text(one.message) for one in last],
    )


def _text(sent: str) -> str:
    """PostgreSQL's text has no NUL."""
    return sent.replace("\0", "")
