"""Is this a database that Hotpot can live in? If not, one sentence says what to do."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from hotpot.entry.config import WEB_ROLE, Config
from hotpot.kernel.errors import Refused

MAJOR = 18
CONNECT_TIMEOUT_S = 5


def shown(url: str) -> str:
    """The URL without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)


def connect(url: str) -> psycopg.Connection:
    """Raises Refused where nobody answers, or answers no."""
    if urlsplit(url).scheme not in {"postgresql", "postgres"}:
        raise Refused(
            f"{shown(url)!r} is not a PostgreSQL URL; set HOTPOT_DATABASE_URL to postgresql://user:password@host:5432/name."
        )
    try:
        return psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S, autocommit=True)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise Refused(
            f"No PostgreSQL could be reached at {shown(url)} ({reason}); "
            "check HOTPOT_DATABASE_URL and that the server runs."
        ) from None


def prepare(config: Config) -> None:
    """Checks the version and makes the web role. Safe to repeat.

    Raises Refused for an unreachable server, another major version, or an owner who may not make the role.
    """
    with connect(config.database_url) as owner:
        major = owner.info.server_version // 10000
        if major != MAJOR:
            raise Refused(
                f"{shown(config.database_url)} is PostgreSQL {major}; Hotpot needs {MAJOR}. "
                "Upgrade it or give another URL."
            )
        ensure_web_role(owner, config.web_database_url)


def ensure_web_role(owner: psycopg.Connection, web_url: str) -> None:
    """The role that pages use, held by row-level security. On an outside server it has a password."""
    parts = urlsplit(web_url)
    role, password = unquote(parts.username or WEB_ROLE), unquote(parts.password or "")
    exists = owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if exists and _lets_in(web_url):
        return
    verb = "ALTER" if exists else "CREATE"
    statement = sql.SQL(f"{verb} ROLE {{}} LOGIN").format(sql.Identifier(role))
    if password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
    try:
        # Without the grant, the owner that made the role could not SET ROLE to it.
        owner.execute("SET createrole_self_grant = 'set'")
        owner.execute(statement)
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        pass  # Another process made it in the meantime.
    except psycopg.errors.InsufficientPrivilege:
        raise Refused(
            f"The database role {owner.info.user!r} may not create the role {role!r}; run "
            f'ALTER ROLE "{owner.info.user}" CREATEROLE as an administrator, or make the role yourself '
            "and set HOTPOT_WEB_DATABASE_URL."
        ) from None


def _lets_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S).close()
    except psycopg.Error:
        return False
    return True
