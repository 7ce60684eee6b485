"""Shapes that pass between this room and its callers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from hotpot.kernel.errors import Invalid

CSV_COLUMNS = ("number", "name", "department")


@dataclass(frozen=True, slots=True)
class Assigned:
    """`seat_ids` are new; `already` counts numbers that had a seat from that day on."""

    seat_ids: tuple[int, ...]
    already: int


@dataclass(frozen=True, slots=True)
class Answer:
    """May a number use a function now. `limit` is how much a month; None is as much as it likes."""

    allowed: bool
    limit: int | None = None
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a CSV of seats; `at` is its place in the file, the header being 1."""

    at: int
    number: str
    name: str
    department: str


def decode(content: bytes) -> str:
    """Spreadsheets write UTF-8, with or without a mark, or GB 18030 in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(gettext("The file is not text. Save it as CSV in UTF-8."))


def lines_of(text: str) -> Iterator[Line]:
    """Lines with a number, in order. Raises Invalid where the header lacks it."""
    first, _, rest = text.partition("\n")
    delimiter = ";" if ";" in first and "," not in first else ","
    names = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if "number" not in names:
        raise Invalid(
            gettext("The first line must name the columns %(columns)s; only number is needed.")
            % {"columns": ", ".join(CSV_COLUMNS)}
        )
    places = [names.index(name) if name in names else None for name in CSV_COLUMNS]
    for at, cells in enumerate(csv.reader(io.StringIO(rest), delimiter=delimiter), start=2):
        values = ["" if p is None or p >= len(cells) else cells[p].strip() for p in places]
        if any(values):
            yield Line(at, *values)
