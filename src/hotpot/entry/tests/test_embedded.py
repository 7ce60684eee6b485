from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from hotpot.entry import database
from hotpot.entry.config import Config
from hotpot.entry.embedded import InUse, Postgres, embedded_postgres, lay_out, running_database
from hotpot.kernel.errors import Refused

HOLD = """
import sys, time
from pathlib import Path
from hotpot.entry.embedded import embedded_postgres
with embedded_postgres(Path(sys.argv[1]), by="hotpot close") as url:
    import psycopg
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS row")
    print("ready", flush=True)
    time.sleep(60)
"""


def holder(data: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(data)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_server_dies_with_its_killed_parent_and_committed_rows_stay(tmp_path: Path) -> None:
    process = holder(tmp_path)
    with pytest.raises(InUse, match=r"in use by hotpot close \(process \d+\)"), embedded_postgres(tmp_path):
        pass
    server = postmaster(tmp_path)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while not gone(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gone(server)
    with embedded_postgres(tmp_path) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT row FROM kept").fetchone() == (7,)


def test_a_server_killed_at_once_with_its_parent_comes_back(tmp_path: Path) -> None:
    process = holder(tmp_path)
    os.kill(process.pid, signal.SIGSTOP)
    os.kill(postmaster(tmp_path), signal.SIGKILL)
    process.kill()
    process.communicate()
    with embedded_postgres(tmp_path) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT row FROM kept").fetchone() == (7,)


def test_lock_files_whose_number_is_another_process_now_are_no_hindrance(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path, durable=False):
        left = (tmp_path / "postgres" / "postmaster.pid").read_text()
    lines = left.splitlines()
    (tmp_path / "postgres" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with embedded_postgres(tmp_path, durable=False) as url:
        psycopg.connect(url).close()


def test_the_owner_is_no_superuser_and_may_act_as_the_web_role(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path, durable=False) as url, psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname IN ('hotpot', 'hotpot_web')"
        ).fetchall()
        assert sorted(rows) == [("hotpot", False, False), ("hotpot_web", False, False)]
        connection.execute("SET ROLE hotpot_web")


def test_a_folder_of_another_major_version_is_refused(tmp_path: Path) -> None:
    lay_out(tmp_path)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Refused, match="made by PostgreSQL 17"):
        Postgres(tmp_path).prepare()


def test_a_command_starts_the_database_for_itself(tmp_path: Path) -> None:
    config = Config.from_env({"HOTPOT_DATA": str(tmp_path)})
    with running_database(config) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(Refused, match="No PostgreSQL could be reached"):
        database.connect(url)


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match="not a PostgreSQL URL"):
        database.connect("mysql://root@localhost/pot")


def test_an_owner_who_may_not_make_roles_is_told_what_to_run(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path, durable=False) as url:
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("CREATE ROLE lesser LOGIN")
        with (
            psycopg.connect(url.replace("hotpot@", "lesser@"), autocommit=True) as lesser,
            pytest.raises(Refused, match=r"ALTER ROLE .lesser. CREATEROLE"),
        ):
            database.ensure_web_role(lesser, url.replace("hotpot@", "another_web:pw@"))


def test_an_outside_web_role_gets_the_password_of_its_url(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path, durable=False) as url, psycopg.connect(url, autocommit=True) as owner:
        database.ensure_web_role(owner, url.replace("hotpot@", "pages:it%27s@"))
        database.ensure_web_role(owner, url.replace("hotpot@", "pages:it%27s@"))
        row = owner.execute("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'pages'").fetchone()
    assert row == (True, False)
