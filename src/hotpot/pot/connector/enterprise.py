"""The one place that talks to an enterprise's database (SQLAlchemy Core; PostgreSQL, MySQL, MariaDB, SQLite).

Reads run on a connection that can't write; no transaction stays open between calls. All values go out
as text, so that each database makes of them what its column is: a status may be 2 or '2'.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from sqlalchemy import (
    URL,
    BindParameter,
    ColumnClause,
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Select,
    TableClause,
    TextClause,
    and_,
    bindparam,
    column,
    create_engine,
    event,
    exc,
    inspect,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.types import NullType

from hotpot.pot.connector.rules import (
    begin_after,
    from_latin_1,
    keep_watermark,
    readable,
    text_of,
    to_latin_1,
)
from hotpot.pot.connector.wire import GBK_IN_LATIN_1, ConfigError, Rows
from hotpot.pot.web.sentences import Sentence

BATCH_ROWS = 1000
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_S = 10
DRIVERS: Mapping[str, str] = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite+pysqlite",
}
OUTSIDE_OPTIONS = frozenset({"sslmode", "charset"})
Row = Mapping[str, Any]
Parameters = Mapping[str, str]


class Trouble(Exception):
    """Their system can't be used. The sentence says why and how to mend it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Away(Trouble):
    """It may come back by itself."""


class Broken(Trouble):
    """It needs a person: another password, a permission, a column that is gone."""


class Mistaken(Broken):
    """One row's own fault, not their system's."""


@dataclass(frozen=True, slots=True)
class Page:
    """Keys of rows that may be new. `complete` if there are no other open ones."""

    keys: Sequence[str]
    watermark: str | int | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """Rows by their keys, and why others could not be read."""

    rows: Mapping[str, Row]
    failures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """`refusal` is empty if the decision stands in their system. `left`: the row is no longer open."""

    refusal: str
    left: bool


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
    """The address with its password masked."""
    return url_of(address).render_as_string(hide_password=True)


class Enterprise:
    """Their database, reached when it is needed. Not shared between threads."""

    def __init__(self, address: str, encoding: str = "", *, timeout_s: int = STATEMENT_TIMEOUT_S) -> None:
        """`timeout_s` is for one statement. Raises ConfigError."""
        self.url = url_of(address)
        self.mends = encoding == GBK_IN_LATIN_1
        self._reader = _engine(self.url, timeout_s, writes=False)
        self._writer = _engine(self.url, timeout_s, writes=True)

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()

    # --- what there is ----------------------------------------------------------------------------

    def tables(self) -> list[str]:
        with self.reading() as connection:
            seen = inspect(connection)
            return sorted([*seen.get_table_names(), *seen.get_view_names()])

    def columns(self, rows: Rows) -> list[str]:
        """The names in their order, whether or not there are rows."""
        with self.reading() as connection:
            result = connection.execute(select(text("*")).select_from(self._source(rows)).limit(0))
            return list(result.keys())

    def query(self, statement: str) -> list[dict[str, Any]]:
        """All rows of a query of the configuration."""
        with self.reading() as connection:
            return self._rows(connection.execute(_plain(statement)))

    def sample(self, rows: Rows, limit: int = 20) -> list[dict[str, Any]]:
        """The first open rows, with all their columns."""
        source = self._source(rows)
        statement = self._open_only(select(text("*")).select_from(source).limit(limit), source, rows)
        with self.reading() as connection:
            return self._rows(connection.execute(statement))

    # --- what is new ------------------------------------------------------------------------------

    def candidates(self, rows: Rows, watermark: str | int | None) -> Iterator[Page]:
        if rows.notice.kind == "watermark":
            yield from self._since(rows, watermark)
        else:
            yield Page(self._open_keys(rows), complete=rows.notice.kind == "status")

    def fetch(self, rows: Rows, keys: Sequence[str]) -> Fetched:
        """Whole rows. One that their driver can't read doesn't keep the others away."""
        found: dict[str, Row] = {}
        failures: dict[str, str] = {}
        for batch in _batches(keys):
            self._fetch(rows, batch, found, failures)
        return Fetched(found, failures)

    def still_open(self, rows: Rows, keys: Sequence[str]) -> set[str]:
        with self.reading() as connection:
            return self._still_open(connection, rows, keys)

    def claim(self, rows: Rows, keys: Sequence[str]) -> None:
        """Tells them that we hold these rows. Harmless to repeat."""
        notice = rows.notice
        target = _owner(rows)
        for batch in _batches(keys):
            statement = (
                update(target)
                .where(target.c[rows.source.key].in_(self._bound(batch)))
                .where(self._equals(target.c[notice.column], notice.open))
                .values({target.c[notice.column]: self._one(notice.claimed)})
            )
            with self.writing() as connection:
                connection.execute(statement)

    # --- what goes back ---------------------------------------------------------------------------

    def write(self, rows: Rows, decisions: Sequence[Parameters]) -> list[Written]:
        """All in one transaction. Where one fails, again with each in a savepoint of its own."""
        try:
            return self._write(rows, decisions, savepoints=False)
        except Mistaken:
            return self._write(rows, decisions, savepoints=True)

    def try_write(self, rows: Rows, decision: Parameters) -> tuple[Written, bool]:
        """A test that is rolled back: what would happen, and whether it would be recognised afterwards."""
        with self.writing(keep=False) as connection:
            refusal = self._attempt(connection, rows, decision)
            stands = self._stands(connection, rows, decision)
            left = decision["key"] not in self._still_open(connection, rows, [decision["key"]])
        return Written(refusal, left), stands

    def _write(self, rows: Rows, decisions: Sequence[Parameters], *, savepoints: bool) -> list[Written]:
        with self.writing() as connection:
            attempt = self._attempt if savepoints else self._attempt_together
            refusals = [attempt(connection, rows, decision) for decision in decisions]
            keys = [decision["key"] for decision in decisions]
            still = self._still_open(connection, rows, keys)
        return [Written(refusal, key not in still) for refusal, key in zip(refusals, keys, strict=True)]

    def _attempt_together(self, connection: Connection, rows: Rows, decision: Parameters) -> str:
        try:
            return self._apply(connection, rows, decision)
        except exc.DBAPIError as error:
            if _is_rows_own(error):
                raise Mistaken(_reason(error)) from error
            raise

    def _attempt(self, connection: Connection, rows: Rows, decision: Parameters) -> str:
        savepoint = connection.begin_nested()
        try:
            refusal = self._apply(connection, rows, decision)
        except Mistaken as mistake:
            refusal = mistake.sentence
        except exc.DBAPIError as error:
            if not _is_rows_own(error):
                raise
            refusal = Sentence(gettext_noop("Their database refused it: %s"), _reason(error))
        savepoint.rollback() if refusal else savepoint.commit()
        return refusal

    def _apply(self, connection: Connection, rows: Rows, decision: Parameters) -> str:
        first, *others = rows.write_back.statements
        changed = self._run(connection, first, decision).rowcount
        if changed == 0:
            stands = self._stands(connection, rows, decision)
            gone = Sentence(gettext_noop("It was already decided over there, or its row is gone."))
            return "" if stands else gone
        if changed != rows.write_back.rows:
            sentence = gettext_noop(
                "The first statement would change %(changed)d rows, not %(rows)d. Narrow its WHERE."
            )
            raise Mistaken(Sentence(sentence, {"changed": changed, "rows": rows.write_back.rows}))
        for statement in others:
            self._run(connection, statement, decision)
        return ""

    def _stands(self, connection: Connection, rows: Rows, decision: Parameters) -> bool:
        """Is our verdict in their row? So a crash between their commit and ours writes nothing twice."""
        if rows.write_back.check:
            return self._run(connection, rows.write_back.check, decision).first() is not None
        target = _owner(rows)
        statement = (
            select(target.c[rows.source.key])
            .where(target.c[rows.source.key] == self._one(decision["key"]))
            .where(target.c[rows.notice.column] == self._one(decision["verdict"]))
        )
        return connection.execute(statement).first() is not None

    def _run(self, connection: Connection, statement: str, parameters: Parameters) -> CursorResult[Any]:
        clause = text(statement)
        names = clause._bindparams
        bound = {name: self.theirs(parameters[name]) for name in names}
        clause = clause.bindparams(*(bindparam(name, type_=NullType()) for name in names))
        return cast("CursorResult[Any]", connection.execute(clause, bound))

    # --- statements -------------------------------------------------------------------------------

    def _open_keys(self, rows: Rows) -> list[str]:
        source = self._source(rows)
        statement = self._open_only(select(source.c[rows.source.key]), source, rows)
        with self.reading() as connection:
            found = connection.execute(statement).scalars()
            return [self.ours(text_of(key)) for key in found]

    def _open_only(self, statement: Select[Any], source: FromClause, rows: Rows) -> Select[Any]:
        if rows.notice.kind == "watermark":
            return statement
        return statement.where(self._equals(source.c[rows.notice.column], rows.notice.open))

    def _since(self, rows: Rows, watermark: str | int | None) -> Iterator[Page]:
        source = self._source(rows)
        mark, key = source.c[rows.notice.column], source.c[rows.source.key]
        base = select(key, mark).order_by(mark, key).limit(BATCH_ROWS)
        begin = None if watermark is None else begin_after(watermark, rows.notice.overlap)
        statement = base.where(mark.is_not(None) if begin is None else mark >= self._one(begin))
        while True:
            with self.reading() as connection:
                found = connection.execute(statement).all()
            if found:
                keys = [self.ours(text_of(one[0])) for one in found]
                yield Page(keys, keep_watermark(found[-1][1]))
            if len(found) < BATCH_ROWS:
                return
            last_key, last_mark = _bind(found[-1][0]), _bind(found[-1][1])
            statement = base.where(or_(mark > last_mark, and_(mark == last_mark, key > last_key)))

    def _fetch(
        self,
        rows: Rows,
        keys: Sequence[str],
        found: dict[str, Row],
        failures: dict[str, str],
    ) -> None:
        source = self._source(rows)
        chosen = [source.c[name] for name in rows.needed]
        statement = select(*chosen).where(source.c[rows.source.key].in_(self._bound(keys)))
        try:
            with self.reading() as connection:
                read = self._rows(connection.execute(statement))
        except Mistaken as mistake:
            if len(keys) == 1:
                failures[keys[0]] = mistake.sentence
                return
            middle = len(keys) // 2
            self._fetch(rows, keys[:middle], found, failures)
            self._fetch(rows, keys[middle:], found, failures)
            return
        for row in read:
            name = text_of(row[rows.source.key])
            if name in found:
                failures[name] = Sentence(
                    gettext_noop("Several rows have this key. Choose a column whose values differ.")
                )
            found[name] = row

    def _still_open(self, connection: Connection, rows: Rows, keys: Sequence[str]) -> set[str]:
        source, notice = self._source(rows), rows.notice
        key, mark = source.c[rows.source.key], source.c[notice.column]
        still: set[str] = set()
        for batch in _batches(keys):
            statement = select(key).where(key.in_(self._bound(batch)))
            if notice.kind == "status":
                statement = statement.where(self._equals(mark, notice.open))
            elif notice.kind == "claim":
                held = self._equals(mark, notice.claimed)
                statement = statement.where(or_(held, self._equals(mark, notice.open)))
            still.update(self.ours(text_of(one)) for one in connection.execute(statement).scalars())
        return still

    def _source(self, rows: Rows) -> FromClause:
        """Its columns are written with its name: SQLite takes a lone unknown one for a text."""
        names = dict.fromkeys([*rows.needed, rows.notice.column])
        columns: list[ColumnClause[Any]] = [column(quoted_name(name, True)) for name in names]
        if rows.source.table:
            return _table(rows.source.table, *columns)
        return _plain(rows.source.query).columns(*columns).subquery("hotpot_rows")

    def _equals(self, of: ColumnElement[Any], value: str | None) -> ColumnElement[bool]:
        return of.is_(None) if value is None else of == self._one(value)

    def _bound(self, values: Sequence[str]) -> BindParameter[Any]:
        return bindparam("keys", [self.theirs(one) for one in values], expanding=True, type_=NullType())

    def _one(self, value: str) -> BindParameter[Any]:
        return _bind(self.theirs(value))

    def theirs(self, value: str) -> str:
        return to_latin_1(value) if self.mends else value

    def ours(self, value: str) -> str:
        return from_latin_1(value) if self.mends else value

    def _rows(self, result: CursorResult[Any]) -> list[dict[str, Any]]:
        names = list(result.keys())
        return [dict(zip(names, map(self._value, row), strict=True)) for row in result]

    def _value(self, value: Any) -> Any:
        return self.ours(value) if isinstance(value, str) else value

    # --- connections ------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with _explained(self.url), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Connection]:
        with _explained(self.url), self._writer.connect() as connection:
            begun = connection.begin()
            yield connection
            begun.commit() if keep else begun.rollback()


def _is_rows_own(error: exc.DBAPIError) -> bool:
    """Bad data, or a trigger of theirs that said no (PostgreSQL's RAISE, MySQL's SIGNAL)."""
    if isinstance(error, exc.DataError | exc.IntegrityError):
        return True
    origin = error.orig
    if origin is None:
        return False
    return getattr(origin, "sqlstate", None) == "P0001" or bool(origin.args and origin.args[0] == 1644)


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), BATCH_ROWS):
        yield keys[start : start + BATCH_ROWS]


def _owner(rows: Rows) -> TableClause:
    names = (rows.source.key, rows.notice.column)
    return _table(rows.owner_table, *(column(quoted_name(name, True)) for name in names))


def _table(name: str, *columns: ColumnClause[Any]) -> TableClause:
    schema, _dot, plain = name.rpartition(".")
    return table(quoted_name(plain, True), *columns, schema=quoted_name(schema, True) if schema else None)


def _plain(statement: str) -> TextClause:
    """SQL without parameters: its colons are its own."""
    return text(statement.replace(":", r"\:"))


def _bind(value: Any) -> BindParameter[Any]:
    """No type of ours: the database takes it as what it is compared with."""
    return bindparam(None, value, type_=NullType(), unique=True)


# --- engines -----------------------------------------------------------------------------------------


def _engine(url: URL, timeout_s: int, *, writes: bool) -> Engine:
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


def _sqlite(timeout_s: int, writes: bool) -> dict[str, Any]:
    return {"timeout": CONNECT_TIMEOUT_S, "check_same_thread": False, "uri": True}


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


# --- errors ------------------------------------------------------------------------------------------

# (pattern in the driver's words, what it is, the sentence). The first that fits speaks.
_CAUSES: Sequence[tuple[str, type[Trouble], str]] = (
    (
        r"password authentication failed|access denied for user|no pg_hba|role \".*\" does not exist|\(1045",
        Broken,
        gettext_noop(
            "Their database doesn't let us in: %s. Correct the user or the password in the address."
        ),
    ),
    (
        r"permission denied|command denied|readonly database|read-only|access denied|\(1142|\(1143|\(1044",
        Broken,
        gettext_noop(
            "Their database's user may not do this: %s. Ask their administrator for the permission."
        ),
    ),
    (
        r"database \".*\" does not exist|unknown database",
        Broken,
        gettext_noop("There is no such database: %s. Correct the name at the end of the address."),
    ),
    (
        r"no such column|unknown column|column .* does not exist",
        Broken,
        gettext_noop("A column is gone or was renamed: %s. Choose the columns anew."),
    ),
    (
        r"no such table|doesn't exist|relation .* does not exist",
        Broken,
        gettext_noop("A table is gone or was renamed: %s. Choose the table anew."),
    ),
    (
        r"statement timeout|lock timeout|timed out|timeout expired|database is locked|interrupted|lock wait",
        Away,
        gettext_noop("Their database is too slow at the moment: %s. It is tried again by itself."),
    ),
    (
        r"syntax error|error in your sql syntax",
        Broken,
        gettext_noop("Their database doesn't understand the SQL: %s. Mend it."),
    ),
)
_AWAY = gettext_noop("Their database can't be reached: %s. It is tried again by itself; check that it runs.")
_UNKNOWN = gettext_noop("Their database refused: %s. Check the connector's settings.")


@contextmanager
def _explained(url: URL) -> Iterator[None]:
    """Every error of theirs as a Trouble or as one row's mistake."""
    try:
        yield
    except exc.DBAPIError as error:
        if isinstance(error, exc.DataError):
            sentence = gettext_noop("Their database can't give this row: %s")
            raise Mistaken(Sentence(sentence, _reason(error))) from None
        raise _trouble(error, url) from None
    except UnicodeDecodeError as error:
        raise Mistaken(Sentence(gettext_noop("Their database can't give this row: %s"), str(error))) from None
    except exc.TimeoutError as error:
        raise Away(Sentence(_AWAY, str(error))) from None
    except (exc.SQLAlchemyError, UnicodeError, OSError, ValueError, OverflowError) as error:
        raise Broken(Sentence(_UNKNOWN, str(error))) from None


def _trouble(error: exc.DBAPIError, url: URL) -> Trouble:
    reason = _reason(error)
    if url.password:
        reason = reason.replace(str(url.password), "•••")
    for pattern, kind, sentence in _CAUSES:
        if re.search(pattern, reason, re.IGNORECASE):
            return kind(Sentence(sentence, reason))
    if error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError):
        return Away(Sentence(_AWAY, reason))
    return Broken(Sentence(_UNKNOWN, reason))


def _reason(error: exc.DBAPIError) -> str:
    """The driver's own words, one line, without its error's number."""
    origin = error.orig
    said = origin.args[1] if origin and len(origin.args) > 1 else origin
    lines = [line.strip() for line in str(said).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(origin).__name__
