"""The designer: where a company's managers lay down forms and flows, and who heads a department."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.flow.definition import (
    CHOICES_MAX,
    CONDITIONS_MAX,
    LEVEL_MAX,
    Step,
    Who,
    WhoKind,
    operators_of,
)
from hotpot.apps.approvals.form.fields import COLUMN_KINDS, COLUMNS_MAX, FIELD_KINDS, Field, FieldKind
from hotpot.apps.approvals.form.inputs import Filled, inputs, selected
from hotpot.apps.approvals.kinds import editing, store, words
from hotpot.apps.approvals.kinds.starters import starters
from hotpot.apps.approvals.kinds.store import Kind
from hotpot.apps.approvals.requests.filling import departments_of, managed, people_of
from hotpot.apps.approvals.requests.people import Company
from hotpot.sdk.app import Page, Redirect, Request
from hotpot.sdk.errors import Forbidden, Invalid, NotFound
from hotpot.sdk.text import gettext as _

FUNCTION = "inbox"
NEW = editing.NEW
COPIED: tuple[WhoKind, ...] = ("head", "person", "role")  # an applicant chooses signers only


def company_managed(request: Request) -> Company:
    """The company that the reader manages; of several the one that `company` in the query names. Raises
    Forbidden."""
    ids = managed(request)
    named = request.query.get("company") or request.form.get("company", "")
    found = next((id for id in ids if str(id) == named), ids[0] if ids else None)
    if found is None:
        raise Forbidden(_("Only managers of your company can do this. Ask one of them."))
    return Company(request.pot, found)


@app.page("/design", function=FUNCTION)
def overview(request: Request) -> Page:
    company = company_managed(request)
    context = {
        "kinds": store.kinds_of(request.pot, company.id),
        "starters": [{"key": key, "name": one.name} for key, one in starters().items()],
        "company_id": company.id,
        "no_heads": bool(company.departments) and not company.heads,
    }
    return Page("approvals/designs.html", context, title=_("Forms and flows"), back="/mine")


@app.page("/design", function=FUNCTION, method="POST")
def create(request: Request) -> Redirect:
    company = company_managed(request)
    start = starters().get(request.form.get("start", ""))
    if start is None:
        raise Invalid(_("Choose what to begin with."))
    made = store.create(request.pot, company.id, request.visitor.person_id, start)
    return Redirect(f"/design/{made.id}")


@app.page("/design/<kind>", function=FUNCTION)
def edit(request: Request) -> Page:
    kind, company = _kind(request)
    of = kind.draft
    copy = of.flow.copies[0] if of.flow.copies else None
    context = {
        "kind": kind,
        "fields": [{"field": one, "kind": words.field_kinds()[one.kind]} for one in of.form.fields],
        "steps": [words.step_told(one, of.form, company) for one in of.flow.steps],
        "skip_repeated": of.flow.skip_repeated,
        "who": _who(copy, request.query.get("copy.who"), COPIED, company),
        "here": request.path,
    }
    return Page("approvals/design.html", context, title=of.name, back="/design")


@app.page("/design/<kind>", function=FUNCTION, method="POST")
def settle(request: Request) -> Redirect:
    """`do`: settings, publish, retire."""
    kind, _company = _kind(request, lock=True)
    here, by, do = f"/design/{kind.id}", request.visitor.person_id, request.form.get("do", "")
    try:
        if do == "publish":
            version = store.publish(request.pot, kind, by).version
            return Redirect(here, _("Version %(version)d is in use now.") % {"version": version})
        if do == "retire":
            store.retire(request.pot, kind, by)
            return Redirect(here, _("Nobody can start it any more. What runs, runs on."))
        store.change(request.pot, kind, editing.flow_settings(kind.draft, request.form), by)
    except Invalid as trouble:
        return Redirect(here, trouble.sentence, "warn")
    return Redirect(here, _("Saved. Publish it when it is ready."))


@app.page("/design/<kind>/move", function=FUNCTION, method="POST")
def move(request: Request) -> Redirect:
    """`what` is field or step, `key` its key, `by` up or down."""
    kind, _company = _kind(request, lock=True)
    what: Literal["field", "step"] = "field" if request.form.get("what") == "field" else "step"
    by = -1 if request.form.get("by") == "up" else 1
    draft = editing.moved(kind.draft, what, request.form.get("key", ""), by)
    store.change(request.pot, kind, draft, request.visitor.person_id)
    return Redirect(f"/design/{kind.id}#{what}s")


@app.page("/design/<kind>/fields/<field>", function=FUNCTION)
def edit_field(request: Request) -> Page:
    kind, _company = _kind(request)
    key = request.args["field"]
    field = kind.draft.form.field(key)
    if field is None and key != NEW:
        raise NotFound(_("There is no such field."))
    field = field or Field(NEW, "", "text")
    of_kind = _chosen_kind(request, field)
    columns = [*field.columns, *[Field("", "", "text")] * (COLUMNS_MAX - len(field.columns))]
    context = {
        "kind": kind,
        "field": field,
        "new": field.key == NEW,
        "kinds": selected([(one, words.field_kinds()[one]) for one in FIELD_KINDS], of_kind),
        "of_kind": of_kind,
        "options": "\n".join(field.options),
        "columns": [
            {
                "label": one.label,
                "kinds": selected([(kind, words.field_kinds()[kind]) for kind in COLUMN_KINDS], one.kind),
                "options": " / ".join(one.options),
            }
            for one in columns
        ],
    }
    title = _("New field") if field.key == NEW else field.label
    return Page("approvals/design_field.html", context, title=title, back=f"/design/{kind.id}")


def _chosen_kind(request: Request, field: Field) -> FieldKind:
    """The kind that was just chosen on the page, else the field's own."""
    return next((one for one in FIELD_KINDS if one == request.query.get("kind")), field.kind)


@app.page("/design/<kind>/fields/<field>", function=FUNCTION, method="POST")
def keep_field(request: Request) -> Redirect:
    kind, _company = _kind(request, lock=True)
    key, by, form = request.args["field"], request.visitor.person_id, kind.draft.form
    if request.form.get("do") == "delete":
        try:
            store.change(request.pot, kind, editing.without_field(kind.draft, key), by)
        except Invalid as trouble:
            return Redirect(f"/design/{kind.id}", trouble.sentence, "warn")
        return Redirect(f"/design/{kind.id}#fields", _("The field is gone."))
    if key == NEW:
        key = editing.new_key("f", [one.key for one in form.fields])
    elif form.field(key) is None:
        raise NotFound(_("There is no such field."))
    field = editing.field_sent(key, request.form)
    store.change(request.pot, kind, editing.with_field(kind.draft, field), by)
    return Redirect(f"/design/{kind.id}#fields", _("Saved. Publish it when it is ready."))


@app.page("/design/<kind>/steps/<step>", function=FUNCTION)
def edit_step(request: Request) -> Page:
    kind, company = _kind(request)
    id = request.args["step"]
    found = next((one for one in kind.draft.flow.steps if one.id == id), None)
    if found is None and id != NEW:
        raise NotFound(_("There is no such step."))
    step = found or Step(NEW, "", Who("head"))
    form = kind.draft.form
    blank = [None] if len(step.when) < CONDITIONS_MAX else []
    context = {
        "kind": kind,
        "step": step,
        "new": step.id == NEW,
        "who": _who(step.who, request.query.get("who"), get_args(WhoKind), company),
        "here": request.path,
        "signs": selected(list(words.signs().items()), step.sign),
        "empties": selected(list(words.on_empty().items()), step.on_empty),
        "timeouts": selected(list(words.on_timeout().items()), step.on_timeout),
        "takers": selected(people_of(company), str(step.hand_to)),
        "conditions": [words.condition_shown(one, form) for one in [*step.when, *blank]],
        "comparable": any(operators_of(one.kind) for one in form.fields),
        "options": [option for one in form.fields for option in one.options],
    }
    title = _("New step") if step.id == NEW else step.name
    return Page("approvals/design_step.html", context, title=title, back=f"/design/{kind.id}")


@app.page("/design/<kind>/steps/<step>", function=FUNCTION, method="POST")
def keep_step(request: Request) -> Redirect:
    kind, _company = _kind(request, lock=True)
    id, by, steps = request.args["step"], request.visitor.person_id, kind.draft.flow.steps
    old = next((one for one in steps if one.id == id), None)
    if request.form.get("do") == "delete":
        store.change(request.pot, kind, editing.without_step(kind.draft, id), by)
        return Redirect(f"/design/{kind.id}#steps", _("The step is gone."))
    if old is None and id != NEW:
        raise NotFound(_("There is no such step."))
    new_id = id if old else editing.new_key("s", [one.id for one in steps])
    step = editing.step_sent(new_id, request.form, kind.draft)
    store.change(request.pot, kind, editing.with_step(kind.draft, step), by)
    return Redirect(f"/design/{kind.id}#steps", _("Saved. Publish it when it is ready."))


@app.page("/design/<kind>/preview", function=FUNCTION)
def preview(request: Request) -> Page:
    """The draft as an applicant would see it."""
    kind, company = _kind(request)
    of = kind.draft
    filled = Filled({}, {}, {}, people_of(company), departments_of(company))
    context = {
        "kind": kind,
        "inputs": inputs(of.form, filled),
        "steps": [words.step_told(one, of.form, company) for one in of.flow.steps],
    }
    return Page("approvals/preview.html", context, title=of.name, back=f"/design/{kind.id}")


@app.page("/heads", function=FUNCTION)
def heads(request: Request) -> Page:
    company = company_managed(request)
    people = people_of(company)
    rows = [
        {"id": one.id, "name": one.name, "options": selected(people, str(company.heads.get(one.id, "")))}
        for one in company.departments.values()
    ]
    context = {"rows": rows, "company_id": company.id}
    return Page("approvals/heads.html", context, title=_("Heads of departments"), back="/design")


@app.page("/heads", function=FUNCTION, method="POST")
def name_heads(request: Request) -> Redirect:
    """`head.<department>` for each."""
    company, by = company_managed(request), request.visitor.person_id
    for department_id in company.departments:
        sent = request.form.get(f"head.{department_id}", "")
        head = next((one for one in company.colleagues if str(one) == sent), None)
        if head != company.heads.get(department_id):
            company.set_head(department_id, head, by)
    return Redirect("/heads", _("Saved."))


def _kind(request: Request, *, lock: bool = False) -> tuple[Kind, Company]:
    """Raises Forbidden for who manages nothing, NotFound for another company's."""
    company_managed(request)
    kind = store.kind(request.pot, request.id("kind"), managed(request), lock=lock)
    return kind, Company(request.pot, kind.customer_id)


def _who(who: Who | None, chosen: str | None, kinds: Sequence[str], company: Company) -> dict[str, Any]:
    """The inputs of a rule: who decides, or who is copied. `chosen`: the kind just chosen on the page."""
    kind = chosen if chosen is not None else who.kind if who else ""
    who = who or Who("person")
    return {
        "kind": kind,
        "kinds": selected([(one, words.who_kinds()[one]) for one in kinds], kind),
        "people": [
            {"id": id, "label": label, "on": int(id) in who.person_ids} for id, label in people_of(company)
        ],
        "roles": selected([(one, one) for one in company.roles], who.role),
        "level": who.level,
        "level_max": LEVEL_MAX,
        "count": who.count,
        "count_max": CHOICES_MAX,
    }
