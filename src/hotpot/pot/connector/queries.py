"""What is asked of connectors and their tasks. Hot statements are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hotpot.pot.connector.models import Assignee, Connector, Task, UnreadableRow, WriteBack
from hotpot.pot.connector.wire import ApproverBy
from hotpot.pot.party.models import Member

DIRECTORY = "directory/"  # begins the keys of unreadable rows that are people

# The newest round of each row, by its key.
NEWEST_ROUNDS = """
SELECT DISTINCT ON (external_key) external_key, round, left_at IS NOT NULL
  FROM connector_task
 WHERE connector_id = %s AND external_key = ANY (%s)
 ORDER BY external_key, round DESC
"""
# Oldest first, which is the order in which they got it.
ASSIGNEES = "SELECT * FROM connector_assignee WHERE task_id = ANY (%s) ORDER BY id"
# Decisions to write back, oldest first, with all that their statements may name.
WAITING = """
SELECT w.id, t.id, t.app_id, t.customer_id, t.external_key, d.person_id, d.verdict, d.comment, d.decided_at,
       p.number,
       coalesce((SELECT m.external_id FROM party_member m
                  WHERE m.customer_id = w.customer_id AND m.person_id = d.person_id
                  ORDER BY m.left_on IS NULL DESC, m.id DESC LIMIT 1), '')
  FROM connector_writeback w
  JOIN connector_decision d ON d.id = w.decision_id
  JOIN connector_task t ON t.id = d.task_id
  JOIN identity_person p ON p.id = d.person_id
 WHERE w.connector_id = %s AND w.state = 'waiting'
 ORDER BY w.id
 LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Round:
    """`is_over`: the row left its open state, so that seeing it open again is a new round."""

    number: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision on its way. `user_id` is what their system calls the one who decided."""

    id: int
    task_id: int
    app_id: str
    customer_id: int
    key: str
    person_id: int
    verdict: str
    comment: str
    decided_at: datetime
    number: str
    user_id: str


def newest_rounds(connector_id: int, keys: Sequence[str]) -> Mapping[str, Round]:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_ROUNDS, [connector_id, list(keys)])
        return {key: Round(number, is_over) for key, number, is_over in cursor.fetchall()}


def waiting_write_backs(connector_id: int, limit: int) -> Sequence[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [connector_id, limit])
        return [Waiting(*row) for row in cursor.fetchall()]


def unsettled_tasks(connector_id: int) -> Mapping[str, int]:
    """key -> id of the tasks whose row was still open when last seen. A key has one at most."""
    unsettled = Task.objects.filter(connector_id=connector_id, left_at=None)
    return dict(unsettled.values_list("external_key", "id"))


def unreadable_rows(connector_id: int) -> Mapping[str, datetime]:
    """Keys of rows (not people), with when each was last tried."""
    rows = UnreadableRow.objects.filter(connector_id=connector_id).exclude(external_key__startswith=DIRECTORY)
    return dict(rows.values_list("external_key", "last_seen_at"))


def approvers(customer_id: int, by: ApproverBy, names: set[str], day: date) -> Mapping[str, Sequence[int]]:
    """Whom their system means by each name: person ids of present members."""
    present = Member.objects.filter(customer_id=customer_id).filter(Q(left_on=None) | Q(left_on__gt=day))
    found: dict[str, list[int]] = {name: [] for name in names}
    if by == "role":
        members = present.filter(roles__overlap=list(names)).values_list("person_id", "roles")
        pairs = [(role, person_id) for person_id, roles in members for role in roles]
    else:
        field = "external_id" if by == "user_id" else "person__number"
        pairs = list(present.filter(**{f"{field}__in": names}).values_list(field, "person_id"))
    for name, person_id in pairs:
        if name in found:
            found[name].append(person_id)
    return found


def active_connectors() -> QuerySet[Connector]:
    """Those that a runner serves."""
    return Connector.objects.exclude(state__in=[Connector.State.DRAFT, Connector.State.PAUSED])


def assignees(task_ids: Sequence[int]) -> Mapping[int, set[int]]:
    """task id -> the persons who may decide it now."""
    found: dict[int, set[int]] = {task_id: set() for task_id in task_ids}
    rows = Assignee.objects.filter(task_id__in=task_ids, transferred_at=None)
    for task_id, person_id in rows.values_list("task_id", "person_id"):
        found[task_id].add(person_id)
    return found


def of_party(party_id: int) -> QuerySet[Connector]:
    """Those of a company, or those that an integrator set up. Those for messages are plug-ins."""
    theirs = Q(customer_id=party_id) | Q(integrator_id=party_id)
    return Connector.objects.filter(theirs, interface=None).select_related("customer")


def with_figures(connectors: QuerySet[Connector], now: datetime) -> QuerySet[Connector]:
    """tasks_last_day, open_tasks, waiting (write-backs) and unreadable (rows) of each."""
    tasks = Task.objects.filter(connector=OuterRef("pk"))
    return connectors.annotate(
        tasks_last_day=_count(tasks.filter(appeared_at__gte=now - timedelta(days=1))),
        open_tasks=_count(tasks.filter(state=Task.State.OPEN)),
        waiting=_count(WriteBack.objects.filter(connector=OuterRef("pk"), state=WriteBack.State.WAITING)),
        unreadable=_count(UnreadableRow.objects.filter(connector=OuterRef("pk"))),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    """A sub-select each: joined together they would multiply."""
    counted = rows.order_by().values("connector").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def all_assignees(task_ids: Sequence[int]) -> Mapping[int, Sequence[Assignee]]:
    """task id -> all who have or had it, in the order in which they got it."""
    found: dict[int, list[Assignee]] = {task_id: [] for task_id in task_ids}
    for one in Assignee.objects.raw(ASSIGNEES, [list(task_ids)]):
        found[one.task_id].append(one)
    return found
