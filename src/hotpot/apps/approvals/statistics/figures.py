"""Figures over a company's requests. Pure."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from hotpot.apps.approvals.flow.run import Run

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Past:
    """A request, as far as figures need it. `steps`: names by id."""

    kind: str
    run: Run
    sent_at: datetime
    steps: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step of one form. Hours are of its ended rounds, from asked to settled; `oldest_hours` is how
    long the longest of those that wait now has waited. None: there is no such round."""

    kind: str
    step: str
    waiting: int
    ended: int
    median_hours: float | None
    longest_hours: float | None
    oldest_hours: float | None


@dataclass(frozen=True, slots=True)
class Totals:
    """`median_hours`: from sent to ended, of the ended ones; None where none ended."""

    running: int
    approved: int
    rejected: int
    median_hours: float | None


def totals(past: Sequence[Past]) -> Totals:
    states = [one.run.state for one in past]
    took = [_hours(one.run.history[-1].at - one.sent_at) for one in past if one.run.ended and one.run.history]
    return Totals(
        running=states.count("running") + states.count("returned"),
        approved=states.count("approved"),
        rejected=states.count("rejected"),
        median_hours=_median(took),
    )


def by_step(past: Sequence[Past], now: datetime) -> list[StepFigures]:
    """Where it waits longest first."""
    took: dict[tuple[str, str], list[float]] = defaultdict(list)
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in past:
        for round in one.run.rounds:
            key = one.kind, one.steps.get(round.step_id, round.step_id)
            if round.ended_at is None:
                waits[key].append(_hours(now - round.opened_at))
            else:
                took[key].append(_hours(round.ended_at - round.opened_at))
    found = [
        StepFigures(
            kind,
            step,
            waiting=len(waits[kind, step]),
            ended=len(took[kind, step]),
            median_hours=_median(took[kind, step]),
            longest_hours=max(took[kind, step], default=None),
            oldest_hours=max(waits[kind, step], default=None),
        )
        for kind, step in took.keys() | waits.keys()
    ]
    return sorted(found, key=lambda one: (-(one.median_hours or 0), one.kind, one.step))


def by_person(past: Sequence[Past], now: datetime) -> dict[int, tuple[int, float]]:
    """person -> how many wait for them now, and for how many hours the longest."""
    waits: dict[int, list[float]] = defaultdict(list)
    for one in past:
        since = one.run.round.opened_at if one.run.round else one.run.history[-1].at
        for person_id in one.run.waits_for:
            waits[person_id].append(_hours(now - since))
    return {person_id: (len(hours), max(hours)) for person_id, hours in waits.items()}


def as_csv(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, without which spreadsheets guess the encoding of Chinese. A text that
    a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _median(hours: Sequence[float]) -> float | None:
    return round(median(hours), 1) if hours else None


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / SECONDS_PER_HOUR, 1)
