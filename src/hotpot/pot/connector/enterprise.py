"""The one place that talks to an enterprise's database (SQLAlchemy Core; PostgreSQL, MySQL, MariaDB, SQLite).

Reads run on a connection that can't write; no transaction stays open between calls, and none of ours while
they are asked. All values go out as text, so that each database makes of them what its column is: a status
may be 2 or '2'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from django.utils.translation import gettext_noop
from sqlalchemy import (
    BindParameter,
    ColumnClause,
    ColumnElement,
    Connection,
    CursorResult,
    Select,
    TableClause,
    TextClause,
    and_,
    bindparam,
    column,
    exc,
    inspect,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.types import NullType

from hotpot.pot.access.readers import require_outside_transaction
from hotpot.pot.connector.address import STATEMENT_TIMEOUT_S, engine_of, url_of
from hotpot.pot.connector.causes import explained, is_rows_own, reason_of
from hotpot.pot.connector.limit import Limit
from hotpot.pot.connector.rules import (
    begin_after,
    from_latin_1,
    keep_watermark,
    text_of,
    to_latin_1,
)
from hotpot.pot.connector.trouble import Away, Mistaken, Trouble
from hotpot.pot.connector.wire import GBK_IN_LATIN_1, Rows
from hotpot.pot.web.sentences import Sentence

BATCH_ROWS = 1000
_TOO_LONG = gettext_noop(
    "Their database takes longer than %s seconds to answer. Check that it runs and is not busy; try again."
)
Row = Mapping[str, Any]
Parameters = Mapping[str, str]


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


class Enterprise:
    """Their database, reached when it is needed. Not shared between threads."""

    def __init__(
        self,
        address: str,
        encoding: str = "",
        *,
        timeout_s: int = STATEMENT_TIMEOUT_S,
        within_s: float | None = None,
    ) -> None:
        """`timeout_s` is for one statement, `within_s` for all from now on. Raises ConfigError."""
        self.url = url_of(address)
        self.mends = encoding == GBK_IN_LATIN_1
        self._limit = None if within_s is None else Limit(within_s)
        self._reader = engine_of(self.url, timeout_s, writes=False, limit=self._limit)
        self._writer = engine_of(self.url, timeout_s, writes=True, limit=self._limit)
        if self._limit is not None:
            self._limit.begin()

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()
        if self._limit is not None:
            self._limit.end()

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
            if is_rows_own(error):
                raise Mistaken(reason_of(error)) from error
            raise

    def _attempt(self, connection: Connection, rows: Rows, decision: Parameters) -> str:
        savepoint = connection.begin_nested()
        try:
            refusal = self._apply(connection, rows, decision)
        except Mistaken as mistake:
            refusal = mistake.sentence
        except exc.DBAPIError as error:
            if not is_rows_own(error):
                raise
            refusal = Sentence(gettext_noop("Their database refused it: %s"), reason_of(error))
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
        with self._asked(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Connection]:
        with self._asked(), self._writer.connect() as connection:
            begun = connection.begin()
            yield connection
            begun.commit() if keep else begun.rollback()

    @contextmanager
    def _asked(self) -> Iterator[None]:
        require_outside_transaction()
        try:
            with explained(self.url):
                yield
        except Trouble:
            if self._limit is not None and self._limit.is_over:
                raise Away(Sentence(_TOO_LONG, f"{self._limit.seconds:g}")) from None
            raise


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
