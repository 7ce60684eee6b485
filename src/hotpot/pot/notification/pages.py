"""What a notice's own addresses answer, to whoever holds its token: phones, mail programs, people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from hotpot.pot.notification import actions


@require_safe
def open_(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """To the page that the notice is about."""
    return redirect(actions.opened(token, now=_now(request)))


@csrf_exempt  # A service worker holds the token and nothing else.
@require_POST
def shown(request: HttpRequest, token: UUID) -> HttpResponseBase:
    actions.shown(token, now=_now(request))
    return HttpResponse(status=204)


@csrf_exempt  # A mailbox presses this button for its person (RFC 8058, 3.1).
def stop(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """Shows first: a mailbox that looks at every link of a mail must not stop it."""
    title = _("Stop these mails?")
    if request.method == "POST":
        actions.stop_mails(token, now=_now(request))
        title = _("No more mails of this kind")
    return render(request, "notification/stop.html", {"title": title, "stopped": request.method == "POST"})


def confirm_mail(request: HttpRequest, token: str) -> HttpResponseBase:
    """The address behind a signed link is its person's once the button is pressed."""
    _person, address = actions.mail_to_confirm(token, now=_now(request))
    if request.method == "POST":
        actions.confirm_mail(token, now=_now(request))
    context = {"title": _("Notices by mail"), "address": address, "confirmed": request.method == "POST"}
    return render(request, "notification/confirm.html", context)


def _now(request: HttpRequest) -> Any:
    return request.clock.now()  # type: ignore[attr-defined]
