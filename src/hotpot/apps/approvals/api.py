"""The same for programs. An outcome that is no success has the HTTP status that fits it."""

from __future__ import annotations

from typing import Any

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.pages import (
    FUNCTION,
    TASKS_PER_PAGE,
    decided,
    handed_over,
    task_asked_for,
    told,
)
from hotpot.sdk.app import Json, Request
from hotpot.sdk.errors import Invalid
from hotpot.sdk.platform import DecisionResult, Member, Task
from hotpot.sdk.text import gettext as _

STATUSES = {"taken": 200, "already_decided": 409, "withdrawn": 409, "not_yours": 403, "unknown": 404}


@app.api("GET", "/tasks", function=FUNCTION)
def tasks(request: Request) -> Json:
    """`?done=1` gives those decided; `?before=<id>` the page after that task."""
    before = request.query.get("before", "")
    if before and not (before.isascii() and before.isdecimal()):
        raise Invalid(_("“before” is the id of the last task seen."))
    found = request.pot.tasks.inbox(
        request.visitor.person_id,
        done=request.query.get("done") == "1",
        before=int(before) if before else None,
        limit=TASKS_PER_PAGE,
    )
    return Json({"tasks": [_task(task) for task in found]})


@app.api("GET", "/tasks/<task>", function=FUNCTION)
def task(request: Request) -> Json:
    return Json(_task(task_asked_for(request)))


@app.api("POST", "/tasks/<task>/decision", function=FUNCTION)
def decision(request: Request) -> Json:
    """{"verdict": "approved" | "rejected", "comment": ""}."""
    result = decided(request, request.field("verdict"), request.field("comment"), "api")
    return _outcome(request, result)


@app.api("POST", "/tasks/<task>/transfer", function=FUNCTION)
def transfer(request: Request) -> Json:
    """{"to": person id, "comment": ""}."""
    to = request.json.get("to") if isinstance(request.json, dict) else None
    if type(to) is not int:
        raise Invalid(_("“to” is the person id of a colleague."))
    return _outcome(request, handed_over(request, to, request.field("comment")))


def _outcome(request: Request, result: DecisionResult) -> Json:
    data: dict[str, Any] = {"outcome": result.outcome, "task": result.task and _task(result.task)}
    if result.outcome != "taken":
        data["message"] = told(request, result)
    return Json(data, STATUSES[result.outcome])


def _task(task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "title": task.title,
        "applicant": task.applicant,
        "amount_minor": task.amount_minor,
        "currency": task.currency,
        "details": dict(task.details),
        "state": task.state,
        "appeared_at": task.appeared_at.isoformat(),
        "assignees": [_member(member) for member in task.assignees],
        "decision": task.decision
        and {
            "verdict": task.decision.verdict,
            "comment": task.decision.comment,
            "way": task.decision.way,
            "by": _member(task.decision.by),
            "at": task.decision.at.isoformat(),
            "written_back": task.decision.written_back,
        },
    }


def _member(member: Member) -> dict[str, Any]:
    return {"person_id": member.person_id, "name": member.name}
