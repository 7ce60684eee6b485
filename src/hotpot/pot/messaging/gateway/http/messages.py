"""The HTTP API: messages in, what became of them, and notices for who would rather fetch them."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging import door
from hotpot.pot.messaging.gateway import statements
from hotpot.pot.messaging.gateway.calling_off import called_off
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.gateway.face import Request, Response
from hotpot.pot.messaging.gateway.guard import Unknown
from hotpot.pot.messaging.gateway.http.openapi import DOCUMENT
from hotpot.pot.messaging.gateway.http.wire import (
    MESSAGES_MAX,
    NO_NUL,
    Answer,
    Answers,
    Forgotten,
    Heard,
    Message,
    Notices,
    Outcome,
    Page,
    Shown,
    told,
)
from hotpot.pot.messaging.gateway.server import BODY_BYTES_MAX, TooLarge, problem
from hotpot.pot.messaging.wire import Accepted, Interface, Refusal, Refused

MESSAGES = "/v1/messages"
NOTICES = "/v1/notices"
DESCRIPTION = "/v1/openapi.json"
KIND = "http"
PAGE = 100
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ID_MAX = 2**63 - 1

# Refusal -> the status of a single message that is refused so, and the field to mend. Else 422, none.
STATUS = {
    Refusal.SUSPENDED: 403,
    Refusal.ADDRESS: 403,
    Refusal.NO_CREDIT: 402,
    Refusal.QUOTA: 429,
    Refusal.TOO_OFTEN: 429,
    Refusal.THROTTLED: 429,
    Refusal.DUPLICATE: 409,
}
FIELD = {
    Refusal.BAD_NUMBER: "to",
    Refusal.BLOCKED: "to",
    Refusal.TOO_OFTEN: "to",
    Refusal.NO_ROUTE: "to",
    Refusal.BAD_CONTENT: "text",
    Refusal.TOO_LONG: "text",
    Refusal.SENSITIVE: "text",
    Refusal.DUPLICATE: "text",
    Refusal.BAD_EXTENSION: "extension",
    Refusal.NO_SIGNATURE: "signature",
    Refusal.BAD_SIGNATURE: "signature",
    Refusal.BAD_TEMPLATE: "text",
}
_WHERE = re.compile(r" - at `\$(?:\[(?P<place>\d+|\.\.\.)\])?\.?(?P<field>.*)`$")

T = TypeVar("T")
Handler = Callable[[Request, Interface], Awaitable[tuple[int, Answer]]]

encode = msgspec.json.Encoder().encode
_one = msgspec.json.Decoder(Message).decode
_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode
_many = msgspec.json.Decoder(list[Message]).decode


class BadField(Invalid):
    """`field` is what is to be mended."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand behind the "?"."""

    key: Annotated[str, msgspec.Meta(pattern=NO_NUL)] = ""
    number: Annotated[str, msgspec.Meta(pattern=NO_NUL)] = ""
    state: Annotated[str, msgspec.Meta(pattern=NO_NUL)] = ""
    since: datetime = BEGINNING
    after: Annotated[int, msgspec.Meta(ge=0, le=ID_MAX)] = ID_MAX
    limit: int = PAGE


class Fetch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: int = PAGE


class Messages:
    """A face; see openapi.py for its addresses."""

    paths = (MESSAGES, f"{MESSAGES}/", NOTICES, f"{NOTICES}/told", DESCRIPTION)

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._handlers: Mapping[tuple[str, str], Handler] = {
            ("POST", MESSAGES): self._send,
            ("GET", MESSAGES): self._search,
            ("GET", f"{MESSAGES}/"): self._look,
            ("DELETE", f"{MESSAGES}/"): self._call_off,
            ("GET", NOTICES): self._pending,
            ("POST", f"{NOTICES}/told"): self._told,
        }

    async def call(self, request: Request) -> Response:
        if request.path == DESCRIPTION:
            return Response(200, encode(DOCUMENT))
        address = f"{MESSAGES}/" if request.path.startswith(f"{MESSAGES}/") else request.path
        handler = self._handlers.get((request.method, address))
        if handler is None:
            return problem(405, "method", f"There is no {request.method} here. See {DESCRIPTION}.")
        try:
            interface = self._caller(request)
            status, answer = await handler(request, interface)
        except BadField as bad:
            return problem(bad.status, bad.code, bad.sentence, bad.field)
        if isinstance(answer, Outcome) and answer.code:
            return problem(status, answer.code, answer.message, answer.field)
        return Response(status, encode(answer))

    def _caller(self, request: Request) -> Interface:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        match scheme.lower():
            case "basic":
                interface = self._desk.check(*_basic(credentials), request.address)
            case "bearer":
                interface = self._desk.check_token(credentials.strip(), request.address)
            case _:
                raise Unknown("Send “Authorization: Basic …” with the interface's login and password.")
        if interface.kind != KIND:
            raise Forbidden(f"This interface speaks {interface.kind}, not HTTP.")
        return interface

    # Sending.

    async def _send(self, request: Request, interface: Interface) -> tuple[int, Any]:
        body = _inflated(request)
        key = request.headers.get("idempotency-key", "")
        if request.headers.get("content-type", "").partition(";")[0].strip() == "application/x-ndjson":
            lines = [msgspec.Raw(line) for line in body.split(b"\n") if line.strip()]
            return await self._send_many(interface, _each(lines), key)
        if body.lstrip()[:1] == b"[":
            return await self._send_many(interface, _list(body), key)
        message = _read(_one, body)
        [answer] = await self._desk.take(interface, [message.given(key)])
        status = 202 if isinstance(answer, Accepted) else STATUS.get(answer.code, 422)
        return status, _outcome(answer)

    async def _send_many(
        self, interface: Interface, messages: Sequence[Message | Outcome], key: str
    ) -> tuple[int, Answers]:
        """200 whatever became of each: the answers say so, one by one."""
        if not 1 <= len(messages) <= MESSAGES_MAX:
            raise BadField(f"Send 1 to {MESSAGES_MAX} messages in a request; this one has {len(messages)}.")
        given = [
            message.given(f"{key}/{place}" if key else "")
            for place, message in enumerate(messages)
            if isinstance(message, Message)
        ]
        taken = iter(await self._desk.take(interface, given) if given else [])
        answers = [one if isinstance(one, Outcome) else _outcome(next(taken)) for one in messages]
        return 200, Answers(answers)

    # Looking.

    async def _look(self, request: Request, interface: Interface) -> tuple[int, Answer]:
        return 200, await self._desk.perform(_shown(_id(request), interface))

    async def _search(self, request: Request, interface: Interface) -> tuple[int, Answer]:
        search = _query(request, Search)
        if search.key:
            return 200, await self._desk.perform(_shown_by_key(search.key, interface))
        return 200, await self._desk.perform(_page(search, interface))

    async def _call_off(self, request: Request, interface: Interface) -> tuple[int, Answer]:
        now = self._desk.clock.now()
        return 202, await self._desk.perform(_called_off(_id(request), interface, now))

    # Notices.

    async def _pending(self, request: Request, interface: Interface) -> tuple[int, Answer]:
        limit = max(1, min(_query(request, Fetch).limit, MESSAGES_MAX))
        notices = await self._desk.perform(door.pending(interface.id, limit=limit))
        return 200, Notices([told(notice) for notice in notices])

    async def _told(self, request: Request, interface: Interface) -> tuple[int, Answer]:
        heard = _read(msgspec.json.Decoder(Heard).decode, _inflated(request))
        return 200, Forgotten(await self._desk.perform(_fetched(interface, [int(id) for id in heard.ids])))


def _basic(credentials: str) -> tuple[str, str]:
    try:
        login, colon, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Unknown("“Authorization: Basic …” has login:password in base64.") from None
    if not colon:
        raise Unknown("“Authorization: Basic …” has login:password in base64.")
    return login, password


def _inflated(request: Request) -> bytes:
    """Raises TooLarge, BadField."""
    match request.headers.get("content-encoding", "").strip().lower():
        case "" | "identity":
            return request.body
        case "gzip":
            gunzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
            try:
                body = gunzip.decompress(request.body, BODY_BYTES_MAX + 1)
            except zlib.error:
                raise BadField("The body isn't gzip, as Content-Encoding says.") from None
            if len(body) > BODY_BYTES_MAX:
                raise TooLarge(f"Send at most {BODY_BYTES_MAX} bytes in a request, unpacked.")
            if not gunzip.eof:
                raise BadField("The gzip body is cut off.")
            return body
        case other:
            raise BadField(f"Send the body as it is or as gzip, not as {other}.")


def _read(decode: Callable[[bytes], T], body: bytes) -> T:
    try:
        return decode(body)
    except msgspec.ValidationError as error:
        unfit = _unfit(error)
        raise BadField(unfit.message, unfit.field) from None
    except msgspec.DecodeError as error:
        raise BadField(f"The body isn't JSON: {error}.") from None


def _list(body: bytes) -> Sequence[Message | Outcome]:
    """All at once where all are well formed, else one by one."""
    try:
        return _many(body)
    except msgspec.ValidationError:
        return _each(_read(_raws, body))
    except msgspec.DecodeError as error:
        raise BadField(f"The body isn't JSON: {error}.") from None


def _each(raws: Sequence[msgspec.Raw]) -> list[Message | Outcome]:
    found: list[Message | Outcome] = []
    for raw in raws:
        try:
            found.append(_one(raw))
        except msgspec.ValidationError as error:
            found.append(_unfit(error))
        except msgspec.DecodeError as error:
            found.append(Outcome(code="invalid", message=f"This isn't JSON: {error}."))
    return found


def _unfit(error: msgspec.ValidationError) -> Outcome:
    """msgspec says "... - at `$.field`", or names the field itself where it is missing or unknown."""
    said = str(error)
    found = _WHERE.search(said)
    named = re.search(r"(?:required|unknown) field `([^`]*)`", said)
    field = (found["field"] if found else "") or (named[1] if named else "")
    return Outcome(code="invalid", message=f"{_WHERE.sub('', said)}. See {DESCRIPTION}.", field=field)


def _query(request: Request, shape: type[T]) -> T:
    given = dict(parse_qsl(request.query))
    try:
        return msgspec.convert(given, shape, strict=False)
    except msgspec.ValidationError as error:
        unfit = _unfit(error)
        raise BadField(unfit.message, unfit.field) from None


def _id(request: Request) -> int:
    written = request.path.removeprefix(f"{MESSAGES}/")
    if not (written.isascii() and written.isdecimal() and len(written) <= 18):
        raise NotFound("There is no such message of this interface.")
    return int(written)


def _outcome(answer: Accepted | Refused) -> Outcome:
    if isinstance(answer, Accepted):
        return Outcome(str(answer.message_id), answer.known)
    return Outcome(code=answer.code, message=answer.reason, field=FIELD.get(answer.code, ""))


# What is asked of the database.


def _shown(message_id: int, interface: Interface) -> Steps[Shown]:
    return _the_one((yield Call(statements.MESSAGE, (message_id, interface.id))))


def _shown_by_key(key: str, interface: Interface) -> Steps[Shown]:
    rows = yield Call(statements.MESSAGE_BY_KEY, (f"{interface.id}/{key}", interface.id))
    return _the_one(rows)


def _the_one(rows: Sequence[Row]) -> Shown:
    if not rows:
        raise NotFound("There is no such message of this interface.")
    return _of_row(rows[0])


def _page(search: Search, interface: Interface) -> Steps[Page]:
    limit = max(1, min(search.limit, MESSAGES_MAX))
    since = search.since if search.since.tzinfo else search.since.replace(tzinfo=UTC)
    statement = statements.MESSAGES_OF_NUMBER if search.number else statements.MESSAGES_OF_INTERFACE
    rows = yield Call(
        statement,
        (interface.customer_id, interface.id, search.number, search.after, search.state, since, limit),
    )
    return Page([_of_row(row) for row in rows], str(rows[-1][0]) if len(rows) == limit else "")


def _called_off(message_id: int, interface: Interface, now: datetime) -> Steps[Shown]:
    before = yield from _shown(message_id, interface)
    if not (yield from called_off(interface, message_id, now=now)):
        raise Conflict(f"It can't be called off any more: it is {before.state}, or on its way to a carrier.")
    return (yield from _shown(message_id, interface))


def _fetched(interface: Interface, ids: Sequence[int]) -> Steps[int]:
    rows = yield Call(statements.FETCHED, (interface.id, list(ids)))
    return len(rows)


def _of_row(row: Row) -> Shown:
    id, direction, number, access_number, text, state, error, ref, created_at, due_at, sent_at, ended_at = row
    out = direction == "out"
    return Shown(
        id=str(id),
        direction=direction,
        to=number if out else access_number,
        from_=access_number if out else number,
        text=text,
        state=state,
        error=error,
        ref=ref,
        created_at=created_at,
        send_at=due_at if out and state == "queued" else None,
        sent_at=sent_at,
        ended_at=ended_at if out else None,
    )
