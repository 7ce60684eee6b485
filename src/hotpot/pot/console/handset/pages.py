"""Phones side by side: read what reached them, answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hotpot.pot.console.handset import queries
from hotpot.pot.messaging.simulated import phones

PHONES_MAX = 4
TEXT_MAX = 500


@require_GET
def handset(request: HttpRequest) -> HttpResponse:
    """`?number=` may come up to four times, or be a text to search by: `?q=`."""
    numbers = queries.readable(request.GET.getlist("number"))[:PHONES_MAX]
    context = {
        "title": _("Virtual handset"),
        "phones": [_screen(request, number, "") for number in numbers],
        "people": _people(request, numbers),
        "q": request.GET.get("q", ""),
        "numbers": numbers,
    }
    return render(request, "handset/handset.html", context)


def _people(request: HttpRequest, numbers: list[str]) -> list[dict[str, Any]]:
    """Each with the address that puts the phone beside those that are open, or takes it away."""
    people = []
    for person in queries.suggestions(request.GET.get("q", "").replace("\0", "")):
        is_open = person.number in numbers
        wanted = [one for one in numbers if one != person.number]
        if not is_open:
            wanted = [*wanted, person.number][-PHONES_MAX:]
        people.append({"person": person, "open": is_open, "url": _address(wanted)})
    return people


def _address(numbers: list[str]) -> str:
    return f"{reverse('handset:handset')}?{urlencode([('number', one) for one in numbers])}"


@require_GET
def phone(request: HttpRequest) -> HttpResponse:
    """One phone: its list of conversations, or the one with `thread`."""
    number = request.GET.get("number", "")
    return render(
        request, "handset/parts/phone.html", {"screen": _screen(request, number, request.GET.get("thread"))}
    )


@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """What the screen shows now, or 204 where it shows it already (`seen`: the newest message's id)."""
    screen = _screen(request, request.GET.get("number", ""), request.GET.get("thread"))
    if str(screen["phone"].newest) == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "handset/parts/screen.html", {"screen": screen})


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Sends `text` from the phone to the access number `thread`."""
    number, thread = request.POST.get("number", ""), request.POST.get("thread", "")
    text = request.POST.get("text", "").replace("\0", "").strip()[:TEXT_MAX]
    [number] = queries.readable([number]) or [""]
    if number and thread.isdecimal() and text:
        phones.answer(number, thread, text, now=_now(request))
    if not request.headers.get("HX-Request"):
        return redirect(_address([number]))
    return render(request, "handset/parts/phone.html", {"screen": _screen(request, number, thread)})


def _screen(request: HttpRequest, number: str, wanted: str | None) -> dict[str, Any]:
    """`wanted` is an access number, "" for the newest conversation, None for the list of them."""
    phone = queries.phone_of(number, now=_now(request))
    thread = phone.thread(wanted) if wanted else None
    if wanted == "" and phone.threads:
        thread = phone.threads[0]
    shown = thread.last.pk if thread else phone.newest
    elsewhere = phone.threads[0] if thread and phone.newest > shown and phone.threads[0].waits else None
    return {"phone": phone, "thread": thread, "elsewhere": elsewhere}


def _now(request: HttpRequest) -> Any:
    return request.clock.now()  # type: ignore[attr-defined]
