"""Starting a request: choose a form, fill it in, attach, send. And what I have sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.form.inputs import Filled, Input, Option, inputs, selected, with_new_row
from hotpot.apps.approvals.kinds.store import Design, design, kind, kinds_of
from hotpot.apps.approvals.requests import actions, store
from hotpot.apps.approvals.requests.people import Company, Delegation
from hotpot.apps.approvals.requests.shown import item_of, stages
from hotpot.apps.approvals.requests.store import Application, Draft
from hotpot.sdk.app import Page, Redirect, Request
from hotpot.sdk.errors import Invalid, NotFound
from hotpot.sdk.text import gettext as _

FUNCTION = "inbox"
PER_PAGE = 20


@app.page("/new", function=FUNCTION)
def choose_form(request: Request) -> Page:
    pot, person_id = request.pot, request.visitor.person_id
    drafts = [
        {"id": one.id, "name": design(pot, one.kind_id, one.version).name}
        for one in store.drafts_of(pot, person_id)
    ]
    context = {
        "kinds": [one for id in employers(request) for one in kinds_of(pot, id) if one.startable],
        "drafts": drafts,
        "manages": bool(managed(request)),
    }
    return Page("approvals/new.html", context, title=_("New request"), back="/mine")


@app.page("/start/<kind>", function=FUNCTION, method="POST")
def start(request: Request) -> Redirect:
    of = kind(request.pot, request.id("kind"), employers(request))
    if not of.startable:
        raise NotFound(_("This form is not in use now."))
    company = Company(request.pot, of.customer_id)
    draft = actions.begin(request.pot, company, request.visitor.person_id, of.id, of.version)
    return Redirect(f"/drafts/{draft.id}")


@app.page("/drafts/<draft>", function=FUNCTION)
def fill_in(request: Request) -> Page:
    draft = store.draft(request.pot, request.id("draft"), request.visitor.person_id)
    of = design(request.pot, draft.kind_id, draft.version)
    company = Company(request.pot, draft.customer_id)
    errors = actions.checked(request.pot, draft).errors if request.query.get("check") else {}
    filled = filled_in(draft, company, errors)
    context = {
        "draft": draft,
        "inputs": inputs(of.form, filled),
        "choices": _choices(of, filled),
        "troubled": bool(errors),
        "steps": [step.name for step in of.flow.steps],
    }
    return Page("approvals/fill_in.html", context, title=of.name, back="/new")


@app.page("/drafts/<draft>", function=FUNCTION, method="POST")
def keep(request: Request) -> Redirect:
    """`do` says what follows: send, save, discard, add:<table>, drop:<file>."""
    pot, by, id = request.pot, request.visitor.person_id, request.id("draft")
    try:
        draft = store.draft(pot, id, by, lock=True)
    except NotFound as gone:
        return Redirect(f"/requests/{id}" if store.application(pot, id) else "/mine", gone.sentence, "warn")
    do, _colon, what = request.form.get("do", "").partition(":")
    if do == "discard":
        actions.discard(pot, draft)
        return Redirect("/mine", _("The draft is gone."))
    sent = {name: text for name, text in request.form.items() if name not in ("do", "csrfmiddlewaretoken")}
    draft = actions.save(pot, draft, sent, request.files)
    if do == "add":
        _add_row(request, draft, what)
    elif do == "drop" and what.isdecimal():
        actions.drop_file(pot, draft, int(what[:9]))
    elif do == "send":
        return _sent(request, draft)
    return Redirect(f"/drafts/{id}", _("Saved.") if do == "save" else "")


def _sent(request: Request, draft: Draft) -> Redirect:
    if actions.checked(request.pot, draft).errors:
        return Redirect(f"/drafts/{draft.id}?check=1")
    one = actions.send(request.pot, draft)
    company = Company(request.pot, one.customer_id)
    if one.run.state == "running":
        names = ", ".join(company.names(one.run.waits_for))
        return Redirect(f"/requests/{one.id}", _("Sent. It waits for %(names)s.") % {"names": names})
    return Redirect(f"/requests/{one.id}", _("Sent."))


def _add_row(request: Request, draft: Draft, key: str) -> None:
    table = design(request.pot, draft.kind_id, draft.version).form.field(key)
    if table is not None and table.kind == "table":
        actions.save(request.pot, draft, with_new_row(table, draft.sent), {})


def filled_in(draft: Draft, company: Company, errors: dict[str, str]) -> Filled:
    return Filled(draft.sent, errors, draft.files, people_of(company), departments_of(company))


def people_of(company: Company) -> list[tuple[str, str]]:
    """For a select: with the department, since names repeat."""
    return [
        (str(one.person_id), f"{one.name} · {one.department}" if one.department else one.name)
        for one in company.colleagues.values()
    ]


def departments_of(company: Company) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in company.departments.values()]


def _choices(of: Design, filled: Filled) -> list[dict[str, Any]]:
    """For each step whose signers the applicant chooses: its name and a select for each."""
    found = []
    for step in of.flow.choices:
        names = [actions.choice_name(step.id, place) for place in range(step.who.count)]
        selects = [
            Input(
                name,
                "",
                "person",
                required=place == 0,
                error=filled.errors.get(name, ""),
                options=_people(filled, name),
            )
            for place, name in enumerate(names)
        ]
        found.append({"name": step.name, "selects": selects})
    return found


def _people(filled: Filled, name: str) -> list[Option]:
    return selected(filled.people, filled.sent.get(name, ""))


@app.page("/mine", function=FUNCTION)
def mine(request: Request) -> Page:
    pot, person_id = request.pot, request.visitor.person_id
    part: store.Part = "copied" if request.query.get("copied") else "applied"
    before = request.query.get("before", "")
    beyond = int(before) if before.isascii() and before.isdecimal() and len(before) < 13 else None
    found = store.with_part(pot, person_id, part, beyond=beyond, limit=PER_PAGE)
    context = {
        "rows": [_row(request, one) for one in found],
        "copied": part == "copied",
        "next_before": found[-1].id if len(found) == PER_PAGE else None,
        "manages": bool(managed(request)),
    }
    return Page("approvals/mine.html", context, title=_("My requests"))


def _row(request: Request, one: Application) -> dict[str, Any]:
    company = Company(request.pot, one.customer_id)
    steps = stages(one, actions.machine_of(request.pot, one, company), company)
    return {
        "item": item_of(one, request.visitor.person_id, company),
        "waits_for": ", ".join(company.names(one.run.waits_for)),
        "done": sum(step.state == "done" for step in steps),
        "steps": len(steps),
        "running": one.run.state == "running",
    }


@app.page("/deputy", function=FUNCTION)
def deputy(request: Request) -> Page:
    rows = []
    for member in request.pot.members.employments(request.visitor.person_id):
        company = Company(request.pot, member.customer_id)
        delegation = company.delegation_of(member.person_id)
        people = [one for one in people_of(company) if one[0] != str(member.person_id)]
        rows.append(
            {
                "company_id": company.id,
                "delegation": delegation,
                "name": company.name(delegation.to) if delegation else "",
                "options": selected(people, str(delegation.to) if delegation else ""),
            }
        )
    return Page("approvals/deputy.html", {"rows": rows}, title=_("My deputy"), back="/mine")


@app.page("/deputy", function=FUNCTION, method="POST")
def set_deputy(request: Request) -> Redirect:
    sent, person_id = request.form, request.visitor.person_id
    customer_id = next((one for one in employers(request) if str(one) == sent.get("company")), None)
    if customer_id is None:
        raise Invalid(_("Choose your company."))
    company = Company(request.pot, customer_id)
    if sent.get("do") == "end":
        company.delegate(person_id, None)
        return Redirect("/deputy", _("You are asked yourself again."))
    to = next((one for one in company.colleagues if str(one) == sent.get("to")), None)
    try:
        first, last = (date.fromisoformat(sent.get(end, "")) for end in ("first", "last"))
    except ValueError:
        return Redirect("/deputy", _("Give the first and the last day."), "warn")
    if to is None:
        return Redirect("/deputy", _("Choose a colleague with a seat."), "warn")
    company.delegate(person_id, Delegation(to, first, last))
    return Redirect("/deputy", _("%(name)s is asked in your place.") % {"name": company.name(to)})


def employers(request: Request) -> Sequence[int]:
    """The companies in which the reader has a seat."""
    return [one.customer_id for one in request.pot.members.employments(request.visitor.person_id)]


def managed(request: Request) -> Sequence[int]:
    """Those of them that the reader manages."""
    reader = request.visitor.person_id
    return [
        id
        for id in employers(request)
        if reader in {one.person_id for one in request.pot.members.managers(id)}
    ]
