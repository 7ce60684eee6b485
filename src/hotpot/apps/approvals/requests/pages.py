"""The task page of a company's own request, and all that can be done on it."""

from __future__ import annotations

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.flow.machine import Late
from hotpot.apps.approvals.flow.run import Place, Signer
from hotpot.apps.approvals.kinds.store import design, kind
from hotpot.apps.approvals.on_paper import on_paper
from hotpot.apps.approvals.requests import actions
from hotpot.apps.approvals.requests.people import Company
from hotpot.apps.approvals.requests.shown import shown
from hotpot.apps.approvals.requests.store import Application
from hotpot.apps.approvals.shown import Shown
from hotpot.sdk.app import File, Page, Redirect, Request
from hotpot.sdk.errors import Conflict, Invalid, NotFound
from hotpot.sdk.platform import Member, Verdict
from hotpot.sdk.text import gettext as _

FUNCTION = "inbox"
PLACES: dict[str, Place] = {"before": "before", "after": "after", "beside": "beside"}
VERDICTS: dict[str, Verdict] = {"approved": "approved", "rejected": "rejected"}
START = "start"  # where a request may go back to, besides its steps


@app.page("/requests/<request>", function=FUNCTION)
def show(request: Request) -> Page:
    one, company = _seen(request)
    context = {"shown": _shown(request, one, company), "request_id": one.id}
    return Page("approvals/task.html", context, title=_("Approval"), back="/")


@app.page("/requests/<request>/print", function=FUNCTION)
def print_page(request: Request) -> Page:
    one, company = _seen(request)
    context = {"shown": _shown(request, one, company), "number": one.id}
    return Page("approvals/print.html", context, title=one.name, back=f"/requests/{one.id}")


@app.page("/requests/<request>/pdf", function=FUNCTION)
def pdf(request: Request) -> File:
    one, company = _seen(request)
    reader = company.colleagues[request.visitor.person_id]
    return on_paper(request, _shown(request, one, company), one.id, company=reader.company)


@app.page("/requests/<request>/decision", function=FUNCTION, method="POST")
def decide(request: Request) -> Redirect:
    id, by = request.id("request"), request.visitor.person_id
    verdict = verdict_sent(request)
    try:
        one, signer = _asked(request)
        comment = request.form.get("comment", "")
        actions.answer(request.pot, id, signer.id, verdict, by=by, comment=comment, way=request.way)
    except Late as late:
        return Redirect(f"/requests/{id}", late.sentence, "warn")
    sentence = _("Approved: %(title)s") if verdict == "approved" else _("Rejected: %(title)s")
    return Redirect("/", sentence % {"title": one.title})


def verdict_sent(request: Request) -> Verdict:
    verdict = VERDICTS.get(request.form.get("verdict", ""))
    if verdict is None:
        raise Invalid(_("Say “approved” or “rejected”."))
    return verdict


@app.page("/requests/<request>/transfer", function=FUNCTION)
def choose_successor(request: Request) -> Page:
    one, company = _seen(request)
    choices = [
        {"id": signer.id, "name": company.name(signer.person_id)}
        for signer in one.run.waiting
        if _may_hand_over(signer, request, company)
    ]
    context = {"subject": one.title, "signers": choices, **_colleagues(request, company)}
    return Page("approvals/hand_over.html", context, title=_("Hand over"), back=f"/requests/{one.id}")


@app.page("/requests/<request>/transfer", function=FUNCTION, method="POST")
def transfer(request: Request) -> Redirect:
    one, company = _seen(request)
    to = _person(request, company, "to")
    signer = request.form.get("signer", "")
    chosen = next(
        (
            waiting for waiting in one.run.waiting
            if _may_hand_over(waiting, request, company) and signer in ("", str(waiting.id))
        ),
        None,
    )  # fmt: skip
    if chosen is None:
        return Redirect(f"/requests/{one.id}", _not_yours(), "warn")
    actions.transfer(
        request.pot, one.id, chosen.id, to.person_id, by=request.visitor.person_id,
        comment=request.form.get("comment", ""),
    )  # fmt: skip
    return Redirect(f"/requests/{one.id}", _("%(name)s decides this now.") % {"name": to.name})


def _may_hand_over(signer: Signer, request: Request, company: Company) -> bool:
    return request.visitor.person_id in (signer.person_id, *company.managers)


@app.page("/requests/<request>/add", function=FUNCTION)
def choose_signers(request: Request) -> Page:
    one, company = _seen(request)
    context = {"subject": one.title, "action": "add", **_colleagues(request, company)}
    return Page("approvals/choose.html", context, title=_("Add somebody"), back=f"/requests/{one.id}")


@app.page("/requests/<request>/add", function=FUNCTION, method="POST")
def add_signers(request: Request) -> Redirect:
    where = PLACES.get(request.form.get("where", ""))
    if where is None:
        raise Invalid(_("Say whether they decide before you, after you or beside you."))
    one, signer = _asked(request)
    actions.add_signers(
        request.pot, one.id, signer.id, _people(request, one), where, by=request.visitor.person_id,
        comment=request.form.get("comment", ""),
    )  # fmt: skip
    return Redirect(f"/requests/{one.id}", _("They were asked."))


@app.page("/requests/<request>/copy", function=FUNCTION)
def choose_readers(request: Request) -> Page:
    one, company = _seen(request)
    context = {"subject": one.title, "action": "copy", **_colleagues(request, company)}
    return Page("approvals/choose.html", context, title=_("Copy to colleagues"), back=f"/requests/{one.id}")


@app.page("/requests/<request>/copy", function=FUNCTION, method="POST")
def copy(request: Request) -> Redirect:
    one, _company = _seen(request)
    people = _people(request, one)
    actions.copy(request.pot, one.id, request.visitor.person_id, people, request.form.get("comment", ""))
    return Redirect(f"/requests/{one.id}", _("They can read it now."))


@app.page("/requests/<request>/back", function=FUNCTION)
def choose_step(request: Request) -> Page:
    one, company = _seen(request)
    machine = actions.machine_of(request.pot, one, company)
    steps = [{"id": id, "name": machine.flow.step(id).name} for id in machine.steps_before(one.run)]
    context = {"subject": one.title, "steps": steps, "start": START, "path": f"/requests/{one.id}/back"}
    return Page("approvals/back.html", context, title=_("Send back"), back=f"/requests/{one.id}")


@app.page("/requests/<request>/back", function=FUNCTION, method="POST")
def roll_back(request: Request) -> Redirect:
    one, signer = _asked(request)
    to = request.form.get("to", "")
    actions.roll_back(
        request.pot, one.id, signer.id, None if to == START else to, by=request.visitor.person_id,
        comment=request.form.get("comment", ""),
    )  # fmt: skip
    return Redirect("/", _("It went back: %(title)s") % {"title": one.title})


@app.page("/requests/<request>/comment", function=FUNCTION, method="POST")
def comment(request: Request) -> Redirect:
    id = request.id("request")
    actions.comment(request.pot, id, request.visitor.person_id, request.form.get("comment", ""))
    return Redirect(f"/requests/{id}", _("Your comment is kept."))


@app.page("/requests/<request>/urge", function=FUNCTION, method="POST")
def urge(request: Request) -> Redirect:
    id = request.id("request")
    try:
        actions.urge(request.pot, id, request.visitor.person_id)
    except Conflict as refusal:
        return Redirect(f"/requests/{id}", refusal.sentence, "warn")
    return Redirect(f"/requests/{id}", _("They were reminded."))


@app.page("/requests/<request>/recall", function=FUNCTION, method="POST")
def recall(request: Request) -> Redirect:
    id = request.id("request")
    try:
        actions.recall(request.pot, id, request.visitor.person_id)
    except Late as late:
        return Redirect(f"/requests/{id}", late.sentence, "warn")
    return Redirect(f"/requests/{id}", _("It is recalled. Nobody needs to decide it any more."))


@app.page("/requests/<request>/mend", function=FUNCTION, method="POST")
def mend(request: Request) -> Redirect:
    one = _own(request)
    if one.run.state != "returned":
        return Redirect(f"/requests/{one.id}", _("This request was not sent back to you."), "warn")
    return Redirect(f"/drafts/{actions.mend(request.pot, one).id}")


@app.page("/requests/<request>/again", function=FUNCTION, method="POST")
def again(request: Request) -> Redirect:
    one = _own(request)
    now = kind(request.pot, one.kind_id, [one.customer_id])
    if not now.startable:
        raise Conflict(_("This form is not in use any more."))
    return Redirect(f"/drafts/{actions.begin_again(request.pot, one, now.version).id}")


@app.page("/files/<request>/<file>", function=FUNCTION)
def file(request: Request) -> File:
    """Of a request that the reader may see; a draft's files are its applicant's alone."""
    id, number, pot = request.id("request"), request.id("file"), request.pot
    draft = pot.storage.get("draft", f"{id:012d}")
    if draft is None or draft["applicant_id"] != request.visitor.person_id:
        actions.seen_by(pot, id, request.visitor.person_id)
    found = pot.storage.get_file(f"{id}.{number}")
    if found is None:
        raise NotFound(_("There is no such file."))
    return File(found.name, found.content_type, found.content)


def _seen(request: Request) -> tuple[Application, Company]:
    return actions.seen_by(request.pot, request.id("request"), request.visitor.person_id)


def _own(request: Request) -> Application:
    one, _company = _seen(request)
    if one.applicant_id != request.visitor.person_id:
        raise NotFound(_("There is no such request of yours."))
    return one


def _asked(request: Request) -> tuple[Application, Signer]:
    """The request and the reader's part in it that waits. Raises Late, also when the page that was sent
    is of a part that is over, so that a second press doesn't answer the next question."""
    one, _company = _seen(request)
    signer = one.run.signer_of(request.visitor.person_id)
    if signer is None or request.form.get("signer", str(signer.id)) != str(signer.id):
        raise Late(_not_yours())
    return one, signer


def _not_yours() -> str:
    return _("This does not wait for your answer any more, so nothing was changed.")


def _shown(request: Request, one: Application, company: Company) -> Shown:
    machine = actions.machine_of(request.pot, one, company)
    of = design(request.pot, one.kind_id, one.version)
    return shown(one, of, machine, company, request.visitor.person_id)


def _colleagues(request: Request, company: Company) -> dict[str, object]:
    """All, or those whose name, number or department holds what was typed; not the reader."""
    text = request.query.get("q", "")
    found = request.pot.members.search(company.id, text, limit=200)
    return {
        "q": text,
        "path": request.path,
        "colleagues": [one for one in found if one.person_id != request.visitor.person_id],
    }


def _person(request: Request, company: Company, name: str) -> Member:
    sent = request.form.get(name, "")
    found = next((one for id, one in company.colleagues.items() if str(id) == sent), None)
    if found is None:
        raise Invalid(_("Choose the colleague who is to decide."))
    return found


def _people(request: Request, one: Application) -> list[int]:
    """Whose boxes were ticked."""
    company = Company(request.pot, one.customer_id)
    return [id for id in company.colleagues if request.form.get(f"person.{id}")]
