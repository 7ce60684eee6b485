"""An app's documents, in a schema of its own that only this file reaches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import sql

from hotpot.pot.access.rls import WEB_ROLE

CREATE = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.document (
    collection text NOT NULL,
    key text NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (collection, key)
);
CREATE INDEX IF NOT EXISTS document_content ON {schema}.document USING gin (document jsonb_path_ops);
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.document TO {role};
"""
PUT = """
INSERT INTO {schema}.document (collection, key, document) VALUES (%s, %s, %s::jsonb)
    ON CONFLICT (collection, key) DO UPDATE SET document = EXCLUDED.document
"""
GET = "SELECT document::text FROM {schema}.document WHERE collection = %s AND key = %s"
DELETE = "DELETE FROM {schema}.document WHERE collection = %s AND key = %s"
FIND = """
SELECT document::text FROM {schema}.document
 WHERE collection = %s AND document @> %s::jsonb ORDER BY key LIMIT %s
"""


def create_storage(app_id: str) -> None:
    """Needs the role that owns the tables. A second call changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_about(app_id, CREATE))


class LocalStorage:
    def __init__(self, app_id: str) -> None:
        self._app_id = app_id

    def put(self, collection: str, key: str, document: Mapping[str, Any]) -> None:
        self._run(PUT, collection, key, json.dumps(dict(document)))

    def get(self, collection: str, key: str) -> Mapping[str, Any] | None:
        found = self._run(GET, collection, key)
        return found[0] if found else None

    def delete(self, collection: str, key: str) -> None:
        self._run(DELETE, collection, key)

    def find(
        self, collection: str, equal: Mapping[str, Any], *, limit: int = 100
    ) -> Sequence[Mapping[str, Any]]:
        return self._run(FIND, collection, json.dumps(dict(equal)), limit)

    def _run(self, statement: str, *values: str | int) -> list[Mapping[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(_about(self._app_id, statement), values)
            return [json.loads(document) for (document,) in cursor.fetchall()] if cursor.description else []


def _about(app_id: str, statement: str) -> sql.Composed:
    schema = sql.Identifier(f"app_{app_id}".replace("-", "_"))
    return sql.SQL(statement).format(schema=schema, role=sql.Identifier(WEB_ROLE))
