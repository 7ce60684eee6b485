"""A manifest as it comes in: what the catalogue reads of it, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from hotpot.kernel.errors import Invalid

DEFAULT_COLOUR = "#c0392b"
DEFAULT_ICON = "layout-grid"
_ID = re.compile(r"[a-z][a-z0-9-]{1,48}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Listing:
    """The part of a manifest that people see, and the functions that seats entitle to."""

    id: str
    name: str
    name_zh: str
    summary: str
    summary_zh: str
    icon: str
    colour: str
    functions: tuple[str, ...]

    @classmethod
    def read(cls, manifest: Mapping[str, Any]) -> Self:
        """Raises Invalid, naming the key that is wrong."""
        listing = cls(
            id=_text(manifest, "id"),
            name=_text(manifest, "name"),
            name_zh=_text(manifest, "name_zh", ""),
            summary=_text(manifest, "summary", ""),
            summary_zh=_text(manifest, "summary_zh", ""),
            icon=_text(manifest, "icon", DEFAULT_ICON),
            colour=_text(manifest, "colour", DEFAULT_COLOUR),
            functions=tuple(_functions(manifest.get("functions"))),
        )
        if not _ID.fullmatch(listing.id):
            raise Invalid(f"The manifest's id “{listing.id}” must be small letters, digits and hyphens.")
        if not _COLOUR.fullmatch(listing.colour):
            raise Invalid(f"The manifest's colour “{listing.colour}” must be written like #c0392b.")
        return listing


def _text(manifest: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = manifest.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise Invalid(f"The manifest's “{key}” must be a text.")
    return value


def _functions(value: object) -> list[str]:
    if not isinstance(value, list | tuple) or not value:
        raise Invalid("The manifest's “functions” must be a list with at least one {id, name}.")
    ids = [one.get("id") if isinstance(one, Mapping) else None for one in value]
    if not all(isinstance(one, str) and one for one in ids) or len(set(ids)) != len(ids):
        raise Invalid("Each of the manifest's “functions” needs an id of its own.")
    return [str(one) for one in ids]
