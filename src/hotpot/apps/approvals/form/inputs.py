"""The inputs of a form, as its template writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotpot.apps.approvals.form.fields import Field, FieldKind, Form
from hotpot.apps.approvals.form.reading import rows_sent

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Option:
    """`name` is the value of one of a select, and the name of a check box."""

    name: str
    label: str
    on: bool


@dataclass(frozen=True, slots=True)
class Input:
    """`until` is the second input of a range of days. `rows` are a table's, `files` those attached."""

    name: str
    label: str
    kind: FieldKind
    required: bool = True
    hint: str = ""
    value: str = ""
    until: str = ""
    currency: str = ""
    error: str = ""
    options: Sequence[Option] = ()
    rows: Sequence[Sequence[Input]] = ()
    files: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Filled:
    """What the inputs hold: as typed, with what is wrong in it, and what can be chosen."""

    sent: Mapping[str, str]
    errors: Mapping[str, str]
    files: Mapping[str, Sequence[Mapping[str, Any]]]
    people: Options
    departments: Options


def inputs(form: Form, filled: Filled) -> list[Input]:
    return [_input(one, one.key, filled) for one in form.fields]


def _input(one: Field, name: str, filled: Filled) -> Input:
    sent = filled.sent
    ranged = one.kind == "dates"
    return Input(
        name=name,
        label=one.label,
        kind=one.kind,
        required=one.required,
        hint=one.hint,
        value=sent.get(f"{name}.from" if ranged else name, ""),
        until=sent.get(f"{name}.to", "") if ranged else "",
        currency=one.currency if one.kind == "money" else "",
        error=filled.errors.get(name, ""),
        options=_options(one, name, filled),
        rows=_rows(one, filled) if one.kind == "table" else (),
        files=filled.files.get(name, ()) if one.kind == "files" else (),
    )


def _options(one: Field, name: str, filled: Filled) -> list[Option]:
    if one.kind == "choices":
        names = [f"{name}.{place}" for place in range(len(one.options))]
        return [
            Option(box, label, bool(filled.sent.get(box)))
            for box, label in zip(names, one.options, strict=True)
        ]
    known: Options = {
        "choice": [(option, option) for option in one.options],
        "person": filled.people,
        "department": filled.departments,
    }.get(one.kind, ())
    return selected(known, filled.sent.get(name, ""))


def selected(options: Options, value: str) -> list[Option]:
    return [Option(one, label, one == value) for one, label in options]


def _rows(one: Field, filled: Filled) -> list[list[Input]]:
    """At least one, so that there is something to fill in."""
    return [
        [_input(column, f"{one.key}.{row}.{column.key}", filled) for column in one.columns]
        for row in rows_sent(one, filled.sent) or [0]
    ]


def with_new_row(one: Field, sent: Mapping[str, str]) -> dict[str, str]:
    """As typed, with an empty row more."""
    following = max(rows_sent(one, sent), default=0) + 1
    return {**sent, f"{one.key}.{following}.{one.columns[0].key}": ""}
