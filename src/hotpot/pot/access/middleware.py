"""One request, one transaction, one reader."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from hotpot.kernel.clock import Clock
from hotpot.pot.access.readers import SYSTEM, web_role

Respond = Callable[[HttpRequest], HttpResponseBase]

# These open what they need themselves.
_WITHOUT_TRANSACTION = ("/static/", "/live", "/healthz", "/metrics")


class TransactionMiddleware:
    """Wraps the whole request, session and sign-in included.

    It begins as the system, since nobody is known before the session is read; the party middleware
    narrows it to the reader before any view runs. An answer of 500 and above takes back all writes.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(_WITHOUT_TRANSACTION):
            return self.get_response(request)
        with transaction.atomic(), web_role(SYSTEM):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


class ClockMiddleware:
    """`request.clock` is the process's own clock: the system's, or a replay's."""

    clock: Clock

    def __init__(self, get_response: Respond) -> None:
        from django.conf import settings

        self.get_response = get_response
        self.clock = settings.HOTPOT_CLOCK

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.clock = self.clock  # type: ignore[attr-defined]
        return self.get_response(request)
