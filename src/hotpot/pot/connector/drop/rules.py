"""Pure decisions: what a file's name says, what a row means, and this interface's own error codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hotpot.pot.messaging.wire import Accepted, Given, Refusal, Refused

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # names a folder
TABLES = (".csv", ".tsv")
LINES = (".jsonl", ".ndjson")
UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".crdownload", "~")
ID_CHARACTERS_MAX = 64

# A column by its heads, in any case. The first one is how we write it.
HEADS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "mobile", "phone", "to", "手机号", "手机号码", "号码"),
    "text": ("text", "content", "message", "短信内容", "内容"),
    "id": ("id", "key", "ref", "编号", "流水号"),
    "extension": ("extension", "addserial", "扩展码"),
    "signature": ("signature", "sign", "签名"),
    "due_at": ("due_at", "send_at", "sendtime", "发送时间"),
    "expires_at": ("expires_at", "valid_until", "有效期"),
    "priority": ("priority", "优先级"),
}
NAMES = {head: name for name, heads in HEADS.items() for head in heads}
NEEDED = ("number", "text")

# What stands in the result's column "code". 0: taken.
CODES: Mapping[Refusal, int] = {
    Refusal.SUSPENDED: 10,
    Refusal.ADDRESS: 11,
    Refusal.BAD_NUMBER: 20,
    Refusal.TOO_MANY: 21,
    Refusal.BAD_EXTENSION: 22,
    Refusal.NO_ROUTE: 23,
    Refusal.BAD_CONTENT: 30,
    Refusal.TOO_LONG: 31,
    Refusal.BAD_TIME: 32,
    Refusal.NO_SIGNATURE: 40,
    Refusal.BAD_SIGNATURE: 41,
    Refusal.BAD_TEMPLATE: 42,
    Refusal.SENSITIVE: 43,
    Refusal.BLOCKED: 44,
    Refusal.DUPLICATE: 45,
    Refusal.QUOTA: 50,
    Refusal.NO_CREDIT: 51,
    Refusal.THROTTLED: 52,
    Refusal.TOO_OFTEN: 53,
}
UNREADABLE = 90

RESULT_HEADS = ("row", "id", "number", "state", "message_id", "code", "reason")
RECEIPT_HEADS = ("notice", "message_id", "id", "number", "state", "error", "at")
REPLY_HEADS = ("notice", "message_id", "number", "access_number", "text", "at")


class BadFile(Exception):
    """It can't be read, or not from here on. Says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that means no message."""

    reason: str
    code: int = UNREADABLE


@dataclass(frozen=True, slots=True)
class Row:
    """`place` counts from 1, without heads and empty rows. `id` is its own, `number` as it was given."""

    place: int
    id: str
    number: str
    meant: Given | Unreadable


def is_finished(name: str) -> bool:
    """Not one that is still being written, by its name."""
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)


def is_readable(name: str) -> bool:
    return name.lower().endswith(TABLES + LINES)


def columns(heads: list[str]) -> list[str]:
    """Their names in our words; "" for one that we don't know. Raises BadFile."""
    found = [NAMES.get(re.sub(r"[\s_-]+", "_", head.strip().lower()), "") for head in heads]
    for name in NEEDED:
        if found.count(name) != 1:
            raise BadFile(
                f"The first line must name the columns, “{NEEDED[0]}” and “{NEEDED[1]}” once each; "
                f"it says: {', '.join(heads)[:200]}"
            )
    return found


def row_of(place: int, cells: Mapping[str, Any], digest: str, zone: ZoneInfo) -> Row:
    """The row's own id makes it one message in whatever file it stands; else its file and place do."""
    plain = {name: _plain(value) for name, value in cells.items() if name in HEADS}
    id, number = plain.get("id", ""), plain.get("number", "")
    if len(id) > ID_CHARACTERS_MAX or not id.isprintable():
        reason = f"An id has at most {ID_CHARACTERS_MAX} printable characters."
        return Row(place, "", _printable(number), Unreadable(reason))
    try:
        meant: Given | Unreadable = Given(
            number,
            plain.get("text", ""),
            client_ref=id or f"{digest[:16]}/{place}",
            key=f"id/{id}" if id else f"{digest}/{place}",
            extension=plain.get("extension", ""),
            signature=plain.get("signature", ""),
            due_at=_time(plain.get("due_at", ""), zone),
            expires_at=_time(plain.get("expires_at", ""), zone),
            priority=_priority(plain.get("priority", "")),
        )
    except ValueError as error:
        meant = Unreadable(str(error))
    return Row(place, id, _printable(number), meant)


def _plain(value: Any) -> str:
    """JSON may write a number without quotes. An object or a list is nobody's text."""
    if isinstance(value, bool | dict | list):
        return ""
    return "" if value is None else str(value).strip().replace("\0", "")


def _printable(text: str) -> str:
    return "".join(one for one in text if one.isprintable())[:40]


def _time(text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” is no time. Write it like 2026-11-02 09:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _priority(text: str) -> int:
    if text in ("", "0"):
        return 0
    if text in ("1", "-1"):
        return int(text)
    raise ValueError(f"“{text[:20]}” is no priority. Write -1, 0 or 1.")


def result(row: Row, answer: Accepted | Refused | Unreadable) -> tuple[object, ...]:
    """The row's line in the result."""
    if isinstance(answer, Accepted):
        return row.place, row.id, row.number, "accepted", answer.message_id, 0, ""
    code = answer.code if isinstance(answer, Unreadable) else CODES[answer.code]
    return row.place, row.id, row.number, "refused", "", code, " ".join(answer.reason.split())
