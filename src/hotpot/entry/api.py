"""The public API: every room's `api.router`, behind a token or a signed-in browser."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from hotpot.kernel.errors import Forbidden, Refused
from hotpot.pot.identity.models import Person
from hotpot.pot.identity.queries import live_token
from hotpot.pot.identity.rules import covers
from hotpot.pot.party.middleware import enter_by_token

PREFIX = "v1/"


class Token(HttpBearer):
    """`Authorization: Bearer hp_...`. From here on the request reads as the token's bearer may."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        found = live_token(token, now=request.clock.now())  # type: ignore[attr-defined]
        if found is None:
            return None
        if not covers(found.scopes, request.method or ""):
            raise Forbidden(_("This token may only read. Make one that may write."))
        enter_by_token(request, found.person, found.party_id)
        if found.party_id is not None and request.membership is None:  # type: ignore[attr-defined]
            raise Forbidden(_("This token's owner has no role in its party any more. Make another token."))
        return found.person


api = NinjaAPI(
    title="Hotpot",
    version="1",
    description="Industry apps on the phone bill: parties, people, apps, seats and money. "
    "Errors are JSON objects with `status`, `code` (stable, for machines) and `message` (for people).",
    docs_url=None,
    auth=[Token(), SessionAuth()],
    urls_namespace="api",
)


def _mount() -> None:
    for config in apps.get_app_configs():
        if config.name.startswith("hotpot.pot.") and find_spec(f"{config.name}.api"):
            api.add_router("", import_module(f"{config.name}.api").router, tags=[config.label])


_mount()
urlpatterns: list[URLPattern | URLResolver] = [path(PREFIX, api.urls)]


def _answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    return api.create_response(request, {"status": status, "code": code, "message": message}, status=status)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return _answer(request, error.status, error.code, error.sentence)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = _answer(request, 401, "unknown", _("Send a valid token: “Authorization: Bearer hp_…”."))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """`loc` of each error says where: query, path or body, and the field."""
    problems = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors)
    return _answer(request, 422, "invalid", "; ".join(problems))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _answer(request, 404, "not_found", _("There is no such thing, or it is not for you to see."))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, error.status_code, "refused", str(error))
