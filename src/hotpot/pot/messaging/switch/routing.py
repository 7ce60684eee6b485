"""Which carrier takes a message. Pure, but for `routed`, which looks up whose number it is first.

Of the routes that fit a message, the order is: priority (lower first), then the more specific route, then
routes with a weight, which share the traffic by it, then those without, the cheapest first. A carrier that is
down comes after all that are up. The first is the carrier, the others are the fall-backs in their order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging.switch import statements
from hotpot.pot.messaging.switch.known import known

SIMULATED = "simulated"  # the carrier where none is set up
MINUTES_A_DAY = 1440
PARTS_MAX = 255
KNOWN_MAX = 50_000  # answers that a snapshot remembers
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """Messages that fit may go by `carrier`. What is empty fits all.

    `days` has a bit for each day of the week (Monday: 1), `from_minute` and `to_minute` are of the day where
    the number is; a window may go over midnight. `price_e4` is what a part costs us, in 1/10000 of the
    currency. `weight` None: the price decides.
    """

    id: int
    name: str
    carrier: str
    priority: int = 0
    operator_id: int | None = None
    prefix: str = ""
    customer_id: int | None = None
    interface_id: int | None = None
    message_class: str = ""
    days: int = 127
    from_minute: int = 0
    to_minute: int = MINUTES_A_DAY
    parts_max: int = PARTS_MAX
    weight: int | None = None
    price_e4: int = 0

    @property
    def always(self) -> bool:
        return self.days == 127 and (self.from_minute, self.to_minute) == (0, MINUTES_A_DAY)

    @property
    def rank(self) -> tuple[int, ...]:
        """Less goes first: by priority, then the more specific."""
        return (
            self.priority,
            -(self.interface_id is not None),
            -(self.customer_id is not None),
            -len(self.prefix),
            -(self.operator_id is not None),
            -bool(self.message_class),
            -(not self.always),
        )

    def fits_time(self, number: str, now: datetime) -> bool:
        if self.always:
            return True
        local = now.astimezone(zone_of(number))
        minute = local.hour * 60 + local.minute
        if not self.days >> local.weekday() & 1:
            return False
        if self.from_minute < self.to_minute:
            return self.from_minute <= minute < self.to_minute
        return minute >= self.from_minute or minute < self.to_minute


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What routing knows at one moment. `carriers`: those set up, the oldest first."""

    routes: tuple[Route, ...] = ()
    carriers: tuple[str, ...] = ()
    down: frozenset[str] = NOBODY
    ranges: Mapping[str, int] = field(default_factory=dict)  # prefix -> operator
    classes: Mapping[int, str] = field(default_factory=dict)  # interface -> what kind of messages it sends
    _fitting: dict[tuple[int | None, int | None, int | None, str], list[Route]] = field(
        default_factory=dict, compare=False, repr=False
    )
    _lengths: list[int] = field(default_factory=list, compare=False, repr=False)
    _reach: list[int] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._lengths.extend(sorted({len(prefix) for prefix in self.ranges}, reverse=True))
        self._reach.append(max((len(route.prefix) for route in self.routes), default=0))

    def home_of(self, number: str) -> int | None:
        """The operator by its range: the longest prefix decides. Ported numbers are looked up elsewhere."""
        for length in self._lengths:
            if (operator := self.ranges.get(number[:length])) is not None:
                return operator
        return None

    def for_whom(
        self, number: str, operator: int | None, customer_id: int | None, interface_id: int | None
    ) -> list[Route]:
        """The routes that are left when all but time, length and what was tried is known; in their ranks."""
        key = (operator, customer_id, interface_id, number[: self._reach[0]])
        if (found := self._fitting.get(key)) is None:
            kind = self.class_of(interface_id)
            whom = (operator, customer_id, interface_id, kind)
            fitting = (
                route for route in self._usable() if number.startswith(route.prefix) and _is_for(route, *whom)
            )
            if len(self._fitting) >= KNOWN_MAX:
                self._fitting.clear()
            found = self._fitting[key] = sorted(fitting, key=_rank)
        return found

    def class_of(self, interface_id: int | None) -> str:
        return self.classes.get(interface_id, "") if interface_id is not None else ""

    def _usable(self) -> Iterator[Route]:
        """Without routes all carriers serve all; without carriers the simulated network does."""
        carriers = self.carriers or (SIMULATED,)
        if not self.routes:
            return (Route(-place, name, name, priority=place) for place, name in enumerate(carriers))
        return (route for route in self.routes if route.carrier in carriers)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that needs a carrier. `without`: those that had it already."""

    number: str
    customer_id: int | None = None
    interface_id: int | None = None
    parts: int = 1
    without: frozenset[str] = NOBODY


def route(
    snapshot: Snapshot,
    *,
    number: str,
    operator: int | None,
    customer_id: int | None,
    interface_id: int | None,
    parts: int = 1,
    now: datetime,
    without: frozenset[str] = NOBODY,
) -> str | None:
    """The carrier's name; None where no route allows one. `operator` is the number's home today."""
    fitting = snapshot.for_whom(number, operator, customer_id, interface_id)
    if len(fitting) == 1 and not without:  # the usual case, kept short
        only = fitting[0]
        fits = parts <= only.parts_max and only.fits_time(number, now)
        return only.carrier if fits else None
    order = ordered(snapshot, fitting, number=number, parts=parts, now=now, without=without)
    return order[0].carrier if order else None


def ordered(
    snapshot: Snapshot,
    routes: Sequence[Route],
    *,
    number: str,
    parts: int = 1,
    now: datetime,
    without: frozenset[str] = NOBODY,
) -> list[Route]:
    """The first choice and its fall-backs: each carrier once. `routes` are those of `for_whom`."""
    fitting = [
        one
        for one in routes
        if one.carrier not in without and parts <= one.parts_max and one.fits_time(number, now)
    ]
    if len(fitting) > 1:
        fitting = [one for _, group in groupby(fitting, _rank) for one in _shared(list(group), number)]
        fitting.sort(key=lambda one: one.carrier in snapshot.down)  # stable: the order stays otherwise
    return list({one.carrier: one for one in reversed(fitting)}.values())[::-1]


def _rank(route: Route) -> tuple[int, ...]:
    return route.rank


def _shared(group: list[Route], number: str) -> list[Route]:
    return sorted(group, key=lambda route: _turn(route, number)) if len(group) > 1 else group


def _turn(route: Route, number: str) -> tuple[bool, float, int]:
    """Weighted rendezvous hashing (Schindelhauer, Schomaker 2005): over many numbers each route comes first
    in the share of its weight, and one number always has the same order."""
    if route.weight is None:
        return True, route.price_e4, route.id
    if route.weight == 0:
        return False, math.inf, route.id
    digest = blake2b(b"%d %s" % (route.id, number.encode()), digest_size=6).digest()
    draw = (int.from_bytes(digest) + 0.5) / 2**48
    return False, -math.log(draw) / route.weight, route.id


def _is_for(
    route: Route, operator: int | None, customer_id: int | None, interface_id: int | None, message_class: str
) -> bool:
    return (
        route.operator_id in (None, operator)
        and route.customer_id in (None, customer_id)
        and route.interface_id in (None, interface_id)
        and route.message_class in ("", message_class)
    )


@dataclass(frozen=True, slots=True)
class Weighed:
    """One route in an explanation: its place in the order from 1, or why it doesn't serve."""

    route: Route
    place: int | None
    reason: str = ""


def explained(snapshot: Snapshot, wanted: Wanted, *, operator: int | None, now: datetime) -> list[Weighed]:
    """All routes: those that serve in their order, then the others with the first thing that speaks
    against each."""
    whom = (operator, wanted.customer_id, wanted.interface_id)
    order = ordered(
        snapshot,
        snapshot.for_whom(wanted.number, *whom),
        number=wanted.number,
        parts=wanted.parts,
        now=now,
        without=wanted.without,
    )
    serving = [
        Weighed(one, place, "down" if one.carrier in snapshot.down else "")
        for place, one in enumerate(order, start=1)
    ]
    others = sorted((one for one in snapshot.routes if one not in order), key=_rank)
    return serving + [Weighed(one, None, _against(snapshot, one, wanted, whom, now)) for one in others]


def _against(
    snapshot: Snapshot,
    route: Route,
    wanted: Wanted,
    whom: tuple[int | None, int | None, int | None],
    now: datetime,
) -> str:
    operator, customer_id, interface_id = whom
    tests: Sequence[tuple[str, Callable[[], bool]]] = (
        ("carrier", lambda: route.carrier in (snapshot.carriers or (SIMULATED,))),
        ("tried", lambda: route.carrier not in wanted.without),
        ("operator", lambda: route.operator_id in (None, operator)),
        ("prefix", lambda: wanted.number.startswith(route.prefix)),
        ("customer", lambda: route.customer_id in (None, customer_id)),
        ("interface", lambda: route.interface_id in (None, interface_id)),
        ("class", lambda: route.message_class in ("", snapshot.class_of(interface_id))),
        ("parts", lambda: wanted.parts <= route.parts_max),
        ("time", lambda: route.fits_time(wanted.number, now)),
    )
    return next((word for word, holds in tests if not holds()), "same_carrier")


CHINA = ZoneInfo("Asia/Shanghai")


def zone_of(number: str) -> ZoneInfo:
    """Where the number is, as its numbering plan says; UTC where that is unknown."""
    return CHINA if number.startswith("+86") else _zone_of(number)


@lru_cache(maxsize=4096)
def _zone_of(number: str) -> ZoneInfo:
    try:
        zones = time_zones_for_number(phonenumbers.parse(number, None))
        return ZoneInfo(zones[0])
    except (phonenumbers.NumberParseException, LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


def routed(wanted: Sequence[Wanted], *, now: datetime) -> Steps[list[str | None]]:
    """A carrier for each, or None; one call where nothing changed since the last."""
    if not wanted:
        return []
    rows = yield Call(statements.HOMES, ([one.number for one in wanted],))
    snapshot: Snapshot = yield from known("routes", rows[0][0], loaded)
    ported = {place - 1: operator for _, place, operator in rows if place is not None}
    return [
        route(
            snapshot,
            number=one.number,
            operator=ported.get(place) or snapshot.home_of(one.number),
            customer_id=one.customer_id,
            interface_id=one.interface_id,
            parts=one.parts,
            now=now,
            without=one.without,
        )
        for place, one in enumerate(wanted)
    ]


def home_of(number: str) -> Steps[tuple[Snapshot, int | None]]:
    """What routing knows now, and the operator that the number belongs to today."""
    rows = yield Call(statements.HOMES, ([number],))
    snapshot: Snapshot = yield from known("routes", rows[0][0], loaded)
    ported: int | None = rows[0][2]
    return snapshot, ported or snapshot.home_of(number)


def loaded() -> Steps[Snapshot]:
    routes = yield Call(statements.ROUTES)
    carriers = yield Call(statements.CARRIERS)
    ranges = yield Call(statements.RANGES)
    classes = yield Call(statements.CLASSES)
    return Snapshot(
        tuple(_route(row) for row in routes),
        tuple(name for name, _ in carriers),
        frozenset(name for name, is_up in carriers if not is_up),
        dict(_pair(row) for row in ranges),
        dict(_pair(row) for row in classes),
    )


def _pair(row: Row) -> tuple[Any, Any]:
    return row[0], row[1]


def _route(row: Row) -> Route:
    return Route(*row)


def carrier_is(name: str, *, up: bool, reason: str = "", now: datetime) -> Steps[None]:
    """Told by whoever holds the connections, when it changes. A carrier that nobody spoke of is up."""
    yield Call(statements.CARRIER_IS, (name, up, reason[:500], now))
