"""The frame of the console: the rail of nouns, the parties to change between, who is signed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hotpot.pot.console import queries
from hotpot.pot.party.models import Membership, Party
from hotpot.pot.party.rules import Right, may
from hotpot.pot.web.columns import Column, read
from hotpot.pot.web.shown import NOTHING
from hotpot.pot.web.shown import name_of as name_of

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """`badge` names a count of `queries.waiting`; who lacks the right doesn't see the place. `tabs` are pages
    of other addresses that belong to it."""

    label: Any
    to: str
    icon: str
    badge: str = ""
    right: Right = Right.LOOK
    tabs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    label: Any


_RECORD = Place(_("Record"), "events:record", "history")
_TEAM = Place(_("Team"), "console:team", "users")
_TOKENS = Place(_("Tokens"), "console:tokens", "key-round", right=Right.ROLES)
_SUBSCRIPTIONS = Place(_("Subscriptions"), "console:subscriptions", "layout-grid")
_CONNECTORS = Place(_("Connectors"), "connectors:list", "cable")
_BILLS = Place(_("Bills"), "console:bills", "receipt")
_STATEMENTS = Place(_("Statements"), "console:statements", "file-text")

RAILS: Mapping[str, Sequence[Place | Heading]] = {
    Party.Kind.OPERATOR: (
        Place(_("Overview"), "console:operator:overview", "house"),
        Place(_("Parties"), "console:operator:parties", "building-2"),
        Place(_("Certification"), "console:operator:certifications", "badge-check", badge="certifications"),
        Place(_("Agreements"), "console:operator:agreements", "handshake"),
        Place(_("Catalogue"), "console:operator:catalogue", "store"),
        _SUBSCRIPTIONS,
        Heading(_("Money")),
        Place(_("Close"), "console:operator:closes", "calendar"),
        _BILLS,
        Place(
            _("Receivables"),
            "console:operator:receivables",
            "landmark",
            tabs=("console:operator:bank", "console:operator:terms_of_payment"),
        ),
        _STATEMENTS,
        Place(_("Payouts"), "console:operator:payouts", "coins"),
        Place(_("Revenue"), "console:operator:revenue", "chart-line"),
        Place(_("Books"), "console:operator:books", "scale"),
        Heading(_("Running it")),
        Place(_("Messages"), "console:operator:messages", "message-square"),
        Place(_("Notices"), "console:operator:notices", "bell"),
        Place(_("Numbers"), "console:operator:numbers", "hash"),
        Place(_("Plug-ins"), "console:operator:plug_ins", "plug"),
        _RECORD,
        _TEAM,
        _TOKENS,
    ),
    Party.Kind.INTEGRATOR: (
        Place(_("Overview"), "console:integrator:overview", "house"),
        Place(_("Customers"), "console:integrator:customers", "building-2"),
        _SUBSCRIPTIONS,
        _CONNECTORS,
        Heading(_("Money")),
        Place(_("Earnings"), "console:earnings", "coins"),
        _STATEMENTS,
        Place(_("Agreements"), "console:agreements", "handshake"),
        Heading(_("Us")),
        Place(_("Certification"), "console:integrator:certifications", "badge-check"),
        _RECORD,
        _TEAM,
        _TOKENS,
    ),
    Party.Kind.CUSTOMER: (
        Place(_("Overview"), "console:customer:overview", "house"),
        Place(_("People"), "console:customer:people", "users"),
        Place(_("Apps"), "console:customer:apps", "layout-grid"),
        Place(_("Tasks"), "console:customer:tasks", "list-checks", badge="tasks"),
        Place(_("Messages"), "console:customer:messages", "message-square"),
        _CONNECTORS,
        Place(_("Plug-ins"), "console:customer:plug_ins", "plug"),
        Heading(_("Money")),
        _BILLS,
        Place(_("Wallet and limits"), "console:customer:money", "wallet"),
        Heading(_("Us")),
        _RECORD,
        Place(_("Team"), "console:team", "user-check"),
        _TOKENS,
    ),
    Party.Kind.DEVELOPER: (
        Place(_("Overview"), "console:developer:overview", "house"),
        Place(_("My apps"), "console:developer:apps", "app-window"),
        Place(_("Usage"), "console:developer:usage", "chart-line"),
        Place(_("Customers"), "console:developer:customers", "building-2"),
        Heading(_("Money")),
        Place(_("Earnings"), "console:earnings", "coins"),
        _STATEMENTS,
        Place(_("Agreements"), "console:agreements", "handshake"),
        Heading(_("Us")),
        _RECORD,
        _TEAM,
        _TOKENS,
    ),
}


def shell(request: HttpRequest) -> Shown:
    """A context processor: any room's page that extends web/console.html gets the frame from it.

    The values are functions, so that pages without a frame pay nothing.
    """
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        return {}
    return {
        "rail": lambda: rail(membership, request.path),
        "switcher": lambda: switcher(request.memberships, membership),  # type: ignore[attr-defined]
        "who": lambda: who(membership),
        "signout_url": reverse("account_logout"),
        "home_url": reverse("console:start"),
    }


def rail(membership: Membership, path: str) -> list[Shown]:
    """The place whose address begins the path the longest is where one is."""
    places = [one for one in RAILS[membership.party.kind] if _offered(one, membership)]
    urls = {place.to: reverse(place.to) for place in places if isinstance(place, Place)}
    under = {
        reverse(to): urls[place.to]
        for place in places
        if isinstance(place, Place)
        for to in (place.to, *place.tabs)
    }
    nearest = max((url for url in under if path.startswith(url)), key=len, default="")
    here = under.get(nearest, "")
    return [_shown(place, urls, here, membership.party_id) for place in places]


def _offered(place: Place | Heading, membership: Membership) -> bool:
    return isinstance(place, Heading) or may(membership.role, place.right)


def _shown(place: Place | Heading, urls: Mapping[str, str], here: str, party_id: int) -> Shown:
    if isinstance(place, Heading):
        return {"heading": place.label}
    url = urls[place.to]
    badge = queries.waiting(place.badge, party_id) if place.badge else 0
    return {"label": place.label, "url": url, "icon": place.icon, "active": url == here, "badge": badge or ""}


def switcher(memberships: Iterable[Membership], current: Membership) -> Shown:
    items = [
        {
            "value": one.party_id,
            "label": name_of(one.party),
            "detail": KIND_WORDS[one.party.kind],
            "active": one.party_id == current.party_id,
        }
        for one in memberships
    ]
    return {
        "label": name_of(current.party),
        "detail": KIND_WORDS[current.party.kind],
        "url": reverse("console:switch"),
        "items": items if len(items) > 1 else [],
    }


def who(membership: Membership) -> Shown:
    return {
        "name": membership.person.get_full_name(),
        "detail": ROLE_WORDS[membership.role],
        "places": [
            {"label": _("My phone"), "url": reverse("member:home"), "icon": "smartphone"},
            {"label": _("My account"), "url": reverse("account"), "icon": "settings"},
        ],
    }


def summary_of(app: Any) -> str:
    summary: str = (app.summary_zh if _chinese() else "") or app.summary
    return summary


def named(path: str, label: Any, **more: Any) -> Column:
    """A column of names in the reader's language. `path` leads to what has `name` and `name_zh`, like
    "customer"; "" is the row itself. Filter and sort follow the language."""
    key = "name_zh" if _chinese() else "name"

    def show(row: Any) -> str:
        thing = read(row, path) if path else row
        return name_of(thing) if thing is not None else NOTHING

    column = {"sortable": True, "filterable": True, "show": show, **more}
    return Column(f"{path}__{key}" if path else key, label, **column)


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


KIND_WORDS: Mapping[str, Any] = {
    Party.Kind.OPERATOR: _("Operator"),
    Party.Kind.INTEGRATOR: _("Integrator"),
    Party.Kind.DEVELOPER: _("Developer"),
    Party.Kind.CUSTOMER: _("Company"),
}
ROLE_WORDS: Mapping[str, Any] = {
    Membership.Role.OWNER: _("Owner"),
    Membership.Role.MANAGER: _("Manager"),
    Membership.Role.FINANCE: _("Finance"),
    Membership.Role.VIEWER: _("Viewer"),
}
