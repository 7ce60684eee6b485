"""Connecting a mailbox in two steps, and looking after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hotpot.apps.mail.app import FUNCTION, app
from hotpot.sdk.app import Page, Redirect, Request
from hotpot.sdk.errors import Invalid, NotFound
from hotpot.sdk.mail import (
    HINTS,
    SECURITIES,
    Mailbox,
    MailSettings,
    Server,
    Suggestion,
    UnknownCertificate,
    checked_address,
    checked_server,
)
from hotpot.sdk.platform import Member
from hotpot.sdk.text import gettext as _

BACK = "/signed-in"


@app.page("/mailboxes", function=FUNCTION)
def mailboxes(request: Request) -> Page:
    boxes = request.pot.mail.mailboxes(request.visitor.person_id)
    return Page("mail/mailboxes.html", {"tab": "mailboxes", "boxes": boxes}, title=_("Mail"))


@app.page("/mailboxes/new", function=FUNCTION)
def begin(request: Request) -> Page:
    """The address first; with it, the usual settings of its domain to look over."""
    address = request.query.get("address", "")
    if not address:
        return _address_page(request)
    try:
        address = checked_address(address)
    except Invalid as refusal:
        return _address_page(request, address, refusal.sentence)
    suggestion = request.pot.mail.suggest(address)
    given = {"address": address, "login": address, **_fields(suggestion)}
    return _settings_page(request, given, suggestion)


@app.page("/mailboxes/new", function=FUNCTION, method="POST")
def connect(request: Request) -> Page | Redirect:
    """Tried before it is kept. What is wrong is said on the form, which keeps all that was typed but the
    password: no page carries it back."""
    form = request.form
    try:
        settings = _settings(form)
        whose = _whose(request, form.get("whose", ""))
        box = request.pot.mail.connect(
            settings, person_id=whose.person_id, customer_id=whose.customer_id, by=request.visitor.person_id
        )
    except UnknownCertificate as unknown:
        return _settings_page(request, form, problem=unknown.sentence, unknown=unknown)
    except Invalid as refusal:
        where = refusal.code if refusal.code in ("incoming", "outgoing") else ""
        return _settings_page(request, form, problem=refusal.sentence, where=where)
    if whose.person_id != request.visitor.person_id:
        told = _("%(address)s is connected for %(name)s.") % {"address": box.address, "name": whose.name}
        return Redirect("/mailboxes", told)
    return Redirect(
        "/", _("%(address)s is connected. New mail is told from now on.") % {"address": box.address}
    )


@app.page("/sign-in", function=FUNCTION, method="POST")
def sign_in(request: Request) -> Page:
    address = checked_address(request.form.get("address", ""))
    whose = _whose(request, "")
    url = request.pot.mail.sign_in(
        address, person_id=whose.person_id, customer_id=whose.customer_id, back=BACK
    )
    provider = request.pot.mail.suggest(address).provider
    context = {"url": url, "provider": provider, "address": address}
    return Page("mail/sign_in.html", context, title=_("Connect a mailbox"), back="/mailboxes/new")


@app.page(BACK, function=FUNCTION)
def signed_in(request: Request) -> Redirect:
    """The provider sent the person back, with a code or with why not."""
    if request.query.get("error"):
        return Redirect("/mailboxes/new", _("You did not sign in, so nothing is connected."), "warn")
    box = request.pot.mail.signed_in(
        state=request.query.get("state", ""),
        code=request.query.get("code", ""),
        person_id=request.visitor.person_id,
        back=BACK,
    )
    return Redirect(
        "/", _("%(address)s is connected. New mail is told from now on.") % {"address": box.address}
    )


@app.page("/mailboxes/<mailbox>", function=FUNCTION)
def show(request: Request) -> Page:
    box = _mine(request)
    folders = [{"name": name, "on": name in box.watched} for name in box.folders]
    return Page("mail/mailbox.html", {"box": box, "folders": folders}, title=box.address, back="/mailboxes")


@app.page("/mailboxes/<mailbox>/folders", function=FUNCTION, method="POST")
def watch(request: Request) -> Redirect:
    box = _mine(request)
    chosen = [name for number, name in enumerate(box.folders) if f"folder{number}" in request.form]
    request.pot.mail.watch(box.id, chosen, person_id=request.visitor.person_id)
    return Redirect(f"/mailboxes/{box.id}", _("Saved."))


@app.page("/mailboxes/<mailbox>/end", function=FUNCTION, method="POST")
def end(request: Request) -> Redirect:
    box = _mine(request)
    request.pot.mail.disconnect(box.id, person_id=request.visitor.person_id)
    return Redirect(
        "/mailboxes", _("%(address)s is disconnected and forgotten here.") % {"address": box.address}
    )


def _mine(request: Request) -> Mailbox:
    boxes = request.pot.mail.mailboxes(request.visitor.person_id)
    found = next((one for one in boxes if one.id == request.id("mailbox")), None)
    if found is None:
        raise NotFound(_("This mailbox was disconnected."))
    return found


def _whose(request: Request, key: str) -> Member:
    """Oneself, or a colleague for whom a manager does it. Raises Invalid."""
    for one in [*_own(request), *_managed(request)]:
        if key in ("", _key(one)):
            return one
    raise Invalid(_("Choose whose mailbox this is."))


def _own(request: Request) -> Sequence[Member]:
    return request.pot.members.employments(request.visitor.person_id)


def _managed(request: Request) -> list[Member]:
    """Colleagues with a seat, in the companies that the visitor manages."""
    found: list[Member] = []
    for own in _own(request):
        managers = {one.person_id for one in request.pot.members.managers(own.customer_id)}
        if own.person_id in managers:
            colleagues = request.pot.members.search(own.customer_id, "", limit=500)
            found += [one for one in colleagues if one.person_id != own.person_id]
    return found


def _key(member: Member) -> str:
    return f"{member.customer_id}.{member.person_id}"


def _settings(form: Mapping[str, str]) -> MailSettings:
    address = checked_address(form.get("address", ""))
    if not form.get("password"):
        raise Invalid(_("Enter the password."))
    return MailSettings(
        address, form.get("login", "").strip() or address, form["password"],
        _server(form, "incoming"), _server(form, "outgoing"),
    )  # fmt: skip


def _server(form: Mapping[str, str], side: str) -> Server:
    given = [form.get(f"{side}_{part}", "") for part in ("host", "port", "security")]
    server = checked_server(*given)
    return Server(server.host, server.port, server.security, _pin(form.get(f"{side}_pin", "")))


def _pin(text: str) -> str:
    return text if len(text) == 64 and set(text) <= set("0123456789abcdef") else ""


def _fingerprint(pin: str) -> str:
    """As administrators' tools print it: 82:CA:92:…"""
    return bytes.fromhex(pin).hex(":").upper()


def _fields(suggestion: Suggestion) -> dict[str, str]:
    given: dict[str, str] = {}
    for side, server in (("incoming", suggestion.incoming), ("outgoing", suggestion.outgoing)):
        given |= {f"{side}_host": server.host, f"{side}_port": str(server.port)}
        given[f"{side}_security"] = server.security
    return given


def _address_page(request: Request, address: str = "", problem: str = "") -> Page:
    context = {"address": address, "problem": problem}
    return Page("mail/address.html", context, title=_("Connect a mailbox"), back="/mailboxes")


def _settings_page(
    request: Request,
    given: Mapping[str, str],
    suggestion: Suggestion | None = None,
    *,
    problem: str = "",
    where: str = "",
    unknown: UnknownCertificate | None = None,
) -> Page:
    suggestion = suggestion or request.pot.mail.suggest(given.get("address", ""))
    words = {"tls": _("TLS"), "starttls": _("STARTTLS"), "none": _("None: others can read it")}
    pins = {side: _pin(given.get(f"{side}_pin", "")) for side in ("incoming", "outgoing")}
    if unknown is not None and unknown.pin:
        pins[unknown.side] = unknown.pin
    context: dict[str, Any] = {
        "given": given,
        "known": suggestion.known,
        "provider": suggestion.provider,
        "hint": HINTS.get(suggestion.hint, ""),
        "problem": problem,
        "where": where,
        "unknown": unknown,
        "pins": pins,
        "fingerprint": _fingerprint(unknown.pin) if unknown is not None else "",
        "securities": [{"name": name, "label": words[name]} for name in SECURITIES],
        "people": [{"key": _key(one), "name": one.name} for one in [*_own(request)[:1], *_managed(request)]],
    }
    return Page("mail/settings.html", context, title=_("Connect a mailbox"), back="/mailboxes/new")
