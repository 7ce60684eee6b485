"""A connector's configuration: what a TOML file says, checked key by key.

Every refusal names the key and says how to mend it.
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, Protocol, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid

Kind = Literal["status", "watermark", "claim"]
ApproverBy = Literal["role", "user_id", "number"]
Verdict = Literal["approved", "rejected"]
Profile = Literal["api", "sms_outbox", "masdb"]
PROFILES: Sequence[Profile] = ("api", "sms_outbox", "masdb")
VERDICTS: Sequence[Verdict] = ("approved", "rejected")
GBK_IN_LATIN_1 = "gbk-in-latin-1"
PARAMETERS = frozenset({"key", "verdict", "comment", "approver_user_id", "approver_number", "decided_at"})
DEFAULT_POLL_S = 2.0
DEFAULT_OVERLAP = 300

Chosen = TypeVar("Chosen", bound=str)
_HEAD = ("name", "app", "url", "url_env")
_PLACE = re.compile(r"\{([^{}]+)\}")
_PARAMETER = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)(?!:)")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_READS = re.compile(r"\s*(?:\(\s*)*(?:select|with)\b", re.IGNORECASE)


class ConfigError(Invalid):
    code = "connector_config"


@dataclass(frozen=True, slots=True)
class Source:
    """The table or query that holds open tasks, and the column whose value names a row."""

    key: str
    table: str = ""  # may be "schema.table"
    query: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """How new rows are noticed.

    status: `column` = `open` means open.
    watermark: `column` only grows; `overlap` (seconds of a time, else units) is read again each
        time, since a row may be committed later than its value says.
    claim: `column` = `open` (or NULL) is new; it is set to `claimed` once we hold the row.
    """

    kind: Kind
    column: str
    open: str | None = None
    claimed: str = ""
    overlap: int = DEFAULT_OVERLAP
    table: str = ""  # where a claim is written, if the source is a query


@dataclass(frozen=True, slots=True)
class Columns:
    """`title` is a column, or a template such as "{document} {number}"."""

    title: str
    approver: str
    approver_by: ApproverBy = "role"
    applicant: str = ""
    amount: str = ""
    currency: str = ""  # ISO 4217; the customer's own if neither is given
    currency_column: str = ""
    appeared_at: str = ""
    details: Mapping[str, str] = field(default_factory=dict)  # label -> column, in the order to show

    @property
    def title_columns(self) -> list[str]:
        return _PLACE.findall(self.title) or [self.title]


@dataclass(frozen=True, slots=True)
class WriteBack:
    """Statements run in order, in one transaction. The first must change exactly `rows` rows: that
    is the guard against a row decided over there. `check` finds a row when our verdict stands."""

    statements: Sequence[str]
    verdicts: Mapping[str, str]  # approved, rejected -> their word
    rows: int = 1
    check: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """All that it takes to turn rows into tasks and decisions into rows."""

    source: Source
    notice: Notice
    columns: Columns
    write_back: WriteBack

    @property
    def needed(self) -> list[str]:
        """Columns to read, each once, the key first."""
        shown = self.columns
        names = [self.source.key, *shown.title_columns, shown.applicant, shown.approver, shown.amount]
        names += [shown.currency_column, shown.appeared_at, *shown.details.values()]
        return list(dict.fromkeys(filter(None, names)))

    @property
    def owner_table(self) -> str:
        """The table whose rows are claimed and checked; "" if only a query is known."""
        return self.notice.table or self.source.table


@dataclass(frozen=True, slots=True)
class Directory:
    """Queries for the people. departments: id, name, parent. users: id, name, number, department.
    roles: user_id, role."""

    users: str
    departments: str = ""
    roles: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """Messages go by tables: which profile, and the `code` in its tables' names where it has one."""

    profile: Profile
    code: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    rows: Rows | None
    directory: Directory | None
    tables: Tables | None = None
    time_zone: str = "UTC"  # of their times without an offset
    encoding: str = ""  # "" as their database says, or GBK_IN_LATIN_1
    poll_s: float = DEFAULT_POLL_S

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class File:
    """A connector's TOML file. `url` is given, or read from the environment variable `url_env`."""

    name: str
    app: str
    url: str
    url_env: str
    config: Mapping[str, Any]


class NewDecision(Protocol):
    """What somebody decided; the SDK's own shape fits."""

    @property
    def task_id(self) -> int: ...
    @property
    def person_id(self) -> int: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def comment(self) -> str: ...
    @property
    def way(self) -> str: ...


Outcome = Literal["taken", "already_decided", "withdrawn", "not_yours", "unknown"]


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one look at their system did. `problem` is empty if it could be used."""

    taken: int = 0
    written_back: int = 0
    refused: int = 0
    withdrawn: int = 0
    unreadable: int = 0
    problem: str = ""


def read_file(text: str) -> File:
    """Raises ConfigError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_("This is not valid TOML: %(reason)s.") % {"reason": error}) from None
    head: dict[str, Any] = {key: content.pop(key) for key in _HEAD if key in content}
    given = _Section("", head)
    file = File(
        name=given.text("name"),
        app=given.text("app", "approvals"),
        url=given.text("url", ""),
        url_env=given.text("url_env", ""),
        config=content,
    )
    if not file.url and not file.url_env:
        given.refuse("url", _("give the database's address, or url_env, the variable that holds it"))
    read_config(content)
    return file


def read_config(content: Mapping[str, Any]) -> Config:
    """From JSON or TOML. Raises ConfigError."""
    given = _Section("", content)
    rows = _rows(given) if "source" in content else None
    directory = _directory(given.section("directory")) if "directory" in content else None
    tables = _tables(given.section("tables")) if "tables" in content else None
    if rows is None and directory is None and tables is None:
        given.refuse("source", _("give the table or query that holds open tasks, or a directory"))
    config = Config(
        rows=rows,
        directory=directory,
        tables=tables,
        time_zone=given.text("time_zone", "UTC"),
        encoding=given.choice("encoding", ("", GBK_IN_LATIN_1), ""),
        poll_s=given.number("poll_s", DEFAULT_POLL_S, 0.2, 86_400),
    )
    if not _is_zone(config.time_zone):
        given.refuse("time_zone", _("write a name such as Asia/Shanghai"))
    given.end()
    return config


def stored(content: Mapping[str, Any]) -> dict[str, Any]:
    """As it is kept: jsonb would sort the labels of the details, so they become pairs."""
    columns = content.get("columns")
    if not isinstance(columns, Mapping) or not isinstance(columns.get("details"), Mapping):
        return dict(content)
    pairs = [[label, column] for label, column in columns["details"].items()]
    return {**content, "columns": {**columns, "details": pairs}}


def _is_zone(name: str) -> bool:
    """ZoneInfo keeps what it found: the list of all names would be read from the disk each time."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _rows(given: _Section) -> Rows:
    rows = Rows(
        source=_source(given.section("source")),
        notice=_notice(given.section("notice")),
        columns=_columns(given.section("columns")),
        write_back=_write_back(given.section("write_back")),
    )
    if rows.notice.kind == "claim" and not rows.owner_table:
        given.refuse("notice.table", _("name the table to claim rows in, since the source is a query"))
    if not rows.write_back.check and (rows.notice.kind == "watermark" or not rows.owner_table):
        given.refuse(
            "write_back.check",
            _("give a SELECT that finds a row if the verdict stands, so that nothing is written twice"),
        )
    return rows


def _source(given: _Section) -> Source:
    source = Source(
        key=given.text("key"), table=given.text("table", ""), query=given.sql("query", reads=True)
    )
    if bool(source.table) == bool(source.query):
        given.refuse("table", _("give either a table or a query"))
    given.end()
    return source


def _notice(given: _Section) -> Notice:
    kind: Kind = given.choice("kind", ("status", "watermark", "claim"))
    notice = Notice(
        kind=kind,
        column=given.text("column"),
        open=given.word("open", needed=kind == "status"),
        claimed=given.word("claimed", needed=kind == "claim") or "",
        overlap=int(given.number("overlap", DEFAULT_OVERLAP, 0, 31_536_000)),
        table=given.text("table", ""),
    )
    if kind == "claim" and notice.claimed == notice.open:
        given.refuse("claimed", _("it must differ from “open”, or a claimed row could not be told"))
    given.end()
    return notice


def _columns(given: _Section) -> Columns:
    columns = Columns(
        title=given.text("title"),
        approver=given.text("approver"),
        approver_by=given.choice("approver_by", ("role", "user_id", "number"), "role"),
        applicant=given.text("applicant", ""),
        amount=given.text("amount", ""),
        currency=given.text("currency", ""),
        currency_column=given.text("currency_column", ""),
        appeared_at=given.text("appeared_at", ""),
        details=given.pairs("details"),
    )
    if columns.currency and not re.fullmatch("[A-Z]{3}", columns.currency):
        given.refuse("currency", _("write a code such as CNY; a column goes into currency_column"))
    given.end()
    return columns


def _write_back(given: _Section) -> WriteBack:
    words = given.section("verdicts")
    write_back = WriteBack(
        statements=given.statements("statements"),
        verdicts={verdict: words.word(verdict, needed=True) or "" for verdict in VERDICTS},
        rows=int(given.number("rows", 1, 1, 1000)),
        check=given.sql("check", reads=True),
    )
    for statement in (*write_back.statements, write_back.check):
        unknown = parameters_of(statement) - PARAMETERS
        if unknown:
            text = _("“:%(name)s” is not known. There are: %(known)s")
            known = ", ".join(f":{name}" for name in sorted(PARAMETERS))
            given.refuse("statements", text % {"name": min(unknown), "known": known})
    words.end()
    given.end()
    return write_back


def _directory(given: _Section) -> Directory:
    directory = Directory(
        users=given.sql("users", reads=True, needed=True),
        departments=given.sql("departments", reads=True),
        roles=given.sql("roles", reads=True),
    )
    given.end()
    return directory


def _tables(given: _Section) -> Tables:
    tables = Tables(profile=given.choice("profile", PROFILES), code=given.text("code", ""))
    if not re.fullmatch("[A-Za-z0-9_]*", tables.code) or (tables.profile == "api" and not tables.code):
        given.refuse("code", _("write the interface's code: letters, digits and _ only"))
    given.end()
    return tables


def parameters_of(statement: str) -> set[str]:
    """The names written as `:name`, outside of quotes."""
    return set(_PARAMETER.findall(_QUOTED.sub("''", statement)))


class _Section:
    """One table of the configuration. What nobody asked for is refused at `end`."""

    def __init__(self, path: str, content: Mapping[str, Any]) -> None:
        self.path = path
        self.content = content
        self.asked: set[str] = set()

    def refuse(self, key: str, how: str) -> NoReturn:
        raise ConfigError(_("%(key)s: %(how)s.") % {"key": self.path + key, "how": how})

    def section(self, key: str) -> _Section:
        self.asked.add(key)
        value = self.content.get(key)
        if not isinstance(value, Mapping):
            self.refuse(key, _("this part is missing"))
        return _Section(f"{self.path}{key}.", value)

    def pairs(self, key: str) -> Mapping[str, str]:
        """A table label -> text, or the pairs that `stored` made of it."""
        self.asked.add(key)
        value = self.content.get(key, {})
        with contextlib.suppress(TypeError, ValueError):
            value = dict(value)
        if not isinstance(value, dict):
            self.refuse(key, _("write it as label = column"))
        labels = _Section(f"{self.path}{key}.", value)
        return {label: labels.text(label) for label in value}

    def text(self, key: str, default: str | None = None) -> str:
        self.asked.add(key)
        value = self.content.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.refuse(key, _("write a text here"))
        return str(value).strip()

    def word(self, key: str, *, needed: bool) -> str | None:
        """A value of theirs. Numbers are sent as text too: each database makes of it what its column is."""
        self.asked.add(key)
        value = self.content.get(key)
        if value is None and not needed:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.refuse(key, _("write their own word or number for it"))
        return str(value)

    def choice(self, key: str, allowed: Sequence[Chosen], default: Chosen | None = None) -> Chosen:
        self.asked.add(key)
        value = self.content.get(key, default)
        chosen = next((one for one in allowed if one == value), None)
        if chosen is None:
            choices = ", ".join(f"“{one}”" for one in allowed if one)
            self.refuse(key, _("choose one of %(choices)s") % {"choices": choices})
        return chosen

    def number(self, key: str, default: float, low: float, high: float) -> float:
        self.asked.add(key)
        value = self.content.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(key, _("write a number from %(low)g to %(high)g") % {"low": low, "high": high})
        return float(value)

    def sql(self, key: str, *, reads: bool, needed: bool = False) -> str:
        statement = self.text(key, None if needed else "").rstrip("; \n\t")
        if statement and reads and not _READS.match(statement):
            self.refuse(key, _("it must begin with SELECT or WITH, since it only reads"))
        return statement

    def statements(self, key: str) -> Sequence[str]:
        self.asked.add(key)
        value = self.content.get(key)
        if not isinstance(value, list | tuple) or not value or not all(_is_said(one) for one in value):
            self.refuse(key, _("write a list of SQL statements, at least one"))
        return tuple(one.strip().rstrip("; \n\t") for one in value)

    def end(self) -> None:
        for key in self.content:
            if key not in self.asked:
                self.refuse(key, _("this key is not known; take it out or mend its spelling"))


def _is_said(statement: object) -> bool:
    return isinstance(statement, str) and bool(statement.strip())
