"""How django-allauth knows people here: by phone number, and by codes sent as our own messages.

Its methods run while nobody is known yet: the pages call them as the system (see `pages.before_known`).
"""

from __future__ import annotations

import secrets
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.console.sign_in.forms import NumberField
from hotpot.pot.console.sign_in.trail import note_here
from hotpot.pot.identity.actions import verify_number
from hotpot.pot.identity.models import Person
from hotpot.pot.identity.queries import person_by_number
from hotpot.pot.messaging.actions import send_text
from hotpot.pot.party.middleware import enter

CODE_DIGITS = 6


class PhoneAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That is not the code we sent. Check it and try again."),
        "too_many_login_attempts": gettext_lazy(
            "Too many tries. Wait some minutes, then ask for a new code."
        ),
        "rate_limited": gettext_lazy("Too many tries. Wait some minutes, then try again."),
        "phone_password_mismatch": gettext_lazy(
            "The number or the password is wrong. You can use a code instead."
        ),
        "enter_current_password": gettext_lazy("That is not your present password."),
        "incorrect_password": gettext_lazy("That is not your password."),
    }

    def get_login_stages(self) -> list[str]:
        """A passkey or a password is a way of its own here, not a second step after the code."""
        return ["allauth.account.stages.LoginByCodeStage"]

    def add_message(
        self, request: HttpRequest, level: int, *args: Any, message: str | None = None, **kwargs: Any
    ) -> None:
        """Pages say what happened themselves; only what allauth words itself is passed on."""
        if message:
            super().add_message(request, level, message=message)

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        note_here(request, "signed_in", person=user)
        enter(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_here(request, "refused", number=credentials.get("phone", ""))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """allauth counts tries per e-mail address; without one everybody would share one limit."""
        return f"number:{credentials.get('phone', '')}"

    def phone_form_field(self, **kwargs: Any) -> NumberField:
        return NumberField(**kwargs)

    def get_user_by_phone(self, phone: str) -> Person | None:
        return person_by_number(Msisdn(phone))

    def get_phone(self, user: Person) -> tuple[str, bool]:
        return user.number, user.number_verified_at is not None

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:
        raise NotImplementedError("a person's number is who they are: it never changes")

    def set_phone_verified(self, user: Person, phone: str) -> None:
        verify_number(user, now=self.request.clock.now())

    def generate_phone_verification_code(self, *, user: Person, phone: str) -> str:
        return "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))

    def send_verification_code_sms(self, user: Person, phone: str, code: str, **kwargs: Any) -> None:
        with translation.override(user.language):
            text = _("%(code)s is your Hotpot code, good for five minutes. Give it to nobody.") % {
                "code": code
            }
        now = self.request.clock.now()
        send_text(key=f"code/{uuid4()}", number=phone, text=text, secret=True, now=now)
        note_here(self.request, "code_sent", person=user)
