"""What every answer carries, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from hotpot.kernel.errors import Refused

# Pages hold no code and no style of their own (tests/test_ground.py), so that none that slips in is obeyed.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

PAGES = {400, 403, 404, 409, 422, 429}


class PolicyMiddleware:
    """Tells browsers to take code, styles and data from this installation only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response


class RefusalMiddleware:
    """A refusal becomes a page, a toast or a JSON answer, never a traceback.

    What a verb did before it refused was taken back by its own transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        if _wants_json(request):
            return JsonResponse(
                {"status": error.status, "code": error.code, "message": error.sentence},
                status=error.status,
            )
        page = error.status if error.status in PAGES else 400
        context = {"sentence": error.sentence, "back_url": _where_from(request)}
        response = render(request, f"{page}.html", context, status=error.status)
        if request.headers.get("HX-Request"):
            response.headers["HX-Retarget"] = "#toasts"
        return response


def _where_from(request: HttpRequest) -> str:
    """The page of ours that the request was sent from, or nothing."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else ""


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")
