"""How and when a member is told: the ways, the hours, each app's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import Invalid
from hotpot.pot.console.member import queries
from hotpot.pot.console.member.pages import me_of, now_of
from hotpot.pot.console.member.rail import places
from hotpot.pot.notification import actions
from hotpot.pot.notification import queries as notification_queries
from hotpot.pot.notification.actions import Wish
from hotpot.pot.notification.rules import DIGEST_AT, FALL_BACK_AFTER_MIN, FALL_BACK_CHOICES_MIN
from hotpot.pot.notification.wire import Pace, Way
from hotpot.pot.web.shown import name_of

AS_ALL = "as_all"
WAY_WORDS = {
    Way.PUSH: gettext_lazy("Push"),
    Way.MAIL: gettext_lazy("Mail"),
    Way.SMS: gettext_lazy("SMS"),
}
PACE_WORDS = {
    Pace.NOW: gettext_lazy("At once"),
    Pace.HOURLY: gettext_lazy("Once an hour"),
    Pace.DAILY: gettext_lazy("Once a day"),
}
Shown = dict[str, Any]


class HoursForm(forms.Form):
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), required=False)
    quiet_until = forms.TimeField(label=pgettext_lazy("time of day", "Until"), required=False)
    digest_at = forms.TimeField(label=gettext_lazy("Digest of the day at"))
    fall_back_after_min = forms.TypedChoiceField(
        label=gettext_lazy("If my phone shows nothing, try the next way after"),
        coerce=int,
        choices=lambda: [(minutes, _("%d minutes") % minutes) for minutes in FALL_BACK_CHOICES_MIN],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("quiet_from", "quiet_until", "digest_at"):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_until")):
            self.add_error("quiet_until", _("Give both ends of the quiet hours, or neither."))
        return cleaned


@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    start, until = given["quiet_from"], given["quiet_until"]
    actions.change_habits(
        request.actor,  # type: ignore[attr-defined]
        person=me_of(request),
        quiet=(start, until) if start is not None and until is not None else None,
        digest_at=given["digest_at"],
        fall_back_after_min=given["fall_back_after_min"],
        wishes={app_id: _wish(request, app_id) for app_id in ["", *_app_ids(request)]},
        now=now_of(request),
    )
    messages.success(request, _("Saved."))
    return redirect("member:notifications")


@login_required
@require_POST
def add_browser(request: HttpRequest) -> HttpResponse:
    """What a browser's PushSubscription says of itself, as JSON."""
    try:
        said = json.loads(request.body)
        endpoint, keys = said["endpoint"], said["keys"]
        given = [endpoint, keys["p256dh"], keys["auth"]]
    except (ValueError, KeyError, TypeError):
        given = []
    if not given or not all(isinstance(one, str) for one in given):
        raise Invalid(_("Your browser said nothing that could be used. Reload the page and try again."))
    actions.add_browser(
        request.actor,  # type: ignore[attr-defined]
        person=me_of(request),
        endpoint=given[0],
        p256dh=given[1],
        auth=given[2],
        agent=request.headers.get("User-Agent", ""),
        now=now_of(request),
    )
    return HttpResponse(status=204)


@login_required
@require_POST
def remove_browser(request: HttpRequest, browser_id: int) -> HttpResponse:
    actions.remove_browser(
        request.actor,  # type: ignore[attr-defined]
        person=me_of(request),
        browser_id=browser_id,
        now=now_of(request),
    )
    messages.success(request, _("That browser shows no notices any more."))
    return redirect("member:notifications")


@login_required
@require_POST
def ask_for_mail(request: HttpRequest) -> HttpResponse:
    address = request.POST.get("address", "")
    actions.ask_for_mail(me_of(request), address=address, now=now_of(request))
    messages.success(request, _("Look into your mailbox and open the link in the mail."))
    return redirect("member:notifications")


@login_required
@require_POST
def remove_mail(request: HttpRequest) -> HttpResponse:
    actions.remove_mail(request.actor, person=me_of(request), now=now_of(request))  # type: ignore[attr-defined]
    messages.success(request, _("No notice goes there any more."))
    return redirect("member:notifications")


@login_required
@require_POST
def trial(request: HttpRequest) -> HttpResponse:
    actions.send_a_trial(me_of(request), now=now_of(request))
    messages.success(request, _("A trial is on its way to you."))
    return redirect("member:notifications")


def _page(request: HttpRequest, form: HoursForm | None = None, *, status: int = 200) -> HttpResponse:
    person, now = me_of(request), now_of(request)
    settled = notification_queries.settled(person)
    habits = settled.habits
    initial = {
        "quiet_from": habits.quiet_from if habits else None,
        "quiet_until": habits.quiet_until if habits else None,
        "digest_at": habits.digest_at if habits else DIGEST_AT,
        "fall_back_after_min": habits.fall_back_after_min if habits else FALL_BACK_AFTER_MIN,
    }
    apps = queries.apps_of(person, now)
    rows = [_row("", _("All apps"), settled)]
    rows += [_row(app.id, str(name_of(app)), settled) for app in apps]
    context = {
        "title": _("Notifications"),
        "places": places("me"),
        "back_url": "/me/",
        "form": form or HoursForm(initial=initial),
        "rows": rows,
        "browsers": settled.browsers,
        "habits": habits,
        "mails": notification_queries.mails_are_sent(),
        "public_key": actions.public_key(now=now),
        "time_zone": person.time_zone,
    }
    return render(request, "member/notifications.html", context, status=status)


def _row(app_id: str, name: str, settled: notification_queries.Settled) -> Shown:
    """One app's fields: which ways are ticked, and which pace is chosen."""
    choice = settled.choices.get(app_id)
    ways: Sequence[str] = choice.ways if choice else [Way.SMS]
    pace = choice.pace if choice else (AS_ALL if app_id else Pace.NOW)
    words = [(AS_ALL, _("As all apps"))] if app_id else []
    return {
        "id": app_id or "all",
        "name": name,
        "own": bool(app_id and choice),
        "ways": [(way.value, word, way in ways) for way, word in WAY_WORDS.items()],
        "paces": [(value, word, value == pace) for value, word in [*words, *PACE_WORDS.items()]],
    }


def _wish(request: HttpRequest, app_id: str) -> Wish | None:
    name = app_id or "all"
    pace = request.POST.get(f"pace-{name}", AS_ALL)
    if app_id and pace == AS_ALL:
        return None
    ways = set(request.POST.getlist(f"ways-{name}"))
    if pace not in PACE_WORDS or not ways <= set(Way):
        raise Invalid(_("Choose one of the ways and times on the page."))
    return Wish(frozenset(Way(way) for way in ways), Pace(pace))


def _app_ids(request: HttpRequest) -> list[str]:
    return [app.id for app in queries.apps_of(me_of(request), now_of(request))]
