"""Where requests wait and how long, for a company's managers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.kinds.pages import company_managed
from hotpot.apps.approvals.kinds.store import design
from hotpot.apps.approvals.requests import store
from hotpot.apps.approvals.requests.people import Company
from hotpot.apps.approvals.statistics.figures import Past, StepFigures, as_csv, by_person, by_step, totals
from hotpot.sdk.app import File, Page, Request
from hotpot.sdk.platform import Pot
from hotpot.sdk.text import gettext as _

FUNCTION = "inbox"
REQUESTS_MAX = 1000  # the newest
BARS_MAX = 12


@app.page("/statistics", function=FUNCTION)
def statistics(request: Request) -> Page:
    company = company_managed(request)
    past = _past(request.pot, company)
    steps = by_step(past, request.now)
    people = by_person(past, request.now)
    context: dict[str, Any] = {
        "totals": totals(past),
        "counted": len(past),
        "steps": steps,
        "chart": _chart(steps),
        "people": sorted(
            ((company.name(id), count, hours) for id, (count, hours) in people.items()),
            key=lambda row: -row[2],
        ),
        "company_id": company.id,
    }
    return Page("approvals/statistics.html", context, title=_("Statistics"), back="/design")


@app.page("/statistics.csv", function=FUNCTION)
def export(request: Request) -> File:
    company = company_managed(request)
    heads = [
        _("Form"), _("Step"), _("Waiting"), _("Settled"), _("Median hours"), _("Longest hours"),
        _("Waits longest, hours"),
    ]  # fmt: skip
    rows = [
        [one.kind, one.step, one.waiting, one.ended, one.median_hours, one.longest_hours, one.oldest_hours]
        for one in by_step(_past(request.pot, company), request.now)
    ]
    return File("approvals.csv", "text/csv; charset=utf-8", as_csv(heads, rows))


def _past(pot: Pot, company: Company) -> list[Past]:
    names: dict[tuple[int, int], dict[str, str]] = {}
    found = store.of_company(pot, company.id, limit=REQUESTS_MAX)
    for kind_id, version in {(one.kind_id, one.version) for one in found}:
        steps = design(pot, kind_id, version).flow.steps
        names[kind_id, version] = {step.id: step.name for step in steps}
    return [Past(one.name, one.run, one.sent_at, names[one.kind_id, one.version]) for one in found]


def _chart(steps: Sequence[StepFigures]) -> dict[str, Any]:
    shown = steps[:BARS_MAX]
    return {
        "xAxis": {"data": [f"{one.kind}: {one.step}" for one in shown]},
        "series": [
            {"type": "bar", "name": _("Median hours"), "data": [one.median_hours for one in shown]},
            {"type": "bar", "name": _("Waits longest, hours"), "data": [one.oldest_hours for one in shown]},
        ],
    }
