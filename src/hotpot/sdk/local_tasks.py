"""The tasks of an app that a connector brought, over the connector's own verbs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, cast

from django.db.models import Exists, OuterRef, QuerySet

from hotpot.pot.connector import deciding, queries
from hotpot.pot.connector.models import Assignee
from hotpot.pot.connector.models import Task as TaskRow
from hotpot.pot.party.models import Member as MemberRow
from hotpot.sdk.market import Market, MemberKey, across, present, seated
from hotpot.sdk.platform import (
    Decision,
    DecisionResult,
    Member,
    NewDecision,
    Task,
    Transfer,
    Verdict,
    Way,
)


class LocalTasks:
    def __init__(self, market: Market) -> None:
        self._market = market

    @across
    def get(self, task_ids: Sequence[int]) -> Mapping[int, Task]:
        tasks = self._read(self._ours().filter(id__in=set(task_ids)))
        return {id: tasks[id] for id in dict.fromkeys(task_ids) if id in tasks}

    @across
    def inbox(
        self, person_id: int, *, done: bool = False, before: int | None = None, limit: int = 50
    ) -> Sequence[Task]:
        rows = self._ours()
        if done:
            rows = rows.filter(decision__person_id=person_id)
        else:
            rows = rows.filter(self._waits_for(person_id), state=TaskRow.State.OPEN)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return list(self._read(rows.order_by("-id")[:limit]).values())

    @across
    def count_open(self, person_id: int) -> int:
        return self._ours().filter(self._waits_for(person_id), state=TaskRow.State.OPEN).count()

    @across
    def decide(self, decisions: Sequence[NewDecision]) -> Sequence[DecisionResult]:
        """Who never had a task learns nothing of it."""
        judged = deciding.decide(decisions, among=self._ours(), now=self._market.now)
        seen = [one for new, one in zip(decisions, judged, strict=True) if new.person_id in one.people]
        tasks = self._tasks(
            {one.task.id: one.task for one in seen if one.task}.values(),
            {one.task.id: one.assignees for one in seen if one.task},
        )
        return [
            DecisionResult(one.outcome, tasks[new.task_id])
            if new.person_id in one.people
            else DecisionResult("not_yours" if one.task else "unknown", None)
            for new, one in zip(decisions, judged, strict=True)
        ]

    @across
    def transfer(
        self, task_id: int, *, person_id: int, to_person_id: int, comment: str = "", way: Way = "page"
    ) -> DecisionResult:
        had = self._had([task_id])
        if person_id not in had.get(task_id, ()):
            return DecisionResult("not_yours" if task_id in had else "unknown", None)
        task = self.get([task_id])[task_id]
        if task.state == "open" and not self._may_take_over(to_person_id, task.customer_id):
            return DecisionResult("unknown", task)
        outcome = deciding.transfer(
            task_id,
            person_id=person_id,
            to_person_id=to_person_id,
            comment=comment,
            way=way,
            now=self._market.now,
        )
        return DecisionResult(outcome, self.get([task_id])[task_id])

    def _ours(self) -> QuerySet[TaskRow]:
        return TaskRow.objects.filter(app_id=self._market.app_id, customer_id__in=self._market.customer_ids)

    def _waits_for(self, person_id: int) -> Exists:
        return Exists(
            Assignee.objects.filter(task_id=OuterRef("id"), person_id=person_id, transferred_at=None)
        )

    def _had(self, task_ids: Sequence[int]) -> Mapping[int, set[int]]:
        """task id -> all who have or had it; only tasks of this app."""
        rows = self._ours().filter(id__in=set(task_ids)).values_list("id", "assignees__person_id")
        had: dict[int, set[int]] = defaultdict(set)
        for task_id, person_id in rows:
            had[task_id].add(person_id)
        return had

    def _may_take_over(self, person_id: int, customer_id: int) -> bool:
        colleagues = MemberRow.objects.filter(present(self._market.now), seated(self._market))
        return colleagues.filter(person_id=person_id, customer_id=customer_id).exists()

    def _read(self, rows: QuerySet[TaskRow]) -> Mapping[int, Task]:
        """In the rows' order, in three round trips however many they are."""
        found = list(rows.select_related("decision__write_back"))
        return self._tasks(found, queries.all_assignees([row.id for row in found]))

    def _tasks(
        self, rows: Collection[TaskRow], assignees: Mapping[int, Sequence[Assignee]]
    ) -> Mapping[int, Task]:
        """With their people, in one round trip however many they are."""
        keys = {(one.person_id, one.customer_id) for some in assignees.values() for one in some}
        keys |= {
            (id, one.customer_id)
            for some in assignees.values()
            for one in some
            if (id := one.transferred_to_id)
        }
        keys |= {(row.decision.person_id, row.customer_id) for row in rows if hasattr(row, "decision")}
        people = self._market.members(keys)
        return {row.id: _task(row, assignees[row.id], people) for row in rows}


def _task(row: TaskRow, assignees: Sequence[Assignee], people: Mapping[MemberKey, Member]) -> Task:
    def member(person_id: int) -> Member:
        return people[person_id, row.customer_id]

    return Task(
        id=row.id,
        customer_id=row.customer_id,
        title=row.title,
        applicant=row.applicant,
        amount_minor=row.amount_minor,
        currency=row.currency,
        details=dict(row.details),
        state=cast("Literal['open', 'decided', 'withdrawn']", row.state),
        appeared_at=row.appeared_at,
        assignees=tuple(member(one.person_id) for one in assignees if one.transferred_at is None),
        decision=_decision(row, member) if hasattr(row, "decision") else None,
        transfers=tuple(
            Transfer(member(one.person_id), member(one.transferred_to_id), one.transferred_at, one.comment)
            for one in sorted(assignees, key=_when_transferred)
            if one.transferred_at is not None and one.transferred_to_id is not None
        ),
        ended_at=row.ended_at,
    )


def _when_transferred(assignee: Assignee) -> tuple[bool, datetime, int]:
    at = assignee.transferred_at
    return at is None, at or assignee.since, assignee.id


def _decision(row: TaskRow, member: Callable[[int], Member]) -> Decision:
    decision = row.decision
    return Decision(
        verdict=cast("Verdict", decision.verdict),
        comment=decision.comment,
        way=decision.way,
        by=member(decision.person_id),
        at=decision.decided_at,
        written_back=cast("Literal['waiting', 'done', 'refused']", decision.write_back.state),
    )
