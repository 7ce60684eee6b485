"""A small company's own office system in one SQLite file, and the connector that reads it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA = """
CREATE TABLE claim (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, applicant TEXT NOT NULL, approver_phone TEXT NOT NULL,
    amount DECIMAL(12, 2) NOT NULL, status TEXT NOT NULL DEFAULT 'open', remark TEXT);
"""
CONNECTOR = """
name = "Claims"
url = "sqlite:///{path}"
poll_s = 1

[source]
table = "claim"
key = "id"

[notice]
kind = "status"
column = "status"
open = "open"

[columns]
title = "title"
applicant = "applicant"
approver = "approver_phone"
approver_by = "number"
amount = "amount"

[write_back]
statements = ["UPDATE claim SET status = :verdict, remark = :comment WHERE id = :key AND status = 'open'"]
verdicts = {{ approved = "agreed", rejected = "declined" }}
"""


class Office:
    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.sqlite"
        self.connector = folder / f"{name}.toml"
        self.connector.write_text(CONNECTOR.format(path=self.path))
        with closing(sqlite3.connect(self.path)) as database, database:
            database.executescript(SCHEMA)

    def claim(self, title: str, approver: str, amount: str) -> None:
        with closing(sqlite3.connect(self.path)) as database, database:
            database.execute(
                "INSERT INTO claim (title, applicant, approver_phone, amount) VALUES (?, 'Xiao Chen', ?, ?)",
                (title, approver, amount),
            )

    def status(self, title: str) -> str:
        with closing(sqlite3.connect(self.path)) as database:
            (status,) = database.execute("SELECT status FROM claim WHERE title = ?", (title,)).fetchone()
        return str(status)
