"""The page behind the signed link in a message: one task of one person. It shows first and decides only
after a press of a button, so that a messenger's preview decides nothing; opened again it says what became
of it."""

from __future__ import annotations

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.kinds.store import design
from hotpot.apps.approvals.requests import actions
from hotpot.apps.approvals.requests.pages import FUNCTION, verdict_sent
from hotpot.apps.approvals.requests.shown import shown
from hotpot.sdk.app import Page, Request
from hotpot.sdk.errors import Refused
from hotpot.sdk.text import gettext as _


@app.link("/requests/<request>/<signer>", function=FUNCTION)
def look(request: Request) -> Page:
    return _page(request)


@app.link("/requests/<request>/<signer>", function=FUNCTION, method="POST")
def decide(request: Request) -> Page:
    by = request.visitor.person_id
    verdict, comment = verdict_sent(request), request.form.get("comment", "")
    try:
        actions.answer(
            request.pot, request.id("request"), request.id("signer"), verdict, by=by, comment=comment,
            way="link",
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, refusal.sentence, "warn")
    return _page(request, _("Approved.") if verdict == "approved" else _("Rejected."))


def _page(request: Request, notice: str = "", tone: str = "good") -> Page:
    pot, reader = request.pot, request.visitor.person_id
    one, company = actions.seen_by(pot, request.id("request"), reader)
    machine = actions.machine_of(pot, one, company)
    of = design(pot, one.kind_id, one.version)
    signer = one.run.signer_of(reader)
    context = {
        "shown": shown(one, of, machine, company, reader),
        "waits": signer is not None and signer.id == request.id("signer"),
        "notice": notice,
        "tone": tone,
    }
    return Page("approvals/by_link.html", context, title=_("Approval"))
