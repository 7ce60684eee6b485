"""The hosted apps' pages and APIs, for signed-in members."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.messages import constants
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.member.rail import places
from hotpot.pot.identity.models import Person
from hotpot.pot.identity.queries import live_token
from hotpot.pot.identity.rules import covers
from hotpot.pot.party.middleware import enter_by_token
from hotpot.pot.party.models import Member, Membership
from hotpot.sdk.app import (
    Answer,
    App,
    Badge,
    File,
    Json,
    Kind,
    Page,
    Redirect,
    Request,
    Upload,
    Visitor,
)
from hotpot.sdk.errors import Invalid, NoSeat, NotFound, Refused
from hotpot.sdk.host import hosted
from hotpot.sdk.links import BadLink, opened
from hotpot.sdk.local import LocalPot

ICONS = {404: "search", 403: "lock"}
LEVELS = {"good": constants.SUCCESS, "warn": constants.WARNING, "bad": constants.ERROR}
PEOPLE_TO_ASK_MAX = 5
UPLOAD_BYTES_MAX = 10 * 1024 * 1024

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def page(request: HttpRequest, app_id: str, path: str = "") -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponseRedirect(
            f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
        )
    app = _hosted(app_id)
    try:
        with transaction.atomic(), as_system():  # Once for all verbs that the app uses.
            answer = app.answer("page", _asked("page", request, app, f"/{path}"))
    except NoSeat:
        return _no_seat(request, app)
    except Refused as refusal:
        return _trouble(request, app, refusal.status, _("This did not work"), refusal.sentence)
    except Exception:
        logger.exception("app %s failed at %s", app_id, request.path)
        sentence = _("The app had a problem of its own. Nothing was changed. Try again in a moment.")
        return _trouble(request, app, 500, _("Something went wrong in the app"), sentence)
    return _shown(request, app, answer)


@never_cache
def by_link(request: HttpRequest, app_id: str, token: str) -> HttpResponse:
    """Whoever holds a signed link acts as its person, on its page alone."""
    app = _hosted(app_id)
    try:
        with transaction.atomic(), as_system():
            link = opened(app_id, token, request.clock.now())  # type: ignore[attr-defined]
            person = Person.objects.filter(id=link.person_id, is_active=True).first()
            if person is None:
                raise BadLink(_("This link is not valid. Open the newest message, or sign in."))
            with override(person.language), timezone.override(ZoneInfo(person.time_zone)):
                answer = app.answer("link", _asked("link", request, app, link.path, person))
                return _shown_by_link(request, app, answer)
    except Refused as refusal:
        context = {"app": {"name": _name(app)}, "title": _name(app), "sentence": refusal.sentence}
        return render(request, "sdk/bad_link.html", context, status=refusal.status)


def _shown_by_link(request: HttpRequest, app: App, answer: Answer) -> HttpResponse:
    if not isinstance(answer, Page):
        raise TypeError(f"{request.path} answered {type(answer).__name__}; a link's page answers Page")
    shell = {**_shell(app, answer.title or _name(app), ""), "places": []}
    response = render(request, answer.template, {**answer.context, **shell})
    # The address is a secret that goes to no other site; with "no-referrer" the form's Origin would be null.
    response["Referrer-Policy"] = "same-origin"
    return response


def _speaks_json(view: View) -> View:
    @wraps(view)
    def speak(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except Refused as refusal:
            return _problem(refusal.status, refusal.code, refusal.sentence)
        except Exception:
            logger.exception("an app failed at %s", request.path)
            return _problem(500, "app_failed", _("The app had a problem of its own. Nothing was changed."))

    return speak


@csrf_exempt  # A bearer token is no cookie; a session is checked below.
@_speaks_json
def api(request: HttpRequest, app_id: str, path: str) -> HttpResponse:
    if request.headers.get("Authorization"):
        _enter_by_token(request)
    elif request.user.is_authenticated and (reason := _SessionCheck(_never).forgery(request)):
        return _problem(403, "csrf_failed", reason)
    if not request.user.is_authenticated:
        return _problem(
            401, "not_signed_in", _("Sign in, or send an access token: Authorization: Bearer hp_…")
        )
    app = _hosted(app_id)
    with as_system():
        answer = app.answer("api", _asked("api", request, app, f"/{path}"))
    if not isinstance(answer, Json):
        raise TypeError(f"{request.path} answered {type(answer).__name__}; an API answers Json")
    return JsonResponse(answer.data, status=answer.status, safe=False)


class _SessionCheck(CsrfViewMiddleware):
    """Django's own check, asked for its verdict."""

    def forgery(self, request: HttpRequest) -> str:
        self.process_request(request)
        return str(self.process_view(request, _never, (), {}) or "")

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _never(request: HttpRequest) -> HttpResponse:
    raise AssertionError("a middleware that is only asked for its verdict calls no view")


def _enter_by_token(request: HttpRequest) -> None:
    """The request is the token's person's from here on. Raises BadToken."""
    kind, _space, text = request.headers["Authorization"].partition(" ")
    now = request.clock.now()  # type: ignore[attr-defined]
    token = live_token(text.strip(), now=now) if kind.lower() == "bearer" else None
    if token is None:
        raise BadToken(_("This access token is not valid. It may have expired or been revoked."))
    if not covers(token.scopes, request.method or ""):
        raise BadToken(_("This access token may only read."), code="scope_missing")
    enter_by_token(request, token.person, token.party_id)


class BadToken(Refused):
    code = "bad_token"
    status = 401


def _hosted(app_id: str) -> App:
    app = hosted().get(app_id)
    if app is None:
        raise NotFound(_("There is no such app here."))
    return app


def _asked(kind: Kind, request: HttpRequest, app: App, path: str, person: Person | None = None) -> Request:
    """`person`: by whose link it comes; else whoever signed in."""
    if person is None:
        assert isinstance(request.user, Person)
        person = request.user
    return Request(
        pot=LocalPot(app.manifest, request.clock.now()),  # type: ignore[attr-defined]
        visitor=Visitor(
            person.id, person.name, person.number, get_language() or person.language, person.time_zone
        ),
        method=request.method or "GET",
        path=path,
        way="api" if kind == "api" else "page",
        query=request.GET.dict(),
        form={} if kind == "api" else request.POST.dict(),
        json=_json(request) if kind == "api" else None,
        files=_uploads(request) if kind == "page" else {},
    )


def _uploads(request: HttpRequest) -> dict[str, list[Upload]]:
    files = {name: request.FILES.getlist(name) for name in request.FILES}
    for one in (file for some in files.values() for file in some):
        if (one.size or 0) > UPLOAD_BYTES_MAX:
            raise Invalid(_("“%(name)s” is too large. A file has at most 10 MiB.") % {"name": one.name})
    return {
        name: [Upload(one.name or "", one.content_type or "", one.read()) for one in some]
        for name, some in files.items()
    }


def _json(request: HttpRequest) -> Any:
    if not request.body:
        return None
    try:
        return json.loads(request.body)
    except ValueError:
        raise Invalid(_("The body is not JSON.")) from None


def _shown(request: HttpRequest, app: App, answer: Answer) -> HttpResponse:
    if isinstance(answer, Badge):
        return render(request, "sdk/badge.html", {"count": answer.count})
    if isinstance(answer, Redirect):
        if answer.notice:
            messages.add_message(request, LEVELS[answer.tone], answer.notice)
        return HttpResponseRedirect(_base(app) + answer.path)
    if isinstance(answer, Json):
        return JsonResponse(answer.data, status=answer.status, safe=False)
    if isinstance(answer, File):
        sent = HttpResponse(answer.content, content_type=answer.content_type)
        sent["Content-Disposition"] = content_disposition_header(True, answer.name) or "attachment"
        return sent
    back = reverse("member:home") if answer.back is None else _base(app) + answer.back
    shell = _shell(app, answer.title or _name(app), back)
    return render(request, answer.template, {**answer.context, **shell})


def _no_seat(request: HttpRequest, app: App) -> HttpResponse:
    person = request.user
    assert isinstance(person, Person)
    context = {**_shell(app, _name(app), reverse("member:home")), "number": person.number}
    return render(request, "sdk/no_seat.html", {**context, "people": _people_to_ask(person)}, status=403)


def _people_to_ask(person: Person) -> list[dict[str, str]]:
    """Who gives seats in the person's own companies."""
    roles = (Membership.Role.OWNER, Membership.Role.MANAGER)
    with as_system():
        companies = Member.objects.filter(person=person, left_on=None).values("customer_id")
        found = (
            Membership.objects.filter(party_id__in=companies, role__in=roles)
            .exclude(person=person)
            .select_related("person", "party")
            .order_by("-role", "id")[:PEOPLE_TO_ASK_MAX]
        )
        return [
            {"name": one.person.get_full_name(), "number": one.person.number, "party": one.party.name}
            for one in found
        ]


def _trouble(request: HttpRequest, app: App, status: int, what: str, sentence: str) -> HttpResponse:
    shell = _shell(app, _name(app), reverse("member:home"))
    context = {**shell, "what": what, "sentence": sentence, "icon": ICONS.get(status, "")}
    return render(request, "sdk/trouble.html", context, status=status)


def _problem(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"status": status, "code": code, "message": message}, status=status)


def _shell(app: App, title: str, back: str) -> dict[str, Any]:
    return {
        "app": {"id": app.id, "name": _name(app)},
        "base": _base(app),
        "title": title,
        "back_url": back,
        "places": places("home"),
    }


def _base(app: App) -> str:
    return f"/apps/{app.id}"


def _name(app: App) -> str:
    chinese = (get_language() or "").startswith("zh")
    return app.manifest.name_zh if chinese and app.manifest.name_zh else app.manifest.name
