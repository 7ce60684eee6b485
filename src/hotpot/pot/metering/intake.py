"""Judges a group of requests at once: which events are taken, and the columns they become.

Everything here is reckoned a column at a time; a single event is looked at only when it is refused. Pure:
what was taken is known to the rest of the pot after the engine has committed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import blake2b
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import UNSET, Meta

from hotpot.pot.metering import segments
from hotpot.pot.metering.bodies import Body
from hotpot.pot.metering.known import Known, as_keys, keys_of
from hotpot.pot.metering.rules import (
    AHEAD_MAX,
    LATE_MAX,
    MICROS,
    SUBJECT,
    MeterRule,
    value_max,
)
from hotpot.pot.metering.wire import Event, Receipt, Refused

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
US = timedelta(microseconds=1)
NULL = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is, and the app of each source that the token may write."""

    party_id: int
    sources: Mapping[str, str]


@dataclass(slots=True)
class Request:
    """One request's events, and what became of them."""

    bearer: Bearer
    body: Body
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """The meters that count one type of events of one app, and how their values are read."""

    meters: tuple[MeterRule, ...]
    read: Callable[[msgspec.Raw], Any] | None  # None where no field is needed
    attributes: tuple[str, ...]  # of what `read` gives, for each meter; "" for count


Kinds = Mapping[tuple[str, str], Kind]  # by app and type


def kind_of(meters: Sequence[MeterRule]) -> Kind:
    """Reads exactly the fields that meters need, and checks them on the way."""
    names = sorted({meter.field for meter in meters if meter.field})
    attributes = {name: f"f{number}" for number, name in enumerate(names)}
    return Kind(
        tuple(meters),
        _reader(meters, attributes) if names else None,
        tuple(attributes.get(meter.field, "") for meter in meters),
    )


def _reader(meters: Sequence[MeterRule], attributes: Mapping[str, str]) -> Callable[[msgspec.Raw], Any]:
    fields = [(attribute, _type_of(name, meters)) for name, attribute in attributes.items()]
    names = {attribute: name for name, attribute in attributes.items()}
    return msgspec.json.Decoder(msgspec.defstruct("Data", fields, rename=names, gc=False)).decode


def _type_of(name: str, meters: Sequence[MeterRule]) -> Any:
    """A number where any meter reckons with the field; else whatever can be told apart."""
    reckoned = [one for one in meters if one.field == name and one.aggregation != "unique"]
    if not reckoned:
        return Annotated[str, Meta(max_length=1000)] | int | float
    most = min(value_max(meter.exponent) for meter in reckoned)
    return Annotated[int, Meta(ge=0, le=most)] | Annotated[float, Meta(ge=0, le=float(most))]


@dataclass(slots=True)
class Judged:
    """`segment` is None where nothing is new."""

    segment: segments.Segment | None
    tallies: list[segments.Tally]


@dataclass(slots=True)
class Columns:
    """The group's events side by side; `refused` maps an event's row to code and message."""

    events: list[Event]
    apps: list[str]  # "" where the token may not write the source
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)

    def refuse(self, rows: Any, code: str, message: str) -> None:
        for row in rows:
            self.refused.setdefault(int(row), (code, message))


def judge(
    requests: Sequence[Request], kinds: Kinds, known: Known, *, next_event: int, now: datetime
) -> Judged:
    """Gives every request its receipt; the segment's keys are to be added to `known` after the commit."""
    columns = _side_by_side(requests)
    received_us = (now - EPOCH) // US
    times = _times(columns, received_us)
    _check_subjects(columns)
    usage = _values(columns, kinds)
    new, repeated, keys = _new(columns, known)
    _answer(requests, columns, repeated)
    if not new.any():
        return Judged(None, [])
    taken = _usage_table(columns, usage, new, times)
    segment = segments.make(
        next_event, received_us, keys, _event_table(columns, new, times, received_us), taken
    )
    return Judged(segment, segments.sum_up([segments.by_day(taken)]))


def _side_by_side(requests: Sequence[Request]) -> Columns:
    events = [event for request in requests for event in request.body.events]
    apps = [app for request in requests for app in map(_app_of(request.bearer.sources), request.body.events)]
    columns = Columns(events, apps)
    if "" in set(apps):
        rows = [row for row, app in enumerate(apps) if not app]
        columns.refuse(
            rows, "source", "This token may not write events of this source. Use the token of its app."
        )
    return columns


def _app_of(sources: Mapping[str, str]) -> Callable[[Event], str]:
    return lambda event: sources.get(event.source, "")


def _times(columns: Columns, received_us: int) -> Integers:
    """Microseconds since 1970 UTC; an event without a time happened when it came."""
    texts = pa.array([event.time for event in columns.events], pa.string())
    try:
        parsed = texts.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        parsed = pa.array(
            [_time(columns, row) for row in range(len(columns.events))], pa.timestamp("us", "UTC")
        )
    times: Integers = pc.fill_null(parsed.cast(pa.int64()), received_us).to_numpy(zero_copy_only=False)
    late = np.flatnonzero(times < received_us - LATE_MAX // US)
    columns.refuse(late, "late", f"The event is older than {LATE_MAX.days} days. Settle it by hand.")
    ahead = np.flatnonzero(times > received_us + AHEAD_MAX // US)
    columns.refuse(ahead, "future", "The event's time lies more than an hour ahead. Set the sender's clock.")
    return times


def _time(columns: Columns, row: int) -> datetime | None:
    text = columns.events[row].time
    if text is None:
        return None
    try:
        time = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        time = None
    if time is None or time.tzinfo is None:
        columns.refuse([row], "time", "The time is not like 2026-10-31T23:59:59Z (RFC 3339).")
        return None
    return time


def _check_subjects(columns: Columns) -> None:
    subjects = pa.array([event.subject for event in columns.events], pa.string())
    fits = pc.match_substring_regex(subjects, SUBJECT)
    if not pc.all(fits, min_count=0).as_py():
        columns.refuse(
            np.flatnonzero(~fits.to_numpy(zero_copy_only=False)),
            "subject",
            "The subject is a number like +8613800138000, or subscription:<id>.",
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """What one meter makes of some rows. Rows that were refused meanwhile hold anything."""

    meter: int
    rows: Integers
    quantities: Integers


def _values(columns: Columns, kinds: Kinds) -> list[Counted]:
    rows_of: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, (app, event) in enumerate(zip(columns.apps, columns.events, strict=True)):
        rows_of[app, event.type].append(row)
    counted = []
    for (app, type_), rows in rows_of.items():
        kind = kinds.get((app, type_))
        if kind is None:
            columns.refuse(
                rows, "type", f"No meter of the app counts events of type {type_}. Make one first."
            )
            continue
        counted += _counted(columns, kind, rows)
    return counted


def _counted(columns: Columns, kind: Kind, rows: list[int]) -> list[Counted]:
    data, rows = _read(columns, kind, rows)
    where = np.array(rows, np.int64)
    counted = []
    for meter, attribute in zip(kind.meters, kind.attributes, strict=True):
        if not attribute:
            quantities = np.full(len(rows), 10**MICROS, np.int64)
        else:
            values = [getattr(one, attribute) for one in data]
            quantities = (
                fingerprints(values) if meter.aggregation == "unique" else micros(values, meter.exponent)
            )
        counted.append(Counted(meter.id, where, quantities))
    return counted


def _read(columns: Columns, kind: Kind, rows: list[int]) -> tuple[list[Any], list[int]]:
    """The fields of the rows that have them as they should be; the others are refused."""
    if kind.read is None:
        return [], rows
    read, events = kind.read, columns.events
    try:
        return [read(events[row].data) for row in rows], rows  # type: ignore[arg-type]
    except (msgspec.DecodeError, TypeError):
        return _read_singly(columns, read, rows)


def _read_singly(
    columns: Columns, read: Callable[[msgspec.Raw], Any], rows: list[int]
) -> tuple[list[Any], list[int]]:
    data, good = [], []
    for row in rows:
        raw = columns.events[row].data
        try:
            data.append(read(NULL if raw is UNSET else raw))
            good.append(row)
        except msgspec.DecodeError as error:
            columns.refuse([row], "data", f"A meter cannot read the data: {error}.")
    return data, good


def micros(values: Sequence[int | float], exponent: int) -> Integers:
    """Values times 10^exponent, in millionths of the unit: the one place where they are rounded, half to
    even. Whole numbers stay exact."""
    if not values:
        return np.empty(0, np.int64)
    shift = MICROS + exponent
    given = np.array(values)
    if given.dtype == np.int64 and shift >= 0:
        exact: Integers = given * 10**shift
        return exact
    return np.array([_rounded(value, shift) for value in values], np.int64)


def _rounded(value: float, shift: int) -> int:
    """Decimal reads the digits that were sent, so 0.1 is a tenth."""
    return int(Decimal(str(value)).scaleb(shift).quantize(Decimal(1), ROUND_HALF_EVEN))


def fingerprints(values: Sequence[str | int | float]) -> Integers:
    """63 bits for each: the same for the same value, of the same kind, and for no other one."""
    packed = b"".join([blake2b(repr(value).encode(), digest_size=8).digest() for value in values])
    return np.frombuffer(packed, "<i8") & np.int64(2**63 - 1)


def _new(columns: Columns, known: Known) -> tuple[Mask, Mask, bytes]:
    """Rows to be kept, rows that repeat an event, and the keys of the former."""
    good = np.ones(len(columns.events), np.bool_)
    good[list(columns.refused)] = False
    rows = np.flatnonzero(good)
    events = columns.events
    packed = keys_of(f"{events[row].source}\n{events[row].id}" for row in rows)
    keys = as_keys(packed)
    again = known.repeated(keys)
    repeated = np.zeros(len(events), np.bool_)
    repeated[rows[again]] = True
    return good & ~repeated, repeated, keys[~again].tobytes() if again.any() else packed


def _event_table(columns: Columns, new: Mask, times: Integers, received_us: int) -> pa.Table:
    events = columns.events if new.all() else [columns.events[row] for row in np.flatnonzero(new)]
    count = len(events)
    return pa.Table.from_arrays(
        [
            pa.array([event.id for event in events], pa.string()),
            pa.array([event.source for event in events], pa.string()).dictionary_encode(),
            pa.array([event.type for event in events], pa.string()).dictionary_encode(),
            pa.array([event.subject for event in events], pa.string()),
            pa.array(times[new], pa.int64()),
            pa.array(np.full(count, received_us, np.int64)),
            pa.array([None if event.data is UNSET else bytes(event.data) for event in events], pa.binary()),
        ],
        schema=segments.EVENTS,
    )


def _usage_table(columns: Columns, usage: Sequence[Counted], new: Mask, times: Integers) -> pa.Table:
    """In the order of the events."""
    position = np.cumsum(new) - 1
    kept = [(one, new[one.rows]) for one in usage]
    rows = np.concatenate([one.rows[keep] for one, keep in kept])
    meters = np.concatenate([np.full(int(keep.sum()), one.meter, np.int32) for one, keep in kept])
    quantities = np.concatenate([one.quantities[keep] for one, keep in kept])
    if len(kept) > 1:
        order = np.argsort(rows, kind="stable")
        rows, meters, quantities = rows[order], meters[order], quantities[order]
    events = columns.events
    return pa.Table.from_arrays(
        [
            pa.array(position[rows].astype(np.int32)),
            pa.array(meters),
            pa.array([events[row].subject for row in rows.tolist()], pa.string()),
            pa.array(times[rows]),
            pa.array(quantities),
        ],
        schema=segments.USAGE,
    )


def _answer(requests: Sequence[Request], columns: Columns, repeated: Mask) -> None:
    """Hands each request its own part of the verdicts."""
    start = 0
    for request in requests:
        end = start + len(request.body.events)
        refused = [*request.body.refused]
        if columns.refused:
            refused += [
                _refused(columns, row, request.body.positions[row - start])
                for row in range(start, end)
                if row in columns.refused
            ]
            refused.sort(key=lambda one: one.position)
        duplicates = int(repeated[start:end].sum())
        bad = len(refused) - len(request.body.refused)
        request.receipt = Receipt(end - start - duplicates - bad, duplicates, refused)
        start = end


def _refused(columns: Columns, row: int, position: int) -> Refused:
    event = columns.events[row]
    code, message = columns.refused[row]
    return Refused(position, code, message, event.id, event.source, event.type)
