"""What is sent to the intake, and what it answers. CloudEvents 1.0, JSON event format."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from hotpot.pot.metering.rules import ID_CHARACTERS_MAX

Word = Annotated[str, Meta(min_length=1, max_length=ID_CHARACTERS_MAX)]


class Event(Struct, gc=False, frozen=True):
    """One use of something. `subject` is an E.164 number or "subscription:<id>"; `time` is RFC 3339.

    Attributes that are not named here (extensions, datacontenttype) are read over.
    """

    specversion: Literal["1.0"]
    id: Word
    source: Word
    type: Word
    subject: Annotated[str, Meta(max_length=40)]
    time: str | None = None
    data: Raw | UnsetType = UNSET


class Refused(Struct, frozen=True):
    """Why one event was not taken. `position` is its place in the request, from 0; `code` is stable."""

    position: int
    code: str
    message: str
    id: str = ""
    source: str = ""
    type: str = ""


class Receipt(Struct, frozen=True):
    """Every event of a request is exactly one of the three. Accepted ones are committed."""

    accepted: int
    duplicates: int
    refused: list[Refused]


class Problem(Struct, frozen=True):
    """Why a request as a whole was not taken."""

    status: int
    code: str
    message: str


read_event = msgspec.json.Decoder(Event).decode
read_events = msgspec.json.Decoder(list[Event]).decode
read_lines = msgspec.json.Decoder(Event).decode_lines
read_items = msgspec.json.Decoder(list[Raw]).decode
encode = msgspec.json.Encoder().encode
