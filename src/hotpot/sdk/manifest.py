"""What an app says of itself, in the `manifest.toml` of its folder. Reviewers read only this."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from hotpot.kernel.errors import Invalid

SCOPES = ("members", "tasks", "messages", "events", "storage", "usage", "mail")
EVENTS = (
    "task.opened",
    "task.transferred",
    "task.decided",
    "task.withdrawn",
    "task.write_back_refused",
    "message.replied",
    "message.failed",
    "seat.assigned",
    "seat.ended",
    "mail.arrived",
    "mail.broke",
    "mail.letter_failed",
)
METHODS = ("GET", "POST", "PUT", "DELETE")
ENGLISH = "en"  # every message template has it; other languages fall back on it

_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class InvalidManifest(Invalid):
    code = "invalid_manifest"


@dataclass(frozen=True, slots=True)
class Function:
    """What a seat may be used for. Pages and verbs of the app name the function that they need."""

    id: str
    name: str
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`icon` is a Lucide icon's name, `colour` is #rrggbb. `pages` are paths below /apps/<id>, `links` those
    that a signed link opens without signing in, `api` are "METHOD /path" below /apps/<id>/api. `home` is the
    page shown as a card on the phone's home screen, `badge` the one that answers with the count on the app's
    icon; both are asked for again when something of the live `topic` changes."""

    id: str
    name: str
    icon: str
    developer: str
    functions: tuple[Function, ...]
    name_zh: str = ""
    summary: str = ""
    summary_zh: str = ""
    colour: str = "#b32a1c"
    scopes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    pages: tuple[str, ...] = ("/",)
    links: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    home: str = ""
    badge: str = ""
    topic: str = ""
    templates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises InvalidManifest with a sentence that names the key and how to mend it."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            raise InvalidManifest(f"There is no {path}. Write a manifest.toml in the app's folder.") from None
        try:
            return cls.parse(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise InvalidManifest(f"{path} is not TOML: {error}.") from None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        known = set(cls.__dataclass_fields__)
        for key in raw:
            if key not in known:
                raise _wrong(key, f"is not a key of a manifest; it may hold {', '.join(sorted(known))}")
        values: dict[str, Any] = {key: _text(raw, key) for key in ("id", "name", "icon", "developer")}
        values |= {key: _text(raw, key) for key in _OPTIONAL_TEXTS if key in raw}
        values |= {
            key: _texts(raw, key) for key in ("scopes", "events", "pages", "links", "api") if key in raw
        }
        manifest = cls(**values, functions=_functions(raw), templates=_templates(raw.get("templates", {})))
        manifest._check()
        return manifest

    def _check(self) -> None:
        if not _ID.fullmatch(self.id):
            raise _wrong("id", "is 2 to 40 small letters, digits or hyphens and begins with a letter")
        if not _COLOUR.fullmatch(self.colour):
            raise _wrong("colour", 'is written like "#b32a1c", in small letters')
        _check_known("scopes", self.scopes, SCOPES)
        _check_known("events", self.events, EVENTS)
        _check_paths((*self.pages, *self.links), self.api)
        for key in ("home", "badge"):
            if getattr(self, key) and getattr(self, key) not in self.pages:
                raise _wrong(key, "is one of the paths in pages")

    @property
    def function_ids(self) -> tuple[str, ...]:
        return tuple(function.id for function in self.functions)

    def to_json(self) -> dict[str, Any]:
        """As the catalogue keeps it."""
        described: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return described


_OPTIONAL_TEXTS = ("name_zh", "summary", "summary_zh", "colour", "home", "badge", "topic")


def _wrong(key: str, what: str) -> InvalidManifest:
    return InvalidManifest(f"manifest.toml: “{key}” {what}.")


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(key, f'is missing or not a text. Write {key} = "…"')
    return value


def _texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = raw[key]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(key, f'is a list of texts. Write {key} = ["…", "…"]')
    return tuple(value)


def _check_known(key: str, given: tuple[str, ...], known: tuple[str, ...]) -> None:
    for one in given:
        if one not in known:
            raise _wrong(key, f"holds “{one}”, which there is not; choose among {', '.join(known)}")


def _check_paths(pages: tuple[str, ...], operations: tuple[str, ...]) -> None:
    for page in pages:
        if not page.startswith("/") or page == "/api" or page.startswith("/api/"):
            raise _wrong("pages", f"holds “{page}”; a page begins with / and not with /api/")
    for operation in operations:
        method, _, path = operation.partition(" ")
        if method not in METHODS or not path.startswith("/"):
            raise _wrong("api", f'holds “{operation}”; write it like "POST /orders"')


def _functions(raw: Mapping[str, Any]) -> tuple[Function, ...]:
    given = raw.get("functions")
    if not isinstance(given, list) or not given:
        raise _wrong("functions", "needs at least one [[functions]] with id and name")
    functions = []
    for number, one in enumerate(given, start=1):
        if not isinstance(one, dict) or set(one) - {"id", "name", "name_zh"}:
            raise _wrong(f"functions, number {number}", "holds id, name and name_zh only")
        functions.append(Function(_text(one, "id"), _text(one, "name"), one.get("name_zh", "")))
    if len({function.id for function in functions}) < len(functions):
        raise _wrong("functions", "names an id twice")
    return tuple(functions)


def _templates(given: Any) -> dict[str, dict[str, str]]:
    if not isinstance(given, dict):
        raise _wrong("templates", 'holds tables: [templates.hello] with en = "…"')
    for key, texts in given.items():
        if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
            raise _wrong(f"templates.{key}", 'holds a text for each language: en = "…"')
        if ENGLISH not in texts:
            raise _wrong(f"templates.{key}", 'has no English text. Add en = "…"')
    return given
