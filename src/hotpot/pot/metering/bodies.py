"""What a request carries: one event, a batch, lines, or one in headers; gzip or not.

The usual case is quick: all events of a request are read in one call. Where that fails each is read by
itself, so that only the bad ones are refused.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from hotpot.pot.metering.wire import Event, Refused, read_event, read_events, read_items, read_lines

BODY_BYTES_MAX = 16 * 1024 * 1024  # as sent
TEXT_BYTES_MAX = 64 * 1024 * 1024  # unpacked
EVENTS_MAX = 20_000

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = ("application/x-ndjson", "application/jsonl")
HEADER = "ce-"  # binary mode: an attribute a header, the body is the data


class Unreadable(Exception):
    """The request as a whole cannot be taken: an HTTP status, a stable code and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(slots=True)
class Body:
    """`positions` are the events' places in the request; `size` is in bytes, unpacked."""

    events: list[Event]
    positions: Sequence[int]
    refused: list[Refused] = field(default_factory=list)
    size: int = 0


def read(content_type: str, encoding: str, headers: Mapping[str, str], body: bytes) -> Body:
    """Raises Unreadable. `headers` have lower-case names."""
    text = unpacked(encoding, body)
    kind = content_type.partition(";")[0].strip().lower()
    if kind == BATCH:
        found = _all(text, read_events, _items)
    elif kind in LINES:
        found = _all(text, read_lines, _lines)
    elif kind == SINGLE:
        found = _one_by_one([text])
    elif HEADER + "id" in headers:
        found = _one_by_one([_of_headers(headers, text)])
    else:
        raise Unreadable(
            415,
            "content_type",
            f"Send {SINGLE}, {BATCH} or {LINES[0]}, or one event in ce- headers.",
        )
    if len(found.events) + len(found.refused) > EVENTS_MAX:
        raise Unreadable(413, "too_many", f"Send at most {EVENTS_MAX} events in a request.")
    found.size = len(text)
    return found


def unpacked(encoding: str, body: bytes) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise Unreadable(415, "encoding", "Send the body as it is, or with Content-Encoding: gzip.")
    stream = zlib.decompressobj(wbits=31)
    try:
        text = stream.decompress(body, TEXT_BYTES_MAX)
    except zlib.error:
        raise Unreadable(400, "gzip", "The body is not gzip. Pack it again.") from None
    if stream.unconsumed_tail:
        raise Unreadable(413, "too_large", f"Send at most {TEXT_BYTES_MAX} bytes (unpacked) in a request.")
    if not stream.eof:
        raise Unreadable(400, "gzip", "The gzip body ends too early. Pack it again.")
    return text


def _all(
    text: bytes,
    read_all: Callable[[bytes], list[Event]],
    split: Callable[[bytes], Sequence[bytes | msgspec.Raw]],
) -> Body:
    try:
        events = read_all(text)
    except msgspec.DecodeError:
        return _one_by_one(split(text))
    return Body(events, range(len(events)))


def _items(text: bytes) -> Sequence[msgspec.Raw]:
    try:
        return read_items(text)
    except msgspec.DecodeError as error:
        raise Unreadable(400, "not_json", f"The body is not a JSON array of events: {error}.") from None


def _lines(text: bytes) -> Sequence[bytes]:
    return [line for line in text.split(b"\n") if line.strip()]


def _one_by_one(items: Sequence[bytes | msgspec.Raw]) -> Body:
    events, positions, refused = [], [], []
    for position, item in enumerate(items):
        try:
            events.append(read_event(item))
            positions.append(position)
        except msgspec.DecodeError as error:
            refused.append(Refused(position, "malformed", f"{error}."))
    return Body(events, positions, refused)


def _of_headers(headers: Mapping[str, str], data: bytes) -> bytes:
    attributes = {name[len(HEADER) :]: value for name, value in headers.items() if name.startswith(HEADER)}
    if not data:
        return msgspec.json.encode(attributes)
    try:
        return msgspec.json.encode(attributes | {"data": msgspec.json.decode(data)})
    except msgspec.DecodeError as error:
        raise Unreadable(400, "not_json", f"The body is not JSON: {error}.") from None
