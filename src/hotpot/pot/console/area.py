"""Who may open a page of the console, and what its views can count on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Forbidden
from hotpot.pot.events.wire import Actor
from hotpot.pot.party import queries
from hotpot.pot.party.middleware import SESSION_PARTY
from hotpot.pot.party.models import Membership, Party
from hotpot.pot.party.rules import Right, may, require

P = ParamSpec("P")
KINDS = tuple(Party.Kind.values)
READING = ("GET", "HEAD")


class ConsoleRequest(HttpRequest):
    """A request that `area` let in."""

    clock: Clock
    actor: Actor
    membership: Membership
    memberships: Sequence[Membership]
    party: Party
    today: date  # where the party is

    def may(self, right: Right) -> bool:
        """For what a page offers; the verb's own check comes again."""
        raise NotImplementedError


View = Callable[Concatenate[ConsoleRequest, P], HttpResponseBase]


def area(
    *kinds: str, look: Right = Right.LOOK, act: Right = Right.RUN
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Lets in who works for a party of one of these kinds (none given: of any), with the right it takes
    to look or, on POST, to act. A GET in the name of another party of the reader's changes over to one
    that fits, so that links from messages and bookmarks work."""

    def guard(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            entering = cast("ConsoleRequest", request)
            if not _fits(entering.membership, kinds):
                return _change_over(entering, kinds)
            require(entering.membership.role, look if request.method in READING else act)
            _equip(entering)
            return view(entering, *args, **kwargs)

        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", login_required(guarded))

    return guard


def _fits(membership: Membership | None, kinds: Sequence[str]) -> bool:
    return membership is not None and (not kinds or membership.party.kind in kinds)


def _change_over(request: ConsoleRequest, kinds: Sequence[str]) -> HttpResponse:
    fitting = next((one for one in request.memberships if _fits(one, kinds)), None)
    if fitting is None or request.method not in READING:
        raise Forbidden(_("This page belongs to another kind of party. Choose yours at the top left."))
    request.session[SESSION_PARTY] = fitting.party_id
    return redirect(request.get_full_path())


def _equip(request: ConsoleRequest) -> None:
    role = request.membership.role
    request.party = request.membership.party
    request.today = queries.today(request.party, request.clock.now())
    request.may = lambda right: may(role, right)  # type: ignore[method-assign]


def done(request: HttpRequest, sentence: str, url: str) -> HttpResponse:
    """After a verb: the page at `url`, with a toast. Dialogs post by htmx, which needs its own header."""
    messages.success(request, sentence)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
