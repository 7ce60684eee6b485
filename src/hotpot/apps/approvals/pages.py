"""The pages on the phone."""

from __future__ import annotations

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.rules import COMMENT_LENGTH_MAX, may_decide, may_see
from hotpot.sdk.app import Badge, Page, Redirect, Request
from hotpot.sdk.errors import Invalid, NotFound
from hotpot.sdk.platform import DecisionResult, NewDecision, Task, Verdict, Way
from hotpot.sdk.text import clock_time
from hotpot.sdk.text import gettext as _

FUNCTION = "inbox"
TASKS_PER_PAGE = 30
TASKS_ON_HOME = 3


@app.page("/", function=FUNCTION)
def inbox(request: Request) -> Page:
    done = request.query.get("tab") == "done"
    before = request.query.get("before", "")
    tasks = request.pot.tasks.inbox(
        request.visitor.person_id,
        done=done,
        before=int(before) if before.isascii() and before.isdecimal() else None,
        limit=TASKS_PER_PAGE,
    )
    context = {
        "tasks": tasks,
        "done": done,
        "open_count": request.pot.tasks.count_open(request.visitor.person_id),
        "before": before,
        "next_before": tasks[-1].id if len(tasks) == TASKS_PER_PAGE else None,
    }
    return Page("approvals/inbox.html", context, title=_("Approvals"))


@app.page("/home-card", function=FUNCTION)
def home_card(request: Request) -> Page:
    person_id = request.visitor.person_id
    context = {
        "tasks": request.pot.tasks.inbox(person_id, limit=TASKS_ON_HOME),
        "open_count": request.pot.tasks.count_open(person_id),
    }
    return Page("approvals/home_card.html", context)


@app.page("/badge", function=FUNCTION)
def badge(request: Request) -> Badge:
    return Badge(request.pot.tasks.count_open(request.visitor.person_id))


@app.page("/tasks/<task>", function=FUNCTION)
def show(request: Request) -> Page:
    task = task_asked_for(request)
    context = {"task": task, "mine": may_decide(task, request.visitor.person_id)}
    return Page("approvals/task.html", context, title=_("Approval"), back="/")


@app.page("/tasks/<task>/decision", function=FUNCTION, method="POST")
def decide(request: Request) -> Redirect:
    verdict, comment = request.form.get("verdict", ""), request.form.get("comment", "")
    result = decided(request, verdict, comment)
    sentence = told(request, result)
    if result.outcome == "taken":
        return Redirect("/", sentence)
    return Redirect(f"/tasks/{request.id('task')}" if result.task else "/", sentence, "warn")


@app.page("/tasks/<task>/transfer", function=FUNCTION)
def choose_colleague(request: Request) -> Page:
    task = task_asked_for(request)
    text = request.query.get("q", "")
    found = request.pot.members.search(task.customer_id, text)
    context = {
        "task": task,
        "q": text,
        "colleagues": [one for one in found if one.person_id != request.visitor.person_id],
        "mine": may_decide(task, request.visitor.person_id),
    }
    return Page("approvals/transfer.html", context, title=_("Hand over"), back=f"/tasks/{task.id}")


@app.page("/tasks/<task>/transfer", function=FUNCTION, method="POST")
def transfer(request: Request) -> Redirect:
    to = request.form.get("to", "")
    if not (to.isascii() and to.isdecimal()):
        raise Invalid(_("Choose the colleague who is to decide."))
    result = handed_over(request, int(to), request.form.get("comment", ""))
    if result.outcome == "taken" and result.task:
        name = result.task.transfers[-1].to.name
        return Redirect("/", _("%(name)s decides this now.") % {"name": name})
    return Redirect(f"/tasks/{request.id('task')}", told(request, result), "warn")


def task_asked_for(request: Request) -> Task:
    """Raises NotFound for what is not the reader's to see, too."""
    task = request.pot.tasks.get([request.id("task")]).get(request.id("task"))
    if task is None or not may_see(task, request.visitor.person_id):
        raise NotFound(_("There is no such approval for you. It may be with a colleague by now."))
    return task


def decided(request: Request, verdict: str, comment: str, way: Way = "page") -> DecisionResult:
    verdicts: dict[str, Verdict] = {"approved": "approved", "rejected": "rejected"}
    if verdict not in verdicts:
        raise Invalid(_("Say “approved” or “rejected”."))
    new = NewDecision(request.id("task"), request.visitor.person_id, verdicts[verdict], checked(comment), way)
    return request.pot.tasks.decide([new])[0]


def handed_over(request: Request, to_person_id: int, comment: str) -> DecisionResult:
    return request.pot.tasks.transfer(
        request.id("task"),
        person_id=request.visitor.person_id,
        to_person_id=to_person_id,
        comment=checked(comment),
        way=request.way,
    )


def checked(comment: str) -> str:
    if len(comment) > COMMENT_LENGTH_MAX:
        raise Invalid(
            _("The comment is too long. Keep it under %(max)d characters.") % {"max": COMMENT_LENGTH_MAX}
        )
    return comment.strip()


def told(request: Request, result: DecisionResult) -> str:
    """The outcome in a sentence."""
    task = result.task
    if result.outcome == "withdrawn":
        return _("Too late: it was withdrawn in the office system.")
    if result.outcome == "unknown" and task:
        return _("This colleague has no seat here, so nothing was handed over.")
    if task is None or result.outcome in ("not_yours", "unknown") or task.decision is None:
        return _("This approval does not wait for you, so nothing was changed.")
    if result.outcome == "taken":
        sentences = {"approved": _("Approved: %(title)s"), "rejected": _("Rejected: %(title)s")}
        return sentences[task.decision.verdict] % {"title": task.title}
    sentences = {
        "approved": _("Too late: %(name)s approved it at %(time)s."),
        "rejected": _("Too late: %(name)s rejected it at %(time)s."),
    }
    when = clock_time(task.decision.at, request.visitor.time_zone)
    return sentences[task.decision.verdict] % {"name": task.decision.by.name, "time": when}
