"""A form and its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hotpot.sdk.errors import Invalid
from hotpot.sdk.text import gettext as _

FieldKind = Literal[
    "text", "number", "money", "date", "dates", "choice", "choices", "person", "department", "table", "files"
]
FIELD_KINDS: tuple[FieldKind, ...] = (
    "text", "number", "money", "date", "dates", "choice", "choices", "person", "department", "table", "files",
)  # fmt: skip
COLUMN_KINDS: tuple[FieldKind, ...] = ("text", "number", "money", "date", "choice")

FIELDS_MAX = 40
COLUMNS_MAX = 6
OPTIONS_MAX = 50
LABEL_LENGTH_MAX = 60


@dataclass(frozen=True, slots=True)
class Field:
    """`options` are those of a choice, `currency` (ISO 4217) is that of money, `columns` are a table's."""

    key: str
    label: str
    kind: FieldKind
    required: bool = True
    hint: str = ""
    options: tuple[str, ...] = ()
    currency: str = "CNY"
    columns: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    fields: tuple[Field, ...] = ()

    def field(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)

    @property
    def kinds(self) -> Mapping[str, str]:
        """By key, for the conditions of a flow."""
        return {one.key: one.kind for one in self.fields}


def check_form(form: Form) -> None:
    """Raises Invalid with what is to be mended."""
    if not form.fields:
        raise Invalid(_("A form needs at least one field. Add one."))
    if len(form.fields) > FIELDS_MAX:
        raise Invalid(_("A form has at most %(max)d fields.") % {"max": FIELDS_MAX})
    for field in form.fields:
        check_field(field)


def check_field(field: Field) -> None:
    """Raises Invalid."""
    if not field.label or len(field.label) > LABEL_LENGTH_MAX:
        raise Invalid(_("Give the field a name of 1 to %(max)d characters.") % {"max": LABEL_LENGTH_MAX})
    if field.kind in ("choice", "choices"):
        _check_options(field)
    currency = field.currency
    if field.kind == "money" and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise Invalid(_("“%(field)s”: write the currency as three capitals, like CNY.") % _named(field))
    if field.kind == "table":
        _check_columns(field)


def _check_options(field: Field) -> None:
    if not 1 <= len(field.options) <= OPTIONS_MAX:
        raise Invalid(
            _("“%(field)s” needs 1 to %(max)d options, one a line.") % {**_named(field), "max": OPTIONS_MAX}
        )
    if len(set(field.options)) < len(field.options):
        raise Invalid(_("“%(field)s” has an option twice.") % _named(field))


def _check_columns(field: Field) -> None:
    if not 1 <= len(field.columns) <= COLUMNS_MAX:
        raise Invalid(_("“%(field)s” needs 1 to %(max)d columns.") % {**_named(field), "max": COLUMNS_MAX})
    for column in field.columns:
        if column.kind not in COLUMN_KINDS:
            raise Invalid(_("“%(field)s”: a column can't hold that.") % _named(field))
        check_field(column)


def _named(field: Field) -> dict[str, str]:
    return {"field": field.label}
