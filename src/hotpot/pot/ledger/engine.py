"""The ledger's engine: commands of many callers, decided together and committed as one (group commit).

While one batch is written and committed, the next one gathers and looks up its keys on another connection.
From the moment that a batch has locked its accounts it decides on what the database says, so other writers
(the verbs of actions.py, another engine) may touch the same accounts. An answer is given after the commit:
what was answered is there, once, whatever is killed; what was not is asked again with the same key.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import structlog

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Invalid, Refused, TooMany
from hotpot.pot.events.steps import BY_INDEX, perform
from hotpot.pot.ledger import statements, steps
from hotpot.pot.ledger.batch import OPEN, Account, Batch, Held, TransferRow, key_prefix
from hotpot.pot.ledger.wire import (
    COMMANDS_MAX,
    Answer,
    AnyCommand,
    Hold,
    Refusal,
    Transfer,
)

WRITERS = 2  # While one commits, the other gathers and looks up.
WAITING_MAX = 50_000  # commands; beyond that a caller is told to wait
ACCOUNTS_KNOWN_MAX = 1_000_000
TRIES_MAX = 5
SWEEP_EVERY_S = 1.0
SWEEP_LIMIT = 1000
CONNECT_S = 5.0
ANSWER_S = 20.0  # A server that is silent for longer is gone.
BACK_OFF_MAX_S = 5.0
SETTINGS = BY_INDEX | {"application_name": "hotpot ledger"}

log = structlog.get_logger(__name__)


class Unavailable(Refused):
    """The database is away. Whether the command was done is told by asking again with the same key."""

    code = "unavailable"
    status = 503


class _Away(Exception):
    """The connection is lost; its cause says how."""


class Overtaken(Exception):
    """A hold was ended by somebody else between our look and our lock."""


# Somebody else was quicker: what was looked up holds no longer, so the batch is looked up and decided again.
OVERTAKEN = (
    Overtaken,
    asyncpg.UniqueViolationError,
    asyncpg.CheckViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)


@dataclass(slots=True, eq=False)
class Submission:
    """One caller's commands and where the answers go."""

    commands: Sequence[AnyCommand]
    books: int | None
    answered: asyncio.Future[list[Answer]]


@dataclass(slots=True)
class Looked:
    """What was known of a batch's keys and accounts before its accounts were locked."""

    account_ids: set[int]
    transfers: dict[str, TransferRow]
    holds: dict[str, Held]
    transfer_keys: set[str]
    hold_keys: set[str]


@dataclass(slots=True)
class Counts:
    """Since the start. `commit_s` is spent from a batch's first lock to its commit."""

    commands: int = 0
    refused: int = 0
    batches: int = 0
    overtaken: int = 0
    expired: int = 0
    commit_s: float = 0.0


@dataclass(slots=True)
class Engine:
    """Start it with `run`. `beat` is called about once a second for as long as it works or reconnects."""

    database_url: str
    clock: Clock
    beat: Callable[[], None] = lambda: None
    counts: Counts = field(default_factory=Counts)
    writers: int = 0  # connected
    waiting: int = 0  # commands
    _queue: deque[Submission] = field(default_factory=deque)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _accounts: dict[str, Account] = field(default_factory=dict)
    _by_id: dict[int, Account] = field(default_factory=dict)
    _last: Batch | None = None  # committed last: the batch after it may have looked before that
    _closing: bool = False

    async def submit(self, commands: Sequence[AnyCommand], books: int | None = None) -> list[Answer]:
        """Answers in the commands' order, once all that was done is committed.

        `books` is the party whose accounts and keys the commands may name; None is the platform itself.
        Raises Invalid for too many at once, TooMany where the engine is behind, Unavailable.
        """
        if not commands:
            return []
        if len(commands) > COMMANDS_MAX:
            raise Invalid(f"A batch has at most {COMMANDS_MAX} commands. Send it in parts.")
        if self.waiting + len(commands) > WAITING_MAX:
            raise TooMany("The ledger is behind. Ask again in a second, with the same keys.")
        if self._closing:
            raise Unavailable("The ledger is stopping. Ask again in a moment, with the same keys.")
        answered: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
        self._queue.append(Submission(commands, books, answered))
        self.waiting += len(commands)
        self._woken.set()
        return await answered

    async def run(self) -> None:
        """Until `close`, after which all that waits is still answered."""
        beating = asyncio.create_task(self._beat_and_sweep())
        try:
            await asyncio.gather(*(self._write() for _ in range(WRITERS)))
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    def close(self) -> None:
        self._closing = True
        self._woken.set()

    # Writing.

    async def _write(self) -> None:
        """A database that goes away is tried again, ever more slowly; who waits meanwhile is told."""
        failures = 0
        while not self._closing:
            try:
                async with connected(self.database_url) as link:
                    failures = 0
                    self.writers += 1
                    try:
                        await self._serve(link)
                    finally:
                        self.writers -= 1
            except _Away as away:
                log.warning("the ledger waits", reason=str(away.__cause__))
            if not self._closing:
                if failures:
                    self._tell_unavailable(self._queue)
                await asyncio.sleep(min(0.05 * 2**failures, BACK_OFF_MAX_S))
                failures = min(failures + 1, 10)
        self._tell_unavailable(self._queue)

    async def _serve(self, link: asyncpg.Connection) -> None:
        while True:
            while not self._queue:
                if self._closing:
                    return
                self._woken.clear()
                await self._woken.wait()
            taken = self._take()
            try:
                await self._settle(link, taken)
            except _Away:
                self._tell_unavailable(taken)
                raise

    def _take(self) -> list[Submission]:
        """Whole submissions from the front of the queue, as many as fit."""
        taken: list[Submission] = []
        count = 0
        while self._queue and (not taken or count + len(self._queue[0].commands) <= COMMANDS_MAX):
            taken.append(self._queue.popleft())
            count += len(taken[-1].commands)
        self.waiting -= count
        return taken

    async def _settle(self, link: asyncpg.Connection, taken: Sequence[Submission]) -> None:
        """Commits them and answers. What breaks a batch is sought by halves and refused alone."""
        try:
            with _telling_away():
                answers = await self._decide(link, taken)
        except _Away:
            raise
        except Exception as error:
            self._last = None
            await self._settle_apart(link, taken, error)
        else:
            for submission, answer in zip(taken, answers, strict=True):
                if not submission.answered.done():
                    submission.answered.set_result(answer)

    async def _settle_apart(
        self, link: asyncpg.Connection, taken: Sequence[Submission], error: Exception
    ) -> None:
        if len(taken) > 1:
            middle = len(taken) // 2
            await self._settle(link, taken[:middle])
            await self._settle(link, taken[middle:])
        elif isinstance(error, OVERTAKEN):
            _fail(taken, TooMany("Others move the same accounts. Ask again in a second, with the same keys."))
        else:
            log.error("commands can't be kept", exc_info=error)
            _fail(taken, Invalid("The database can't keep these commands. Check their texts."))

    async def _decide(self, link: asyncpg.Connection, taken: Sequence[Submission]) -> list[list[Answer]]:
        looked = await self._look(link, taken)
        async with self._turn:
            for tries in range(1, TRIES_MAX + 1):
                try:
                    return await self._commit(link, taken, looked)
                except OVERTAKEN:
                    self._last = None
                    self.counts.overtaken += 1
                    if tries == TRIES_MAX:
                        raise
                    looked = await self._look(link, taken)
        raise AssertionError

    async def _look(self, link: asyncpg.Connection, taken: Sequence[Submission]) -> Looked:
        """What can be asked before the accounts are locked, while the batch before is being committed."""
        codes: set[str] = set()
        transfers: set[str] = set()
        holds: set[str] = set()
        for submission in taken:
            prefix = key_prefix(submission.books)
            for command in submission.commands:
                if isinstance(command, Transfer):
                    transfers.add(prefix + command.key)
                elif isinstance(command, Hold):
                    holds.add(prefix + command.key)
                else:
                    holds.add(prefix + command.hold)
                    continue
                codes.add(command.source)
                codes.add(command.target)
        await self._meet(link, statements.ACCOUNTS_BY_CODE, _storable(codes - self._accounts.keys()))
        ids = {self._accounts[code].id for code in codes if code in self._accounts}
        transfer_rows = await _fetch(link, statements.KNOWN_TRANSFERS, _storable(transfers))
        hold_rows = await _fetch(link, statements.KNOWN_HOLDS, _storable(holds))
        return Looked(
            ids,
            {row["key"]: row for row in transfer_rows},
            {row["key"]: Held(*row) for row in hold_rows},
            transfers,
            holds,
        )

    async def _meet(self, link: asyncpg.Connection, statement: str, wanted: Sequence[Any]) -> None:
        for row in await _fetch(link, statement, wanted):
            account = Account(*row)
            self._accounts[account.code] = self._by_id[account.id] = account

    async def _commit(
        self, link: asyncpg.Connection, taken: Sequence[Submission], looked: Looked
    ) -> list[list[Answer]]:
        began = asyncio.get_running_loop().time()
        self._see_last(looked)
        await link.execute(statements.BEGIN)
        try:
            await self._lock(link, looked)
            batch = Batch(self._accounts, self._by_id, looked.transfers, looked.holds, self.clock.now())
            answers = [batch.decide(submission.commands, submission.books) for submission in taken]
            await _write_down(link, batch)
            await link.execute("COMMIT")
        except BaseException:
            if not link.is_closed():
                await link.execute("ROLLBACK")
            raise
        self._last = batch
        self._count(answers, asyncio.get_running_loop().time() - began)
        return answers

    def _see_last(self, looked: Looked) -> None:
        """Adds what the batch before committed after we looked."""
        if self._last is not None:
            for key in looked.transfer_keys & self._last.transfers.keys():
                looked.transfers[key] = self._last.transfers[key]
            for key in looked.hold_keys & self._last.holds.keys():
                looked.holds[key] = self._last.holds[key]

    async def _lock(self, link: asyncpg.Connection, looked: Looked) -> None:
        ids = looked.account_ids
        for held in looked.holds.values():
            ids.add(held.source_id)
            ids.add(held.target_id)
        await self._meet(link, statements.ACCOUNTS_BY_ID, list(ids - self._by_id.keys()))
        for id, balance, held_amount, least in await _fetch(link, statements.LOCK, list(ids)):
            account = self._by_id[id]
            account.balance, account.held, account.least = balance, held_amount, least

    def _count(self, answers: Sequence[Sequence[Answer]], took_s: float) -> None:
        self.counts.batches += 1
        self.counts.commit_s += took_s
        for some in answers:
            self.counts.commands += len(some)
            self.counts.refused += sum(type(answer) is Refusal for answer in some)
        if len(self._accounts) > ACCOUNTS_KNOWN_MAX:
            self._accounts, self._by_id = {}, {}

    def _tell_unavailable(self, taken: deque[Submission] | Sequence[Submission]) -> None:
        if taken is self._queue:
            taken, self._queue = list(self._queue), deque()
            self.waiting = 0
        _fail(taken, Unavailable("The database is away. Ask again in a moment, with the same keys."))

    async def _beat_and_sweep(self) -> None:
        """A sign of life each second, and the end of holds whose time has come."""
        while True:
            self.beat()
            with contextlib.suppress(_Away):
                async with connected(self.database_url) as link:
                    while True:
                        self.beat()
                        with _telling_away():
                            ended = await perform(
                                link, steps.expire_holds(now=self.clock.now(), limit=SWEEP_LIMIT)
                            )
                        self.counts.expired += ended
                        if ended < SWEEP_LIMIT:
                            await asyncio.sleep(SWEEP_EVERY_S)
            await asyncio.sleep(SWEEP_EVERY_S)


async def _write_down(link: asyncpg.Connection, batch: Batch) -> None:
    if batch.new_holds:
        await link.copy_records_to_table(
            "ledger_hold",
            columns=statements.HOLD_COLUMNS,
            records=[
                (
                    *(held.key, held.source_id, held.target_id, held.amount),
                    *(held.memo, held.made_at, held.expires_at, OPEN),
                )
                for held in batch.new_holds
            ],
        )
    if batch.ended:
        ended = batch.ended.values()
        done = await link.execute(
            statements.END_HOLDS,
            [held.key for held in ended],
            [held.state for held in ended],
            [held.posted for held in ended],
            batch.now,
        )
        if done != f"UPDATE {len(ended)}":
            raise Overtaken
    if batch.new_transfers:
        await link.copy_records_to_table(
            "ledger_transfer", columns=statements.TRANSFER_COLUMNS, records=batch.new_transfers
        )


async def _fetch(link: asyncpg.Connection, statement: str, wanted: Sequence[Any]) -> Sequence[Any]:
    return await link.fetch(statement, wanted) if wanted else ()


def _storable(texts: set[str]) -> list[str]:
    """PostgreSQL knows no NUL; what has one is nowhere stored."""
    return [text for text in texts if "\0" not in text]


def _fail(taken: Sequence[Submission], refusal: Refused) -> None:
    for submission in taken:
        if not submission.answered.done():
            submission.answered.set_exception(refusal)


@contextlib.asynccontextmanager
async def connected(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of its own on the owner's role. Raises _Away where none can be had."""
    try:
        link = await asyncpg.connect(
            database_url, timeout=CONNECT_S, command_timeout=ANSWER_S, server_settings=SETTINGS
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _Away from error
    try:
        yield link
    finally:
        link.terminate()


@contextlib.contextmanager
def _telling_away() -> Iterator[None]:
    """asyncpg's InterfaceError is a ValueError where a value can't be sent. Any other tells of a connection
    that died in the middle of something, often before it knows that it is closed."""
    try:
        yield
    except (
        OSError,  # and TimeoutError
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.InternalClientError,
    ) as error:
        raise _Away from error
    except asyncpg.InterfaceError as error:
        if isinstance(error, ValueError):
            raise
        raise _Away from error
