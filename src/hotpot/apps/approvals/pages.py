"""The inbox, and the pages of tasks that an enterprise's system owns."""

from __future__ import annotations

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.on_paper import on_paper
from hotpot.apps.approvals.requests import store
from hotpot.apps.approvals.requests.people import Company
from hotpot.apps.approvals.requests.shown import item_of as request_item
from hotpot.apps.approvals.rules import COMMENT_LENGTH_MAX, may_decide, may_see
from hotpot.apps.approvals.shown import Item, item_of, shown
from hotpot.sdk.app import Badge, File, Page, Redirect, Request
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
    items = _items(request, done=done, limit=TASKS_PER_PAGE)
    context = {
        "tasks": items,
        "done": done,
        "open_count": _count(request),
        "next": _next(request, items) if len(items) == TASKS_PER_PAGE else "",
    }
    return Page("approvals/inbox.html", context, title=_("Approvals"))


@app.page("/home-card", function=FUNCTION)
def home_card(request: Request) -> Page:
    context = {
        "tasks": _items(request, done=False, limit=TASKS_ON_HOME),
        "open_count": _count(request),
    }
    return Page("approvals/home_card.html", context)


@app.page("/badge", function=FUNCTION)
def badge(request: Request) -> Badge:
    return Badge(_count(request))


def _count(request: Request) -> int:
    person_id = request.visitor.person_id
    return request.pot.tasks.count_open(person_id) + store.count_waiting(request.pot, person_id)


def _items(request: Request, *, done: bool, limit: int) -> list[Item]:
    """Both kinds of task as one list, newest first; each goes on after the last one seen of its kind."""
    pot, person_id = request.pot, request.visitor.person_id
    tasks = pot.tasks.inbox(person_id, done=done, before=_seen(request, "before"), limit=limit)
    beyond = _seen(request, "own")
    if done:
        own = store.with_part(pot, person_id, "decided", beyond=beyond, limit=limit)
    else:
        own = store.waiting_for(pot, person_id, beyond=beyond, limit=limit)
    companies = {one.customer_id: Company(pot, one.customer_id) for one in own}
    items = [item_of(task) for task in tasks]
    items += [request_item(one, person_id, companies[one.customer_id]) for one in own]
    return sorted(items, key=lambda item: item.since, reverse=True)[:limit]


def _seen(request: Request, name: str) -> int | None:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 13 else None


def _next(request: Request, items: list[Item]) -> str:
    """The query of the page after these."""
    last = {"before": request.query.get("before", ""), "own": request.query.get("own", "")}
    for item in items:
        last["own" if item.path.startswith("/requests/") else "before"] = str(item.id)
    tab = "tab=done&" if request.query.get("tab") == "done" else ""
    return f"{tab}before={last['before']}&own={last['own']}"


@app.page("/tasks/<task>", function=FUNCTION)
def show(request: Request) -> Page:
    task = task_asked_for(request)
    mine = may_decide(task, request.visitor.person_id)
    context = {"shown": shown(task, mine=mine), "mine": mine}
    return Page("approvals/task.html", context, title=_("Approval"), back="/")


@app.page("/tasks/<task>/print", function=FUNCTION)
def print_page(request: Request) -> Page:
    task = task_asked_for(request)
    context = {"shown": shown(task, mine=False), "number": task.id}
    return Page("approvals/print.html", context, title=_("Print"), back=f"/tasks/{task.id}")


@app.page("/tasks/<task>/pdf", function=FUNCTION)
def pdf(request: Request) -> File:
    task = task_asked_for(request)
    reader = request.pot.members.get(request.visitor.person_id, task.customer_id)
    company = reader.company if reader else ""
    return on_paper(request, shown(task, mine=False), task.id, company=company)


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
