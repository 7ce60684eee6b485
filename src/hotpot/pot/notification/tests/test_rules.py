"""The decision, against everything that may go wrong: it always ends, and never at the wrong hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from hotpot.pot.notification.rules import (
    Begin,
    Choice,
    Habits,
    Quiet,
    Standing,
    Step,
    after_failure,
    after_quiet,
    after_try,
    begin,
    folded,
    next_digest,
    route_of,
)
from hotpot.pot.notification.wire import OPEN, Pace, State, Way

# Clocks that leap, in both halves of the world, by half an hour, by a whole day, and never.
ZONES = (
    *("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"),
    *("Asia/Kathmandu", "America/Santiago", "UTC"),
)
VALID_FOR = timedelta(hours=48)

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 2 * 365 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))
choices = st.builds(Choice, st.frozensets(st.sampled_from(Way), min_size=1), st.sampled_from(Pace))
habits_ = st.builds(
    Habits,
    zone=st.sampled_from(ZONES),
    quiet=st.none() | st.builds(Quiet, times, times),
    digest_at=times,
    fall_back_after=st.sampled_from([timedelta(minutes=each) for each in (5, 10, 60)]),
)
reaches = st.frozensets(st.sampled_from([Way.PUSH, Way.MAIL])).map(lambda ways: ways | {Way.SMS})


def is_quiet(habits: Habits, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(habits.zone)).time()
    return habits.quiet is not None and habits.quiet.holds(local)


class Course:
    """A notice from its beginning to its end, with an engine that looks exactly when something is due."""

    def __init__(self, how: Begin, habits: Habits, now: datetime) -> None:
        self.habits, self.now = habits, max(now, how.due_at)
        self.at = Standing(how.route, 0, self.now, 0, now + VALID_FOR)
        self.state, self.tried = State.TRYING, [(self.now, how.route[0])]

    def goes_on(self, draw: st.DataObject) -> None:
        """One more look."""
        step = self._step(draw)
        assert step.due_at >= self.now
        moved = step.place != self.at.place
        self.at = replace(
            self.at,
            place=step.place,
            began_at=step.due_at if moved else self.at.began_at,
            attempts=0 if moved else self.at.attempts,
        )
        self.state, self.now = step.state, step.due_at
        if step.state is State.TRYING:
            self.tried.append((step.due_at, self.at.way))
        if step.state is State.FAILED:
            assert step.error

    def _step(self, draw: st.DataObject) -> Step:
        if self.state is State.SENT:
            return after_failure(self.at, self.habits, now=self.now, error="not shown")
        self.at = replace(self.at, attempts=self.at.attempts + 1)
        if self.at.way is Way.SMS:
            return after_try(self.at, self.habits, now=self.now)
        error = draw.draw(st.sampled_from(["", "away"]))
        later, wait_s = draw.draw(st.booleans()), draw.draw(st.sampled_from([0, 30, 100_000]))
        return after_try(self.at, self.habits, now=self.now, error=error, later=later, wait_s=wait_s)


@given(st.data(), choices, habits_, reaches, moments, st.booleans())
def test_every_notice_ends_and_no_way_is_tried_at_a_quiet_hour_or_after_a_later_one(
    data: st.DataObject, choice: Choice, habits: Habits, reach: frozenset[Way], now: datetime, asks: bool
) -> None:
    how = begin(choice, habits, reach, now=now, asks=asks, urgent=False)
    course = Course(how, habits, now)
    for _ in range(500):
        if course.state not in OPEN:
            break
        course.goes_on(data)
    assert course.state in (State.DELIVERED, State.HANDED_OVER, State.FAILED)
    places = [how.route.index(way) for _, way in course.tried]
    assert places == sorted(places)
    assert not any(is_quiet(habits, moment) for moment, _ in course.tried)
    if asks:
        assert course.state is not State.FAILED or course.now >= course.at.expires_at - timedelta(days=1)


@given(choices, habits_, reaches, moments, st.booleans())
def test_what_is_urgent_never_waits(
    choice: Choice, habits: Habits, reach: frozenset[Way], now: datetime, asks: bool
) -> None:
    how = begin(choice, habits, reach, now=now, asks=asks, urgent=True)
    assert how.is_plain_message
    assert how.due_at == now


@given(habits_, moments)
@example(Habits("America/New_York", Quiet(time(22), time(2, 30))), datetime(2026, 3, 8, 5, tzinfo=UTC))
@example(Habits("America/New_York", Quiet(time(22), time(1, 30))), datetime(2026, 11, 1, 6, 10, tzinfo=UTC))
def test_quiet_hours_end_within_a_day_and_are_never_left_early(habits: Habits, now: datetime) -> None:
    told = after_quiet(now, habits)
    assert not is_quiet(habits, told)
    assert (told == now) is not is_quiet(habits, now)
    assert told - now <= timedelta(hours=50)


def test_quiet_hours_on_the_days_when_clocks_leap() -> None:
    habits = Habits("America/New_York", Quiet(time(22), time(7)))
    evening = datetime(2026, 3, 8, 4, tzinfo=UTC)  # 23:00, the night in which an hour is left out
    assert after_quiet(evening, habits) == datetime(2026, 3, 8, 11, tzinfo=UTC)
    evening = datetime(2026, 11, 1, 3, tzinfo=UTC)  # 23:00, the night in which an hour comes twice
    assert after_quiet(evening, habits) == datetime(2026, 11, 1, 12, tzinfo=UTC)


@given(st.sampled_from(Pace), habits_, moments)
def test_a_digest_comes_within_its_time_at_its_time(pace: Pace, habits: Habits, now: datetime) -> None:
    at = next_digest(pace, habits, now)
    local = at.astimezone(ZoneInfo(habits.zone))
    if pace is Pace.NOW:
        assert at == now
    elif pace is Pace.HOURLY:
        assert timedelta(0) < at - now <= timedelta(hours=1)
        assert (local.minute, local.second) == (0, 0) or habits.zone == "Australia/Lord_Howe"
    else:
        assert timedelta(0) < at - now <= timedelta(hours=25)
        shown = datetime.combine(local.date(), habits.digest_at)
        late = local.replace(tzinfo=None) - shown
        assert timedelta(0) <= late <= timedelta(hours=1)  # An hour late where the clocks leave it out.


@given(choices, reaches, st.booleans())
def test_a_route_is_never_empty_and_a_question_can_always_be_answered(
    choice: Choice, reach: frozenset[Way], asks: bool
) -> None:
    route = route_of(choice, reach, asks=asks)
    assert route
    assert set(route) <= reach
    assert not asks or route[-1] is Way.SMS
    assert list(route) == [way for way in Way if way in route]


def test_who_chose_nothing_else_gets_an_sms_at_once() -> None:
    now = datetime(2026, 10, 15, tzinfo=UTC)
    sms = Choice(frozenset({Way.SMS}))
    assert begin(sms, Habits("UTC"), set(Way), now=now, asks=True, urgent=False).is_plain_message


def test_only_two_or_more_make_a_digest() -> None:
    assert [folded(each) for each in ([], [True], [True, False], [True, True])] == [False, False, False, True]
