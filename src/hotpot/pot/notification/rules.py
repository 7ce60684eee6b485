"""Who is told how and when. Pure: times come in, times go out.

A route is the ways that may be tried, in their order. A notice that is not told at once is held until a
moment; then it is told by itself, or in a digest with what else was held for the same person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotpot.pot.notification.wire import Pace, State, Way

RETRY_FIRST = timedelta(seconds=30)
RETRY_MAX = timedelta(minutes=30)
DIGEST_AT = time(8, 0)
FALL_BACK_AFTER_MIN = 10
FALL_BACK_CHOICES_MIN = (5, 10, 30, 60)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of each day on the person's clock: from `start` until before `until`, past midnight or not."""

    start: time
    until: time

    def holds(self, at: time) -> bool:
        if self.start <= self.until:
            return self.start <= at < self.until
        return at >= self.start or at < self.until


@dataclass(frozen=True, slots=True)
class Habits:
    """What a person chose for all apps. `zone` is an IANA name."""

    zone: str
    quiet: Quiet | None = None
    digest_at: time = DIGEST_AT
    fall_back_after: timedelta = timedelta(minutes=FALL_BACK_AFTER_MIN)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose for one app."""

    ways: frozenset[Way]
    pace: Pace = Pace.NOW


@dataclass(frozen=True, slots=True)
class Begin:
    """How a notice begins: by which route, when it is due, and whether it is held until then.

    `folds`: it may be told in a digest.
    """

    route: tuple[Way, ...]
    due_at: datetime
    held: bool = False
    folds: bool = False

    @property
    def is_plain_message(self) -> bool:
        """An SMS at once: there is nothing here to do."""
        return self.route == (Way.SMS,) and not self.held


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an open notice stands: the place in its route, since when that way is tried, how often."""

    route: tuple[Way, ...]
    place: int
    began_at: datetime
    attempts: int
    expires_at: datetime

    @property
    def way(self) -> Way:
        return self.route[self.place]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of it. `due_at` is when to look again; `error` says why a way or all of it failed."""

    state: State
    place: int
    due_at: datetime
    error: str = ""


def begin(
    choice: Choice, habits: Habits, reach: Collection[Way], *, now: datetime, asks: bool, urgent: bool
) -> Begin:
    """`reach`: the ways by which the person can be reached at all."""
    if urgent:
        return Begin((Way.SMS,), now)
    route = route_of(choice, reach, asks=asks)
    wanted = next_digest(choice.pace, habits, now)
    due_at = after_quiet(wanted, habits)
    digested = choice.pace is not Pace.NOW
    return Begin(route, due_at, held=digested or due_at > now, folds=digested or not asks)


def route_of(choice: Choice, reach: Collection[Way], *, asks: bool) -> tuple[Way, ...]:
    """Ways that were chosen and exist. A question comes by SMS at last; so does what nothing else brings."""
    chosen = tuple(way for way in Way if way in choice.ways and way in reach)
    if not chosen or (asks and Way.SMS not in chosen):
        return (*chosen, Way.SMS)
    return chosen


def next_digest(pace: Pace, habits: Habits, now: datetime) -> datetime:
    """The first moment of that pace after now; now itself where nothing is gathered."""
    local = now.astimezone(ZoneInfo(habits.zone))
    if pace is Pace.HOURLY:
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return now - past + timedelta(hours=1)
    if pace is Pace.DAILY:
        return _next(habits.digest_at, habits, now)
    return now


def after_quiet(moment: datetime, habits: Habits) -> datetime:
    """That moment, or the end of the quiet hours that it falls into."""
    quiet, zone = habits.quiet, ZoneInfo(habits.zone)
    while quiet is not None and quiet.holds(moment.astimezone(zone).time()):
        moment = _next(quiet.until, habits, moment)
    return moment


def after_try(
    at: Standing, habits: Habits, *, now: datetime, error: str = "", later: bool = False, wait_s: int = 0
) -> Step:
    """A way was tried. Taken by a push service, a notice waits to be shown; taken by a mail server, it is
    delivered. An SMS is the carriers'. What may pass is tried again until another way's turn has come."""
    if not error:
        return _taken(at, habits, now)
    again = after_quiet(now + max(backed_off(at.attempts), timedelta(seconds=wait_s)), habits)
    if later and again < _turn_ends(at, habits):
        return Step(State.TRYING, at.place, again, error)
    return after_failure(at, habits, now=now, error=error)


def after_failure(at: Standing, habits: Habits, *, now: datetime, error: str) -> Step:
    """This way is through: the next one after quiet hours, or the end."""
    due_at = after_quiet(now, habits)
    if at.place + 1 < len(at.route) and due_at < at.expires_at:
        return Step(State.TRYING, at.place + 1, due_at, error)
    return Step(State.FAILED, at.place, now, error)


def backed_off(attempts: int) -> timedelta:
    """30 s, doubling to half an hour."""
    return min(RETRY_FIRST * (1 << min(max(attempts - 1, 0), 16)), RETRY_MAX)


def _taken(at: Standing, habits: Habits, now: datetime) -> Step:
    if at.way is Way.PUSH and at.place + 1 < len(at.route):
        return Step(State.SENT, at.place, now + habits.fall_back_after)
    if at.way is Way.PUSH:
        return Step(State.SENT, at.place, at.expires_at)
    return Step(State.HANDED_OVER if at.way is Way.SMS else State.DELIVERED, at.place, now)


def _turn_ends(at: Standing, habits: Habits) -> datetime:
    last = at.place + 1 == len(at.route)
    return at.expires_at if last else at.began_at + habits.fall_back_after


def _next(at: time, habits: Habits, after: datetime) -> datetime:
    """The first moment after `after` at which the person's clock shows that time. Where a change of clocks
    leaves it out, it is as late as it would have been."""
    zone = ZoneInfo(habits.zone)
    today = after.astimezone(zone).date()
    days = (today, today + timedelta(days=1))
    shown = (datetime.combine(day, at.replace(fold=fold), zone) for day in days for fold in (0, 1))
    return min(moment for each in shown if (moment := each.astimezone(UTC)) > after)


def folded(due: Sequence[bool]) -> bool:
    """Whether what is due for one person becomes a digest: two or more that may be told together."""
    return sum(due) > 1
