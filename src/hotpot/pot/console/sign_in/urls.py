"""django-allauth's names are kept where it reverses them itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from hotpot.pot.console.sign_in import account, pages

urlpatterns: list[URLPattern] = [
    path("sign-in/", pages.number, name="account_login"),
    path("sign-in/", pages.number, name="account_request_login_code"),
    path("sign-in/code/", pages.code, name="account_confirm_login_code"),
    path("sign-in/password/", pages.password, name="sign_in_password"),
    path("sign-in/passkey/", pages.passkey, name="mfa_login_webauthn"),
    path("sign-in/inactive/", pages.inactive, name="account_inactive"),
    path("sign-in/again/", login_required(pages.AgainPage.as_view()), name="account_reauthenticate"),
    path("sign-in/again/passkey/", pages.AgainByPasskeyPage.as_view(), name="mfa_reauthenticate_webauthn"),
    path("sign-in/as/<int:person_id>/", pages.as_person, name="sign_in_as"),
    path("sign-out/", pages.sign_out, name="account_logout"),
    path("account/", account.account, name="account"),
    path("account/profile/", account.profile, name="account_profile"),
    path("account/password/set/", account.set_password, name="account_set_password"),
    path("account/password/", account.change_password, name="account_change_password"),
    path("account/passkeys/", RedirectView.as_view(pattern_name="account"), name="mfa_list_webauthn"),
    path("account/passkeys/add/", account.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", account.remove_passkey, name="mfa_remove_webauthn"),
    path("account/sessions/end/", account.end_other_sessions, name="account_end_other_sessions"),
    path("account/sessions/<int:session_id>/end/", account.end_session, name="account_end_session"),
    path("account/tokens/", account.make_token, name="account_make_token"),
    path("account/tokens/<int:token_id>/revoke/", account.revoke_token, name="account_revoke_token"),
]
