"""Notes in the audit trail from where a request comes."""

from __future__ import annotations

from typing import Any

from allauth.account import signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa_signals
from django.dispatch import receiver
from django.http import HttpRequest

from hotpot.pot.identity import actions
from hotpot.pot.identity.models import Person
from hotpot.pot.identity.wire import Origin


def origin_of(request: HttpRequest) -> Origin:
    return Origin(get_adapter(request).get_client_ip(request), request.headers.get("User-Agent", ""))


def note_here(request: HttpRequest, what: str, *, person: Person | None = None, number: str = "") -> None:
    now = request.clock.now()  # type: ignore[attr-defined]
    actions.note(what, person=person, number=number, origin=origin_of(request), now=now)


@receiver(signals.login_code_rejected)
def _code_rejected(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    note_here(request, "refused", person=user)


@receiver([signals.password_set, signals.password_changed])
def _password_changed(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    note_here(request, "password_changed", person=user)


@receiver(mfa_signals.authenticator_added)
def _passkey_added(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    note_here(request, "passkey_added", person=user)


@receiver(mfa_signals.authenticator_removed)
def _passkey_removed(request: HttpRequest, user: Person, **kwargs: Any) -> None:
    note_here(request, "passkey_removed", person=user)
