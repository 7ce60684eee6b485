"""Sentences that are kept now and read later, in whatever language the reader has.

A process without a reader writes down what went wrong; the page that shows it knows who looks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField

PACKED = '{"english": '
Values = Mapping[str, Any] | str | None


class Sentence(str):
    """Reads in the language of the moment it is made, or loaded from its column.

    `english` is what the catalogue knows it by (mark it with gettext_noop); `values` fill its named places,
    or its only `%s`.
    """

    english: str
    values: Values

    def __new__(cls, english: str, values: Values = None) -> Sentence:
        shown = gettext(english)
        made = super().__new__(cls, shown if values is None else shown % values)
        made.english, made.values = english, values
        return made


def kept(text: str) -> object:
    """As JSON, for an event's data: plain text stays what it is."""
    return {"english": text.english, "values": text.values} if isinstance(text, Sentence) else text


def told(value: object) -> object:
    """What `kept` made, in the reader's language; all else as it is."""
    if isinstance(value, Mapping) and value.keys() == {"english", "values"}:
        return Sentence(**value)
    return value


def pack(text: str) -> str:
    """For a column of text."""
    return json.dumps(kept(text), ensure_ascii=False, default=str) if isinstance(text, Sentence) else text


def unpack(text: str) -> str:
    return Sentence(**json.loads(text)) if text.startswith(PACKED) else text


class SentenceField(TextField):
    """A column of text whose sentences every reader reads in their own language."""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return value if value is None else unpack(value)

    def get_prep_value(self, value: Any) -> Any:
        return pack(value) if isinstance(value, str) else super().get_prep_value(value)

    def deconstruct(self) -> Any:
        """To the database it is a text like others."""
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.TextField", arguments, options
