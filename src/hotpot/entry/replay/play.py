"""The log's days, one after the other, in rounds.

In a round every claim that has begun goes on to its next decision, all those decisions pass through the
platform together, and the office finds them written back. So each claim keeps its order, whatever others do.
A round with little to decide waits for the days that follow, and is played on the last one's clock.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from hotpot.entry.config import Config
from hotpot.entry.dishes import dispatch_once
from hotpot.entry.replay.approvers import Callers, Phones
from hotpot.entry.replay.log import Case, Event, Log
from hotpot.entry.replay.market import ZONE, Market, answers_by_message, approver_of
from hotpot.entry.replay.office import Claim, Office, Staff, Step
from hotpot.kernel.clock import SharedClock
from hotpot.kernel.errors import Refused
from hotpot.kernel.period import local_day
from hotpot.pot.connector.models import Task
from hotpot.pot.connector.runner import poll_once
from hotpot.pot.events.wire import Actor
from hotpot.pot.messaging.engine import run_once
from hotpot.pot.subscription.actions import assign_seats

Waiting = tuple[Step, str]  # a step, and the verdict that its approver will give

DECISIONS_A_ROUND = 200
PATIENCE_S = 30.0
PAUSE_S = 0.02


@dataclass(slots=True)
class Course:
    """A case on its way: how many of its events have happened, how many decisions were made.

    `days` are the local days of its events, in their order.
    """

    case: Case
    days: Sequence[date]
    happened: int = 0
    decided: int = 0

    def due(self, day: date) -> Sequence[Event]:
        """What happens up to its next decision of that day or before, that decision included."""
        ends = self.happened
        while ends < len(self.days) and self.days[ends] <= day:
            ends += 1
            if self.case.events[ends - 1].is_decision:
                break
        return self.case.events[self.happened : ends]


@dataclass(slots=True)
class Round:
    """What the office does at once, and what then waits for people."""

    opened: list[Claim] = field(default_factory=list)
    states: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[Step, str, str]] = field(default_factory=list)  # step, verdict, activity
    until: datetime | None = None


class Play:
    def __init__(
        self,
        log: Log,
        staff: dict[str, list[Staff]],
        office: Office,
        market: Market,
        connector_id: int,
        clock: SharedClock,
        port: int,
    ) -> None:
        self._staff, self._office, self._market = staff, office, market
        self._connector_id, self._clock = connector_id, clock
        self._database_url = Config.from_env().database_url
        self._phones, self._callers = Phones(), Callers(port)
        self._days = _days(log)
        self._new_seats = _new_seats(log, staff)

    def run(self, progress: Callable[[int, int], None]) -> None:
        """`progress` is told how many days are done, of how many. Raises Refused if a decision got stuck."""
        days, waiting = sorted(self._days), dict[str, Course]()
        try:
            for place, day in enumerate(days, start=1):
                self._seat(self._new_seats.get(day, ()), day)
                waiting = self._play_until(day, waiting | self._days[day], to_the_end=place == len(days))
                progress(place, len(days))
        finally:
            self._callers.close()

    def _play_until(self, day: date, courses: dict[str, Course], *, to_the_end: bool) -> dict[str, Course]:
        """Full rounds only, unless it goes to the end; the courses that wait for a full one."""
        while due := [(course, events) for course in courses.values() if (events := course.due(day))]:
            decisions = sum(events[-1].is_decision for _, events in due)
            if decisions < DECISIONS_A_ROUND and not to_the_end:
                break
            self._play(self._round(due))
        return {course.case.id: course for course, _ in due}

    def _round(self, due: Sequence[tuple[Course, Sequence[Event]]]) -> Round:
        round_ = Round()
        for course, events in due:
            for event in events:
                self._happens(round_, course, event)
        return round_

    def _happens(self, round_: Round, course: Course, event: Event) -> None:
        case = course.case
        course.happened += 1
        if course.happened == 1:
            round_.opened.append(Claim(case.id, case.document, case.amount, f"applicant of {case.id}"))
        round_.until = max(round_.until or event.at, event.at)
        if event.verdict is None or event.role is None:
            round_.states.append((case.id, event.activity))
            return
        approver = approver_of(self._staff, case, event.role)
        step = Step(case.id, course.decided, event.role, approver, event.at)
        course.decided += 1
        round_.waiting.append((step, event.verdict, event.activity))

    def _play(self, round_: Round) -> None:
        assert round_.until is not None
        self._clock.move_to(round_.until)
        self._office.go_on(round_.opened, round_.states, [step for step, _, _ in round_.waiting])
        if round_.waiting:
            self._decide([(step, verdict) for step, verdict, _ in round_.waiting])
            self._office.go_on([], [(step.claim, activity) for step, _, activity in round_.waiting], [])

    def _decide(self, waiting: Sequence[Waiting]) -> None:
        """Rows appear, people are asked, answer, and the office has the answers."""
        now = self._clock.now()
        self._poll()
        wait = self._call([pair for pair in waiting if not answers_by_message(pair[0].id)], now)
        unasked = [pair for pair in waiting if answers_by_message(pair[0].id)]
        _until_none_is_left("approvers were never asked", unasked, lambda left: self._ask(left, now))
        self._take_answers()
        wait()
        _until_none_is_left("decisions did not reach the office", waiting, self._write_back)

    def _take_answers(self) -> None:
        run_once(self._database_url, self._clock)
        dispatch_once(self._clock)

    def _ask(self, waiting: Sequence[Waiting], now: datetime) -> Sequence[Waiting]:
        """The questions go out and are answered; those whose question did not come yet are left."""
        dispatch_once(self._clock)
        run_once(self._database_url, self._clock)
        self._phones.look()
        return self._phones.answer(waiting, now)

    def _write_back(self, waiting: Sequence[Waiting]) -> Sequence[Waiting]:
        """The decisions go back; if the office still lacks some, answers that came late are taken first."""
        self._poll(read=False)
        decided = self._office.decided([step.id for step, _ in waiting])
        left = [pair for pair in waiting if pair[0].id not in decided]
        if left:
            self._take_answers()
        return left

    def _poll(self, *, read: bool = True) -> None:
        result = poll_once(self._connector_id, self._clock.now(), read=read)
        if result.problem or result.unreadable or result.refused:
            raise Refused(f"The connector met a problem: {result}")

    def _call(self, calls: Sequence[Waiting], now: datetime) -> Callable[[], None]:
        keys = [step.id for step, _ in calls]
        tasks = dict(
            Task.objects.filter(connector_id=self._connector_id, external_key__in=keys).values_list(
                "external_key", "id"
            )
        )
        return self._callers.decide(
            [(step.approver, tasks[step.id], verdict) for step, verdict in calls], now
        )

    def _seat(self, numbers: Sequence[str], day: date) -> None:
        """The company gives a seat to whoever is asked for the first time, from that very day."""
        if numbers:
            assign_seats(
                actor=Actor(None, self._market.customer.id, "cli"),
                subscription_id=self._market.subscription.id,
                numbers=numbers,
                starts_on=day,
                now=self._clock.now(),
            )


def _until_none_is_left(
    what: str, waiting: Sequence[Waiting], attempt: Callable[[Sequence[Waiting]], Sequence[Waiting]]
) -> None:
    """One attempt is nearly always enough. But events are read a moment later while any older transaction
    is open, PostgreSQL's own analysing of a table among them."""
    deadline = time.monotonic() + PATIENCE_S
    while waiting and (waiting := attempt(waiting)):
        if time.monotonic() > deadline:
            first = min(step.id for step, _ in waiting)
            raise Refused(f"{len(waiting)} {what}, the first {first}.")
        time.sleep(PAUSE_S)


def _days(log: Log) -> dict[date, dict[str, Course]]:
    """The courses that something happens to, day by day."""
    found: defaultdict[date, dict[str, Course]] = defaultdict(dict)
    for case in log.cases:
        course = Course(case, [local_day(event.at, ZONE) for event in case.events])
        for day in course.days:
            found[day][case.id] = course
    return found


def _new_seats(log: Log, staff: dict[str, list[Staff]]) -> dict[date, list[str]]:
    """The numbers of those who are asked for the first time, by the local day of that."""
    first: dict[str, date] = {}
    for case in log.cases:
        for event in case.events:
            if event.verdict is not None and event.role is not None:
                number, day = approver_of(staff, case, event.role).number, local_day(event.at, ZONE)
                first[number] = min(day, first.get(number, day))
    found: defaultdict[date, list[str]] = defaultdict(list)
    for number, day in sorted(first.items()):
        found[day].append(number)
    return found
