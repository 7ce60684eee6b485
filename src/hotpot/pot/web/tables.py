"""One table for the whole house: filter as you type, sort, keyset paging, chosen columns, CSV.

A page declares a `Table`, hands it to its template and begins with

    if (fragment := render_table(request, table)) is not None:
        return fragment
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hotpot.kernel.money import Money
from hotpot.pot.web import shown
from hotpot.pot.web.columns import Column as Column
from hotpot.pot.web.columns import Row, read
from hotpot.pot.web.sheets import sheet

PAGE_ROWS = 50
FEW_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty table says, and the one thing to do about it."""

    icon: str
    title: Any
    text: Any = ""
    action_label: Any = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    key: str
    label: str
    html: Any
    href: str
    css: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    href: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Head:
    key: str
    label: str
    number: bool
    hidden: bool
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows are a queryset (paged by keyset) or a sequence of mappings or objects (in memory).

    `order` is the first sort, "-" before it for descending. `unique` breaks ties; it must be
    a unique field. Two tables on one page need two `name`s.
    """

    rows: QuerySet[Any] | Sequence[Any]
    columns: Sequence[Column]
    empty: Empty
    name: str = "rows"
    order: str = "-pk"
    unique: str = "pk"
    href: Callable[[Row], str] | None = None
    caption: Any = ""
    filter_hint: Any = ""
    exportable: bool = True
    page_rows: int = PAGE_ROWS

    def seen_by(self, request: HttpRequest) -> TableView:
        """The table as this request's filter, sort and place ask for it."""
        return TableView(self, request.path, request.GET)


@dataclass
class TableView:
    table: Table
    path: str
    asked: QueryDict

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def columns(self) -> Sequence[Column]:
        return self.table.columns

    @property
    def empty(self) -> Empty:
        return self.table.empty

    @property
    def caption(self) -> str:
        return str(self.table.caption)

    @property
    def exportable(self) -> bool:
        return self.table.exportable

    @property
    def element_id(self) -> str:
        return f"table-{self.name}"

    @property
    def prefix(self) -> str:
        """Keeps the parameters of two tables on one page apart."""
        return "" if self.name == "rows" else f"{self.name}-"

    @property
    def filterable(self) -> bool:
        """There is something to filter, and it is more than nothing."""
        return self._has_rows and any(column.filterable for column in self.columns)

    @property
    def choosable(self) -> bool:
        """Few columns that are all shown leave nothing to choose, nor does a table without rows."""
        chosen = len(self.columns) > FEW_COLUMNS or any(column.hidden for column in self.columns)
        return self._has_rows and chosen

    @property
    def has_tools(self) -> bool:
        return self.filterable or self.choosable or self.has_export

    @property
    def has_export(self) -> bool:
        return self.exportable and self._has_rows

    @property
    def _has_rows(self) -> bool:
        """Also where a filter left none of them."""
        return bool(self.query or self._fetched)

    @property
    def filter_hint(self) -> str:
        return str(self.table.filter_hint or _("Filter"))

    @cached_property
    def query(self) -> str:
        # PostgreSQL's text has no NUL.
        return self._parameter("q").replace("\0", "").strip()

    @cached_property
    def sort(self) -> str:
        asked = self._parameter("sort")
        sortable = {column.key for column in self.columns if column.sortable}
        return asked if asked.removeprefix("-") in sortable else self.table.order

    @property
    def wants_csv(self) -> bool:
        return self.exportable and self._parameter("export") == "csv"

    @property
    def more_wanted(self) -> bool:
        return bool(self._parameter("after"))

    # What the template shows

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    @property
    def page(self) -> list[ShownRow]:
        return [self._shown(row) for row in self._fetched[: self.table.page_rows]]

    @property
    def more_url(self) -> str:
        """The address of the rows after this page, or nothing when these are the last."""
        if len(self._fetched) <= self.table.page_rows:
            return ""
        return self._url(after=self._cursor_after(self._fetched[self.table.page_rows - 1]))

    @property
    def export_url(self) -> str:
        return self._url(after="", export="csv")

    @property
    def reset_url(self) -> str:
        return self._url(q="", after="")

    @property
    def kept_for_filter(self) -> list[tuple[str, str]]:
        """The page's other parameters, which the filter form must not lose."""
        dropped = {self.prefix + name for name in ("q", "after", "export")}
        return [
            (name, value) for name, values in self.asked.lists() if name not in dropped for value in values
        ]

    @property
    def no_match_title(self) -> str:
        return _("Nothing matches “%(query)s”") % {"query": self.query}

    @property
    def no_match_text(self) -> str:
        return _("Try fewer letters or another word.")

    @property
    def no_match_action(self) -> str:
        return _("Show all")

    # Rows

    @cached_property
    def _fetched(self) -> list[Row]:
        """One page and one row more, which tells whether there is more."""
        wanted = self.table.page_rows + 1
        if isinstance(self.table.rows, QuerySet):
            return list(self._after(self._ordered(self.table.rows))[:wanted])
        start = self._place()[0] if self._place() else 0
        return self._listed(self.table.rows)[start : start + wanted]

    def all_rows(self) -> Iterable[Row]:
        """Every row that matches the filter, in order, from the beginning."""
        if isinstance(self.table.rows, QuerySet):
            return self._ordered(self.table.rows)
        return self._listed(self.table.rows)

    def _ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for word in self.query.split():
            rows = rows.filter(self._matches(word))
        name, unique = self.sort.removeprefix("-"), self.table.unique
        # Only a column that can be null pays for NULLS LAST, which a plain index doesn't serve.
        last = True if self._nullable else None
        if self.sort.startswith("-"):
            return rows.order_by(F(name).desc(nulls_last=last), F(unique).desc())
        return rows.order_by(F(name).asc(nulls_last=last), F(unique).asc())

    def _matches(self, word: str) -> Q:
        found = Q()
        for column in self.columns:
            if column.filterable:
                found |= Q(**{f"{column.key}__icontains": word})
        return found

    def _after(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        place = self._place()
        if not place:
            return rows
        value, unique = place
        name = self.sort.removeprefix("-")
        beyond = "lt" if self.sort.startswith("-") else "gt"
        next_tie = Q(**{f"{self.table.unique}__{beyond}": unique})
        if value is None:
            return rows.filter(next_tie, **{f"{name}__isnull": True})
        # The plain bound comes first, because an index can serve it.
        within = Q(**{f"{name}__{beyond}e": value}) & (Q(**{f"{name}__{beyond}": value}) | next_tie)
        return rows.filter(within | Q(**{f"{name}__isnull": True}) if self._nullable else within)

    @cached_property
    def _nullable(self) -> bool:
        rows, name = self.table.rows, self.sort.removeprefix("-")
        if name == "pk" or not isinstance(rows, QuerySet):
            return False
        try:
            return bool(getattr(rows.model._meta.get_field(name), "null", True))
        except FieldDoesNotExist:
            return True

    def _listed(self, rows: Sequence[Row]) -> list[Row]:
        words = self.query.lower().split()
        kept = [row for row in rows if all(self._row_has(row, word) for word in words)]
        name = self.sort.removeprefix("-")
        if name == "pk":
            return kept
        known = [row for row in kept if read(row, name) is not None]
        unknown = [row for row in kept if read(row, name) is None]
        known.sort(key=lambda row: _rank(read(row, name)), reverse=self.sort.startswith("-"))
        return known + unknown

    def _row_has(self, row: Row, word: str) -> bool:
        return any(word in str(read(row, column.key)).lower() for column in self.columns if column.filterable)

    # Places. They are signed, so that a changed address begins at the top rather than breaks.

    def _cursor_after(self, row: Row) -> str:
        if isinstance(self.table.rows, QuerySet):
            at = [_plain(read(row, self.sort.removeprefix("-"))), _plain(read(row, self.table.unique))]
        else:
            at = [(self._place() or [0])[0] + self.table.page_rows]
        return signing.dumps([self.sort, *at], salt=self._salt)

    def _place(self) -> list[Any]:
        try:
            sort, *at = signing.loads(self._parameter("after"), salt=self._salt)
        except (signing.BadSignature, ValueError):
            return []
        return at if sort == self.sort else []

    @property
    def _salt(self) -> str:
        return f"hotpot.table:{self.path}:{self.name}"

    # Pieces

    def _parameter(self, name: str) -> str:
        return self.asked.get(self.prefix + name, "")

    def _url(self, **changes: str) -> str:
        asked = self.asked.copy()
        for name in ("after", "export"):
            asked.pop(self.prefix + name, None)
        for name, value in changes.items():
            asked.pop(self.prefix + name, None)
            if value:
                asked[self.prefix + name] = value
        return f"{self.path}?{asked.urlencode()}" if asked else self.path

    def _head(self, column: Column) -> Head:
        direction, url = "", ""
        if column.sortable:
            down = self.sort == f"-{column.key}"
            up = self.sort == column.key
            direction = "descending" if down else "ascending" if up else ""
            # Figures and times are first wanted from the largest and latest.
            downward = not down if up or down else column.kind in ("number", "money", "time", "day")
            url = self._url(sort=f"-{column.key}" if downward else column.key, after="")
        return Head(column.key, str(column.label), column.number, column.hidden, url, direction)

    def _shown(self, row: Row) -> ShownRow:
        href = self.table.href(row) if self.table.href else ""
        return ShownRow(href, [self._cell(row, column, href) for column in self.columns])

    def _cell(self, row: Row, column: Column, row_href: str) -> Cell:
        href = column.href(row) if column.href else ""
        if not href and column is self.columns[0]:
            href = row_href
        html = column.html(row)
        css = f"{column.css} nothing".strip() if html in ("", shown.NOTHING) else column.css
        return Cell(column.key, str(column.label), html, href, css, column.hidden)


def render_table(request: HttpRequest, table: Table) -> HttpResponse | None:
    """The CSV, or the piece of the table that htmx asked for; None when the whole page is wanted."""
    view = table.seen_by(request)
    if view.wants_csv:
        return sheet(view.columns, view.all_rows(), name=view.name)
    target = request.headers.get("HX-Target", "")
    restoring = request.headers.get("HX-History-Restore-Request") == "true"
    if restoring or not target.startswith(view.element_id):
        return None
    if target not in {view.element_id, f"{view.element_id}-box", f"{view.element_id}-more"}:
        return None
    appended = target.endswith("-more") and view.more_wanted
    part = "web/parts/table_append.html" if appended else "web/parts/table.html"
    response = HttpResponse(render_to_string(part, {"table": view}, request))
    # The same address is also a whole page; the browser must not show the piece in its place.
    response.headers["Cache-Control"] = "no-store"
    return response


def _rank(value: Any) -> Any:
    if isinstance(value, Money):
        return (value.currency, value.minor)
    return value.casefold() if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
