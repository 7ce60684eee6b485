"""The member's own pages, at 360 px first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hotpot.pot.catalog.models import App
from hotpot.pot.console.member import queries
from hotpot.pot.console.member.rail import places
from hotpot.pot.identity.models import Person
from hotpot.pot.web.shown import name_of

MESSAGES_PER_PAGE = 40


@login_required
def home(request: HttpRequest) -> HttpResponse:
    apps = [_tile(app) for app in queries.apps_of(me_of(request), now_of(request))]
    context = {
        "title": _("Home"),
        "places": places("home"),
        "apps": apps,
        "cards": [app for app in apps if app["home"]],
        "employments": None if apps else queries.employments_of(me_of(request)),
        "works_for": request.memberships,  # type: ignore[attr-defined]
    }
    return render(request, "member/home.html", context)


@login_required
def messages(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    found = queries.messages_of(
        me_of(request),
        before=int(before) if before.isascii() and before.isdecimal() else None,
        limit=MESSAGES_PER_PAGE,
    )
    context = {
        "title": _("Messages"),
        "places": places("messages"),
        "found": found,
        "next_before": found[-1].id if len(found) == MESSAGES_PER_PAGE else None,
    }
    return render(request, "member/messages.html", context)


@login_required
def me(request: HttpRequest) -> HttpResponse:
    person = me_of(request)
    context = {
        "title": _("Me"),
        "places": places("me"),
        "me": person,
        "employments": queries.employments_of(person),
        "apps": [_tile(app) for app in queries.apps_of(person, now_of(request))],
        "works_for": [one.party for one in request.memberships],  # type: ignore[attr-defined]
    }
    return render(request, "member/me.html", context)


def _tile(app: App) -> dict[str, Any]:
    """What the home screen shows of an app; where it has a card or a badge, its manifest says so."""
    chinese = (get_language() or "").startswith("zh")
    url = f"/apps/{app.id}"
    return {
        "id": app.id,
        "name": name_of(app),
        "summary": (chinese and app.summary_zh) or app.summary,
        "icon": app.icon,
        "colour": app.colour,
        "url": f"{url}/",
        "home": _below(url, app.manifest.get("home")),
        "badge": _below(url, app.manifest.get("badge")),
        "topic": app.manifest.get("topic") or "record",
    }


def _below(url: str, path: str | None) -> str:
    return f"{url}{path}" if path else ""


def me_of(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # login_required let nobody else in.
    return request.user


def now_of(request: HttpRequest) -> Any:
    return request.clock.now()  # type: ignore[attr-defined]
