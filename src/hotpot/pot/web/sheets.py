"""A table as a spreadsheet reads it: CSV that says what the page says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from html import unescape

from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hotpot.kernel.money import Money
from hotpot.pot.web import shown
from hotpot.pot.web.columns import Column, Row
from hotpot.pot.web.rules import label_of

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def sheet(columns: Sequence[Column], rows: Iterable[Row], *, name: str) -> HttpResponse:
    """The rows as a CSV file. Columns without a label are left out.

    Whole in memory on purpose: a streamed answer would leave the request's transaction.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    said = [column for column in columns if column.label]
    writer.writerow([head for column in said for head in _heads(column)])
    for row in rows:
        writer.writerow([cell for column in said for cell in _cells(column, row)])
    return download(file.getvalue(), name=name)


def download(text: str, *, name: str) -> HttpResponse:
    """CSV as a file called `name`.csv."""
    # The byte order mark tells spreadsheets that the text is UTF-8.
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _heads(column: Column) -> list[str]:
    if column.kind != "money":
        return [str(column.label)]
    return [str(column.label), _("%(column)s, currency") % {"column": column.label}]


def _cells(column: Column, row: Row) -> list[str]:
    value = column.said(row)
    if column.kind == "money":
        return [f"{value.major:f}", value.currency] if isinstance(value, Money) else ["", ""]
    if value is None or value == shown.NOTHING:
        return [""]
    if isinstance(value, datetime):
        return [timezone.localtime(value).isoformat(sep=" ", timespec="seconds")]
    if isinstance(value, SafeString):
        return [harmless(unescape(strip_tags(value)).strip())]
    if column.kind == "chip":
        return [harmless(label_of(value))]
    if column.kind == "number" and isinstance(value, Money):
        return [f"{value.major:f}"]
    return [str(value) if isinstance(value, (int, Decimal)) else harmless(str(value))]


def harmless(text: str) -> str:
    """A spreadsheet would run text that begins like a formula; phone numbers stay as they are."""
    if text.startswith(FORMULA_STARTS) and not text[1:].isdigit():
        return f"'{text}"
    return text
