"""Is all prepared for this version? Told without Django, which takes a second to load."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import psycopg

from hotpot.entry.config import Config
from hotpot.entry.installed import files

SNAPSHOT = Path(__file__).with_name("schema.sql")
IN_SNAPSHOT = re.compile(r"^\t\(\d+, '(\w+)', '(\w+)', now\(\)\)[,;]$", re.M)
IS_EMPTY = "SELECT to_regclass('public.django_migrations') IS NULL"
APPLIED = "SELECT app, name FROM public.django_migrations"

# What `hotpot migrate` brings in besides: files that are collected, and the apps' words and functions.
BROUGHT_IN = ("static/**/*", "manifest.toml")

Migration = tuple[str, str]  # app, name


def is_prepared(config: Config) -> bool:
    """Whether the database has all tables and apps, and the data folder all static files of this version.

    In doubt it is not: then `hotpot migrate` sees to it, or says what is wrong.
    """
    return _is_noted(config.data) and _has_migrations(config.database_url)


def note(data: Path) -> None:
    """That static files and apps of this version are brought in now."""
    noted = _noted(data)
    noted.parent.mkdir(parents=True, exist_ok=True)
    noted.write_text(_sources())


def is_empty(owner: psycopg.Connection) -> bool:
    """Whether no migration was ever begun there."""
    row = owner.execute(IS_EMPTY).fetchone()
    return row is not None and bool(row[0])


def applied(owner: psycopg.Connection) -> set[Migration]:
    """The migrations that a database has, which isn't empty."""
    return set(owner.execute(APPLIED).fetchall())


def _has_migrations(url: str) -> bool:
    known = set(IN_SNAPSHOT.findall(SNAPSHOT.read_text()))
    # By their names alone: which label an app has is known to Django only.
    if Counter(name for _app, name in known) != Counter(file.stem for file in files("migrations/[!_]*.py")):
        return False  # One was added since the snapshot was drawn.
    try:
        with psycopg.connect(url, connect_timeout=5) as owner:
            return not is_empty(owner) and known <= applied(owner)
    except psycopg.Error:
        return False


def _is_noted(data: Path) -> bool:
    collected, noted = data / "static" / "staticfiles.json", _noted(data)
    return collected.exists() and noted.exists() and noted.read_text() == _sources()


def _noted(data: Path) -> Path:
    return data / "run" / "brought-in"


def _sources() -> str:
    found = hashlib.sha256()
    for file in (file for pattern in BROUGHT_IN for file in files(pattern)):
        about = file.stat()
        found.update(f"{file}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return found.hexdigest()
