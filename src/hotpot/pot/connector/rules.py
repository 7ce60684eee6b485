"""Pure decisions: how a row is read, text mended, and how long to wait for a system that is away."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from hotpot.kernel.errors import Refused
from hotpot.kernel.money import Money
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.connector.wire import Columns, Config
from hotpot.pot.web.sentences import Sentence

BACK_OFF_FIRST_S = 1.0
BACK_OFF_MAX_S = 300.0
PROBE_S = 300.0
_PLACE = re.compile(r"\{([^{}]+)\}")


class Unreadable(Exception):
    """A row that can't become a task, and why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as a task. `approver` is what their system calls the one who decides."""

    key: str
    title: str
    applicant: str
    approver: str
    amount: Money | None
    details: Mapping[str, str]
    appeared_at: datetime


def back_off_s(failures: int, jitter: float) -> float:
    """Doubles from 1 s to 5 min; `jitter` in [0, 1) takes away up to a quarter, so that a crowd spreads."""
    longest = min(BACK_OFF_MAX_S, BACK_OFF_FIRST_S * float(1 << min(failures - 1, 16)))
    return longest * (1 - jitter / 4)


def read_row(
    row: Mapping[str, Any], config: Config, *, currency: str, country: str, now: datetime
) -> ReadRow:
    """Raises Unreadable. `currency` and `country` are the customer's own."""
    assert config.rows is not None
    columns = config.rows.columns
    title = title_of(row, columns)
    if not title:
        raise Unreadable(Sentence(_("It has no title: its columns are empty.")))
    return ReadRow(
        key=text_of(row[config.rows.source.key]),
        title=title,
        applicant=text_of(row[columns.applicant]) if columns.applicant else "",
        approver=_approver(row[columns.approver], columns, country),
        amount=_amount(row, columns, currency),
        details={label: text_of(row[column]) for label, column in columns.details.items()},
        appeared_at=_appeared_at(row, config, now),
    )


def title_of(row: Mapping[str, Any], columns: Columns) -> str:
    if "{" not in columns.title:
        return text_of(row[columns.title]).strip()
    parts = [text_of(row[name]) for name in columns.title_columns]
    if not any(parts):
        return ""
    return _PLACE.sub(lambda place: text_of(row[place[1]]), columns.title).strip()


def _approver(value: Any, columns: Columns, country: str) -> str:
    name = text_of(value).strip()
    if not name:
        sentence = _("It names nobody to decide it: the column “%s” is empty.")
        raise Unreadable(Sentence(sentence, columns.approver))
    if columns.approver_by != "number":
        return name
    try:
        return Msisdn.parse(name, region=country).e164
    except Refused as refusal:
        raise Unreadable(refusal.sentence) from None


def _amount(row: Mapping[str, Any], columns: Columns, currency: str) -> Money | None:
    if not columns.amount or row[columns.amount] is None or row[columns.amount] == "":
        return None
    code = text_of(row[columns.currency_column]).strip().upper() if columns.currency_column else ""
    try:
        amount = _decimal(row[columns.amount])
        money = Money.of(amount, code or columns.currency or currency)
    except (InvalidOperation, ValueError, OverflowError):
        shown = {"amount": text_of(row[columns.amount]), "currency": code or columns.currency or currency}
        sentence = _("“%(amount)s” %(currency)s is not an amount of money.")
        raise Unreadable(Sentence(sentence, shown)) from None
    if abs(money.minor) >= 2**63:
        raise Unreadable(Sentence(_("The amount %s is too large."), text_of(row[columns.amount])))
    return money


def _decimal(value: Any) -> Decimal:
    """A float comes from a column that is one: its shortest form is what was meant."""
    amount = Decimal(value.replace(",", "").strip() if isinstance(value, str) else str(value))
    if not amount.is_finite():
        raise InvalidOperation
    return amount


def _appeared_at(row: Mapping[str, Any], config: Config, now: datetime) -> datetime:
    assert config.rows is not None
    name = config.rows.columns.appeared_at
    if not name or row[name] is None:
        return now
    moment = as_time(row[name])
    if moment is None:
        raise Unreadable(Sentence(_("“%s” is not a date and time."), text_of(row[name])))
    return moment.replace(tzinfo=moment.tzinfo or config.zone).astimezone(UTC)


def as_time(value: Any) -> datetime | None:
    """A moment from a date, a datetime or its ISO 8601 text; None for anything else."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time()) if isinstance(value, date) else None


def text_of(value: Any) -> str:
    """How a value is shown and kept. PostgreSQL stores no NUL, so it is left out."""
    if value is None:
        return ""
    if isinstance(value, bytes | bytearray | memoryview):
        return readable(bytes(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes" if value.second == 0 else "seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value).replace("\0", "")


def json_safe(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value if value is None or isinstance(value, int) else text_of(value)
        for key, value in row.items()
    }


# --- watermarks ------------------------------------------------------------------------------------


def begin_after(watermark: str | int, overlap: int) -> str:
    """Where to read on: the overlap is seconds before a time, units before a number."""
    if isinstance(watermark, int):
        return str(watermark - overlap)
    moment = as_time(watermark)
    if moment is None or len(watermark) < len("2026-01-01"):
        return watermark
    separator = "T" if "T" in watermark else " "
    return (moment - timedelta(seconds=overlap)).isoformat(separator)


def keep_watermark(value: Any) -> str | int:
    """As JSON, exactly."""
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


# --- text in the wrong code page ---------------------------------------------------------------------


def readable(raw: bytes) -> str:
    """Bytes that should be text: UTF-8, else GB 18030, else each byte as it is."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1").replace("\0", "")


def from_latin_1(text: str) -> str:
    """GBK bytes that a database took for latin-1 (MySQL's latin1 is Windows-1252) become Chinese again."""
    if text.isascii():
        return text
    try:
        return b"".join(map(_byte, text)).decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def to_latin_1(text: str) -> str:
    """The way back, for what is written into such a column."""
    return text if text.isascii() else "".join(map(_character, text.encode("gb18030")))


def looks_like_gbk(text: str) -> bool:
    """All that isn't ASCII comes in pairs that GB 2312 knows as characters: not so in Western text."""
    runs: Sequence[str] = re.findall(r"[^\x00-\x7f]+", text)
    if not runs:
        return False
    try:
        pairs = [b"".join(map(_byte, run)) for run in runs]
    except UnicodeEncodeError:
        return False
    return all(len(run) % 2 == 0 and min(run) >= 0xA1 and run[0] >= 0xB0 for run in pairs)


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")


def _character(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


# --- addresses -----------------------------------------------------------------------------------------


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """As their clocks show it, in a form that every database reads."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(" ", "seconds")
