"""What is asked of and done to the enterprise's tables, whatever their database spells their names like.

All values go out as text: their database makes of them what its column is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop as _
from sqlalchemy import (
    BindParameter,
    Column,
    ColumnClause,
    Connection,
    MetaData,
    String,
    Table,
    TableClause,
    Text,
    and_,
    bindparam,
    column,
    delete,
    insert,
    inspect,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import NullType

from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.tables.wire import Archive, Insert, Key, Profile, Row, Tables, Update, Write
from hotpot.pot.connector.trouble import Broken, Mistaken
from hotpot.pot.web.sentences import Sentence

READ_ROWS = 2000
KEYS_AT_ONCE = 1000
TOLD = "hotpot_told"  # our own table among theirs: which notices the last transaction wrote


@dataclass(frozen=True, slots=True)
class Found:
    """One of their tables as it is: its columns by their names in capitals, with what they hold at most."""

    table: TableClause
    lengths: Mapping[str, int | None]
    key: str  # its primary key's only column, in capitals; "" if it has none

    def column(self, name: str) -> ColumnClause[Any]:
        found: ColumnClause[Any] = self.table.c[name]
        return found


class Theirs:
    """Opened on what is there now; a table or column that is missing is told at once. Raises Trouble."""

    def __init__(self, enterprise: Enterprise, profile: Profile, mark: str) -> None:
        """`mark` is this connector's row in our table of told notices."""
        self.enterprise = enterprise
        self.profile = profile
        self.mark = mark
        with enterprise.reading() as connection:
            self.found = _found(inspect(connection), [one.name for one in profile.tables.all] + [TOLD])
        _check(profile.tables, self.found)
        self.outbox = self.found[profile.tables.outbox.name]
        self.key = self.outbox.column(self.outbox.key)

    # --- rows come in -------------------------------------------------------------------------------

    def rows(self, now: str, without: Sequence[str]) -> tuple[Sequence[tuple[Key, Row]], Mapping[Key, str]]:
        """The oldest rows that are due, and why others can't be read. `without` are not looked at."""
        failures: dict[Key, str] = {}
        keys = self._due_keys(now, without)
        return self._read(keys, failures), failures

    def _due_keys(self, now: str, without: Sequence[str]) -> Sequence[Key]:
        statement = select(self.key).order_by(self.key).limit(READ_ROWS)
        due = self.profile.tables.due
        if due in self.outbox.lengths:
            when = self.outbox.column(due)
            statement = statement.where(or_(when.is_(None), when <= _bind(now)))
        if without:
            statement = statement.where(self.key.not_in(_keys(without)))
        with self.enterprise.reading() as connection:
            return [_plain(one) for one in connection.execute(statement).scalars()]

    def _read(self, keys: Sequence[Key], failures: dict[Key, str]) -> list[tuple[Key, Row]]:
        """One row that their driver can't read doesn't keep the others away."""
        if not keys:
            return []
        names = [name for name in self.profile.tables.read if name in self.outbox.lengths]
        chosen = [self.key.label("hotpot_key"), *(self.outbox.column(name).label(name) for name in names)]
        statement = select(*chosen).where(self.key.in_(_keys(keys))).order_by(self.key)
        try:
            with self.enterprise.reading() as connection:
                found = connection.execute(statement).all()
        except Mistaken as mistake:
            if len(keys) == 1:
                failures[keys[0]] = mistake.sentence
                return []
            middle = len(keys) // 2
            return self._read(keys[:middle], failures) + self._read(keys[middle:], failures)
        missing = dict.fromkeys(self.profile.tables.read)
        return [(_plain(row[0]), missing | self._row(names, row[1:])) for row in found]

    def _row(self, names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
        ours = self.enterprise.ours
        return {
            name: ours(value) if isinstance(value, str) else value
            for name, value in zip(names, values, strict=True)
        }

    def finish(
        self, keys: Sequence[Key], archive: Archive | None, failed: Mapping[Key, Sequence[Write]]
    ) -> None:
        """These rows are in our store: they leave the outbox. Harmless to repeat."""
        with self.enterprise.writing() as connection:
            for start in range(0, len(keys), KEYS_AT_ONCE):
                some = keys[start : start + KEYS_AT_ONCE]
                told = [key for key in some if key in failed]
                there = self._there(connection, told)
                if archive is not None:
                    self._archive(connection, some, archive)
                connection.execute(delete(self.outbox.table).where(self.key.in_(_keys(some))))
                self._write(connection, [one for key in told if key in there for one in failed[key]])

    def _there(self, connection: Connection, keys: Sequence[Key]) -> set[Key]:
        if not keys:
            return set()
        found = connection.execute(select(self.key).where(self.key.in_(_keys(keys)))).scalars()
        return {_plain(one) for one in found}

    def _archive(self, connection: Connection, keys: Sequence[Key], archive: Archive) -> None:
        to = self.found.get(archive.table)
        if to is None:
            return
        copied = [name for name in self.outbox.lengths if name in to.lengths and name not in archive.values]
        added = {name: value for name, value in archive.values.items() if name in to.lengths}
        rows = select(
            *(self.outbox.column(name) for name in copied),
            *(_bind(self.enterprise.theirs(value)) for value in added.values()),
        ).where(self.key.in_(_keys(keys)))
        names = [to.column(name) for name in (*copied, *added)]
        if self.outbox.key in to.lengths:  # An id that was used before: the newest row stands.
            going = select(self.key).where(self.key.in_(_keys(keys)))
            connection.execute(delete(to.table).where(to.column(self.outbox.key).in_(going)))
        connection.execute(insert(to.table).from_select(names, rows))

    # --- notices go back ----------------------------------------------------------------------------

    def tell(self, writes: Mapping[int, Sequence[Write]]) -> dict[int, str]:
        """Notice -> what it writes, all in one transaction; those that their tables refuse, and why.

        Which notices it wrote stands in the same transaction, until the next one: see `marked`.
        """
        try:
            self._tell(writes, also=())
            return {}
        except Mistaken:
            return self._tell_each(writes)

    def _tell_each(self, writes: Mapping[int, Sequence[Write]]) -> dict[int, str]:
        refused: dict[int, str] = {}
        done: list[int] = []
        for number, one in writes.items():
            try:
                self._tell({number: one}, also=done)
                done.append(number)
            except Mistaken as mistake:
                refused[number] = mistake.sentence
        return refused

    def _tell(self, writes: Mapping[int, Sequence[Write]], *, also: Sequence[int]) -> None:
        with self.enterprise.writing() as connection:
            known = self._marked(connection, lock=True)
            fresh = [one for number, some in writes.items() if number not in known for one in some]
            self._write(connection, fresh)
            self._mark(connection, [*also, *writes])

    def marked(self) -> Sequence[int]:
        """The notices that the last transaction wrote, whether or not we came to know that it did."""
        with self.enterprise.reading() as connection:
            return self._marked(connection, lock=False)

    def _marked(self, connection: Connection, *, lock: bool) -> Sequence[int]:
        marks = self.found[TOLD]
        statement = select(marks.column("NOTICES")).where(marks.column("CODE") == _bind(self.mark))
        before = connection.execute(statement.with_for_update() if lock else statement).scalar()
        return json.loads(before) if before else []

    def _mark(self, connection: Connection, numbers: Sequence[int]) -> None:
        marks = self.found[TOLD]
        code, notices = marks.column("CODE"), marks.column("NOTICES")
        new = _bind(json.dumps(numbers))
        changed = connection.execute(
            update(marks.table).where(code == _bind(self.mark)).values({notices: new})
        )
        if changed.rowcount == 0:
            connection.execute(insert(marks.table).values({code: _bind(self.mark), notices: new}))

    def _write(self, connection: Connection, writes: Sequence[Write]) -> None:
        """Rows into one table go together; updates before inserts, each in the order given."""
        for one in writes:
            if isinstance(one, Update):
                self._update(connection, one)
        inserts = [one for one in writes if isinstance(one, Insert)]
        for name in dict.fromkeys(one.table for one in inserts):
            if name in self.found:
                self._insert(
                    connection, self.found[name], [one.values for one in inserts if one.table == name]
                )

    def _insert(self, connection: Connection, to: Found, rows: Sequence[Mapping[str, str]]) -> None:
        names = [name for name in rows[0] if name in to.lengths]
        statement = insert(to.table).values(
            {to.column(name): bindparam(f"v_{name}", type_=NullType()) for name in names}
        )
        connection.execute(
            statement, [{f"v_{name}": self._fit(to, name, row[name]) for name in names} for row in rows]
        )

    def _update(self, connection: Connection, one: Update) -> int:
        to = self.found.get(one.table)
        if to is None or not set(one.of) <= set(to.lengths):
            return 0
        values = {
            to.column(name): _bind(self._fit(to, name, value))
            for name, value in one.values.items()
            if name in to.lengths
        }
        where = and_(
            *(to.column(name) == _bind(self._fit(to, name, value)) for name, value in one.of.items())
        )
        return connection.execute(update(to.table).where(where).values(values)).rowcount

    def show_state(self, *, connected: bool, running: bool) -> None:
        """What their clients look at before they send, where there is a table for it."""
        state = self.profile.state(connected=connected, running=running)
        if state is None or state.table not in self.found:
            return
        with self.enterprise.writing() as connection:
            mine = self.found[state.table]
            there = and_(*(mine.column(name) == _bind(value) for name, value in state.of.items()))
            if connection.execute(select(text("1")).select_from(mine.table).where(there)).first():
                self._update(connection, state)
            else:
                self._insert(connection, mine, [{**state.of, **state.values}])

    def _fit(self, to: Found, name: str, value: str) -> str:
        """Cut to what their column holds, in the bytes that it takes."""
        most = to.lengths[name]
        if most is not None:
            value = value[:most]
            while len(self.enterprise.theirs(value)) > most:
                value = value[:-1]
        return self.enterprise.theirs(value)


# --- their names --------------------------------------------------------------------------------------


def _found(inspector: Inspector, names: Iterable[str]) -> dict[str, Found]:
    """Whatever the case of their letters."""
    known = {name.upper(): name for name in inspector.get_table_names()}
    return {name: _of(inspector, known[name.upper()]) for name in names if name.upper() in known}


def _of(inspector: Inspector, name: str) -> Found:
    columns = inspector.get_columns(name)
    keys = inspector.get_pk_constraint(name)["constrained_columns"]
    clauses = []
    for one in columns:
        clause: ColumnClause[Any] = column(quoted_name(one["name"], True))
        clause.key = one["name"].upper()
        clauses.append(clause)
    lengths = {one["name"].upper(): getattr(one["type"], "length", None) for one in columns}
    return Found(table(quoted_name(name, True), *clauses), lengths, keys[0].upper() if len(keys) == 1 else "")


def _check(tables: Tables, found: Mapping[str, Found]) -> None:
    for name in (*sorted(tables.wanted), TOLD):
        if name not in found:
            sentence = _("The table %s isn't there. Make it with the statements on the page of this plug-in.")
            raise Broken(Sentence(sentence, name))
    for name, needed in tables.needed.items():
        if name in found and (missing := sorted(needed - found[name].lengths.keys())):
            sentence = _("The table %(table)s has no column %(column)s. Add it, or give it its name back.")
            raise Broken(Sentence(sentence, {"table": name, "column": missing[0]}))
    if not found[tables.outbox.name].key:
        sentence = _("The rows of %s can't be told apart: give it a primary key of one column.")
        raise Broken(Sentence(sentence, tables.outbox.name))


# --- making them --------------------------------------------------------------------------------------


def told_table(schema: MetaData) -> Table:
    return Table(TOLD, schema, Column("CODE", String(64), primary_key=True), Column("NOTICES", Text))


def statements(enterprise: Enterprise, tables: Tables) -> dict[str, str]:
    """The DDL of each table by its name, in the language of that database. Nothing is asked of it."""
    dialect = enterprise.url.get_dialect()()
    return {
        one.name: str(CreateTable(_plainly_named(one, enterprise.mends)).compile(dialect=dialect)).strip()
        for one in (*tables.all, told_table(MetaData()))
    }


def make(enterprise: Enterprise, tables: Tables) -> None:
    """Makes what is missing. Raises Trouble."""
    with enterprise.reading() as connection:
        there = {name.upper() for name in inspect(connection).get_table_names()}
    with enterprise.writing() as connection:
        for name, statement in statements(enterprise, tables).items():
            if name.upper() not in there:
                connection.execute(text(statement.replace(":", r"\:")))


def _plainly_named(of: Table, gbk_in_latin_1: bool) -> Table:
    """Without quotes, so that each database folds the names as it does those of old clients' statements."""
    options: dict[str, Any] = {"mysql_engine": "InnoDB", "mariadb_engine": "InnoDB"}
    charset = "latin1" if gbk_in_latin_1 else "utf8mb4"
    options |= {"mysql_charset": charset, "mariadb_charset": charset}
    columns = [
        Column(
            one.name,
            one.type,
            primary_key=one.primary_key,
            autoincrement=one.autoincrement,
            nullable=one.nullable,
            server_default=one.server_default.arg if one.server_default is not None else None,  # type: ignore[attr-defined]
            quote=False,
        )
        for one in of.columns
    ]
    return Table(of.name, MetaData(), *columns, quote=False, **options)


def _plain(key: Any) -> Key:
    """As JSON keeps it."""
    return int(key) if isinstance(key, int | Decimal) else str(key)


def _keys(keys: Sequence[Key] | Sequence[str]) -> BindParameter[Any]:
    return bindparam("keys", list(keys), expanding=True, type_=NullType(), unique=True)


def _bind(value: Any) -> BindParameter[Any]:
    return bindparam(None, value, type_=NullType(), unique=True)
