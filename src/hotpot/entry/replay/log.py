"""The log of an office's claims: a file of cases and a file of events, `.csv` or `.csv.xz`.

Format: BPI Challenge 2020 as in `data/approvals/`. An activity reads `<document> <VERB> by <ROLE>`;
APPROVED, FINAL_APPROVED and REJECTED are decisions, all else is the office system's own doing.
"""

from __future__ import annotations

import csv
import lzma
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Literal

from hotpot.kernel.errors import Invalid

Verdict = Literal["approved", "rejected"]

NO_ROLE = "MISSING"  # the log's own word where nobody wrote down who it was
_DECISION = re.compile(r".*?\b(?P<verb>FINAL_APPROVED|APPROVED|REJECTED) by(?: (?P<role>.*))?")
_VERDICTS: Mapping[str, Verdict] = {
    "APPROVED": "approved",
    "FINAL_APPROVED": "approved",
    "REJECTED": "rejected",
}
_EVENT_COLUMNS = {"case", "timestamp", "activity"}


@dataclass(frozen=True, slots=True)
class Event:
    """`role` and `verdict` are set on decisions only."""

    at: datetime
    activity: str
    role: str | None = None
    verdict: Verdict | None = None

    @property
    def is_decision(self) -> bool:
        return self.verdict is not None


@dataclass(frozen=True, slots=True)
class Case:
    """Events in time order; where times are equal, in the file's order."""

    id: str
    document: str
    amount: Decimal | None
    events: tuple[Event, ...]

    @property
    def decisions(self) -> list[tuple[str, Verdict]]:
        return [(event.role or NO_ROLE, event.verdict) for event in self.events if event.verdict]

    @property
    def last_state(self) -> str:
        return self.events[-1].activity


@dataclass(frozen=True, slots=True)
class Log:
    """`problems` are rows that could not be read, each with its line and what is wrong with it."""

    cases: tuple[Case, ...]
    problems: tuple[str, ...]


def read_log(cases: Path, events: Path) -> Log:
    """Raises Invalid if a file isn't there or isn't such a log at all."""
    problems: list[str] = []
    by_case: dict[str, list[Event]] = {}
    for line, row in _rows(events, _EVENT_COLUMNS):
        try:
            event = read_event(row)
        except ValueError as error:
            problems.append(f"{events.name}:{line}: {error}")
            continue
        by_case.setdefault(row["case"], []).append(event)
    amounts = {row["case"]: _amount(row) for _, row in _rows(cases, {"case"})}
    read = [
        Case(case, _document(history), amounts.get(case), tuple(sorted(history, key=lambda event: event.at)))
        for case, history in by_case.items()
    ]
    return Log(tuple(read), tuple(problems))


def read_event(row: Mapping[str, str]) -> Event:
    """Raises ValueError if the row has no case, no readable time or no activity."""
    activity = (row.get("activity") or "").strip()
    if not activity or not row.get("case"):
        raise ValueError("no activity or no case")
    at = datetime.fromisoformat(row["timestamp"])
    if at.tzinfo is None:
        raise ValueError(f"{row['timestamp']} has no offset")
    match = _DECISION.fullmatch(activity)
    if not match:
        return Event(at.astimezone(UTC), activity)
    role = (match["role"] or "").strip() or NO_ROLE
    return Event(at.astimezone(UTC), activity, role, _VERDICTS[match["verb"]])


def _rows(path: Path, needed: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with _open(path) as file:
            reader = csv.DictReader(file)
            missing = needed - set(reader.fieldnames or ())
            if missing:
                raise Invalid(f"{path} has no column {', '.join(sorted(missing))}; it is not such a log.")
            yield from enumerate(reader, start=2)
    except FileNotFoundError:
        raise Invalid(f"There is no file {path}. Give the log's files with --cases and --events.") from None
    except (lzma.LZMAError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{path} can't be read: {error}. It must be CSV in UTF-8, or that in xz.") from None


def _open(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _amount(row: Mapping[str, str]) -> Decimal | None:
    """The first column whose name speaks of an amount; not every log has one."""
    for column, text in row.items():
        if column and "amount" in column.lower():
            try:
                return Decimal(text)
            except (InvalidOperation, TypeError):
                return None
    return None


def _document(history: Sequence[Event]) -> str:
    for event in history:
        match = re.fullmatch(r"(.*?) [A-Z_]+ by .*", event.activity)
        if match:
            return match[1]
    return ""
