"""Who works in a party's name, and the programs that do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import MsisdnField
from hotpot.pot.console.parts import Action, Dialog, Section, checked, page
from hotpot.pot.console.rail import ROLE_WORDS, name_of
from hotpot.pot.identity import actions as identity
from hotpot.pot.identity.models import AccessToken
from hotpot.pot.identity.queries import tokens_of_party
from hotpot.pot.party import actions
from hotpot.pot.party.models import Membership
from hotpot.pot.party.queries import people_of
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table

ROLES = [
    (Membership.Role.OWNER, gettext_lazy("Owner: everything, and gives roles")),
    (Membership.Role.MANAGER, gettext_lazy("Manager: the daily business")),
    (Membership.Role.FINANCE, gettext_lazy("Finance: bills, statements, close")),
    (Membership.Role.VIEWER, gettext_lazy("Viewer: looks")),
]


class RoleForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, initial=Membership.Role.MANAGER)

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"] = MsisdnField(region=region)
        self.order_fields(["number", "name", "role"])


@area()
def team(request: ConsoleRequest) -> HttpResponseBase:
    gives = request.may(Right.ROLES)
    columns = [
        Column("person__name", pgettext("person", "Name"), sortable=True, filterable=True),
        Column("person__number", _("Number"), "phone", filterable=True),
        Column("role", _("Role"), sortable=True, show=lambda row: ROLE_WORDS[row.role]),
        Column("since", _("Since"), "time", sortable=True),
    ]
    if gives:
        columns.append(Column("id", "", show=_remove_button))
    people = people_of(request.party.id)
    give = Dialog(
        "give-role",
        _("Give somebody a role"),
        _(
            "They sign in by phone number and act in your name from now on. "
            "Somebody who has a role gets the new one."
        ),
        reverse("console:give_role"),
        _("Give the role"),
        form=RoleForm(region=request.party.country, auto_id="role-%s"),
    )
    return page(
        request,
        _("Team"),
        _("Who acts in the name of %(party)s, and what each may do.") % {"party": name_of(request.party)},
        actions=[Action(_("Give a role"), dialog="give-role", icon="user-plus", tone="primary")]
        if gives
        else [],
        sections=[
            Section(table=Table(people, columns, Empty("users", _("Nobody yet")), name="team", order="since"))
        ],
        dialogs=[give, *map(_remove_dialog, people)] if gives else [],
    )


def _remove_button(row: Membership) -> Any:
    return format_html(
        '<button class="button quiet" type="button" data-open="take-{}">{}</button>',
        row.person_id,
        _("Take the role"),
    )


def _remove_dialog(row: Membership) -> Dialog:
    text = _("%(name)s can no longer act in your name. What they did stays on record.")
    return Dialog(
        f"take-{row.person_id}", _("Take this role?"), text % {"name": row.person.get_full_name()},
        reverse("console:take_role", args=[row.person_id]), _("Take it"), danger=True,
    )  # fmt: skip


@area(act=Right.ROLES)
@require_POST
def give_role(request: ConsoleRequest) -> HttpResponseBase:
    data = checked(RoleForm(request.POST, region=request.party.country)).cleaned_data
    actions.grant_role(request.actor, party=request.party, now=request.clock.now(), **data)
    return done(request, _("The role is given."), reverse("console:team"))


@area(act=Right.ROLES)
@require_POST
def take_role(request: ConsoleRequest, person_id: int) -> HttpResponseBase:
    actions.revoke_role(request.actor, party=request.party, person_id=person_id, now=request.clock.now())
    return done(request, _("The role is taken."), reverse("console:start"))


@area(look=Right.ROLES)
def tokens(request: ConsoleRequest) -> HttpResponseBase:
    held = tokens_of_party(request.party.id)
    make = Action(_("Make a token"), reverse("account") + "#tokens", icon="plus", tone="primary")
    table = Table(
        held,
        [
            Column("name", _("Name"), sortable=True, filterable=True),
            Column("person__name", _("Made by"), filterable=True),
            Column("scopes", _("May"), show=lambda row: ", ".join(row.scopes)),
            Column("created_at", _("Made"), "time", sortable=True),
            Column("expires_at", _("Expires"), "time", sortable=True),
            Column("revoked_at", _("Revoked"), "time", sortable=True),
            Column("id", "", show=_revoke_button),
        ],
        Empty(
            "key-round",
            _("No token yet"),
            _("A token lets your own program act in your name."),
            _("Make a token"),
            reverse("account") + "#tokens",
        ),
        name="tokens",
        order="-created_at",
        exportable=False,
    )
    return page(
        request,
        _("Tokens"),
        _("Programs that act in the name of %(party)s.") % {"party": name_of(request.party)},
        actions=[make],
        sections=[Section(table=table)],
        dialogs=[_revoke_dialog(one) for one in held if one.revoked_at is None],
    )


def _revoke_button(row: AccessToken) -> Any:
    if row.revoked_at is not None:
        return ""
    return format_html(
        '<button class="button quiet" type="button" data-open="revoke-{}">{}</button>', row.id, _("Revoke")
    )


def _revoke_dialog(row: AccessToken) -> Dialog:
    text = _("The program that uses “%(name)s” is locked out at once.") % {"name": row.name}
    url = reverse("console:revoke_token", args=[row.id])
    return Dialog(f"revoke-{row.id}", _("Revoke this token?"), text, url, _("Revoke it"), danger=True)


@area(act=Right.ROLES)
@require_POST
def revoke_token(request: ConsoleRequest, token_id: int) -> HttpResponseBase:
    held = get_object_or_404(tokens_of_party(request.party.id), id=token_id)
    identity.revoke_token(request.actor, token_id=held.id, now=request.clock.now())
    return done(request, _("The token is revoked."), reverse("console:tokens"))
