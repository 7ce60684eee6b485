"""Verbs of the people whom a task waits for: decide it, or hand it to somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector import queries
from hotpot.pot.connector.actions import wake
from hotpot.pot.connector.models import Assignee, Decision, Task, WriteBack
from hotpot.pot.connector.wire import NewDecision, Outcome
from hotpot.pot.events.actions import Fact, perform, record
from hotpot.pot.events.rules import recorded
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.models import Member

# Decisions and their write-backs are kept and their tasks ended, in one round trip.
BOOK = """
WITH taken AS (
    SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY
           AS given (task_id, person_id, verdict, comment, way, place)
), ended AS (
    UPDATE connector_task AS task SET state = 'decided', ended_at = $1::timestamptz
      FROM taken WHERE task.id = taken.task_id
    RETURNING task.id AS task_id, task.connector_id, task.customer_id
), decision AS (
    INSERT INTO connector_decision (task_id, customer_id, person_id, verdict, comment, way, decided_at)
    SELECT task_id, customer_id, person_id, verdict, comment, way, $1::timestamptz
      FROM taken JOIN ended USING (task_id) ORDER BY place
    RETURNING id, task_id
)
INSERT INTO connector_writeback (decision_id, connector_id, customer_id, state, attempts, problem)
SELECT decision.id, connector_id, customer_id, 'waiting', 0, ''
  FROM decision JOIN ended USING (task_id) ORDER BY decision.id
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a decision, and the task as it stands after it (None if there is none)."""

    outcome: Outcome
    task: Task | None
    assignees: Sequence[Assignee]  # all who have or had it, in the order in which they got it

    @property
    def people(self) -> set[int]:
        return {one.person_id for one in self.assignees}


@transaction.atomic(savepoint=False)  # Whoever calls takes all of it back, or nothing.
def decide(decisions: Sequence[NewDecision], *, among: QuerySet[Task], now: datetime) -> Sequence[Judged]:
    """Each is judged by itself, in order; answers in the same order. Their write-backs are queued.

    A task that is not `among` these is unknown.
    """
    ids = {one.task_id for one in decisions}
    with as_system():
        tasks = _locked(among.filter(id__in=ids))
        assignees = queries.all_assignees(list(tasks))
    judged: list[Judged] = []
    taken: list[Decision] = []
    for one in decisions:
        task, holders = tasks.get(one.task_id), assignees.get(one.task_id, ())
        outcome = _judge(one.person_id, task, holders)
        if task is not None and outcome == "taken":
            taken.append(_take(one, task, now))
        judged.append(Judged(outcome, task, holders))
    if taken:
        _book(taken, assignees, now)
    return judged


def _judge(person_id: int, task: Task | None, assignees: Sequence[Assignee]) -> Outcome:
    if task is None:
        return "unknown"
    if task.state == Task.State.DECIDED:
        return "already_decided"
    if task.state == Task.State.WITHDRAWN:
        return "withdrawn"
    return "taken" if person_id in _present(assignees) else "not_yours"


def _take(one: NewDecision, task: Task, now: datetime) -> Decision:
    task.state, task.ended_at = Task.State.DECIDED, now
    decision = Decision(
        task=task,
        customer_id=task.customer_id,
        person_id=one.person_id,
        verdict=one.verdict,
        comment=one.comment,
        way=one.way,
        decided_at=now,
    )
    decision.write_back = WriteBack(connector_id=task.connector_id, customer_id=task.customer_id)
    return decision


def _book(taken: Sequence[Decision], assignees: Mapping[int, Sequence[Assignee]], now: datetime) -> None:
    perform(_booked(taken, now))
    facts = [
        (
            Actor(one.person_id, one.customer_id, one.way),
            _decided(one, _present(assignees[one.task_id])),
        )
        for one in taken
    ]
    perform(recorded(facts, now=now))
    for connector_id in sorted({one.task.connector_id for one in taken}):
        wake(connector_id)


def _booked(taken: Sequence[Decision], now: datetime) -> Steps[None]:
    rows = [(one.task_id, one.person_id, one.verdict, one.comment, one.way) for one in taken]
    yield Call(BOOK, (now, *map(list, zip(*rows, strict=True))))


def _decided(one: Decision, people: set[int]) -> Fact:
    return Fact(
        "task.decided",
        f"task/{one.task_id}",
        [one.customer_id],
        {
            "task_id": one.task_id,
            "app_id": one.task.app_id,
            "verdict": one.verdict,
            "person_id": one.person_id,
            "way": one.way,
        },
        people | {one.person_id},
    )


@transaction.atomic
def transfer(
    task_id: int, *, person_id: int, to_person_id: int, now: datetime, comment: str = "", way: str = "page"
) -> Outcome:
    """Somebody else is to decide. "taken" if it went through.

    Raises Invalid if the other one is no present member of the same company.
    """
    task = _locked(Task.objects.filter(id=task_id)).get(task_id)
    if task is None:
        return "unknown"
    with as_system():
        assignees = queries.all_assignees([task_id])[task_id]
        outcome = _judge(person_id, task, assignees)
        if outcome != "taken":
            return outcome
        _require_colleague(task, person_id, to_person_id, now)
        held = Assignee.objects.filter(task_id=task_id, person_id=person_id, transferred_at=None)
        held.update(transferred_to_id=to_person_id, transferred_at=now, comment=comment)
        if to_person_id not in _present(assignees):
            Assignee.objects.create(
                task_id=task_id, customer_id=task.customer_id, person_id=to_person_id, since=now
            )
    data = {
        "task_id": task.id,
        "app_id": task.app_id,
        "from_person_id": person_id,
        "to_person_id": to_person_id,
        "comment": comment,
    }
    fact = Fact("task.transferred", f"task/{task.id}", [task.customer_id], data, [person_id, to_person_id])
    record(Actor(person_id, task.customer_id, way), fact, now=now)
    return "taken"


def _require_colleague(task: Task, person_id: int, to_person_id: int, now: datetime) -> None:
    if to_person_id == person_id:
        raise Invalid(_("It is with you already. Choose somebody else."))
    present = Q(left_on=None) | Q(left_on__gt=now.astimezone(UTC).date())
    if not Member.objects.filter(present, customer_id=task.customer_id, person_id=to_person_id).exists():
        raise Invalid(_("This person doesn't work there. Choose a colleague from the directory."))


def _locked(tasks: QuerySet[Task]) -> dict[int, Task]:
    """In the order of their ids, so that two crowds never wait for each other."""
    return {task.id: task for task in tasks.select_for_update(of=("self",)).order_by("id")}


def _present(assignees: Sequence[Assignee]) -> set[int]:
    """Who may decide it now."""
    return {one.person_id for one in assignees if one.transferred_at is None}
