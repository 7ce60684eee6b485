"""The snapshot makes what all migrations make."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from hotpot.entry import prepared, schema
from hotpot.entry.config import DATABASE, OWNER_ROLE, Config
from hotpot.entry.embedded import ADMIN_ROLE, embedded_postgres, postgres_bin
from hotpot.entry.installed import files
from hotpot.kernel.errors import Refused
from tests.template import begin_migrated

WORDS = "SELECT count(*) FROM messaging_template WHERE app_id = 'approvals'"
STALE = "migrations make other tables than schema.sql; run `make schema` and read the diff"
# What differs from one dump to the next, and what differs from one database to the next.
NOISE = re.compile(r"^(\\(un)?restrict .*|-- Dumped (from|by) .*)\n", re.M)
TIME = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00'")
TOKEN = re.compile(r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'")
# What says nothing that the statements don't: headings, sequences that have not begun.
HEADING = re.compile(r"^--\n-- (?:Name|Data for Name): .*; Type: .*\n--\n+", re.M)
NOT_BEGUN = re.compile(r"^SELECT pg_catalog\.setval\('[^']+', 1, false\);\n+", re.M)


def dump(url: str) -> str:
    """All that is in it, with what is new in each database put as what makes it new."""
    argv = [postgres_bin("pg_dump"), "--no-owner", "--inserts", "--rows-per-insert=1000", f"--dbname={url}"]
    text = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return TOKEN.sub("gen_random_uuid()", TIME.sub("now()", NOISE.sub("", text)))


def drawn(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", NOT_BEGUN.sub("", HEADING.sub("", text))).strip() + "\n"


def by(role: str, url: str) -> str:
    return url.replace(f"//{OWNER_ROLE}@", f"//{role}@")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The owner's URL of a database that all migrations made."""
    data = tmp_path_factory.mktemp("schema") / "data"
    begin_migrated(data)
    with embedded_postgres(data, durable=False) as url:
        yield url


@pytest.fixture(scope="module")
def restored(migrated: str) -> str:
    """What a backup of it restores to: PostgreSQL writes some conditions otherwise once it has read them."""
    copy = beside(migrated, "restored")
    with psycopg.connect(copy) as owner:
        owner.execute(dump(migrated).encode())
    return dump(copy)


@pytest.fixture
def empty(migrated: str) -> str:
    """The owner's URL of an empty database beside it."""
    return beside(migrated, "new")


def beside(url: str, name: str) -> str:
    with psycopg.connect(by(ADMIN_ROLE, url), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} OWNER {OWNER_ROLE} TEMPLATE template0")
    return url.replace(f"/{DATABASE}?", f"/{name}?")


def test_the_snapshot_is_drawn_from_all_migrations(migrated: str) -> None:
    """HOTPOT_WRITE_SNAPSHOTS=1 draws it anew."""
    text = drawn(dump(migrated))
    if os.environ.get("HOTPOT_WRITE_SNAPSHOTS"):
        prepared.SNAPSHOT.write_text(text)
    assert prepared.SNAPSHOT.read_text() == text, STALE


def test_an_empty_database_becomes_what_all_migrations_make(empty: str, restored: str) -> None:
    assert schema.bring_up_to_date(empty) == [], STALE
    assert dump(empty) == restored, STALE
    assert schema.bring_up_to_date(empty) == []


def test_any_owner_of_an_outside_database_may_load_it(empty: str, restored: str) -> None:
    with psycopg.connect(by(ADMIN_ROLE, empty), autocommit=True) as admin:
        admin.execute("CREATE ROLE clerk LOGIN")
        admin.execute("ALTER DATABASE new OWNER TO clerk")
    clerks = by("clerk", empty)
    assert schema.bring_up_to_date(clerks) == []
    assert dump(clerks) == restored
    with psycopg.connect(clerks) as clerk:
        foreign = clerk.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relowner <> 'clerk'::regrole"
        )
        assert foreign.fetchall() == []


def test_a_migration_that_the_snapshot_lacks_is_applied_by_django(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(schema, "call_command", lambda *command, **_options: asked.append(command))
    newest = ("party", "0999_newest")
    monkeypatch.setattr(schema, "known", lambda known=schema.known: known() | {newest})
    assert schema.bring_up_to_date(empty) == [newest]
    assert asked == [("migrate",)]


def test_what_was_interrupted_leaves_an_empty_database(
    empty: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "schema.sql"
    broken.write_bytes(prepared.SNAPSHOT.read_bytes() + b"SELECT 1 / 0;")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "SNAPSHOT", broken)
        with pytest.raises(psycopg.errors.DivisionByZero):
            schema.bring_up_to_date(empty)
    assert "CREATE" not in dump(empty)
    assert schema.bring_up_to_date(empty) == []


def test_two_that_start_at_once_fill_it_once(empty: str) -> None:
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(schema.bring_up_to_date, [empty, empty])) == [[], []]


@pytest.fixture
def ready(migrated: str, tmp_path: Path) -> Config:
    """A data folder and a database with nothing left to do."""
    config = Config.from_env({"HOTPOT_DATA": str(tmp_path), "HOTPOT_DATABASE_URL": migrated})
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").touch()
    prepared.note(tmp_path)
    assert prepared.is_prepared(config), STALE
    return config


def test_a_start_without_django_sees_that_a_database_lacks_tables(ready: Config, empty: str) -> None:
    later = replace(ready, database_url=empty)
    assert not prepared.is_prepared(later)
    schema.bring_up_to_date(empty)
    assert prepared.is_prepared(later)
    with psycopg.connect(empty) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'party' AND name = '0001_initial'")
    assert not prepared.is_prepared(later)
    assert not prepared.is_prepared(replace(ready, database_url="postgresql://hotpot@127.0.0.1:1/hotpot"))


def test_a_start_without_django_sees_a_migration_that_the_snapshot_lacks(
    ready: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prepared, "files", lambda pattern: [*files(pattern), *tmp_path.glob(pattern)])
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "__init__.py").touch()
    prepared.note(tmp_path)
    assert prepared.is_prepared(ready)
    (tmp_path / "migrations" / "0999_newest.py").touch()
    assert not prepared.is_prepared(ready)


def test_a_start_without_django_sees_static_files_that_changed(
    ready: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = tmp_path / "app"
    ours = app / "static" / "web"
    ours.mkdir(parents=True)
    monkeypatch.setattr(prepared, "files", lambda pattern: [*files(pattern), *app.glob(pattern)])
    prepared.note(tmp_path)
    assert prepared.is_prepared(ready)
    (ours / "new.css").write_text("a {}")
    assert not prepared.is_prepared(ready)
    prepared.note(tmp_path)
    assert prepared.is_prepared(ready)
    (tmp_path / "static" / "staticfiles.json").unlink()
    assert not prepared.is_prepared(ready)


def test_a_database_out_of_reach_is_refused() -> None:
    with pytest.raises(Refused, match="No PostgreSQL could be reached"):
        schema.bring_up_to_date("postgresql://hotpot@127.0.0.1:1/hotpot")


def test_a_start_without_django_sees_an_app_whose_manifest_changed(
    ready: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text("id = 'one'")
    monkeypatch.setattr(prepared, "files", lambda pattern: [*files(pattern), *tmp_path.glob(pattern)])
    prepared.note(tmp_path)
    assert prepared.is_prepared(ready)
    manifest.write_text("id = 'another'")
    assert not prepared.is_prepared(ready)


def test_an_upgrade_without_migrations_brings_the_words_of_apps(migrated: str, tmp_path: Path) -> None:
    told = {"HOTPOT_DATA": str(tmp_path / "data"), "HOTPOT_DATABASE_URL": migrated}
    with psycopg.connect(migrated, autocommit=True) as owner:
        before = owner.execute(WORDS).fetchone()
        owner.execute("DELETE FROM messaging_template WHERE app_id = 'approvals'")
        assert owner.execute(WORDS).fetchone() != before
        argv = [sys.executable, "-m", "hotpot.entry.cli", "migrate"]
        subprocess.run(argv, env=os.environ | told, check=True)
        assert owner.execute(WORDS).fetchone() == before
