"""Sign in: number, code, home. Or a password or a passkey, for those who set one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.logout import logout
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.mfa.webauthn import views as passkey_views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.sign_in.forms import CodeForm, NumberForm, PasswordForm
from hotpot.pot.console.sign_in.trail import note_here
from hotpot.pot.identity.models import Person
from hotpot.pot.party.middleware import enter

View = Callable[..., HttpResponseBase]


def before_known(view: View) -> View:
    """The page has to find out who somebody is: it runs as the system up to its last written word."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with as_system():
            response = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()
        return response

    return run


class NumberPage(views.RequestLoginCodeView):  # type: ignore[misc]
    template_name = "sign_in/number.html"
    extra_context = {"title": gettext_lazy("Sign in")}

    def get_form_class(self) -> type[NumberForm]:
        return NumberForm

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Whoever comes back here wants to type another number."""
        clear_login(request)


class CodePage(views.ConfirmLoginCodeView):  # type: ignore[misc]
    template_name = "sign_in/code.html"

    def get_form_class(self) -> Any:
        return super().get_form_class() if self._action == "resend" else CodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {
            "title": _("Type the code"),
            "number": self._process.state["phone"],
            "can_resend": self._process.can_resend,
            "handset": settings.HOTPOT_DEMO or settings.DEBUG,
        }
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | more


class PasswordPage(views.LoginView):  # type: ignore[misc]
    template_name = "sign_in/password.html"
    extra_context = {"title": gettext_lazy("Sign in by password")}

    def get_form_class(self) -> type[PasswordForm]:
        return PasswordForm

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        clear_login(request)


class AgainPage(views.ReauthenticateView):  # type: ignore[misc]
    template_name = "sign_in/again.html"
    extra_context = {"title": gettext_lazy("Is it you?")}


class AgainByPasskeyPage(passkey_views.ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "sign_in/again_by_passkey.html"
    extra_context = {"title": gettext_lazy("Is it you?")}


number = before_known(NumberPage.as_view())
code = before_known(CodePage.as_view())
password = before_known(PasswordPage.as_view())
passkey = before_known(passkey_views.login_webauthn)
inactive = before_known(views.AccountInactiveView.as_view(template_name="sign_in/inactive.html"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Person):
        note_here(request, "signed_out", person=request.user)
    logout(request, show_message=False)
    enter(request)
    return redirect(settings.LOGOUT_REDIRECT_URL or "/")


@never_cache
@require_POST
def as_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One click into a role. It exists in the demo only."""
    if not settings.HOTPOT_DEMO:
        raise Http404
    with as_system():
        person = Person.objects.filter(id=person_id, is_active=True).first()
        if person is None:
            raise Http404
        logout(request, show_message=False)
        following = request.POST.get("next", "")
        safe = following and get_adapter(request).is_safe_url(following)
        login = Login(user=person, redirect_url=following if safe else settings.LOGIN_REDIRECT_URL)
        response: HttpResponse = perform_login(request, login)
    return response
