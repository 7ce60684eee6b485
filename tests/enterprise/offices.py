"""Real databases of an enterprise: a SQLite file, a PostgreSQL and a MariaDB of their own, that can stop."""

from __future__ import annotations

import contextlib
import getpass
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Protocol

import pymysql
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from hotpot.entry.embedded import embedded_postgres
from hotpot.pot.connector.address import url_of

START_TIMEOUT_S = 60.0


class Server(Protocol):
    """What holds the database. `address` is its URL; `when` a date-and-time column's type."""

    kind: str
    address: str
    when: str

    def start(self) -> None: ...
    def stop(self) -> None: ...


class SqliteFile:
    kind = "sqlite"
    when = "TIMESTAMP"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "office 2026.sqlite"
        self.address = f"sqlite:///{self.path}"

    def start(self) -> None:
        away = self.path.with_suffix(".away")
        away.rename(self.path) if away.exists() else self.path.touch()

    def stop(self) -> None:
        if self.path.exists():
            self.path.rename(self.path.with_suffix(".away"))


class Postgres:
    kind = "postgresql"
    when = "TIMESTAMP"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running = contextlib.ExitStack()
        self.address = ""

    def start(self) -> None:
        self.address = self.running.enter_context(embedded_postgres(self.folder))

    def stop(self) -> None:
        self.running.close()


class MariaDB:
    """Debian's mariadbd, on a data folder and a port of its own."""

    kind = "mariadb"
    when = "DATETIME"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"mysql://root@127.0.0.1:{self.port}/office"
        self.process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def missing() -> str:
        """Why it can't run here, or nothing."""
        if shutil.which("mariadbd") and shutil.which("mariadb-install-db"):
            return ""
        return "MariaDB is not installed: apt-get install mariadb-server"

    def start(self) -> None:
        data = self.folder / "mariadb"
        new = not data.exists()
        if new:
            self._install(data)
        self.process = subprocess.Popen(self._command(data), stderr=subprocess.DEVNULL)
        self._wait()
        if new:
            self.administer("CREATE DATABASE office CHARACTER SET utf8mb4")

    def _install(self, data: Path) -> None:
        options = ["--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
        options += [f"--user={getpass.getuser()}", "--skip-test-db", "--skip-name-resolve"]
        subprocess.run(["mariadb-install-db", *options], check=True, capture_output=True)

    def _command(self, data: Path) -> list[str]:
        options = [f"--datadir={data}", f"--port={self.port}", f"--socket={data}/socket"]
        options += ["--bind-address=127.0.0.1", f"--pid-file={data}/pid", f"--user={getpass.getuser()}"]
        options += ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"]
        return ["mariadbd", "--no-defaults", *options, "--skip-name-resolve"]

    def _wait(self) -> None:
        end = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                pymysql.connect(host="127.0.0.1", port=self.port, user="root").close()
                return
            except pymysql.Error:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def administer(self, statement: str) -> None:
        connection = pymysql.connect(host="127.0.0.1", port=self.port, user="root")
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None


class Office:
    """An office system's database with a table of leave requests, and the hands of its own people."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.kind = server.kind
        self.address = server.address

    def run(self, statement: str, **values: Any) -> list[Any]:
        return self.rows_of(self.address, statement, **values)

    @staticmethod
    def rows_of(address: str, statement: str, **values: Any) -> list[Any]:
        engine = create_engine(url_of(address), poolclass=NullPool)
        with engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result.mappings()) if result.returns_rows else []

    def make_tables(self) -> None:
        self.run("DROP TABLE IF EXISTS leave_request")
        self.run(
            "CREATE TABLE leave_request (id INTEGER PRIMARY KEY, document VARCHAR(40), applicant VARCHAR(80),"
            " approver VARCHAR(40), amount DECIMAL(12,2), reason VARCHAR(200),"
            f" created_at {self.server.when}, status INTEGER, taken VARCHAR(10), remark VARCHAR(30),"
            f" decided_by VARCHAR(40), decided_at {self.server.when}, written INTEGER DEFAULT 0)"
        )

    def add(self, key: int, **values: Any) -> None:
        row: dict[str, Any] = {
            "id": key,
            "document": "Leave",
            "applicant": "王芳",
            "approver": "SUPERVISOR",
            "amount": "120.50",
            "reason": "family",
            "created_at": f"2026-10-15 09:{key % 60:02d}:00",
            "status": 0,
        } | values
        names = ", ".join(row)
        self.run(
            f"INSERT INTO leave_request ({names}) VALUES ({', '.join(':' + name for name in row)})", **row
        )

    def row(self, key: int) -> dict[str, Any]:
        (row,) = self.run("SELECT * FROM leave_request WHERE id = :key", key=key)
        return dict(row)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def temporary_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="hotpot-office-"))
