"""Writing: new letters, answers, mails passed on, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hotpot.apps.mail.app import FUNCTION, app
from hotpot.apps.mail.quoting import How, start
from hotpot.sdk.app import Page, Redirect, Request
from hotpot.sdk.errors import Invalid, NotFound
from hotpot.sdk.mail import Mailbox, NewLetter
from hotpot.sdk.platform import StoredFile
from hotpot.sdk.text import gettext as _

HOWS: tuple[How, ...] = ("reply", "all", "forward")


@app.page("/mails/<mail>/answer", function=FUNCTION)
def answer(request: Request) -> Page:
    how = request.query.get("how", "reply")
    if how not in HOWS:
        raise NotFound(_("There is no such page. Go back and try again."))
    reading = request.pot.mail.read(request.id("mail"), person_id=request.visitor.person_id)
    mail = reading.mail
    text = reading.content.text if reading.content else mail.snippet
    box = _box(request, mail.mailbox_id)
    begun = start(mail, text, how, own=box.address, time_zone=request.visitor.time_zone)
    given = {
        "mailbox": str(box.id),
        "to": begun.to,
        "cc": begun.cc,
        "subject": begun.subject,
        "text": begun.quoted,
        "answers" if how != "forward" else "forwards": str(mail.id),
    }
    files = reading.content.attachments if how == "forward" and reading.content else ()
    return _form(request, given, back=f"/mails/{mail.id}", passed_on=files)


@app.page("/write", function=FUNCTION)
def begin(request: Request) -> Page:
    if not request.pot.mail.mailboxes(request.visitor.person_id):
        raise NotFound(_("Connect a mailbox first: letters go out through its own server."))
    return _form(request, {}, back="/")


@app.page("/write", function=FUNCTION, method="POST")
def write(request: Request) -> Page | Redirect:
    """What is wrong is said on the form, which keeps what was typed; files have to be chosen again."""
    form = request.form
    files = [StoredFile(one.name, one.content_type, one.content) for one in request.files.get("files", ())]
    try:
        letter = request.pot.mail.send(
            NewLetter(
                _number(form.get("mailbox", "")) or 0,
                form.get("key", "")[:40],
                to=form.get("to", ""),
                cc=form.get("cc", ""),
                subject=form.get("subject", ""),
                text=form.get("text", ""),
                files=[one for one in files if one.name],
                answers=_number(form.get("answers", "")),
                forwards=_number(form.get("forwards", "")),
            ),
            person_id=request.visitor.person_id,
        )
    except Invalid as refusal:
        return _form(request, form, back="/", problem=refusal.sentence)
    return Redirect("/letters", _("On its way to %(who)s.") % {"who": ", ".join(letter.recipients[:3])})


@app.page("/letters", function=FUNCTION)
def letters(request: Request) -> Page:
    found = request.pot.mail.letters(request.visitor.person_id)
    waiting = any(one.state == "waiting" for one in found)
    return Page(
        "mail/letters.html", {"tab": "letters", "letters": found, "waiting": waiting}, title=_("Mail")
    )


@app.page("/letters/<letter>/again", function=FUNCTION, method="POST")
def send_again(request: Request) -> Redirect:
    request.pot.mail.send_again(request.id("letter"), person_id=request.visitor.person_id)
    return Redirect("/letters", _("It is tried again now."))


def _form(
    request: Request,
    given: Mapping[str, str],
    *,
    back: str,
    problem: str = "",
    passed_on: Sequence[Any] = (),
) -> Page:
    context = {
        "given": given,
        "boxes": request.pot.mail.mailboxes(request.visitor.person_id),
        "key": given.get("key") or f"letter-{request.pot.storage.next_number('letter')}",
        "problem": problem,
        "passed_on": passed_on,
    }
    return Page("mail/write.html", context, title=_("Write"), back=back)


def _box(request: Request, mailbox_id: int) -> Mailbox:
    boxes = request.pot.mail.mailboxes(request.visitor.person_id)
    found = next((one for one in boxes if one.id == mailbox_id), None)
    if found is None:
        raise NotFound(_("This mailbox was disconnected."))
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
