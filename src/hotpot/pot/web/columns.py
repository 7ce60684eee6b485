"""A column of a table: what it reads from a row, and how that is written on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hotpot.kernel.money import Money
from hotpot.pot.web import shown

Kind = Literal["text", "number", "money", "time", "day", "phone", "chip", "link"]
Row = Any


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is a field's name, a path such as "customer__name", or a mapping's key.

    A money column holds `Money`, or minor units beside a field that `currency` names.
    `href(row)` makes the cell a link; `show(row)` says what is written in place of the value, on the page
    and in the CSV. A column without a label holds buttons, which the CSV leaves out.
    """

    key: str
    label: Any
    kind: Kind = "text"
    sortable: bool = False
    filterable: bool = False
    hidden: bool = False
    currency: str = "currency"
    href: Callable[[Row], str] | None = None
    show: Callable[[Row], Any] | None = None

    @property
    def number(self) -> bool:
        return self.kind in ("number", "money")

    @property
    def css(self) -> str:
        return "num" if self.number else "chip-cell" if self.kind == "chip" else ""

    def value(self, row: Row) -> Any:
        """The row's own value; minor units come out as `Money`."""
        value = read(row, self.key)
        if self.kind == "money" and isinstance(value, int):
            return Money(value, read(row, self.currency))
        return value

    def said(self, row: Row) -> Any:
        return self.show(row) if self.show else self.value(row)

    def html(self, row: Row) -> Any:
        said = self.said(row)
        return said if self.show and not isinstance(said, int) else _html(self.kind, said)


def read(row: Row, path: str) -> Any:
    """The value at a path such as "customer__name" in a mapping or object; None where it breaks off."""
    if isinstance(row, Mapping) and path in row:
        return row[path]
    if hasattr(row, path):
        return getattr(row, path)
    for part in path.split("__"):
        row = row.get(part) if isinstance(row, Mapping) else getattr(row, part, None)
    return row


def _html(kind: Kind, value: Any) -> Any:
    if value is None or value == "":
        return shown.NOTHING
    match kind:
        case "number":
            return f"{value:,}"
        case "money":
            return shown.money(value)
        case "time":
            return shown.moment(value)
        case "day":
            return shown.day(value)
        case "phone":
            return shown.phone(value)
        case "chip":
            return shown.chip(value)
        case _:
            return str(value)
