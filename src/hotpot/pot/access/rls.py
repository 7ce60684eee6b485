"""Row-level security in migrations.

A migration names a table and who owns its rows; the policy follows. `hotpot_parties()` and the
others are wrapped in a sub-select so that PostgreSQL evaluates them once a statement, not once a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, migrations

WEB_ROLE = "hotpot_web"

CREATE_FUNCTIONS = """
CREATE FUNCTION hotpot_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('hotpot.system', true), 'off') = 'on';
CREATE FUNCTION hotpot_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('hotpot.person', true), '')::bigint;
CREATE FUNCTION hotpot_parties() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(nullif(current_setting('hotpot.parties', true), '')::bigint[], '{}');
"""
DROP_FUNCTIONS = """
DROP FUNCTION hotpot_system(); DROP FUNCTION hotpot_person(); DROP FUNCTION hotpot_parties();
"""

SYSTEM = "(SELECT hotpot_system())"
PERSON = "(SELECT hotpot_person())"
PARTIES = "(SELECT hotpot_parties())"

ROW = "%row%"  # in a condition: the row that the policy judges


def owned(
    table: str,
    *,
    parties: Sequence[str] = (),
    persons: Sequence[str] = (),
    also: str = "",
    readable: str = "",
    insertable: str = "",
) -> migrations.RunSQL:
    """Guards `table`: a row belongs to the parties and persons named by its columns.

    parties, persons: columns that hold an owner's id.
    also: an SQL condition under which a row is the reader's as well (e.g. by its parent row).
    readable: an SQL condition under which others may read it, not write it.
    insertable: an SQL condition under which others may add it.
    """
    conditions = [SYSTEM]
    conditions += [f"{column} = ANY ({PARTIES}::bigint[])" for column in parties]
    conditions += [f"{column} = {PERSON}" for column in persons]
    conditions += [f"({also})"] if also else []
    owns = " OR ".join(conditions)
    policies = [f"CREATE POLICY owners ON {table} USING ({owns}) WITH CHECK ({owns})"]
    if readable:
        # PostgreSQL may ask this policy before the other: the system, which may all, is told so first.
        policies.append(f"CREATE POLICY readers ON {table} FOR SELECT USING ({SYSTEM} OR {readable})")
    if insertable:
        policies.append(f"CREATE POLICY adders ON {table} FOR INSERT WITH CHECK ({insertable})")
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        *(policy.replace(ROW, table) for policy in policies),
    ]
    undo = [
        f"DROP POLICY IF EXISTS adders ON {table}",
        f"DROP POLICY IF EXISTS readers ON {table}",
        f"DROP POLICY owners ON {table}",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    ]
    return migrations.RunSQL(";\n".join(statements), ";\n".join(undo))


def of_parent(column: str, parent: str) -> str:
    """A row is its parent's: the sub-select is guarded by the parent's own policy.

    Correlated, so that PostgreSQL may look up one parent for one row and gather them for many.
    """
    return f"EXISTS (SELECT FROM {parent} AS parent WHERE parent.id = {ROW}.{column})"


def append_only(table: str) -> migrations.RunSQL:
    """No row of `table` is ever changed or taken away, not even by the owner of the table."""
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION hotpot_append_only()",
        f"DROP TRIGGER append_only ON {table}",
    )


CREATE_APPEND_ONLY = """
CREATE FUNCTION hotpot_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct it by a new row', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def grant_to_web_role(using: str = "default", **_: Any) -> None:
    """Run after every migrate: the web role may touch rows, never the shape of tables."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {WEB_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB_ROLE}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB_ROLE}")
