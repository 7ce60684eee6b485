"""A person's own account: name, ways of signing in, where they are signed in, tokens, the trail."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import views
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as passkey_views
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hotpot.pot.console.sign_in.forms import ChangePasswordForm, ProfileForm, SetPasswordForm, TokenForm
from hotpot.pot.console.sign_in.trail import note_here, origin_of
from hotpot.pot.identity import actions, queries
from hotpot.pot.identity.models import AccessToken, Person
from hotpot.pot.party import tokens
from hotpot.pot.party.models import Membership
from hotpot.pot.party.rules import Right, may

TRAIL_ROWS = 20

# What the trail tells, as a person reads it.
WHAT = {
    "code_sent": gettext_lazy("A code was sent"),
    "signed_in": gettext_lazy("Signed in"),
    "refused": gettext_lazy("A wrong code or password"),
    "signed_out": gettext_lazy("Signed out"),
    "signed_out_elsewhere": gettext_lazy("Signed out on another device"),
    "password_changed": gettext_lazy("The password was changed"),
    "passkey_added": gettext_lazy("A passkey was added"),
    "passkey_removed": gettext_lazy("A passkey was removed"),
    "token_made": gettext_lazy("A token was made"),
    "token_revoked": gettext_lazy("A token was revoked"),
}


@login_required
def account(request: HttpRequest) -> HttpResponse:
    return _page(request)


@login_required
@require_POST
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, profile=form)
    actions.change_profile(
        request.actor,  # type: ignore[attr-defined]
        person=_me(request),
        name=form.cleaned_data["name"],
        language=form.cleaned_data["language"],
        time_zone=form.cleaned_data["time_zone"],
        now=request.clock.now(),  # type: ignore[attr-defined]
    )
    messages.success(request, _("Saved."))
    return redirect("account")


@login_required
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Answers with the one page that ever shows the token's text."""
    form = TokenForm(
        request.POST, parties=_parties_with(request, Right.ROLES, Right.MONEY), auto_id="token-%s"
    )
    if not form.is_valid():
        return _page(request, status=422, token_form=form)
    _token, text = tokens.make_token(
        request.actor,  # type: ignore[attr-defined]
        person=_me(request),
        name=form.cleaned_data["name"],
        party_id=form.cleaned_data["party"],
        scopes=[form.cleaned_data["scopes"]],
        days=form.cleaned_data["days"],
        origin=origin_of(request),
        now=request.clock.now(),  # type: ignore[attr-defined]
    )
    return _page(request, new_token=text)


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(_tokens(request), id=token_id)
    actions.revoke_token(
        request.actor,  # type: ignore[attr-defined]
        token_id=token.id,
        origin=origin_of(request),
        now=request.clock.now(),  # type: ignore[attr-defined]
    )
    messages.success(request, _("The token works no longer."))
    return redirect(reverse("account") + "#tokens")


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    get_object_or_404(UserSession, user=_me(request), id=session_id).end()
    note_here(request, "signed_out_elsewhere", person=_me(request))
    return redirect(reverse("account") + "#sessions")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    others = UserSession.objects.filter(user=_me(request)).exclude(session_key=request.session.session_key)
    for session in others:
        session.end()
    note_here(request, "signed_out_elsewhere", person=_me(request))
    messages.success(request, _("You are signed in here only."))
    return redirect(reverse("account") + "#sessions")


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    me = _me(request)
    now = request.clock.now()  # type: ignore[attr-defined]
    context = {
        "title": _("Your account"),
        "me": me,
        "profile": ProfileForm(initial={"name": me.name, "language": me.language, "time_zone": me.time_zone}),
        "passkeys": Authenticator.objects.filter(user=me, type=Authenticator.Type.WEBAUTHN),
        "sessions": UserSession.objects.purge_and_list(me),
        "tokens": [_shown(token, _names(request)) for token in _tokens(request)],
        "token_form": TokenForm(parties=_parties_with(request, Right.ROLES, Right.MONEY), auto_id="token-%s"),
        "trail": [(WHAT.get(one.what, one.what), one) for one in queries.trail_of(me)[:TRAIL_ROWS]],
        "now": now,
    }
    response = render(request, "sign_in/account.html", context | more, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _me(request: HttpRequest) -> Person:
    return cast("Person", request.user)


def _memberships(request: HttpRequest) -> list[Membership]:
    return list(request.memberships)  # type: ignore[attr-defined]


def _parties_with(request: HttpRequest, *rights: Right) -> list[tuple[int, str]]:
    """Where the person has one of these rights."""
    held = [one for one in _memberships(request) if any(may(one.role, right) for right in rights)]
    return [(one.party_id, str(one.party)) for one in held]


def _tokens(request: HttpRequest) -> Any:
    """The person's own, and all that act for a party whose roles they give."""
    parties = [number for number, _name in _parties_with(request, Right.ROLES)]
    mine = queries.tokens_of(_me(request)) | AccessToken.objects.filter(party_id__in=parties)
    return mine.filter(revoked_at=None).select_related("person").order_by("-id")


def _names(request: HttpRequest) -> dict[int, str]:
    return {one.party_id: str(one.party) for one in _memberships(request)}


def _shown(token: AccessToken, names: dict[int, str]) -> dict[str, Any]:
    return {"token": token, "party": names.get(token.party_id or 0, ""), "writes": "write" in token.scopes}


class _SetPassword(views.PasswordSetView):  # type: ignore[misc]
    template_name = "sign_in/set_password.html"
    success_url = reverse_lazy("account")

    def get_form_class(self) -> type[SetPasswordForm]:
        return SetPasswordForm

    def get_success_url(self) -> str:
        messages.success(self.request, _("Your password is set."))
        return reverse("account")


class _ChangePassword(views.PasswordChangeView):  # type: ignore[misc]
    template_name = "sign_in/set_password.html"

    def get_form_class(self) -> type[ChangePasswordForm]:
        return ChangePasswordForm

    def get_success_url(self) -> str:
        messages.success(self.request, _("Your password is changed."))
        return reverse("account")


class _AddPasskey(passkey_views.AddWebAuthnView):  # type: ignore[misc]
    template_name = "sign_in/add_passkey.html"

    def get_success_url(self) -> str:
        messages.success(self.request, _("The passkey is added. Sign in with it next time."))
        return reverse("account") + "#passkeys"


class _RemovePasskey(passkey_views.RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "sign_in/remove_passkey.html"
    success_url = reverse_lazy("account")


set_password = login_required(_SetPassword.as_view())
change_password = login_required(_ChangePassword.as_view())
add_passkey = login_required(_AddPasskey.as_view())
remove_passkey = login_required(_RemovePasskey.as_view())
