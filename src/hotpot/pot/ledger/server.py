"""The ledger's HTTP face, under /v1/ledger/. RSGI under granian, in one process with the engine.

Opening: POST accounts. Single: POST transfers, holds, posts, voids. Many: POST batches. Looking: GET
balance, statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import asyncpg
import msgspec
import structlog
from granian.constants import Interfaces
from granian.server.embed import Server
from prometheus_client import CollectorRegistry, generate_latest

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Invalid, NotFound, Refused
from hotpot.kernel.reach import comes_from_here
from hotpot.pot.ledger.bearers import Bearers
from hotpot.pot.ledger.engine import ANSWER_S, CONNECT_S, Engine, Unavailable
from hotpot.pot.ledger.figures import Figures
from hotpot.pot.ledger.openapi import BASE, DOCUMENT, STATUS
from hotpot.pot.ledger.opening import Opener
from hotpot.pot.ledger.reader import BEGINNING, END, Reader
from hotpot.pot.ledger.wire import (
    LINES_MAX,
    Answers,
    Commands,
    Done,
    Hold,
    Open,
    Post,
    Problem,
    Transfer,
    Void,
)

BODY_BYTES_MAX = 8 * 1024 * 1024
READERS_MAX = 2  # connections
BEARER = "Bearer "
JSON = ("content-type", "application/json")
TEXT = ("content-type", "text/plain; version=0.0.4")
STOP_S = 5.0
SINGLE: Mapping[str, type[Transfer | Hold | Post | Void]] = {
    f"{BASE}transfers": Transfer,
    f"{BASE}holds": Hold,
    f"{BASE}posts": Post,
    f"{BASE}voids": Void,
}
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

Handler = Callable[[Any, Any, int], Awaitable[tuple[int, object]]]

encode = msgspec.json.Encoder().encode
log = structlog.get_logger(__name__)


class TooLarge(Refused):
    code = "too_large"
    status = 413


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the two addresses to look at."""

    account: str
    since: datetime = BEGINNING
    until: datetime = END
    after: str = ""
    limit: int = LINES_MAX


@dataclass(slots=True)
class Ledger:
    """The RSGI application. `reader`, `opener` and `bearers` are there once the database is."""

    engine: Engine
    reader: Reader
    opener: Opener
    bearers: Bearers
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _handlers: dict[tuple[str, str], Handler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.registry.register(Figures(self.engine))
        for path, command in SINGLE.items():
            self._handlers["POST", path] = partial(self._single, msgspec.json.Decoder(command).decode)
        self._handlers["POST", f"{BASE}batches"] = self._batch
        self._handlers["POST", f"{BASE}accounts"] = self._open
        self._handlers["GET", f"{BASE}balance"] = self._balance
        self._handlers["GET", f"{BASE}statement"] = self._statement

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        handler = self._handlers.get((scope.method, scope.path))
        if handler is None:
            self._else(scope, protocol)
            return
        try:
            authorization = scope.headers.get("authorization", "")
            books = await self.bearers.books_of(authorization.removeprefix(BEARER))
            status, said = await handler(scope, protocol, books)
        except Refused as refused:
            _refuse(protocol, refused)
        except AWAY as away:
            log.warning("a question waits", reason=str(away))
            _refuse(protocol, Unavailable("The database is away. Ask again in a moment."))
        else:
            protocol.response_bytes(status, [JSON], encode(said))

    def _else(self, scope: Any, protocol: Any) -> None:
        match scope.method, scope.path:
            case "GET", "/healthz":
                well = self.engine.writers > 0
                protocol.response_bytes(200 if well else 503, [JSON], encode({"healthy": well}))
            case "GET", "/metrics" if comes_from_here(scope.client, scope.headers):
                protocol.response_bytes(200, [TEXT], generate_latest(self.registry))
            case "GET", path if path == f"{BASE}openapi.json":
                protocol.response_bytes(200, [JSON], encode(DOCUMENT))
            case _:
                _refuse(protocol, NotFound(f"There is nothing here. See {BASE}openapi.json."))

    async def _single(
        self, decode: Callable[[bytes], Any], scope: Any, protocol: Any, books: int
    ) -> tuple[int, object]:
        command = await _body(decode, scope, protocol)
        [answer] = await self.engine.submit([command], books)
        if isinstance(answer, Done):
            return 200, answer
        status = STATUS[answer.code]
        return status, Problem(status, answer.code, answer.message)

    async def _batch(self, scope: Any, protocol: Any, books: int) -> tuple[int, object]:
        """200 whatever became of each: the answers say so, one by one."""
        sent = await _body(_decode_batch, scope, protocol)
        return 200, Answers(await self.engine.submit(sent.commands, books))

    async def _open(self, scope: Any, protocol: Any, books: int) -> tuple[int, object]:
        return 200, await self.opener.open(await _body(_decode_open, scope, protocol), books)

    async def _balance(self, scope: Any, protocol: Any, books: int) -> tuple[int, object]:
        return 200, await self.reader.balance(_query(scope).account, books)

    async def _statement(self, scope: Any, protocol: Any, books: int) -> tuple[int, object]:
        asked = _query(scope)
        return 200, await self.reader.statement(
            asked.account,
            books,
            since=_aware(asked.since),
            until=_aware(asked.until),
            after=asked.after,
            limit=asked.limit,
        )


_decode_batch = msgspec.json.Decoder(Commands).decode
_decode_open = msgspec.json.Decoder(Open).decode


async def _body(decode: Callable[[bytes], Any], scope: Any, protocol: Any) -> Any:
    length = scope.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
        raise TooLarge(f"Send a body of at most {BODY_BYTES_MAX} bytes, and its Content-Length.")
    try:
        return decode(await protocol())
    except msgspec.DecodeError as error:  # and ValidationError
        raise Invalid(f"This is not a body for {scope.path}: {error}.") from None


def _query(scope: Any) -> Query:
    try:
        return msgspec.convert(dict(parse_qsl(scope.query_string)), Query, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"This is not a query for {scope.path}: {error}.") from None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refuse(protocol: Any, refused: Refused) -> None:
    more = [("www-authenticate", "Bearer")] if refused.status == 401 else []
    more += [("retry-after", "1")] if refused.status in (429, 503) else []
    said = Problem(refused.status, refused.code, refused.sentence)
    protocol.response_bytes(refused.status, [JSON, *more], encode(said))


async def run_forever(
    database_url: str, clock: Clock, *, host: str, port: int, beat: Callable[[], None]
) -> None:
    """Serves until cancelled; commands that wait are still committed and answered then."""
    engine = Engine(database_url, clock, beat)
    pool = asyncpg.create_pool(
        database_url, min_size=0, max_size=READERS_MAX, timeout=CONNECT_S, command_timeout=ANSWER_S
    )
    async with pool:
        server = Server(
            Ledger(engine, Reader(pool), Opener(pool, clock), Bearers(pool, clock)),
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            websockets=False,
            log_enabled=False,
        )
        working = asyncio.create_task(engine.run())
        serving = asyncio.create_task(server.serve())
        try:
            await asyncio.wait({working, serving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.stop()  # type: ignore[no-untyped-call]
            await asyncio.wait({serving}, timeout=STOP_S)
            engine.close()
            await asyncio.wait({working}, timeout=STOP_S)
    for task in (working, serving):
        if task.done() and not task.cancelled():
            task.result()
