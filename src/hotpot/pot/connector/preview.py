"""A dry run: what a connector would pick up and write, with nothing kept on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hotpot.pot.connector.directory import read_departments, read_members
from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.rules import (
    ReadRow,
    Unreadable,
    json_safe,
    local_time,
    looks_like_gbk,
    read_row,
    text_of,
)
from hotpot.pot.connector.trouble import Broken
from hotpot.pot.connector.wire import VERDICTS, Config, Rows

ROWS = 20


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """Either a task as it would appear, or why it can't."""

    key: str
    task: ReadRow | None
    problem: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    columns: Sequence[str] = ()
    rows: Sequence[PreviewRow] = ()
    departments: int = 0
    members: int = 0
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TrialWrite:
    """What a verdict would do to a row. `problem` is empty if all is well."""

    key: str
    verdict: str
    problem: str
    left: bool = field(default=True)


def preview(
    enterprise: Enterprise, config: Config, *, currency: str, country: str, now: datetime, limit: int = ROWS
) -> Preview:
    """Reads the first rows. `currency` and `country` are the customer's. Raises Trouble."""
    if config.rows is None:
        return _people(enterprise, config)
    columns = enterprise.columns(config.rows)
    _require(config.rows, columns)
    found = enterprise.sample(config.rows, limit)
    rows = [_read(row, config, currency, country, now) for row in found]
    people = _people(enterprise, config)
    return Preview(columns, rows, people.departments, people.members, _warnings(config, rows))


def try_write_back(enterprise: Enterprise, config: Config, now: datetime) -> Sequence[TrialWrite]:
    """Each verdict on the first open row, in a transaction that is rolled back. Raises Trouble."""
    if config.rows is None:
        return []
    sample = enterprise.sample(config.rows, 1)
    if not sample:
        raise Broken(_("There is no open row to test with. Make one in their system and test again."))
    key = text_of(sample[0][config.rows.source.key])
    return [_try(enterprise, config, key, verdict, now) for verdict in VERDICTS]


def _try(enterprise: Enterprise, config: Config, key: str, verdict: str, now: datetime) -> TrialWrite:
    assert config.rows is not None
    decision = {
        "key": key,
        "verdict": config.rows.write_back.verdicts[verdict],
        "comment": "test",
        "approver_user_id": "",
        "approver_number": "",
        "decided_at": local_time(now, config.zone),
    }
    written, stands = enterprise.try_write(config.rows, decision)
    problem = written.refusal
    if not problem and not stands:
        problem = _("After the write, write_back.check finds no row: a repeated write would not be noticed.")
    return TrialWrite(key, verdict, problem, written.left)


def _read(row: Mapping[str, Any], config: Config, currency: str, country: str, now: datetime) -> PreviewRow:
    assert config.rows is not None
    key, content = text_of(row[config.rows.source.key]), json_safe(row)
    try:
        if not key:
            raise Unreadable(_("It has no key."))
        return PreviewRow(
            key, read_row(row, config, currency=currency, country=country, now=now), "", content
        )
    except Unreadable as problem:
        return PreviewRow(key, None, str(problem), content)


def _people(enterprise: Enterprise, config: Config) -> Preview:
    if config.directory is None:
        return Preview()
    members, _rows = read_members(enterprise, config.directory)
    return Preview(departments=len(read_departments(enterprise, config.directory)), members=len(members))


def _require(rows: Rows, columns: Sequence[str]) -> None:
    needed = [*rows.needed, rows.notice.column]
    missing = [name for name in needed if name not in columns]
    if missing:
        raise Broken(
            _("There is no column “%(name)s”. There are: %(columns)s.")
            % {"name": missing[0], "columns": ", ".join(columns)}
        )


def _warnings(config: Config, rows: Sequence[PreviewRow]) -> Sequence[str]:
    assert config.rows is not None
    warnings: list[str] = []
    keys = [row.key for row in rows]
    if len(set(keys)) < len(keys):
        warnings.append(_("Several rows have the same key. Choose a column whose values differ."))
    texts = [value for row in rows for value in row.row.values() if isinstance(value, str)]
    if not config.encoding and any(map(looks_like_gbk, texts)):
        warnings.append(
            _("Some texts look like Chinese in the wrong code page. Set encoding to gbk-in-latin-1.")
        )
    if config.rows.notice.kind == "watermark" and any(
        row.row.get(config.rows.notice.column) is None for row in rows
    ):
        warnings.append(_("Rows without a watermark would never be noticed."))
    return warnings
