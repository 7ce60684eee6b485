"""Write to the record. Called by every business verb, inside its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.transaction import mark_for_rollback_on_error

from hotpot.pot.events.rules import recorded
from hotpot.pot.events.statements import CHANNEL
from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.events.wire import Actor, Fact

__all__ = ["CHANNEL", "Fact", "perform", "record", "record_all"]

T = TypeVar("T")


def record(actor: Actor, fact: Fact, *, now: datetime) -> None:
    """One fact by one actor."""
    record_all(actor, [fact], now=now)


def record_all(actor: Actor, facts: Sequence[Fact], *, now: datetime) -> None:
    """Many facts in one round trip. They are visible when the transaction commits."""
    perform(recorded([(actor, fact) for fact in facts], now=now))


def perform(steps: Steps[T]) -> T:
    """Runs a verb written as steps in Django's open transaction."""
    try:
        call = next(steps)
        while True:
            call = steps.send(_rows(call))
    except StopIteration as end:
        result: T = end.value
        return result


def _rows(call: Call) -> Sequence[Row]:
    if not connection.in_atomic_block:
        raise RuntimeError("a verb and its events are written in one transaction: open transaction.atomic()")
    # RawCursor speaks PostgreSQL's own placeholders, as asyncpg does.
    with (
        mark_for_rollback_on_error(DEFAULT_DB_ALIAS),
        connection.wrap_database_errors,
        psycopg.RawCursor(connection.connection) as cursor,
    ):
        cursor.execute(call.statement, call.arguments)
        return cursor.fetchall() if cursor.description else []
