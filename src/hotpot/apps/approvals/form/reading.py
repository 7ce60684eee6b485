"""What a person sent becomes values, or sentences that say how to mend it.

A value is JSON: a text; a number as its decimal text; `{"minor", "currency"}`; a day as 2026-11-02;
`{"from", "to"}`; an option; a list of options; the id of a person or department; a list of rows;
a list of files `{"key", "name", "size"}`. A field left empty has no value. The sent names are the field's
key, `key.from`, `key.to`, `key.<n>` for the nth option, `key.<row>.<column>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hotpot.apps.approvals.flow.definition import number
from hotpot.apps.approvals.form.fields import Field, Form
from hotpot.sdk.errors import Invalid
from hotpot.sdk.text import gettext as _
from hotpot.sdk.text import minor_units

TEXT_LENGTH_MAX = 2000
ROW = re.compile(r"[0-9]{1,4}")
ROWS_MAX = 50
NUMBER_MAX = Decimal(10) ** 15
MONEY_MINOR_MAX = 10**15


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that a person or department field may hold."""

    person_ids: Collection[int] = ()
    department_ids: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """`errors` by the sent name of the input that is to be mended."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read(form: Form, sent: Mapping[str, str], known: Known, files: Mapping[str, Any]) -> Read:
    """`files`: the values of the form's file fields, which were kept when they came."""
    found = Read()
    for one in form.fields:
        if one.kind == "files":
            value = list(files.get(one.key, []))
        elif one.kind == "table":
            value = _rows(one, sent, known, found.errors)
        else:
            value = _tried(one, one.key, sent, known, found.errors)
        if value not in (None, "", []):
            found.values[one.key] = value
        elif one.required and not any(name.partition(".")[0] == one.key for name in found.errors):
            found.errors[one.key] = _required(one)
    return found


def _required(field: Field) -> str:
    if field.kind in ("choice", "choices", "person", "department"):
        return _("Choose one.")
    if field.kind == "files":
        return _("Attach a file.")
    return _("Add a row.") if field.kind == "table" else _("Fill this in.")


def _tried(field: Field, name: str, sent: Mapping[str, str], known: Known, errors: dict[str, str]) -> Any:
    """None, with its error noted, for what can't be read."""
    try:
        return READERS[field.kind](field, name, sent, known)
    except Invalid as trouble:
        errors[name] = trouble.sentence
        return None


def rows_sent(field: Field, sent: Mapping[str, str]) -> list[int]:
    """The numbers of a table's rows, in order."""
    numbers = {
        int(parts[1])
        for name in sent
        if len(parts := name.split(".")) == 3 and parts[0] == field.key and ROW.fullmatch(parts[1])
    }
    return sorted(numbers)


def _rows(
    field: Field, sent: Mapping[str, str], known: Known, errors: dict[str, str]
) -> list[dict[str, Any]]:
    """Rows in which nothing is filled in are left out."""
    rows = []
    for row in rows_sent(field, sent):
        names = {column.key: f"{field.key}.{row}.{column.key}" for column in field.columns}
        if not any(sent.get(name, "").strip() for name in names.values()):
            continue
        values = {one.key: _tried(one, names[one.key], sent, known, errors) for one in field.columns}
        for one in field.columns:
            if one.required and values[one.key] in (None, "") and names[one.key] not in errors:
                errors[names[one.key]] = _required(one)
        rows.append({key: value for key, value in values.items() if value not in (None, "")})
    if len(rows) > ROWS_MAX:
        errors[field.key] = _("A table has at most %(max)d rows.") % {"max": ROWS_MAX}
    return rows


def _text(field: Field, name: str, sent: Mapping[str, str], known: Known) -> str | None:
    text = sent.get(name, "").replace("\r\n", "\n").strip()
    if len(text) > TEXT_LENGTH_MAX:
        raise Invalid(_("Keep it under %(max)d characters.") % {"max": TEXT_LENGTH_MAX})
    return text or None


def _number(field: Field, name: str, sent: Mapping[str, str], known: Known) -> str | None:
    text = sent.get(name, "").replace(",", "").strip()
    if not text:
        return None
    found = number(text)
    if found is None or abs(found) > NUMBER_MAX:
        raise Invalid(_("This is not a number. Write it like 12 or 12.5."))
    return f"{found:f}"


def _money(field: Field, name: str, sent: Mapping[str, str], known: Known) -> dict[str, Any] | None:
    text = sent.get(name, "").strip()
    if not text:
        return None
    minor = minor_units(text, field.currency)
    if not 0 <= minor <= MONEY_MINOR_MAX:
        raise Invalid(_("This amount is below zero or too large."))
    return {"minor": minor, "currency": field.currency}


def _day(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Invalid(_("This is not a day. Write it like 2026-11-02.")) from None


def _date(field: Field, name: str, sent: Mapping[str, str], known: Known) -> str | None:
    return _day(sent.get(name, ""))


def _dates(field: Field, name: str, sent: Mapping[str, str], known: Known) -> dict[str, str] | None:
    first, last = (_day(sent.get(f"{name}.{end}", "")) for end in ("from", "to"))
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise Invalid(_("Give the first and the last day."))
    if last < first:
        raise Invalid(_("The last day is before the first."))
    return {"from": first, "to": last}


def _choice(field: Field, name: str, sent: Mapping[str, str], known: Known) -> str | None:
    chosen = sent.get(name, "")
    if chosen and chosen not in field.options:
        raise Invalid(_("Choose one of the options."))
    return chosen or None


def _choices(field: Field, name: str, sent: Mapping[str, str], known: Known) -> list[str]:
    return [option for place, option in enumerate(field.options) if sent.get(f"{name}.{place}")]


def _person(field: Field, name: str, sent: Mapping[str, str], known: Known) -> int | None:
    return _known_id(sent.get(name, ""), known.person_ids, _("Choose a colleague of your company."))


def _department(field: Field, name: str, sent: Mapping[str, str], known: Known) -> int | None:
    return _known_id(sent.get(name, ""), known.department_ids, _("Choose a department of your company."))


def _known_id(text: str, known: Collection[int], sentence: str) -> int | None:
    if not text:
        return None
    found = next((one for one in known if str(one) == text), None)
    if found is None:
        raise Invalid(sentence)
    return found


READERS: Mapping[str, Callable[[Field, str, Mapping[str, str], Known], Any]] = {
    "text": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "dates": _dates,
    "choice": _choice,
    "choices": _choices,
    "person": _person,
    "department": _department,
}
