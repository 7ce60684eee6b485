"""An app: its manifest and the functions that answer pages, API calls and events.

    app = App.from_manifest(Path(__file__).with_name("manifest.toml"))

    @app.page("/", function="inbox")
    def inbox(request: Request) -> Page: ...

    @app.api("POST", "/tasks/<task>/decision", function="inbox")
    def decide(request: Request) -> Json: ...

    @app.on("task.opened")
    def ask(pot: Pot, events: Sequence[PlatformEvent]) -> None: ...

The same app answers in a server (`hotpot.sdk.host`) and in a test (`hotpot.sdk.testing.AppHarness`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from hotpot.sdk.errors import Invalid, NoSeat, NotFound
from hotpot.sdk.manifest import InvalidManifest, Manifest
from hotpot.sdk.platform import PlatformEvent, Pot, Way
from hotpot.sdk.text import gettext as _

Kind = Literal["page", "api", "link"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who asks. A person may be a member of several customers: see `pot.members`."""

    person_id: int
    name: str
    number: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a page sent; at most 10 MiB."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """`args` are the places of the route's path, `form` and `files` are what a page sent, `json` what a
    program sent."""

    pot: Pot
    visitor: Visitor
    method: str
    path: str
    way: Way = "page"
    args: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    files: Mapping[str, Sequence[Upload]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.pot.now

    def id(self, name: str) -> int:
        """The id in the path's place `name`. Raises NotFound where there can't be such a thing."""
        value = self.args[name]
        if not (value.isascii() and value.isdecimal() and len(value) <= 18):
            raise NotFound(_("There is no such page. Go back and try again."))
        return int(value)

    def field(self, name: str) -> str:
        """A text of the JSON object that was sent; "" without it. Raises Invalid for anything else."""
        if not isinstance(self.json, Mapping) or not isinstance(self.json.get(name, ""), str):
            raise Invalid(_("Send a JSON object whose “%(name)s” is a text.") % {"name": name})
        value: str = self.json.get(name, "")
        return value


@dataclass(frozen=True, slots=True)
class Page:
    """A Django template of the app; it extends "sdk/page.html", or is a fragment that htmx asked for.

    `back` is the path in the app that the arrow leads to; None leads to the home screen.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    back: str | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    """The count on the app's icon; nothing is shown for 0."""

    count: int


@dataclass(frozen=True, slots=True)
class Redirect:
    """To another page of the app, with a notice shown there."""

    path: str
    notice: str = ""
    tone: Literal["good", "warn", "bad"] = "good"


@dataclass(frozen=True, slots=True)
class Json:
    data: Any
    status: int = 200


@dataclass(frozen=True, slots=True)
class File:
    """To be kept, never shown as a page of ours: what is in it may be anybody's."""

    name: str
    content_type: str
    content: bytes


Answer = Page | Badge | Redirect | Json | File
Handler = Callable[[Request], Answer]
EventHandler = Callable[[Pot, Sequence[PlatformEvent]], None]
ClockHandler = Callable[[Pot], bool]
AnyHandler = TypeVar("AnyHandler", bound=Callable[[Request], Any])
AnyEventHandler = TypeVar("AnyEventHandler", bound=EventHandler)
AnyClockHandler = TypeVar("AnyClockHandler", bound=ClockHandler)


@dataclass(frozen=True, slots=True)
class Route:
    kind: Kind
    method: str
    path: str
    function: str
    handler: Handler
    pattern: re.Pattern[str]


class App:
    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._routes: list[Route] = []
        self._event_handlers: dict[str, EventHandler] = {}
        self._clock_handlers: list[ClockHandler] = []

    @classmethod
    def from_manifest(cls, path: Path) -> App:
        """Raises InvalidManifest."""
        return cls(Manifest.load(path))

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def event_types(self) -> tuple[str, ...]:
        """Those that the app handles, in the manifest's order, which is the order of handling."""
        return tuple(one for one in self.manifest.events if one in self._event_handlers)

    def page(self, path: str, *, function: str, method: str = "GET") -> Callable[[AnyHandler], AnyHandler]:
        """Answers at /apps/<app><path> to members whose number may use `function`."""
        return self._route("page", method, path, function)

    def api(self, method: str, path: str, *, function: str) -> Callable[[AnyHandler], AnyHandler]:
        """Answers at /apps/<app>/api<path>, to a session or a bearer token."""
        return self._route("api", method, path, function)

    def link(self, path: str, *, function: str, method: str = "GET") -> Callable[[AnyHandler], AnyHandler]:
        """Answers whoever holds a link that `pot.links` made to the path, as the link's person. A GET only
        shows, since messengers open links to preview them."""
        return self._route("link", method, path, function)

    def on_clock(self, handler: AnyClockHandler) -> AnyClockHandler:
        """Called every second or so, to look for what is due and do one piece of it, in a transaction of
        its own. True: there may be more."""
        self._clock_handlers.append(handler)
        return handler

    def on(self, *types: str) -> Callable[[AnyEventHandler], AnyEventHandler]:
        """Handles events of these types, many at once, in the order of the record.

        A batch is handled whole or not at all, in the transaction that moves the app's place in the
        record. An event that can't be handled is parked with its error and the others go on.
        """
        for one in types:
            if one not in self.manifest.events:
                raise InvalidManifest(f"manifest.toml: “events” lacks “{one}”, which the app handles.")

        def keep(handler: AnyEventHandler) -> AnyEventHandler:
            self._event_handlers.update(dict.fromkeys(types, handler))
            return handler

        return keep

    def check(self) -> None:
        """Raises InvalidManifest when the manifest promises what nothing in the app answers."""
        pages, links = (
            {route.path for route in self._routes if route.kind == kind} for kind in ("page", "link")
        )
        operations = {f"{route.method} {route.path}" for route in self._routes if route.kind == "api"}
        for key, promised, kept in (
            ("pages", self.manifest.pages, pages),
            ("links", self.manifest.links, links),
            ("api", self.manifest.api, operations),
            ("events", self.manifest.events, set(self._event_handlers)),
        ):
            for one in promised:
                if one not in kept:
                    raise InvalidManifest(f"manifest.toml: “{key}” names “{one}”, but nothing handles it.")

    def answer(self, kind: Kind, request: Request) -> Answer:
        """Raises NotFound, NoSeat, and whatever the handler refuses."""
        route, args = self._find(kind, request)
        if not request.pot.entitlements.check(request.visitor.number, route.function).allowed:
            raise NoSeat(_("Your number has no seat for this now."))
        return route.handler(
            Request(
                request.pot, request.visitor, request.method, request.path, request.way, args,
                request.query, request.form, request.json, request.files,
            )
        )  # fmt: skip

    def handle(self, pot: Pot, events: Sequence[PlatformEvent]) -> None:
        """All events of one type; a type that the app doesn't handle is passed over."""
        if events and (handler := self._event_handlers.get(events[0].type)):
            handler(pot, events)

    def on_time(self, pot: Pot) -> bool:
        """One round of what the clock brings; True when there may be more."""
        return any(handler(pot) for handler in self._clock_handlers)

    @property
    def minds_the_clock(self) -> bool:
        return bool(self._clock_handlers)

    def _route(self, kind: Kind, method: str, path: str, function: str) -> Callable[[AnyHandler], AnyHandler]:
        key = {"page": "pages", "api": "api", "link": "links"}[kind]
        name = f"{method} {path}" if kind == "api" else path
        if name not in getattr(self.manifest, key):
            raise InvalidManifest(f"manifest.toml: “{key}” lacks “{name}”.")
        if function not in self.manifest.function_ids:
            raise InvalidManifest(f"manifest.toml: “functions” lacks “{function}”, which {name} needs.")

        def keep(handler: AnyHandler) -> AnyHandler:
            self._routes.append(Route(kind, method, path, function, handler, _pattern(path)))
            return handler

        return keep

    def _find(self, kind: Kind, request: Request) -> tuple[Route, Mapping[str, str]]:
        for route in self._routes:
            if route.kind == kind and route.method == request.method:
                match = route.pattern.fullmatch(request.path)
                if match:
                    return route, match.groupdict()
        raise NotFound(_("There is no such page. Go back and try again."))


def _pattern(path: str) -> re.Pattern[str]:
    """ "/tasks/<task>" fits "/tasks/17" with task = "17"."""
    parts = re.split(r"<([a-z_]+)>", path)
    texts, names = parts[0::2], parts[1::2]
    places = [f"(?P<{name}>[^/]+)" for name in names]
    return re.compile(
        "".join(re.escape(text) + place for text, place in zip(texts, [*places, ""], strict=True))
    )
