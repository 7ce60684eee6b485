"""What people do with requests: a verb is one transaction and leaves one event.

Each reads the application held, lets the machine decide, keeps it and tells whom it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hotpot.apps.approvals.flow.machine import Machine
from hotpot.apps.approvals.flow.run import Place, Run
from hotpot.apps.approvals.form.reading import Read, read
from hotpot.apps.approvals.form.showing import summary, total, typed
from hotpot.apps.approvals.kinds.store import Design, design
from hotpot.apps.approvals.requests import store, telling
from hotpot.apps.approvals.requests.people import Company, Signers
from hotpot.apps.approvals.requests.store import Application, Draft
from hotpot.sdk.app import Upload
from hotpot.sdk.errors import Invalid, NotFound
from hotpot.sdk.platform import Pot, StoredFile, Verdict, Way
from hotpot.sdk.text import gettext as _

FILES_MAX = 20  # of a request
COMMENT_LENGTH_MAX = 500
FILE_NAME_LENGTH_MAX = 120
NEXT_LOOK = timedelta(days=1)

Change = Callable[[Machine, Run], Run]


# The applicant


def begin(pot: Pot, company: Company, person_id: int, kind_id: int, version: int) -> Draft:
    made = Draft(pot.storage.next_number("application"), company.id, person_id, kind_id, version)
    store.keep_draft(pot, made)
    return made


def begin_again(pot: Pot, of: Application, version: int) -> Draft:
    """A new draft with the content of an old request, without its files."""
    form = design(pot, of.kind_id, version).form
    made = begin(pot, Company(pot, of.customer_id), of.applicant_id, of.kind_id, version)
    made = replace(made, sent={**typed(form, of.values), **_choices_typed(of.choices)})
    store.keep_draft(pot, made)
    return made


def mend(pot: Pot, of: Application) -> Draft:
    """The draft by which a request that was sent back is changed; the one begun before, if there is."""
    if pot.storage.get("draft", store.key_of(of.id)) is not None:
        return store.draft(pot, of.id, of.applicant_id)
    form = design(pot, of.kind_id, of.version).form
    files = {one.key: tuple(of.values.get(one.key, ())) for one in form.fields if one.kind == "files"}
    sent = {**typed(form, of.values), **_choices_typed(of.choices)}
    made = Draft(of.id, of.customer_id, of.applicant_id, of.kind_id, of.version, sent, files)
    store.keep_draft(pot, made)
    return made


def save(pot: Pot, draft: Draft, sent: Mapping[str, str], files: Mapping[str, Sequence[Upload]]) -> Draft:
    """What was typed, with the files that came along. Raises Invalid."""
    form = design(pot, draft.kind_id, draft.version).form
    kept = dict(draft.files)
    for one in form.fields:
        if one.kind == "files":
            for upload in files.get(one.key, ()):
                kept[one.key] = (*kept.get(one.key, ()), _kept_file(pot, draft, upload))
    if sum(len(some) for some in kept.values()) > FILES_MAX:
        raise Invalid(_("A request has at most %(max)d files.") % {"max": FILES_MAX})
    saved = replace(draft, sent=dict(sent), files=kept)
    store.keep_draft(pot, saved)
    return saved


def _kept_file(pot: Pot, draft: Draft, upload: Upload) -> dict[str, Any]:
    name = upload.name[-FILE_NAME_LENGTH_MAX:]
    number = pot.storage.next_number(f"file/{draft.id}")
    pot.storage.put_file(f"{draft.id}.{number}", StoredFile(name, upload.content_type, upload.content))
    return {"key": number, "name": name, "size": len(upload.content)}


def drop_file(pot: Pot, draft: Draft, number: int) -> Draft:
    """From the draft; the file itself goes unless a sent request has it."""
    files = {key: tuple(one for one in some if one["key"] != number) for key, some in draft.files.items()}
    dropped = replace(draft, files=files)
    store.keep_draft(pot, dropped)
    if store.application(pot, draft.id) is None:
        pot.storage.delete_file(f"{draft.id}.{number}")
    return dropped


def discard(pot: Pot, draft: Draft) -> None:
    if store.application(pot, draft.id) is None:
        for one in (file for some in draft.files.values() for file in some):
            pot.storage.delete_file(f"{draft.id}.{one['key']}")
    pot.storage.delete("draft", store.key_of(draft.id))


def checked(pot: Pot, draft: Draft) -> Read:
    """The draft's values, or what is to be mended in it: also the choice of signers."""
    of = design(pot, draft.kind_id, draft.version)
    company = Company(pot, draft.customer_id)
    found = read(of.form, draft.sent, company.known, draft.files)
    chosen = choices_of(of, draft.sent, company)
    for step in of.flow.choices:
        if not chosen[step.id]:
            found.errors[choice_name(step.id, 0)] = _("Choose who is to decide.")
    return found


def choice_name(step_id: str, place: int) -> str:
    return f"who.{step_id}.{place}"


def choices_of(of: Design, sent: Mapping[str, str], company: Company) -> dict[str, tuple[int, ...]]:
    """Those whom the applicant chose, by step."""
    return {
        step.id: tuple(
            dict.fromkeys(
                person_id
                for place in range(step.who.count)
                for person_id in company.colleagues
                if str(person_id) == sent.get(choice_name(step.id, place))
            )
        )
        for step in of.flow.choices
    }


def _choices_typed(choices: Mapping[str, Sequence[int]]) -> dict[str, str]:
    return {
        choice_name(step_id, place): str(person_id)
        for step_id, people in choices.items()
        for place, person_id in enumerate(people)
    }


def send(pot: Pot, draft: Draft) -> Application:
    """A draft becomes a request, or a request that was sent back goes on its way again. The draft is gone
    then, so a second call has nothing to send. Raises Invalid while something is to be mended."""
    found = checked(pot, draft)
    if found.errors:
        raise Invalid(_("Mend what is marked, then send it."))
    of, company = design(pot, draft.kind_id, draft.version), Company(pot, draft.customer_id)
    before = store.application(pot, draft.id, lock=True)
    choices = choices_of(of, draft.sent, company)
    machine = Machine(of.flow, found.values, Signers(company, draft.applicant_id, choices), pot.now)
    by = draft.applicant_id
    run = machine.start(by) if before is None else machine.resend(before.run, by)
    mentioned = [value for value in found.values.values() if type(value) is int]
    amount = total(of.form, found.values)
    after = Application(
        draft.id, draft.customer_id, draft.applicant_id, draft.kind_id, draft.version, of.name,
        found.values, choices, before.sent_at if before else pot.now, run,
        summary(of.form, found.values, company.all_names(mentioned)),
        *(amount or (None, None)),
    )  # fmt: skip
    pot.storage.delete("draft", store.key_of(draft.id))
    _settle(pot, before, after, by, "sent" if before is None else "sent_again")
    return after


def recall(pot: Pot, id: int, by: int, comment: str = "") -> Application:
    return _changed(pot, id, by, "recalled", lambda at, run: at.recall(run, by, _short(comment)))


def urge(pot: Pot, id: int, by: int) -> Application:
    return _changed(pot, id, by, "urged", lambda at, run: at.urge(run, by))


# Those who are asked


def answer(
    pot: Pot, id: int, signer_id: int, verdict: Verdict, *, by: int, comment: str = "", way: Way = "page"
) -> Application:
    """Raises Late when it doesn't wait for this answer any more, Forbidden when it never did."""
    return _changed(
        pot, id, by, verdict,
        lambda at, run: at.answer(run, signer_id, verdict, by=by, comment=_short(comment), way=way),
    )  # fmt: skip


def add_signers(
    pot: Pot, id: int, signer_id: int, people: Sequence[int], where: Place, *, by: int, comment: str
) -> Application:
    def change(at: Machine, run: Run) -> Run:
        return at.add_signers(run, signer_id, people, where, by=by, comment=_short(comment))

    return _changed(pot, id, by, "signers_added", change, asked=people)


def transfer(pot: Pot, id: int, signer_id: int, to: int, *, by: int, comment: str) -> Application:
    def change(at: Machine, run: Run) -> Run:
        return at.transfer(run, signer_id, to, by=by, comment=_short(comment))

    return _changed(pot, id, by, "handed_over", change, asked=[to])


def roll_back(
    pot: Pot, id: int, signer_id: int, step_id: str | None, *, by: int, comment: str
) -> Application:
    def change(at: Machine, run: Run) -> Run:
        return at.roll_back(run, signer_id, step_id, by=by, comment=_short(comment))

    return _changed(pot, id, by, "sent_back" if step_id is None else "rolled_back", change)


# Anybody concerned


def comment(pot: Pot, id: int, by: int, text: str) -> Application:
    return _changed(pot, id, by, "commented", lambda at, run: at.comment(run, by, _short(text)))


def copy(pot: Pot, id: int, by: int, people: Sequence[int], text: str) -> Application:
    if not people:
        raise Invalid(_("Choose a colleague."))
    return _changed(
        pot, id, by, "copied", lambda at, run: at.copy(run, by, people, _short(text)), asked=people
    )


# The clock


def time_out(pot: Pot, id: int) -> None:
    """Where nobody has a seat any more nothing happens; it is looked at again the next day."""
    one = store.application(pot, id, lock=True)
    assert one is not None, "what is due exists"
    company = Company(pot, one.customer_id)
    if company.colleagues:
        after = replace(one, run=machine_of(pot, one, company).time_out(one.run))
        _settle(pot, one, after, None, "timed_out")
    elif one.run.round:
        later = replace(one.run.round, due_at=pot.now + NEXT_LOOK)
        store.keep(pot, one, replace(one, run=one.run.with_round(later)))


def machine_of(pot: Pot, one: Application, company: Company) -> Machine:
    of = design(pot, one.kind_id, one.version)
    return Machine(of.flow, one.values, Signers(company, one.applicant_id, one.choices), pot.now)


def may_see(one: Application, person_id: int, company: Company) -> bool:
    """Whoever has or had a part in it, and the company's managers, while they work there."""
    return person_id in company.colleagues and (person_id in one.run.people or person_id in company.managers)


def seen_by(pot: Pot, id: int, person_id: int, *, lock: bool = False) -> tuple[Application, Company]:
    """Raises NotFound for what is not the reader's to see, too."""
    one = store.application(pot, id, lock=lock)
    if one is not None:
        company = Company(pot, one.customer_id)
        if may_see(one, person_id, company):
            return one, company
    raise NotFound(_("There is no such request for you."))


def _changed(
    pot: Pot, id: int, by: int, what: str, change: Change, *, asked: Sequence[int] = ()
) -> Application:
    """`asked`: colleagues whom the change names; they need a seat."""
    before, company = seen_by(pot, id, by, lock=True)
    if any(person_id not in company.colleagues for person_id in asked):
        raise Invalid(_("Choose a colleague with a seat."))
    run = change(machine_of(pot, before, company), before.run)
    after = replace(before, run=run)
    if run != before.run:
        _settle(pot, before, after, by, what)
    return after


def _settle(pot: Pot, before: Application | None, after: Application, by: int | None, what: str) -> None:
    store.keep(pot, before, after)
    telling.tell(pot, before, after, by)
    waited = before.run.waits_for if before else ()
    pot.events.record(
        f"request.{what}", f"request/{after.id}", customer_id=after.customer_id, person_id=by,
        data={"name": after.name, "state": after.state},
        concerns=sorted({after.applicant_id, *waited, *after.run.waits_for}),
    )  # fmt: skip


def _short(text: str) -> str:
    if len(text) > COMMENT_LENGTH_MAX:
        raise Invalid(
            _("The comment is too long. Keep it under %(max)d characters.") % {"max": COMMENT_LENGTH_MAX}
        )
    return text.strip()
