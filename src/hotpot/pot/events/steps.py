"""A verb's conversation with the database, written once for both planes.

A verb that Django and an asyncio engine both need is a generator: it yields calls, is given their
rows, and decides between them without any I/O of its own. `hotpot.pot.events.actions.perform` drives it
in Django's transaction, `perform` below on a connection of asyncpg.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Row = Sequence[Any]
T = TypeVar("T")

# PostgreSQL's settings for connections of the data plane. Statements are planned once, by index: their arrays
# differ in length, not in how they are best answered; and a join that reads a whole table, right while it is
# small, would be kept while it grows.
BY_INDEX = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One named statement with PostgreSQL's own placeholders ($1, $2 ...), each cast to its type."""

    statement: str
    arguments: tuple[Any, ...] = ()


Steps = Generator[Call, Sequence[Row], T]


class Connection(Protocol):
    """What of asyncpg's connections is needed here."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Row]: ...


async def perform(connection: Connection, steps: Steps[T]) -> T:
    """Runs the verb on an open transaction of asyncpg; the caller commits."""
    try:
        call = next(steps)
        while True:
            call = steps.send(await connection.fetch(call.statement, *call.arguments))
    except StopIteration as end:
        result: T = end.value
        return result
