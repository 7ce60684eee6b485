"""An app's documents and files, in a schema of its own that only this file reaches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import sql

from hotpot.pot.access.rls import WEB_ROLE
from hotpot.sdk.platform import StoredFile

CREATE = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.document (
    collection text NOT NULL,
    key text NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (collection, key)
);
CREATE INDEX IF NOT EXISTS document_content ON {schema}.document USING gin (document jsonb_path_ops);
CREATE TABLE IF NOT EXISTS {schema}.series (name text PRIMARY KEY, number bigint NOT NULL);
CREATE TABLE IF NOT EXISTS {schema}.file (
    key text PRIMARY KEY,
    name text NOT NULL,
    content_type text NOT NULL,
    content bytea NOT NULL
);
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.document, {schema}.series, {schema}.file TO {role};
"""
PUT = """
INSERT INTO {schema}.document (collection, key, document) VALUES (%s, %s, %s::jsonb)
    ON CONFLICT (collection, key) DO UPDATE SET document = EXCLUDED.document
"""
GET = "SELECT document::text FROM {schema}.document WHERE collection = %s AND key = %s"
DELETE = "DELETE FROM {schema}.document WHERE collection = %s AND key = %s"
LOCK = GET + " FOR UPDATE"
FIND = """
SELECT document::text FROM {schema}.document
 WHERE collection = %s AND document @> %s::jsonb AND (%s::text IS NULL OR key > %s) ORDER BY key LIMIT %s
"""
FIND_NEWEST = """
SELECT document::text FROM {schema}.document
 WHERE collection = %s AND document @> %s::jsonb AND (%s::text IS NULL OR key < %s)
 ORDER BY key DESC LIMIT %s
"""
COUNT = "SELECT count(*)::text FROM {schema}.document WHERE collection = %s AND document @> %s::jsonb"
NEXT_NUMBER = """
INSERT INTO {schema}.series (name, number) VALUES (%s, 1)
    ON CONFLICT (name) DO UPDATE SET number = series.number + 1 RETURNING number::text
"""
PUT_FILE = """
INSERT INTO {schema}.file (key, name, content_type, content) VALUES (%s, %s, %s, %s)
    ON CONFLICT (key) DO UPDATE
    SET name = EXCLUDED.name, content_type = EXCLUDED.content_type, content = EXCLUDED.content
"""
GET_FILE = "SELECT name, content_type, content FROM {schema}.file WHERE key = %s"
DELETE_FILE = "DELETE FROM {schema}.file WHERE key = %s"


def create_storage(app_id: str) -> None:
    """Needs the role that owns the tables. A second call changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_about(app_id, CREATE))


class LocalStorage:
    def __init__(self, app_id: str) -> None:
        self._app_id = app_id

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        self._run(PUT, collection, key, json.dumps(dict(document)))

    def get(self, collection: str, key: str, *, lock: bool = False) -> Mapping[str, Any] | None:
        found = self._read(LOCK if lock else GET, collection, key)
        return found[0] if found else None

    def delete(self, collection: str, key: str) -> None:
        self._run(DELETE, collection, key)

    def find(
        self,
        collection: str,
        equal: Mapping[str, Any],
        *,
        limit: int = 100,
        newest: bool = False,
        beyond: str | None = None,
    ) -> Sequence[Mapping[str, Any]]:
        statement = FIND_NEWEST if newest else FIND
        return self._read(statement, collection, json.dumps(dict(equal)), beyond, beyond, limit)

    def count(self, collection: str, equal: Mapping[str, Any]) -> int:
        (found,) = self._read(COUNT, collection, json.dumps(dict(equal)))
        return int(found)

    def next_number(self, series: str) -> int:
        (number,) = self._read(NEXT_NUMBER, series)
        return int(number)

    def put_file(self, key: str, file: StoredFile) -> None:
        self._run(PUT_FILE, key, file.name, file.content_type, file.content)

    def get_file(self, key: str) -> StoredFile | None:
        rows = self._run(GET_FILE, key)
        return StoredFile(rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None

    def delete_file(self, key: str) -> None:
        self._run(DELETE_FILE, key)

    def _read(self, statement: str, *values: str | int | None) -> list[Any]:
        return [json.loads(text) for (text,) in self._run(statement, *values)]

    def _run(self, statement: str, *values: str | int | bytes | None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(_about(self._app_id, statement), values)
            return cursor.fetchall() if cursor.description else []


def _about(app_id: str, statement: str) -> sql.Composed:
    schema = sql.Identifier(f"app_{app_id}".replace("-", "_"))
    return sql.SQL(statement).format(schema=schema, role=sql.Identifier(WEB_ROLE))
