"""The page of a person's rules."""

from __future__ import annotations

from datetime import time
from typing import Any

from hotpot.apps.mail import store
from hotpot.apps.mail.app import FUNCTION, app
from hotpot.apps.mail.rules import OUTCOMES, RULES_MAX, Outcome, Rule
from hotpot.sdk.app import Page, Redirect, Request
from hotpot.sdk.errors import Conflict, Invalid, NotFound
from hotpot.sdk.text import gettext as _

NEW = "new"


@app.page("/rules", function=FUNCTION)
def rules(request: Request) -> Page:
    found = store.rules_of(request.pot, request.visitor.person_id)
    shown = [{"id": one.id, "when": _when(one), "then": _words()[one.outcome]} for one in found]
    return Page("mail/rules.html", {"tab": "rules", "rules": shown}, title=_("Mail"))


@app.page("/rules/<rule>", function=FUNCTION)
def show(request: Request) -> Page:
    if request.args["rule"] == NEW:
        return _form(request, {"sender": request.query.get("sender", "")[:200]})
    rule = _mine(request)
    given = {
        "sender": rule.sender,
        "subject": rule.subject,
        "folder": rule.folder,
        "start": _hour(rule.start),
        "until": _hour(rule.until),
        "outcome": rule.outcome,
    }
    return _form(request, given)


@app.page("/rules/<rule>", function=FUNCTION, method="POST")
def keep(request: Request) -> Page | Redirect:
    pot, person_id = request.pot, request.visitor.person_id
    before = None if request.args["rule"] == NEW else _mine(request)
    if before is None and len(store.rules_of(pot, person_id)) >= RULES_MAX:
        raise Conflict(_("There are %(max)d rules already. Remove one first.") % {"max": RULES_MAX})
    form = request.form
    try:
        rule = Rule(
            id=before.id if before else store.new_rule_id(pot),
            person_id=person_id,
            outcome=_outcome(form.get("outcome", "")),
            sender=form.get("sender", "").strip(),
            subject=form.get("subject", "").strip(),
            folder=form.get("folder", "").strip(),
            start=_time(form.get("start", "")),
            until=_time(form.get("until", "")),
        )
    except Invalid as refusal:
        return _form(request, form, problem=refusal.sentence)
    store.keep_rule(pot, rule)
    return Redirect("/rules", _("Saved."))


@app.page("/rules/<rule>/end", function=FUNCTION, method="POST")
def end(request: Request) -> Redirect:
    store.forget_rule(request.pot, _mine(request))
    return Redirect("/rules", _("The rule is removed."))


@app.page("/rules/<rule>/up", function=FUNCTION, method="POST")
def move_up(request: Request) -> Redirect:
    """It changes places with the one before: the first that fits decides."""
    rule = _mine(request)
    before = [one for one in store.rules_of(request.pot, rule.person_id) if one.id < rule.id]
    if before:
        store.swap_rules(request.pot, before[-1], rule)
    return Redirect("/rules")


def _mine(request: Request) -> Rule:
    rule = store.rule(request.pot, request.visitor.person_id, request.id("rule"))
    if rule is None:
        raise NotFound(_("There is no such rule. It may have been removed."))
    return rule


def _form(request: Request, given: Any, problem: str = "") -> Page:
    folders = {name for box in request.pot.mail.mailboxes(request.visitor.person_id) for name in box.watched}
    context = {
        "rule": request.args["rule"],
        "given": given,
        "problem": problem,
        "folders": sorted(folders),
        "outcomes": [{"name": name, "label": _words()[name]} for name in OUTCOMES],
    }
    return Page("mail/rule.html", context, title=_("Rule"), back="/rules")


def _words() -> dict[Outcome, str]:
    return {
        "notify": _("Tell me"),
        "urgent": _("Tell me at once by SMS, in quiet hours too"),
        "digest": _("Tell me together with others at the full hour"),
        "silent": _("Don't tell me"),
    }


def _when(rule: Rule) -> str:
    parts = []
    if rule.sender:
        parts.append(_("from “%(text)s”") % {"text": rule.sender})
    if rule.subject:
        parts.append(_("about “%(text)s”") % {"text": rule.subject})
    if rule.folder:
        parts.append(_("in the folder %(text)s") % {"text": rule.folder})
    if rule.start:
        parts.append(_("%(start)s to %(until)s") % {"start": _hour(rule.start), "until": _hour(rule.until)})
    return ", ".join(parts)


def _hour(at: time | None) -> str:
    return "" if at is None else f"{at:%H:%M}"


def _time(text: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0)
    except ValueError:
        raise Invalid(_("Write an hour like 22:00.")) from None


def _outcome(text: str) -> Outcome:
    for one in OUTCOMES:
        if one == text:
            return one
    raise Invalid(_("Choose what happens to such mails."))
