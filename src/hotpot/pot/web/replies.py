"""Small words that a view says to the page that called it."""

from __future__ import annotations

import json
from typing import Literal, TypeVar

from django.http import HttpResponse

Reply = TypeVar("Reply", bound=HttpResponse)


def toast(response: Reply, text: str, *, tone: Literal["good", "warn", "bad"] = "good") -> Reply:
    """The answer to an htmx request, with a toast. Elsewhere use Django's messages."""
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": tone}})
    return response
