"""The list of mails, and one mail to read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from hotpot.apps.mail.app import FUNCTION, app
from hotpot.sdk.app import Badge, File, Page, Redirect, Request
from hotpot.sdk.mail import Mail, Mailbox
from hotpot.sdk.text import gettext as _

MAILS_PER_PAGE = 30
SEARCH_LENGTH_MAX = 100


@app.page("/", function=FUNCTION)
def inbox(request: Request) -> Page:
    pot, person_id = request.pot, request.visitor.person_id
    boxes = pot.mail.mailboxes(person_id)
    text = request.query.get("q", "").strip()[:SEARCH_LENGTH_MAX]
    box = _chosen(request, boxes)
    mails = pot.mail.inbox(
        person_id,
        mailbox_id=box.id if box else None,
        text=text,
        beyond=_number(request.query.get("beyond", "")),
        limit=MAILS_PER_PAGE,
    )
    context = {
        "tab": "inbox",
        "boxes": boxes,
        "box": box,
        "troubled": [one for one in boxes if one.state != "running"],
        "begun": any(one.looked_at for one in boxes),
        "mails": mails,
        "text": text,
        "unread": pot.mail.count_unread(person_id),
        "query": urlencode({"q": text, "box": box.id if box else ""}),
        "last": mails[-1].id if len(mails) == MAILS_PER_PAGE else None,
    }
    return Page("mail/inbox.html", context, title=_("Mail"))


@app.page("/badge", function=FUNCTION)
def badge(request: Request) -> Badge:
    return Badge(request.pot.mail.count_unread(request.visitor.person_id))


@app.page("/read-all", function=FUNCTION, method="POST")
def read_all(request: Request) -> Redirect:
    """Those that the page showed."""
    shown = request.form.get("mails", "").split(",")
    ids = [number for one in shown[:MAILS_PER_PAGE] if (number := _number(one)) is not None]
    request.pot.mail.mark_read(ids, person_id=request.visitor.person_id)
    return Redirect("/", _("Marked as read."))


@app.page("/mails/<mail>", function=FUNCTION)
def read(request: Request) -> Page:
    reading = request.pot.mail.read(request.id("mail"), person_id=request.visitor.person_id)
    context: dict[str, Any] = {"mail": reading.mail, "problem": reading.problem}
    if reading.content is not None:
        content = reading.content
        plain = bool(request.query.get("plain")) or not content.html
        context |= {"content": content, "plain": plain, "may_choose": bool(content.html and content.text)}
    return Page("mail/mail.html", context, title=_title(reading.mail), back="/")


@app.page("/mails/<mail>/files/<file>", function=FUNCTION)
def file(request: Request) -> File:
    stored = request.pot.mail.attachment(
        request.id("mail"), request.id("file"), person_id=request.visitor.person_id
    )
    return File(stored.name, stored.content_type, stored.content)


def _title(mail: Mail) -> str:
    return mail.subject or _("(no subject)")


def _chosen(request: Request, boxes: Any) -> Mailbox | None:
    wanted = _number(request.query.get("box", ""))
    return next((one for one in boxes if one.id == wanted), None)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
