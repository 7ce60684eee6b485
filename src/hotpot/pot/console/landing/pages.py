"""The front door."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hotpot.pot.console.landing.queries import Door, doors


def landing(request: HttpRequest) -> HttpResponse:
    """In the demo everybody may look around; elsewhere who is signed in goes straight to work."""
    if not settings.HOTPOT_DEMO:
        if request.user.is_authenticated:
            return redirect("console:start")
        return render(request, "landing/public.html")
    open_doors = [(door, reverse(door.place)) for door in doors()]
    return render(request, "landing/demo.html", {"doors": open_doors, "phone": _phone(open_doors)})


def _phone(open_doors: list[tuple[Door, str]]) -> str:
    """The virtual handset, with the member's own number on it."""
    members = [door.person.number for door, _place in open_doors if door.place == "member:home"]
    return f"/handset/?number={members[0].replace('+', '%2B')}" if members else "/handset/"
