"""The bar at the bottom of the phone."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def places(active: str) -> list[dict[str, Any]]:
    """`active` is home, messages or me."""
    return [
        {"label": label, "icon": icon, "url": reverse(f"member:{name}"), "active": name == active}
        for name, label, icon in (
            ("home", _("Home"), "house"),
            ("messages", _("Messages"), "message-square"),
            ("me", _("Me"), "circle-user"),
        )
    ]
