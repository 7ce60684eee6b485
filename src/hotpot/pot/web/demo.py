"""Pages that exist in the demo and in development only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase

Page = Callable[..., HttpResponseBase]


def for_demo(page: Page) -> Page:
    """Elsewhere there is nothing at its address."""

    @wraps(page)
    def shown(request: HttpRequest, **given: Any) -> HttpResponseBase:
        if not (settings.HOTPOT_DEMO or settings.DEBUG):
            raise Http404
        return page(request, **given)

    return shown
