"""Where their database is, and the engines that reach it: one that can't write, one that can."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import make_url

from hotpot.pot.connector.limit import Limit
from hotpot.pot.connector.outside import addresses_of, dial
from hotpot.pot.connector.rules import readable
from hotpot.pot.connector.wire import ConfigError

CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_S = 10
POSTGRESQL_PORT, MYSQL_PORT = 5432, 3306
CANT_CONNECT = 2003  # CR_CONN_HOST_ERROR, of MySQL's client errors
DRIVERS: Mapping[str, str] = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite+pysqlite",
}
OUTSIDE_OPTIONS = frozenset({"sslmode", "charset"})
Dial = Callable[[Any, dict[str, Any], Limit | None], Any]  # a driver, its options -> a connection


def url_of(address: str) -> URL:
    """A database URL with a driver that is there. Raises ConfigError."""
    try:
        url = make_url(address.strip())
    except (exc.ArgumentError, ValueError):
        raise ConfigError(
            _("This is not a database's address. Write it like postgresql://user:password@host:5432/name.")
        ) from None
    family = url.drivername.partition("+")[0].lower()
    if family not in DRIVERS:
        sentence = _("A database of the kind “%(kind)s” can't be reached. There are: %(known)s.")
        known = "postgresql, mysql, mariadb, sqlite"
        raise ConfigError(sentence % {"kind": family, "known": known})
    if not url.database:
        raise ConfigError(_("The address names no database. Put its name at the end, after a slash."))
    return url.set(drivername=DRIVERS[family])


def check_outside(address: str) -> None:
    """An address typed on a page must lead over the network: files and sockets of this machine are ours.

    Raises ConfigError.
    """
    url = url_of(address)
    if not url.host or url.host.startswith("/") or set(url.query) - OUTSIDE_OPTIONS:
        raise ConfigError(
            _("Give the host of their database, and no other options than sslmode and charset.")
        )


def shown(address: str) -> str:
    """The address with its password masked, and without the name of our driver."""
    url = url_of(address)
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def engine_of(url: URL, timeout_s: int, *, writes: bool, limit: Limit | None = None) -> Engine:
    """`timeout_s` is for one statement, `limit` for all that is asked over the network."""
    family = url.get_backend_name()
    engine = create_engine(
        _sqlite_file(url, writes) if family == "sqlite" else url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=writes,  # Between two decisions a connection may go stale unseen.
        pool_recycle=600,
        hide_parameters=True,
        isolation_level="READ COMMITTED" if writes and family != "sqlite" else "AUTOCOMMIT",
        connect_args=_CONNECT[family](timeout_s, writes),
    )
    if family == "sqlite":
        if writes:
            _let_sqlite_begin(engine)
        event.listen(engine, "connect", _prepare_sqlite)
    elif url.host:
        event.listen(engine, "do_connect", _dials(_DIALS[family], limit))
    return engine


def _postgresql(timeout_s: int, writes: bool) -> dict[str, Any]:
    options = f"-c statement_timeout={timeout_s}s -c idle_in_transaction_session_timeout=60s"
    return {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "client_encoding": "utf8",  # Also of a database without an encoding, whose rows may be no UTF-8.
        "application_name": "hotpot",
        "options": options if writes else f"{options} -c default_transaction_read_only=on",
        "keepalives_idle": 30,
    }


def _mysql(timeout_s: int, writes: bool) -> dict[str, Any]:
    return {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "read_timeout": timeout_s,
        "write_timeout": timeout_s,
        "charset": "utf8mb4",
        "init_command": "SET SESSION innodb_lock_wait_timeout = 5"
        if writes
        else "SET SESSION TRANSACTION READ ONLY",
    }


def _dials(dial_one: Dial, limit: Limit | None) -> Callable[..., Any]:
    def connect(dialect: Any, _record: object, _given: object, options: dict[str, Any]) -> Any:
        return dial_one(dialect.loaded_dbapi, options, limit)

    return connect


def _dial_postgresql(driver: Any, options: dict[str, Any], limit: Limit | None) -> Any:
    """To an address that was checked; the name is still what a certificate is for."""
    addresses = [
        address for _family, address in addresses_of(options["host"], options.get("port") or POSTGRESQL_PORT)
    ]
    options["host"] = ",".join([options["host"]] * len(addresses))
    options["hostaddr"] = ",".join(addresses)
    connection = driver.connect(**options)
    if limit is not None:
        limit.hold(connection.fileno())
    return connection


def _dial_mysql(driver: Any, options: dict[str, Any], limit: Limit | None) -> Any:
    """The same. Their driver takes no address beside the name, but a line."""
    connection = driver.connect(**options, defer_connect=True)
    try:
        line = dial(options["host"], options.get("port") or MYSQL_PORT, within_s=CONNECT_TIMEOUT_S)
    except OSError as error:
        raise driver.OperationalError(CANT_CONNECT, f"Can't connect: {error}") from None
    if limit is not None:
        limit.hold(line.fileno())
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.connect(line)
    return connection


def _sqlite(timeout_s: int, writes: bool) -> dict[str, Any]:
    return {"timeout": CONNECT_TIMEOUT_S, "check_same_thread": False, "uri": True}


_DIALS = {"postgresql": _dial_postgresql, "mysql": _dial_mysql, "mariadb": _dial_mysql}
_CONNECT = {"postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql, "sqlite": _sqlite}


def _sqlite_file(url: URL, writes: bool) -> URL:
    """A file that is away must not be made anew, empty."""
    mode = "rw" if writes else "ro"
    return URL.create(
        url.drivername, database=f"file:{quote(url.database or '')}", query={"mode": mode, "uri": "true"}
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.text_factory = readable
    deadline = [0.0]
    connection.set_trace_callback(lambda _statement: deadline.__setitem__(0, time.monotonic()))
    connection.set_progress_handler(lambda: time.monotonic() - deadline[0] > STATEMENT_TIMEOUT_S, 100_000)


def _let_sqlite_begin(engine: Engine) -> None:
    """Python's driver begins late and breaks savepoints; SQLAlchemy's manual tells this cure."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
