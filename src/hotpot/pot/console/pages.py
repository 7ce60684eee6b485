"""Where the console begins, and the change from one party to another."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import NotFound
from hotpot.pot.party.middleware import SESSION_PARTY


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The area of the membership in use; the phone for who has none."""
    membership = request.membership  # type: ignore[attr-defined]
    if membership is None:
        return redirect("/home/")
    return redirect(f"console:{membership.party.kind}:overview")


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """POST party=<id>: the console goes on in that party's name."""
    wanted = request.POST.get("party", "")
    memberships = request.memberships  # type: ignore[attr-defined]
    if wanted not in {str(one.party_id) for one in memberships}:
        raise NotFound(_("You don't work for that party. Ask one of its owners to give you a role."))
    request.session[SESSION_PARTY] = int(wanted)
    return redirect("console:start")
