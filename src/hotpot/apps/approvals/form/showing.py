"""Values as a person reads them, and as inputs show them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotpot.apps.approvals.form.fields import Field, Form
from hotpot.sdk.text import amount, plain_amount, shortened
from hotpot.sdk.text import gettext as _

SUMMARY_LENGTH_MAX = 40


@dataclass(frozen=True, slots=True)
class Names:
    """Of the people and departments that values mention."""

    people: Mapping[int, str]
    departments: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A field of a filled-in form. A table has `heads` and `rows`, attachments have `files`."""

    label: str
    text: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    files: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def lines(form: Form, values: Mapping[str, Any], names: Names) -> list[Line]:
    """Fields that were left empty are left out."""
    return [_line(one, values[one.key], names) for one in form.fields if one.key in values]


def _line(field: Field, value: Any, names: Names) -> Line:
    if field.kind == "files":
        return Line(field.label, files=value)
    if field.kind == "table":
        rows = [[shown(one, row.get(one.key), names) for one in field.columns] for row in value]
        return Line(field.label, heads=[one.label for one in field.columns], rows=rows)
    return Line(field.label, shown(field, value, names))


def shown(field: Field, value: Any, names: Names) -> str:
    """One value in one text."""
    if value is None:
        return ""
    if field.kind == "money":
        return amount(value["minor"], value["currency"])
    if field.kind == "dates":
        return _("%(first)s to %(last)s") % {"first": value["from"], "last": value["to"]}
    if field.kind == "choices":
        return " · ".join(value)
    if field.kind == "person":
        return names.people.get(value, "")
    if field.kind == "department":
        return names.departments.get(value, "")
    return str(value)


def typed(form: Form, values: Mapping[str, Any]) -> dict[str, str]:
    """What inputs by these values hold, by the names that they send."""
    sent: dict[str, str] = {}
    for one in form.fields:
        value = values.get(one.key)
        if one.kind == "table":
            for row, cells in enumerate(value or []):
                for column in one.columns:
                    sent |= _typed(column, f"{one.key}.{row}.{column.key}", cells.get(column.key))
        elif one.kind != "files":
            sent |= _typed(one, one.key, value)
    return sent


def _typed(field: Field, name: str, value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if field.kind == "money":
        return {name: plain_amount(value["minor"], value["currency"])}
    if field.kind == "dates":
        return {f"{name}.from": value["from"], f"{name}.to": value["to"]}
    if field.kind == "choices":
        return {f"{name}.{place}": "on" for place, one in enumerate(field.options) if one in value}
    return {name: str(value)}


def total(form: Form, values: Mapping[str, Any]) -> tuple[int, str] | None:
    """The first amount of money that was filled in: minor units and currency."""
    for one in form.fields:
        if one.kind == "money" and one.key in values:
            return values[one.key]["minor"], values[one.key]["currency"]
    return None


def summary(form: Form, values: Mapping[str, Any], names: Names) -> str:
    """What tells one request from the next, for lists and messages."""
    for one in form.fields:
        if one.kind not in ("money", "table", "files") and one.key in values:
            return shortened(shown(one, values[one.key], names), SUMMARY_LENGTH_MAX)
    return ""
