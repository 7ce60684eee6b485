"""The enterprise's own system: claims and their steps in a database of its own.

It knows nothing of the platform. It opens a step when a claim waits for somebody, and goes on when it
finds the step decided, whoever wrote that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

SCHEMA = """
CREATE TABLE staff (
    id text PRIMARY KEY, name text NOT NULL, number text NOT NULL, role text NOT NULL, unit text NOT NULL);
CREATE TABLE unit (id text PRIMARY KEY, name text NOT NULL);
CREATE TABLE claim (
    id text PRIMARY KEY, document text NOT NULL, amount numeric, applicant text NOT NULL,
    state text NOT NULL);
CREATE TABLE claim_step (
    id text PRIMARY KEY, claim_id text NOT NULL REFERENCES claim, position int NOT NULL, role text NOT NULL,
    approver text NOT NULL REFERENCES staff, status text NOT NULL DEFAULT 'open', remark text,
    decided_by text, opened_at timestamptz NOT NULL, decided_at timestamptz);
CREATE INDEX open_steps ON claim_step (id) WHERE status = 'open';
CREATE VIEW open_step AS
    SELECT claim_step.id, claim_id, document, amount, applicant, role, approver, status, opened_at
      FROM claim_step JOIN claim ON claim.id = claim_id;
"""

OPEN_CLAIMS = """
INSERT INTO claim (id, document, amount, applicant, state)
SELECT * FROM unnest(%s::text[], %s::text[], %s::numeric[], %s::text[], %s::text[])
"""
SET_STATES = """
UPDATE claim SET state = new.state FROM unnest(%s::text[], %s::text[]) AS new (id, state)
 WHERE claim.id = new.id
"""
OPEN_STEPS = """
INSERT INTO claim_step (id, claim_id, position, role, approver, opened_at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::timestamptz[])
"""
READ_DECIDED = "SELECT id, status FROM claim_step WHERE id = ANY (%s) AND status <> 'open'"
READ_HISTORY = """
SELECT claim_id, role, status, decided_by FROM claim_step WHERE status <> 'open' ORDER BY claim_id, position
"""


@dataclass(frozen=True, slots=True)
class Staff:
    id: str
    name: str
    number: str  # E.164
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Step:
    """One decision that a claim waits for. `position` counts a claim's decisions from 0."""

    claim: str
    position: int
    role: str
    approver: Staff
    opened_at: datetime

    @property
    def id(self) -> str:
        return f"{self.claim}/{self.position}"


@dataclass(frozen=True, slots=True)
class Claim:
    id: str
    document: str
    amount: Decimal | None
    applicant: str


def create_office(server_url: str, name: str) -> str:
    """Makes the database and its tables; answers its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = _sibling(server_url, connection.info.dbname, name)
    with psycopg.connect(url) as connection:
        connection.execute(SCHEMA)
    return url


def _sibling(url: str, old: str, new: str) -> str:
    head, _, query = url.partition("?")
    return head.removesuffix(f"/{old}") + f"/{new}" + (f"?{query}" if query else "")


class Office:
    """One connection; every verb is one transaction and takes lists."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        self._connection.close()

    def hire(self, staff: Sequence[Staff]) -> None:
        units = sorted({one.unit for one in staff})
        with self._connection.transaction():
            self._run("INSERT INTO unit SELECT u, u FROM unnest(%s::text[]) AS u", units)
            self._run(
                "INSERT INTO staff (id, name, number, role, unit)"
                " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])",
                *_columns([(one.id, one.name, one.number, one.role, one.unit) for one in staff], 5),
            )

    def go_on(
        self, opened: Sequence[Claim], states: Sequence[tuple[str, str]], steps: Sequence[Step]
    ) -> None:
        """New claims, claims that moved to another state (the last one wins), steps that wait now."""
        with self._connection.transaction():
            self._run(
                OPEN_CLAIMS,
                *_columns([(one.id, one.document, one.amount, one.applicant, "") for one in opened], 5),
            )
            self._run(SET_STATES, *_columns(list(dict(states).items()), 2))
            self._run(
                OPEN_STEPS,
                *_columns(
                    [
                        (one.id, one.claim, one.position, one.role, one.approver.id, one.opened_at)
                        for one in steps
                    ],
                    6,
                ),
            )

    def decided(self, steps: Sequence[str]) -> dict[str, str]:
        """Which of the steps have been decided, and how."""
        return dict(self._connection.execute(READ_DECIDED, [list(steps)]).fetchall())

    def history(self) -> dict[str, list[tuple[str, str]]]:
        """Claim -> (role, verdict) in order."""
        decided: dict[str, list[tuple[str, str]]] = {}
        for claim, role, status, _ in self._connection.execute(READ_HISTORY):
            decided.setdefault(claim, []).append((role, status))
        return decided

    def states(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT id, state FROM claim").fetchall())

    def _run(self, statement: str, *columns: Sequence[Any]) -> None:
        if columns[0]:
            self._connection.execute(statement, [list(column) for column in columns])


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width
