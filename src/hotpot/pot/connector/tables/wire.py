"""What a profile of tables says about one family of them. Values only; `theirs` does the talking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from hotpot.pot.messaging.wire import Given, Notice, Refusal

Row = Mapping[str, Any]  # column's name in capitals -> value; columns that their table lacks are None
Key = str | int


class Bad(Exception):
    """A row that can't be sent, and why."""

    def __init__(self, code: Refusal, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Insert:
    """A row for one of their tables. Values that it has no column for are left out."""

    table: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Update:
    """Values for rows that are there already: where all of `of` are equal."""

    table: str
    of: Mapping[str, str]
    values: Mapping[str, str]


Write = Insert | Update


@dataclass(frozen=True, slots=True)
class Failure:
    """A number of a row that we don't send to, as their system wrote it. `ref` is the row's id there."""

    key: Key
    ref: str
    number: str
    code: str  # messaging.wire.Refusal
    reason: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Where rows go when they leave the outbox: columns are copied, `values` added."""

    table: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a profile, as we would make them. The first is the one that rows to be sent are put into.

    `needed`: without these columns nothing can be read or written. Tables in `wanted` must be there.
    """

    outbox: Table
    others: Sequence[Table]
    needed: Mapping[str, frozenset[str]]
    wanted: frozenset[str]
    read: Sequence[str]  # columns of the outbox
    due: str = ""  # a column of the outbox: a row whose time there is to come stays

    @property
    def all(self) -> Sequence[Table]:
        return (self.outbox, *self.others)


@dataclass(frozen=True, slots=True)
class Reading:
    """One row as messages. `ref` is its id there, "" where they want to hear nothing of it."""

    ref: str
    given: Sequence[Given] = field(default_factory=list)


class Profile(Protocol):
    """One family of tables. A new one copies a neighbour and fills this."""

    @property
    def tables(self) -> Tables: ...

    def read(self, row: Row) -> Reading:
        """Raises Bad."""
        ...

    def ref_of(self, row: Row) -> str:
        """The row's id there, also where it can't be sent."""
        ...

    def number_of(self, row: Row) -> str: ...

    def archive(self, now: str) -> Archive | None: ...

    def failed(self, failure: Failure, now: str) -> Sequence[Write]: ...

    def receipt(self, notice: Notice, at: str) -> Sequence[Write]: ...

    def reply(self, notice: Notice, extension: str, at: str) -> Sequence[Write]: ...

    def state(self, *, connected: bool, running: bool) -> Update | None:
        """What their clients look at before they send."""
        ...


def local(moment: datetime, zone: ZoneInfo) -> str:
    """As their clocks show it."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
