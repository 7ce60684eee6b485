"""The same life of a task on every database and in every way of noticing rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hotpot.conftest import Market, make_member
from hotpot.pot.connector import actions, deciding, queries, runner
from hotpot.pot.connector.models import Assignee, Connector, Task, UnreadableRow, WriteBack
from hotpot.pot.connector.wire import Outcome, PollResult, Verdict, read_config
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.sentences import sentence
from hotpot.pot.events.wire import SYSTEM_ACTOR
from tests.enterprise.conftest import started
from tests.enterprise.offices import Office
from tests.enterprise.settings import COLUMNS, NOW

pytestmark = pytest.mark.django_db
STATE = Connector.State


@dataclass(frozen=True)
class Said:
    task_id: int
    person_id: int
    verdict: Verdict = "approved"
    comment: str = ""
    way: str = "page"


def decide(
    task: Task, verdict: Verdict = "approved", comment: str = "", person_id: int | None = None
) -> Outcome:
    person_id = person_id or Assignee.objects.filter(task=task).values_list("person_id", flat=True)[0]
    (judged,) = deciding.decide(
        [Said(task.id, person_id, verdict, comment)], among=Task.objects.all(), now=NOW
    )
    return judged.outcome


def poll(connector: Connector, after_s: float = 0) -> Any:
    return runner.poll_once(connector.id, NOW + timedelta(seconds=after_s), jitter=lambda: 0.0)


def states(connector: Connector) -> dict[str, str]:
    return dict(Task.objects.filter(connector=connector).values_list("external_key", "state"))


def recorded(*types: str) -> Sequence[str]:
    return list(EventRow.objects.filter(type__in=types).order_by("sequence").values_list("type", flat=True))


def test_a_row_appears_is_decided_and_goes_back(office: Office, market: Market, notice: str) -> None:
    office.add(1)
    office.add(2, amount=None, reason=None)
    connector = started(office, market, notice)
    assert poll(connector).taken == 2
    first, second = Task.objects.order_by("external_key")
    assert (first.title, first.applicant, first.amount_minor, first.currency) == (
        "Leave 1",
        "王芳",
        12050,
        "CNY",
    )
    assert first.details == [["Reason", "family"]]
    assert first.appeared_at == datetime(2026, 10, 15, 1, 1, tzinfo=UTC)
    assert second.amount_minor is None

    assert decide(first, "approved", "同意") == "taken"
    assert decide(second, "rejected", "") == "taken"
    result = poll(connector)
    assert (result.written_back, result.taken, result.withdrawn, result.refused) == (2, 0, 0, 0)
    row = office.row(1)
    assert (row["status"], row["remark"], row["decided_by"], row["written"]) == (2, "同意", "u7", 1)
    assert str(row["decided_at"])[:19] == "2026-10-15 10:00:00"
    assert office.row(2)["status"] == 3
    assert poll(connector) == PollResult()
    assert recorded("task.opened", "task.decided", "task.written_back") == [
        *["task.opened"] * 2, *["task.decided"] * 2, *["task.written_back"] * 2,
    ]  # fmt: skip


def test_each_row_is_taken_once_however_often_it_is_seen(office: Office, market: Market, notice: str) -> None:
    connector = started(office, market, notice)
    for key in range(1, 6):
        office.add(key)
        assert poll(connector).taken == 1
        assert poll(connector).taken == 0
    assert Task.objects.count() == 5
    assert EventRow.objects.filter(type="task.opened").count() == 5


def test_a_late_commit_below_the_watermark_is_not_missed(office: Office, market: Market) -> None:
    connector = started(office, market, "watermark")
    office.add(10)
    poll(connector)
    office.add(3, created_at="2026-10-15 09:03:00")
    assert poll(connector).taken == 1


def test_a_claimed_row_says_so_only_once_we_hold_it(
    office: Office, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.add(1)
    connector = started(office, market, "claim")
    with monkeypatch.context() as patch:
        patch.setattr(runner.Poller, "_claim", _killed)
        with pytest.raises(Killed):
            poll(connector)
    assert office.row(1)["taken"] is None
    assert states(connector) == {"1": "open"}
    assert poll(connector).taken == 0
    assert office.row(1)["taken"] == "hotpot"


def test_details_keep_the_order_of_their_configuration(office: Office, market: Market) -> None:
    """Neither by length nor by alphabet, as jsonb would have it."""
    details = {"Reason of leave": "reason", "Who": "applicant", "Amount": "amount", "A": "id"}
    connector = started(office, market, "status", columns=COLUMNS | {"details": details})
    office.add(1)
    poll(connector)
    assert [label for label, _ in Task.objects.get().details] == list(details)
    connector.refresh_from_db()
    config = read_config(connector.config)
    assert config.rows is not None
    assert list(config.rows.columns.details) == list(details)


def test_a_problem_is_read_in_the_language_of_its_reader(office: Office, connector: Connector) -> None:
    office.server.stop()
    try:
        poll(connector)
    finally:
        office.server.start()
    with translation.override("zh-hans"):
        problem = Connector.objects.get(id=connector.id).problem
        told = EventRow.objects.get(type="connector.backed_off")
        assert problem in sentence(told.type, told.subject, told.data)
    connector.refresh_from_db()
    assert connector.problem.startswith("Their database can't be reached")


def test_what_ends_over_there_is_withdrawn_here(office: Office, market: Market, notice: str) -> None:
    office.add(1)
    office.add(2)
    connector = started(office, market, notice)
    poll(connector)
    office.run("DELETE FROM leave_request WHERE id = 1")
    office.run("UPDATE leave_request SET status = 2, taken = 'done' WHERE id = 2")
    assert poll(connector).withdrawn == 2
    assert set(states(connector).values()) == {"withdrawn"}
    task = Task.objects.get(external_key="1")
    assert decide(task) == "withdrawn"
    assert len(recorded("task.withdrawn")) == 2


def test_a_row_that_opens_again_is_a_new_round(office: Office, market: Market, notice: str) -> None:
    office.add(1)
    connector = started(office, market, notice)
    poll(connector)
    decide(Task.objects.get(), "rejected", "no receipt")
    assert poll(connector).written_back == 1
    assert poll(connector).taken == 0
    office.run("UPDATE leave_request SET status = 0, taken = NULL WHERE id = 1")
    assert poll(connector).taken == 1
    again = Task.objects.get(state="open")
    assert (again.external_key, again.round) == ("1", 2)
    decide(again, "approved")
    poll(connector)
    assert office.row(1)["status"] == 2


def test_decided_over_there_first(office: Office, connector: Connector) -> None:
    office.add(1)
    poll(connector)
    decide(Task.objects.get(), "approved")
    office.run("UPDATE leave_request SET status = 3 WHERE id = 1")
    assert poll(connector).refused == 1
    write_back = WriteBack.objects.get()
    assert write_back.state == "refused"
    assert "already decided over there" in write_back.problem
    assert office.row(1)["status"] == 3
    assert recorded("task.write_back_refused")


def test_a_kill_between_their_commit_and_ours_writes_nothing_twice(
    office: Office, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.add(1)
    poll(connector)
    decide(Task.objects.get(), "approved", "ok")
    with monkeypatch.context() as patch:
        patch.setattr(actions, "write_backs_done", _killed)
        with pytest.raises(Killed):
            poll(connector)
    assert office.row(1)["status"] == 2
    assert WriteBack.objects.get().state == "waiting"
    result = poll(connector)
    assert (result.written_back, result.refused) == (1, 0)
    assert office.row(1)["written"] == 1


def test_one_bad_decision_keeps_no_other_back(office: Office, connector: Connector) -> None:
    """MariaDB and PostgreSQL refuse a remark longer than its column."""
    if office.kind == "sqlite":
        pytest.skip("SQLite cuts nothing off and refuses no length")
    for key in (1, 2, 3):
        office.add(key)
    poll(connector)
    for task in Task.objects.all():
        decide(task, comment="x" * 99 if task.external_key == "2" else "fine")
    result = poll(connector)
    assert (result.written_back, result.refused) == (2, 1)
    assert [office.row(key)["status"] for key in (1, 2, 3)] == [2, 0, 2]
    assert "too long" in WriteBack.objects.get(state="refused").problem


def test_their_database_goes_and_comes_back(office: Office, connector: Connector) -> None:
    office.add(1)
    office.add(2)
    poll(connector)
    decide(Task.objects.get(external_key="1"))
    office.server.stop()
    try:
        assert poll(connector).problem
        connector.refresh_from_db()
        assert (connector.state, connector.failures) == (STATE.BACKING_OFF, 1)
        assert "reached" in connector.problem
        assert connector.retry_at == NOW + timedelta(seconds=1)
        assert poll(connector, 0.5).problem  # waits, doesn't ask again
        poll(connector, 1)
        connector.refresh_from_db()
        assert connector.retry_at == NOW + timedelta(seconds=3)
        decide(Task.objects.get(external_key="2"))
    finally:
        office.server.start()
    assert poll(connector, 3).written_back == 2
    connector.refresh_from_db()
    assert (connector.state, connector.problem, connector.failures) == (STATE.RUNNING, "", 0)
    assert set(states(connector).values()) == {"decided"}
    assert recorded("connector.backed_off", "connector.recovered") == [
        "connector.backed_off",
        "connector.recovered",
    ]


def test_trouble_ends_only_when_their_system_answers(office: Office, connector: Connector) -> None:
    office.server.stop()
    try:
        poll(connector)
        runner.poll_once(connector.id, NOW + timedelta(seconds=2), read=False, jitter=lambda: 0.0)
        connector.refresh_from_db()
        assert (connector.state, connector.failures) == (STATE.BACKING_OFF, 2)
    finally:
        office.server.start()
    runner.poll_once(connector.id, NOW + timedelta(seconds=9), read=False)
    connector.refresh_from_db()
    assert connector.state == STATE.RUNNING


def test_a_wrong_password_needs_a_person(office: Office, market: Market) -> None:
    if office.kind != "mariadb":
        pytest.skip("the others ask for no password here")
    office.run("CREATE USER IF NOT EXISTS oa@localhost IDENTIFIED BY 'right'")
    office.run("CREATE USER IF NOT EXISTS oa@'127.0.0.1' IDENTIFIED BY 'right'")
    office.run("GRANT SELECT ON office.* TO oa@'127.0.0.1'")
    office.add(1)
    connector = started(office, market, "status")
    wrong = office.address.replace("root@", "oa:hunter2@")
    actions.change(SYSTEM_ACTOR, connector=connector, address=wrong, now=NOW)
    problem = poll(connector).problem
    connector.refresh_from_db()
    assert connector.state == STATE.BROKEN
    assert "password" in problem
    assert "hunter2" not in problem

    right = wrong.replace("hunter2", "right")
    actions.change(SYSTEM_ACTOR, connector=connector, address=right, now=NOW + timedelta(seconds=1))
    assert poll(connector, 1).taken == 1
    decide(Task.objects.get())
    problem = poll(connector, 2).problem
    connector.refresh_from_db()
    assert connector.state == STATE.BROKEN
    assert "permission" in problem
    assert WriteBack.objects.get().state == "waiting"


def test_a_dropped_column_breaks_it_until_it_is_mended(office: Office, connector: Connector) -> None:
    office.add(1)
    poll(connector)
    office.run("ALTER TABLE leave_request DROP COLUMN reason")
    office.run(
        "INSERT INTO leave_request (id, document, approver, status) VALUES (2, 'Leave', 'SUPERVISOR', 0)"
    )
    assert poll(connector).problem
    connector.refresh_from_db()
    assert connector.state == STATE.BROKEN
    assert "reason" in connector.problem
    columns = {**COLUMNS, "details": {}}
    actions.change(SYSTEM_ACTOR, connector=connector, config=connector.config | {"columns": columns}, now=NOW)
    assert poll(connector).taken == 1
    assert states(connector) == {"1": "open", "2": "open"}


def test_a_broken_one_is_probed_each_five_minutes(office: Office, connector: Connector) -> None:
    office.run("ALTER TABLE leave_request RENAME TO away")
    poll(connector)
    connector.refresh_from_db()
    assert connector.state == STATE.BROKEN
    office.run("ALTER TABLE away RENAME TO leave_request")
    office.add(1)
    assert poll(connector, 299).taken == 0
    assert poll(connector, 301).taken == 1


def test_rows_that_cannot_be_read_are_kept_and_tried_again(
    office: Office, market: Market, notice: str
) -> None:
    office.add(1, approver="CHANCELLOR")
    office.add(2, document=None, id=2)
    office.add(3, approver="")
    office.add(4)
    connector = started(office, market, notice)
    result = poll(connector)
    assert (result.taken, result.unreadable) == (2, 2)
    kept = dict(UnreadableRow.objects.values_list("external_key", "problem"))
    assert set(kept) == {"1", "3"}
    assert "CHANCELLOR" in kept["1"]
    assert poll(connector, 5).unreadable == 0
    make_member(market.customer, name="Chancellor", roles=["CHANCELLOR"])
    office.run("DELETE FROM leave_request WHERE id = 3")
    assert poll(connector, 31).taken == 1
    assert not UnreadableRow.objects.exists()


def test_one_of_a_role_decides_and_the_second_hears_so(
    office: Office, connector: Connector, market: Market
) -> None:
    make_member(market.customer, name="Second", roles=["SUPERVISOR", "OTHER"])
    office.add(1)
    poll(connector)
    task = Task.objects.get()
    first, second = Assignee.objects.order_by("id").values_list("person_id", flat=True)
    stranger = market.members[0].person_id
    said = [Said(task.id, stranger), Said(task.id, second), Said(task.id, first), Said(0, first)]
    judged = deciding.decide(said, among=Task.objects.all(), now=NOW)
    assert [one.outcome for one in judged] == ["not_yours", "taken", "already_decided", "unknown"]


def test_a_transfer_moves_the_task(office: Office, connector: Connector, market: Market) -> None:
    office.add(1)
    poll(connector)
    task = Task.objects.get()
    (first,) = queries.assignees([task.id])[task.id]
    other = market.members[0].person_id
    assert deciding.transfer(task.id, person_id=first, to_person_id=other, now=NOW) == "taken"
    assert decide(task, person_id=first) == "not_yours"
    assert decide(task, person_id=other) == "taken"
    assert poll(connector).written_back == 1


def test_chinese_in_a_latin_1_column(office: Office, market: Market) -> None:
    """GBK bytes that a program of theirs put where its database expects latin-1."""
    office.add(1, applicant="王芳".encode("gbk").decode("cp1252"))
    connector = started(office, market, "status", encoding="gbk-in-latin-1")
    poll(connector)
    assert Task.objects.get().applicant == "王芳"
    decide(Task.objects.get(), comment="同意")
    poll(connector)
    assert office.row(1)["remark"].encode("cp1252").decode("gbk") == "同意"


def test_bytes_that_are_no_utf_8_in_a_sqlite_file(office: Office, connector: Connector) -> None:
    if office.kind != "sqlite":
        pytest.skip("only SQLite keeps text that isn't in its encoding")
    office.add(1)
    office.run("UPDATE leave_request SET applicant = CAST(x'CDF5B7BC' AS TEXT) WHERE id = 1")
    assert poll(connector).taken == 1
    assert Task.objects.get().applicant == "王芳"


def test_a_paused_one_touches_nothing(office: Office, connector: Connector) -> None:
    office.add(1)
    poll(connector)
    decide(Task.objects.get())
    actions.pause(SYSTEM_ACTOR, connector=connector, now=NOW)
    office.add(2)
    assert poll(connector) == PollResult()
    assert office.row(1)["status"] == 0
    connector.refresh_from_db()
    actions.resume(SYSTEM_ACTOR, connector=connector, now=NOW)
    result = poll(connector)
    assert (result.taken, result.written_back) == (1, 1)


def test_two_thousand_rows_come_in_batches(office: Office, market: Market, notice: str) -> None:
    values = ", ".join(f"({key}, 'Leave', 'SUPERVISOR', '2026-10-15 09:00:00', 0)" for key in range(1, 2_502))
    office.run(f"INSERT INTO leave_request (id, document, approver, created_at, status) VALUES {values}")
    connector = started(office, market, notice)
    assert poll(connector).taken == 2_501
    assert poll(connector).taken == 0


def test_a_look_costs_few_statements(office: Office, connector: Connector) -> None:
    for key in range(1, 11):
        office.add(key)
    poll(connector)
    for task in Task.objects.all():
        decide(task)
    for key in range(11, 21):
        office.add(key)
    with CaptureQueriesContext(connection) as ours:
        result = poll(connector)
    assert (result.taken, result.written_back) == (10, 10)
    assert len(ours) < 40


class Killed(BaseException):
    """Stands for the end of our process."""


def _killed(*_given: object, **_named: object) -> None:
    raise Killed
