"""Verbs of connectors and tasks. Their database is only touched by `enterprise` and `runner`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.kernel.vault import Vault
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector import queries
from hotpot.pot.connector.address import shown, url_of
from hotpot.pot.connector.enterprise import Written
from hotpot.pot.connector.models import Assignee, Connector, Task, UnreadableRow, WriteBack
from hotpot.pot.connector.queries import Waiting
from hotpot.pot.connector.rules import PROBE_S, ReadRow, back_off_s, local_time
from hotpot.pot.connector.trouble import Broken, Trouble
from hotpot.pot.connector.wire import Config, read_config, stored
from hotpot.pot.events.actions import Fact, record, record_all
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.party.models import Engagement, Membership, Party
from hotpot.pot.party.rules import Right, may
from hotpot.pot.web.sentences import Sentence, kept, pack

WAKE_CHANNEL = "hotpot_connectors"  # PostgreSQL NOTIFY: the id of a connector that has something to do
STATE = Connector.State

# One round trip for any number of rows; who came first keeps the row.
INSERT_TASKS = """
INSERT INTO connector_task (connector_id, customer_id, app_id, external_key, round, title, applicant,
                            approver, amount_minor, currency, details, state, appeared_at)
SELECT %(connector_id)s, %(customer_id)s, %(app_id)s, r.key, r.round, r.title, r.applicant,
       r.approver, r.amount_minor, r.currency, r.details, 'open', r.appeared_at
  FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS r(n int, key text, round int, title text, applicant text, approver text, amount_minor bigint,
         currency text, details jsonb, appeared_at timestamptz)
 ORDER BY r.n
ON CONFLICT (connector_id, external_key, round) DO NOTHING
RETURNING id, external_key
"""
KEEP_UNREADABLE = """
INSERT INTO connector_unreadablerow (connector_id, customer_id, external_key, problem, row,
                                     first_seen_at, last_seen_at)
SELECT %(connector_id)s, %(customer_id)s, r.key, r.problem, r.row, %(now)s, %(now)s
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(key text, problem text, row jsonb)
ON CONFLICT (connector_id, external_key)
DO UPDATE SET problem = excluded.problem, row = excluded.row, last_seen_at = excluded.last_seen_at
"""


# --- setting up ------------------------------------------------------------------------------------


def require_rights(actor: Actor, customer_id: int) -> None:
    """Managers of the company and of the integrator engaged with it. Raises Forbidden."""
    if actor.person_id is None:
        return
    with as_system():
        engaged = Engagement.objects.filter(customer_id=customer_id, ends_on=None, integrator__isnull=False)
        allowed = [customer_id, *engaged.values_list("integrator_id", flat=True)]
        roles = list(
            Membership.objects.filter(person_id=actor.person_id, party_id__in=allowed).values_list(
                "role", flat=True
            )
        )
    if not any(may(role, Right.RUN) for role in roles):
        raise Forbidden(
            _("Only managers of the company, or of the integrator it works with, may set up its connectors.")
        )


@transaction.atomic
def create(
    actor: Actor,
    *,
    customer: Party,
    name: str,
    address: str,
    config: Mapping[str, Any],
    now: datetime,
    integrator: Party | None = None,
    app_id: str = "approvals",
) -> Connector:
    """A draft. `address` is the database's URL: it is sealed and never shown again.

    `config` may be unfinished until it is started. Raises Forbidden, ConfigError, Conflict.
    """
    require_rights(actor, customer.id)
    url_of(address)
    try:
        with transaction.atomic():
            connector = Connector.objects.create(
                customer=customer,
                integrator=integrator,
                app_id=app_id,
                name=_named(name),
                config=stored(config),
                sealed_url=_vault().seal(address.strip()),
                created_at=now,
                changed_at=now,
            )
    except IntegrityError:
        raise Conflict(_("There is a connector with this name already. Choose another one.")) from None
    _record(actor, connector, "created", now, name=connector.name, address=shown(address))
    return connector


@transaction.atomic
def change(
    actor: Actor,
    *,
    connector: Connector,
    now: datetime,
    name: str | None = None,
    address: str | None = None,
    config: Mapping[str, Any] | None = None,
) -> Connector:
    """What is None stays. One that had trouble is tried again at once.

    `connector` is as it was read: what was found out with it holds for no other. Raises Forbidden,
    ConfigError, and Conflict where somebody changed it meanwhile.
    """
    require_rights(actor, connector.customer_id)
    read_at, connector = connector.changed_at, _locked(connector)
    if connector.changed_at != read_at:
        raise Conflict(_("Somebody changed this connector meanwhile. Look at it again, then change it."))
    if name is not None:
        connector.name = _named(name)
    if address:
        url_of(address)
        connector.sealed_url = _vault().seal(address.strip())
    if config is not None:
        if connector.state != STATE.DRAFT:
            read_config(config)
        _forget_what_was_read(connector, config)
        connector.config = stored(config)
    if connector.state in (STATE.BROKEN, STATE.BACKING_OFF):
        _set_right(connector)
    connector.changed_at = now
    connector.save()
    changed = [key for key, value in (("name", name), ("address", address), ("config", config)) if value]
    _record(actor, connector, "changed", now, changed=changed)
    wake(connector.id)
    return connector


@transaction.atomic
def start(actor: Actor, *, connector: Connector, now: datetime) -> Connector:
    """From a draft, a pause, or trouble that a person mended. Starting a running one changes nothing.

    Raises ConfigError if the configuration isn't finished.
    """
    require_rights(actor, connector.customer_id)
    connector = _locked(connector)
    if connector.state == STATE.RUNNING:
        return connector
    read_config(connector.config)
    verb = "started" if connector.state == STATE.DRAFT else "resumed"
    _set_right(connector)
    connector.save()
    _record(actor, connector, verb, now)
    wake(connector.id)
    return connector


resume = start


@transaction.atomic
def pause(actor: Actor, *, connector: Connector, now: datetime) -> Connector:
    """Nothing is read or written until it is resumed. Decisions made meanwhile wait."""
    require_rights(actor, connector.customer_id)
    connector = _locked(connector)
    if connector.state == STATE.DRAFT:
        raise Conflict(_("This connector was never started, so there is nothing to pause."))
    if connector.state == STATE.PAUSED:
        return connector
    connector.state, connector.problem, connector.retry_at = STATE.PAUSED, "", None
    connector.save()
    _record(actor, connector, "paused", now)
    return connector


def address_of(connector: Connector) -> str:
    """The secret itself, for opening the connection; never for a page."""
    return _vault().open(bytes(connector.sealed_url))


def shown_address(connector: Connector) -> str:
    return shown(address_of(connector))


# --- rows come in ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """`task_ids` by row key; `nobody` are the keys whose approver no member answers to, with why."""

    task_ids: Mapping[str, int]
    nobody: Mapping[str, str]


@transaction.atomic
def take_rows(connector: Connector, rows: Sequence[ReadRow], now: datetime) -> Taken:
    """Rows become open tasks, each once, however often it is offered. One event a task."""
    config = read_config(connector.config)
    assert config.rows is not None
    people, nobody = _approvers(connector, config, rows, now)
    ready = [row for row in rows if row.key not in nobody]
    if not ready:
        return Taken({}, nobody)
    ids = _insert_tasks(connector, ready)
    Assignee.objects.bulk_create(
        Assignee(task_id=ids[row.key], customer_id=connector.customer_id, person_id=person_id, since=now)
        for row in ready
        if row.key in ids
        for person_id in people[row.approver]
    )
    facts = [
        Fact(
            "task.opened",
            f"task/{ids[row.key]}",
            [connector.customer_id],
            {"task_id": ids[row.key], "app_id": connector.app_id},
            people[row.approver],
        )
        for row in ready
        if row.key in ids
    ]
    record_all(SYSTEM_ACTOR, facts, now=now)
    _forget_unreadable(connector.id, [row.key for row in ready])
    return Taken(ids, nobody)


def _approvers(
    connector: Connector, config: Config, rows: Sequence[ReadRow], now: datetime
) -> tuple[Mapping[str, Sequence[int]], Mapping[str, str]]:
    assert config.rows is not None
    by = config.rows.columns.approver_by
    names = {row.approver for row in rows}
    day = now.astimezone(ZoneInfo(connector.customer.time_zone)).date()
    people = queries.approvers(connector.customer_id, by, names, day)
    sentences = {
        "role": gettext_noop("Nobody in the directory has the role “%s”. Give it to somebody."),
        "user_id": gettext_noop("Nobody in the directory has the user id “%s”. Add the person."),
        "number": gettext_noop("Nobody in the directory has the number %s. Add the person."),
    }
    return people, {
        row.key: Sentence(sentences[by], row.approver) for row in rows if not people[row.approver]
    }


def _insert_tasks(connector: Connector, rows: Sequence[ReadRow]) -> dict[str, int]:
    before = queries.newest_rounds(connector.id, [row.key for row in rows])
    content = [
        {
            "n": n,
            "key": row.key,
            "round": before[row.key].number + before[row.key].is_over if row.key in before else 1,
            "title": row.title,
            "applicant": row.applicant,
            "approver": row.approver,
            "amount_minor": None if row.amount is None else row.amount.minor,
            "currency": None if row.amount is None else row.amount.currency,
            "details": list(row.details.items()),
            "appeared_at": row.appeared_at.isoformat(),
        }
        for n, row in enumerate(rows)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_TASKS,
            {
                "connector_id": connector.id,
                "customer_id": connector.customer_id,
                "app_id": connector.app_id,
                "rows": json.dumps(content),
            },
        )
        return {key: task_id for task_id, key in cursor.fetchall()}


@transaction.atomic
def keep_unreadable(
    connector: Connector, problems: Mapping[str, tuple[str, Mapping[str, Any]]], now: datetime
) -> None:
    """Row key -> why it can't become a task, and what it holds. It is tried again."""
    if not problems:
        return
    content = [{"key": key, "problem": pack(problem), "row": row} for key, (problem, row) in problems.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP_UNREADABLE,
            {
                "connector_id": connector.id,
                "customer_id": connector.customer_id,
                "rows": json.dumps(content),
                "now": now,
            },
        )


@transaction.atomic
def forget_unreadable(connector_id: int, keys: Sequence[str]) -> None:
    """Their rows are gone, or no longer open."""
    _forget_unreadable(connector_id, keys)


@transaction.atomic
def rows_left(connector: Connector, task_ids: Sequence[int], now: datetime) -> int:
    """Their rows are no longer open. Tasks that waited for a decision are withdrawn; answers how many."""
    tasks = list(
        Task.objects.select_for_update(of=("self",)).filter(id__in=task_ids, left_at=None).order_by("id")
    )
    withdrawn = [task for task in tasks if task.state == Task.State.OPEN]
    ids = [task.id for task in withdrawn]
    Task.objects.filter(id__in=ids).update(state=Task.State.WITHDRAWN, ended_at=now)
    Task.objects.filter(id__in=[task.id for task in tasks]).update(left_at=now)
    people = queries.assignees(ids)
    facts = [
        Fact(
            "task.withdrawn",
            f"task/{task.id}",
            [task.customer_id],
            {"task_id": task.id, "app_id": task.app_id},
            people[task.id],
        )
        for task in withdrawn
    ]
    record_all(SYSTEM_ACTOR, facts, now=now)
    return len(withdrawn)


# --- decisions go back -------------------------------------------------------------------------------


def parameters(config: Config, waiting: Sequence[Waiting]) -> list[dict[str, str]]:
    """What the write-back's statements may name, one mapping a decision."""
    assert config.rows is not None
    words = config.rows.write_back.verdicts
    return [
        {
            "key": one.key,
            "verdict": words[one.verdict],
            "comment": one.comment,
            "approver_user_id": one.user_id,
            "approver_number": one.number,
            "decided_at": local_time(one.decided_at, config.zone),
        }
        for one in waiting
    ]


@transaction.atomic
def write_backs_done(
    connector: Connector, waiting: Sequence[Waiting], written: Sequence[Written], now: datetime
) -> int:
    """Their transaction is committed: ours follows. Answers how many they refused."""
    results = list(zip(waiting, written, strict=True))
    refused = [(one, result.refusal) for one, result in results if result.refusal]
    done = [one.id for one, result in results if not result.refusal]
    still_waiting = WriteBack.objects.filter(connector=connector, state=WriteBack.State.WAITING)
    still_waiting.filter(id__in=done).update(
        state=WriteBack.State.DONE, attempts=F("attempts") + 1, problem="", done_at=now
    )
    for one, refusal in refused:
        still_waiting.filter(id=one.id).update(
            state=WriteBack.State.REFUSED, attempts=F("attempts") + 1, problem=refusal, done_at=now
        )
    left = [one.task_id for one, result in results if result.left]
    Task.objects.filter(id__in=left, left_at=None).update(left_at=now)
    record_all(SYSTEM_ACTOR, [_written_back(one, result) for one, result in results], now=now)
    return len(refused)


def _written_back(one: Waiting, result: Written) -> Fact:
    data: dict[str, Any] = {"task_id": one.task_id, "app_id": one.app_id}
    if result.refusal:
        data["problem"] = kept(result.refusal)
    verb = "task.write_back_refused" if result.refusal else "task.written_back"
    return Fact(verb, f"task/{one.task_id}", [one.customer_id], data, [one.person_id])


@transaction.atomic
def retry_write_back(actor: Actor, *, write_back: WriteBack, now: datetime) -> None:
    """A person mended over there what kept a decision out."""
    require_rights(actor, write_back.customer_id)
    again = WriteBack.objects.filter(id=write_back.id, state=WriteBack.State.REFUSED)
    if again.update(state=WriteBack.State.WAITING, problem="", done_at=None):
        _record(actor, write_back.connector, "write_back_retried", now, write_back_id=write_back.id)
        wake(write_back.connector_id)


# --- states that the runner sets ---------------------------------------------------------------------


@transaction.atomic
def fell_into_trouble(connector: Connector, trouble: Trouble, *, now: datetime, jitter: float) -> None:
    """Backing off if it may come back by itself, broken if it needs a person. `jitter` is in [0, 1)."""
    connector = _locked(connector)
    if connector.state in (STATE.DRAFT, STATE.PAUSED):
        return
    before = (connector.state, connector.problem)
    connector.failures += 1
    connector.problem = trouble.sentence
    if isinstance(trouble, Broken):
        connector.state, wait_s = STATE.BROKEN, PROBE_S
    else:
        connector.state, wait_s = STATE.BACKING_OFF, back_off_s(connector.failures, jitter)
    connector.retry_at = now + timedelta(seconds=wait_s)
    connector.polled_at = now
    connector.save(update_fields=["state", "problem", "failures", "retry_at", "polled_at"])
    if before != (connector.state, connector.problem):
        verb = "broke" if connector.state == STATE.BROKEN else "backed_off"
        _record(SYSTEM_ACTOR, connector, verb, now, problem=kept(connector.problem))


@transaction.atomic
def went_well(connector: Connector, *, now: datetime) -> None:
    """Their system could be used. One in trouble runs again."""
    running = Connector.objects.filter(id=connector.id, state=STATE.RUNNING, failures=0)
    if running.update(polled_at=now):
        return
    connector = _locked(connector)
    if connector.state in (STATE.DRAFT, STATE.PAUSED):
        return
    _set_right(connector)
    connector.polled_at = now
    connector.save()
    _record(SYSTEM_ACTOR, connector, "recovered", now)


def keep_watermark(connector: Connector, watermark: str | int) -> None:
    connector.watermark = watermark
    Connector.objects.filter(id=connector.id).update(watermark=watermark)


def directory_read(connector: Connector, now: datetime) -> None:
    connector.directory_at = now
    Connector.objects.filter(id=connector.id).update(directory_at=now)


# --- shared --------------------------------------------------------------------------------------------


def _record(actor: Actor, connector: Connector, verb: str, now: datetime, **data: Any) -> None:
    fact = Fact(
        f"connector.{verb}",
        f"connector/{connector.id}",
        [connector.customer_id, connector.integrator_id],
        {"connector_id": connector.id} | data,
    )
    record(actor, fact, now=now)


def wake(connector_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [WAKE_CHANNEL, str(connector_id)])


def _locked(connector: Connector) -> Connector:
    return Connector.objects.select_for_update().get(pk=connector.pk)


def _set_right(connector: Connector) -> None:
    connector.state, connector.problem, connector.failures, connector.retry_at = STATE.RUNNING, "", 0, None


def _forget_what_was_read(connector: Connector, config: Mapping[str, Any]) -> None:
    """Another source or another way of noticing begins anew; rows taken before stay taken."""
    if any(connector.config.get(part) != config.get(part) for part in ("source", "notice")):
        connector.watermark = None
    if connector.config.get("directory") != config.get("directory"):
        connector.directory_at = None


def _forget_unreadable(connector_id: int, keys: Sequence[str]) -> None:
    UnreadableRow.objects.filter(connector_id=connector_id, external_key__in=keys).delete()


def _named(name: str) -> str:
    if not name.strip():
        raise Invalid(_("Give the connector a name, such as “Expense claims”."))
    return name.strip()


def _vault() -> Vault:
    return Vault(settings.SECRET_KEY, "connector")
