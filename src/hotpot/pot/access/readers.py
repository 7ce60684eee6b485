"""Tells PostgreSQL who reads, for the rest of the transaction.

The values live in settings that end with the transaction (`set_config(..., is_local => true)`),
so a pooled connection never carries one reader's rights to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from asgiref.local import Local
from django.db import connection
from psycopg.pq import TransactionStatus

from hotpot.pot.access.rls import WEB_ROLE

# What this thread's connection was told, not to ask it: `reader`, `on` in the web role, `system`; and whether
# it is `outside` of a transaction that only a test's own keeps open.
_guard = Local()
_BEGUN = frozenset({TransactionStatus.ACTIVE, TransactionStatus.INTRANS, TransactionStatus.INERROR})


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


# Numbers and words of our own, so they stand in the text: one round trip takes several statements then.
BECOME = """
SELECT set_config('hotpot.person', '{person}', true), set_config('hotpot.parties', '{{{parties}}}', true),
       set_config('hotpot.system', '{system}', true)
"""


def become(reader: Reader) -> None:
    """From here to the end of the transaction, rows are seen as `reader` sees them."""
    _become(reader)


@contextmanager
def web_role(reader: Reader = NOBODY) -> Iterator[None]:
    """Rows are guarded even when the connection itself belongs to the owner of the tables."""
    _become(reader, f"SET LOCAL ROLE {WEB_ROLE};")
    _guard.on = True
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _become(NOBODY, "RESET ROLE;")
        _guard.on = _guard.system = False


@contextmanager
def outside_transaction() -> Iterator[None]:
    """What was written so far is committed here, and another transaction begins afterwards, with the same
    reader: for what asks the network, since a transaction that waits keeps its locks and its connection.

    Only for a verb that says so: its caller's blocks are no longer taken back as a whole. Nothing happens
    where there is no transaction, nor in a test's own, which is to be rolled back.
    """
    if not connection.in_atomic_block:
        yield
        return
    if _is_a_tests_own():
        before, _guard.outside = _is_on("outside"), True
        try:
            yield
        finally:
            _guard.outside = before
        return
    reader, guarded, system = getattr(_guard, "reader", NOBODY), _is_on("on"), _is_on("system")
    connection.connection.commit()
    try:
        yield
    finally:
        if guarded:
            _become(reader, f"SET LOCAL ROLE {WEB_ROLE};")
        with connection.cursor() as cursor:
            for name in filter(None, connection.savepoint_ids):  # Their blocks will release them.
                cursor.execute(f"SAVEPOINT {connection.ops.quote_name(name)}")
        if guarded and system and not reader.system:
            _set_system("on")


def require_outside_transaction() -> None:
    """For whatever asks the network. Raises RuntimeError while this thread has a transaction open: it would
    wait for the peer, and others for its locks."""
    if _is_a_tests_own():
        begun = not all(map(_is_testcases, connection.atomic_blocks)) and not _is_on("outside")
    else:
        raw = connection.connection
        begun = raw is not None and raw.info.transaction_status in _BEGUN
    if begun:
        raise RuntimeError(
            "the network is asked in a transaction, which would wait: use outside_transaction()"
        )


def _is_a_tests_own() -> bool:
    return any(map(_is_testcases, connection.atomic_blocks))


def _is_testcases(block: object) -> bool:
    return getattr(block, "_from_testcase", False)


def _become(reader: Reader, role: str = "") -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a reader is set for a transaction: open transaction.atomic() first")
    text = BECOME.format(
        person="" if reader.person_id is None else int(reader.person_id),
        parties=",".join(str(int(party)) for party in sorted(reader.party_ids)),
        system="on" if reader.system else "off",
    )
    with connection.cursor() as cursor:
        cursor.execute(role + text)
    _guard.reader, _guard.system = reader, reader.system


@contextmanager
def as_system() -> Iterator[None]:
    """A verb looks across parties for a moment, e.g. to find whose number signs in.

    Keep it around single statements: what it returns is no longer guarded by the database.
    A job or the command line works as the owner of the tables, which is not guarded: there it costs nothing.
    """
    if not _is_on("on") or _is_on("system"):
        yield
        return
    _set_system("on")
    try:
        yield
    finally:
        _guard.system = False
        if not connection.needs_rollback:
            _leave_system()


def _leave_system() -> None:
    """After a failed statement nothing can be set; the rollback that must follow takes the setting back."""
    if connection.connection.info.transaction_status != TransactionStatus.INERROR:
        _set_system("off")


def _set_system(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hotpot.system', %s, true)", [value])
    _guard.system = value == "on"


def _is_on(name: str) -> bool:
    return getattr(_guard, name, False)
