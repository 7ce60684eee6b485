"""A company's own request on the task page."""

from __future__ import annotations

from collections.abc import Mapping

from hotpot.apps.approvals.flow.definition import Flow, Step, applies
from hotpot.apps.approvals.flow.machine import Machine
from hotpot.apps.approvals.flow.rounds import VOTERS
from hotpot.apps.approvals.flow.run import Entry, Round, Run, Signer
from hotpot.apps.approvals.form.showing import Line, lines
from hotpot.apps.approvals.kinds.store import Design
from hotpot.apps.approvals.requests.people import Company
from hotpot.apps.approvals.requests.store import Application
from hotpot.apps.approvals.shown import Deed, Happening, Item, Shown, Stage, way
from hotpot.sdk.text import gettext as _

ICONS: Mapping[str, str] = {
    "started": "send", "resent": "send", "approved": "circle-check", "rejected": "ban",
    "skipped": "check-check", "passed_empty": "check-check", "nobody": "triangle-alert",
    "to_admin": "user-check", "added": "user-plus", "transferred": "arrow-right", "rolled_back": "undo-2",
    "returned": "undo-2", "recalled": "undo-2", "urged": "bell", "commented": "message-square",
    "copied": "copy", "reminded": "bell", "timed_out": "clock",
}  # fmt: skip


def item_of(one: Application, reader: int, company: Company) -> Item:
    verdict = one.run.verdict_of(reader) if reader != one.applicant_id else None
    return Item(
        id=one.id,
        path=f"/requests/{one.id}",
        title=one.title,
        applicant=company.name(one.applicant_id),
        state=verdict or state_of(one.run),
        since=one.sent_at,
        amount_minor=one.amount_minor,
        currency=one.currency,
        waits=reader in one.run.waits_for,
    )


def state_of(run: Run) -> str:
    return "open" if run.state == "running" else run.state


def shown(one: Application, of: Design, machine: Machine, company: Company, reader: int) -> Shown:
    run = one.run
    mine = run.signer_of(reader)
    path = f"/requests/{one.id}"
    return Shown(
        path=path,
        title=one.title,
        state=state_of(run),
        applicant=company.name(one.applicant_id),
        asked_at=one.sent_at,
        waits_for=company.names(run.waits_for),
        amount_minor=one.amount_minor,
        currency=one.currency,
        lines=_lines(one, of, company),
        stages=stages(one, machine, company),
        history=[_happening(entry, of.flow, company) for entry in run.history if entry.kind in ICONS],
        decide=f"{path}/decision" if mine else "",
        signer=mine.id if mine else 0,
        deeds=_deeds(one, mine, machine, company, reader),
    )


def _lines(one: Application, of: Design, company: Company) -> list[Line]:
    mentioned = [
        one.values[field.key]
        for field in of.form.fields
        if field.kind == "person" and field.key in one.values
    ]
    return lines(of.form, one.values, company.all_names(mentioned))


def stages(one: Application, machine: Machine, company: Company) -> list[Stage]:
    """Where it has been, where it is, and where it will go as things stand."""
    run = one.run
    gone = [_stage(round, machine.flow, company) for round in run.rounds if round.state != "void"]
    if run.state not in ("running", "returned"):
        return gone
    last = next((round for round in reversed(run.rounds) if round.state != "void"), None)
    place = machine.flow.place_of(last.step_id) + 1 if last else 0
    coming = [step for step in machine.flow.steps[place:] if applies(step, one.values)]
    return [*gone, *(_coming(step, machine, company) for step in coming)]


def _stage(round: Round, flow: Flow, company: Company) -> Stage:
    people = [_signer(one, company) for one in round.signers if one.state != "queued"]
    state = {"passed": "done", "refused": "back"}.get(round.state, "current")
    return Stage(flow.step(round.step_id).name, state, people)


def _coming(step: Step, machine: Machine, company: Company) -> Stage:
    return Stage(step.name, "coming", company.names(machine.people.of(step.who, step.id)))


def _signer(one: Signer, company: Company) -> str:
    """A person with what became of the part: "Li Lei (for Han Meimei): approved"."""
    words = {
        "waiting": _("waits"), "held": _("waits for others first"), "approved": _("approved"),
        "rejected": _("rejected"), "transferred": _("handed it over"), "rolled_back": _("sent it back"),
        "done": _("was not needed"), "overtime": _("did not answer in time"),
        "withdrawn": _("was not needed"),
    }  # fmt: skip
    name = company.name(one.person_id)
    if one.for_id is not None:
        name = _("%(name)s for %(other)s") % {"name": name, "other": company.name(one.for_id)}
    word = _("approved before") if one.skipped else words[one.state]
    return _("%(name)s: %(what)s") % {"name": name, "what": word}


def _happening(entry: Entry, flow: Flow, company: Company) -> Happening:
    detail = way(entry.way) if entry.kind in ("approved", "rejected") else ""
    return Happening(ICONS[entry.kind], _sentence(entry, flow, company), entry.at, entry.comment, detail)


def _sentence(entry: Entry, flow: Flow, company: Company) -> str:
    step = next((one.name for one in flow.steps if one.id == entry.step_id), "")
    values = {
        "by": company.name(entry.by) if entry.by is not None else "",
        "to": ", ".join(company.names(entry.to)),
        "step": step,
    }
    by_nobody = {
        "transferred": _("Handed on to %(to)s, since time was up"),
        "copied": _("Copied to %(to)s"),
    }
    sentences = {
        "started": _("%(by)s sent it"), "resent": _("%(by)s sent it again"),
        "approved": _("%(by)s approved it"), "rejected": _("%(by)s rejected it"),
        "skipped": _("“%(step)s”: %(to)s approved before, so it was not asked again"),
        "passed_empty": _("“%(step)s” was passed: there is nobody to decide it"),
        "nobody": _("“%(step)s” found nobody to decide, so it came back"),
        "to_admin": _("“%(step)s” found nobody, so it went to %(to)s"),
        "added": _("%(by)s added %(to)s"), "transferred": _("%(by)s handed it to %(to)s"),
        "rolled_back": _("%(by)s sent it back to “%(step)s”"),
        "returned": _("%(by)s sent it back to the applicant"), "recalled": _("%(by)s recalled it"),
        "urged": _("%(by)s reminded %(to)s"), "commented": _("%(by)s commented"),
        "copied": _("%(by)s copied it to %(to)s"), "reminded": _("%(to)s was reminded: time is up"),
        "timed_out": _("“%(step)s”: time was up"),
    }  # fmt: skip
    nobody = entry.by is None and entry.kind in by_nobody
    return (by_nobody if nobody else sentences)[entry.kind] % values


def _deeds(
    one: Application, mine: Signer | None, machine: Machine, company: Company, reader: int
) -> list[Deed]:
    """As one who is asked, as the applicant, as a manager, and as anybody concerned."""
    path, run = f"/requests/{one.id}", one.run
    deeds = _signer_s(path, mine, bool(machine.steps_before(run))) if mine else []
    if reader == run.applicant_id:
        deeds += _applicant_s(path, run)
    if reader in company.managers and run.waiting and not mine:
        deeds.append(Deed("user-check", _("Hand over for somebody away"), f"{path}/transfer"))
    deeds.append(Deed("copy", _("Copy to colleagues"), f"{path}/copy"))
    return [*deeds, Deed("file-text", _("Print"), f"{path}/print")]


def _signer_s(path: str, mine: Signer, passed_steps: bool) -> list[Deed]:
    deeds = [Deed("user-check", _("Hand over to a colleague"), f"{path}/transfer")]
    if mine.place in VOTERS:
        deeds.append(Deed("user-plus", _("Add somebody to decide"), f"{path}/add"))
    back = _("Send back") if passed_steps else _("Send back to the applicant")
    return [*deeds, Deed("undo-2", back, f"{path}/back")]


def _applicant_s(path: str, run: Run) -> list[Deed]:
    if run.ended:
        return [Deed("plus", _("Start again with this content"), f"{path}/again", post=True)]
    recall = Deed("undo-2", _("Recall"), f"{path}/recall", post=True, undo=_("Recalled."))
    if run.state == "returned":
        return [Deed("pencil", _("Mend and send again"), f"{path}/mend", post=True), recall]
    return [Deed("bell", _("Remind them"), f"{path}/urge", post=True), recall]
