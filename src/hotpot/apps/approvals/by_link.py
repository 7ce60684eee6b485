"""The page behind the signed link to a mirrored task: one task of one person. Like that of our own requests
(`requests/by_link.py`) it shows first and decides after a press of a button."""

from __future__ import annotations

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.pages import FUNCTION, decided, task_asked_for, told
from hotpot.apps.approvals.rules import may_decide
from hotpot.apps.approvals.shown import shown
from hotpot.sdk.app import Page, Request
from hotpot.sdk.text import gettext as _


@app.link("/tasks/<task>", function=FUNCTION)
def look(request: Request) -> Page:
    return _page(request)


@app.link("/tasks/<task>", function=FUNCTION, method="POST")
def decide(request: Request) -> Page:
    result = decided(request, request.form.get("verdict", ""), request.form.get("comment", ""), "link")
    return _page(request, told(request, result), "good" if result.outcome == "taken" else "warn")


def _page(request: Request, notice: str = "", tone: str = "good") -> Page:
    task = task_asked_for(request)
    waits = may_decide(task, request.visitor.person_id)
    context = {"shown": shown(task, mine=False), "waits": waits, "notice": notice, "tone": tone}
    return Page("approvals/by_link.html", context, title=_("Approval"))
