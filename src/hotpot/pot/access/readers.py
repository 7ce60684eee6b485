"""Tells PostgreSQL who reads, for the rest of the transaction.

The values live in settings that end with the transaction (`set_config(..., is_local => true)`),
so a pooled connection never carries one reader's rights to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from hotpot.pot.access.rls import WEB_ROLE


@dataclass(frozen=True, slots=True)
class Reader:
    """A person and the parties in whose name the person may read and write."""

    person_id: int | None = None
    party_ids: frozenset[int] = frozenset()
    system: bool = False


NOBODY = Reader()
SYSTEM = Reader(system=True)


def reader_of(person_id: int, party_ids: Iterable[int]) -> Reader:
    return Reader(person_id, frozenset(party_ids))


def become(reader: Reader) -> None:
    """From here to the end of the transaction, rows are seen as `reader` sees them."""
    _require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hotpot.person', %s, true), set_config('hotpot.parties', %s, true),"
            " set_config('hotpot.system', %s, true)",
            [
                "" if reader.person_id is None else str(reader.person_id),
                "{" + ",".join(map(str, sorted(reader.party_ids))) + "}",
                "on" if reader.system else "off",
            ],
        )


@contextmanager
def web_role() -> Iterator[None]:
    """Rows are guarded even when the connection itself belongs to the owner of the tables."""
    _require_transaction()
    _execute(f"SET LOCAL ROLE {WEB_ROLE}")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            become(NOBODY)
            _execute("RESET ROLE")


@contextmanager
def as_system() -> Iterator[None]:
    """A verb looks across parties for a moment, e.g. to find whose number signs in.

    Keep it around single statements: what it returns is no longer guarded by the database.
    A job or the command line may call it outside a transaction; it opens one then.
    """
    if not connection.in_atomic_block:
        with transaction.atomic(), as_system():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('hotpot.system', true)")
        before = cursor.fetchone()[0] or "off"
    _set_system("on")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _set_system(before)


def _set_system(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hotpot.system', %s, true)", [value])


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a reader is set for a transaction: open transaction.atomic() first")
