"""What makes Hotpot installable, and the style guide (demo and debug only)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.kernel.clock import Clock
from hotpot.kernel.money import Money
from hotpot.pot.web.demo import for_demo
from hotpot.pot.web.tables import Column, Empty, Table, render_table

SHELL_FILES = (
    "web/tokens.css",
    "web/hotpot.css",
    "web/hotpot.js",
    "web/vendor/htmx.min.js",
    "web/vendor/htmx-sse.min.js",
    "web/vendor/icons.svg",
    "web/icons/hotpot.svg",
)
ICON_SIZES_PX = (192, 512)
Page = Callable[..., HttpResponse]


def manifest(request: HttpRequest) -> JsonResponse:
    """https://www.w3.org/TR/appmanifest/"""
    icons = [
        {"src": static(f"web/icons/hotpot-{px}.png"), "sizes": f"{px}x{px}", "type": "image/png"}
        for px in ICON_SIZES_PX
    ]
    icons.append({"src": static("web/icons/hotpot.svg"), "sizes": "any", "type": "image/svg+xml"})
    icons.append({**icons[1], "purpose": "maskable"})
    body = {
        "name": "Hotpot",
        "short_name": "Hotpot",
        "description": _("Your company's apps, on your phone number."),
        "id": "/home/",
        "start_url": "/home/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf8f5",
        "theme_color": "#faf8f5",
        "icons": icons,
    }
    return JsonResponse(body, content_type="application/manifest+json")


def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, so that its scope is every page."""
    files = [*(static(name) for name in SHELL_FILES), reverse("web:offline")]
    version = hashlib.sha256("\n".join(files).encode()).hexdigest()[:12]
    shell = {
        "version": version,
        "files": files,
        "static": settings.STATIC_URL,
        "offline": reverse("web:offline"),
        "icon": static("web/icons/hotpot-192.png"),
    }
    script = render_to_string("web/sw.js", {"shell_json": json.dumps(shell)})
    response = HttpResponse(script, content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def offline(request: HttpRequest) -> HttpResponse:
    """The page shown without a network. It is kept on the phone, so it knows nobody."""
    return HttpResponse(render_to_string("web/offline.html"))


@for_demo
def design(request: HttpRequest) -> HttpResponse:
    """Every component once, with made-up figures."""
    table = _sample_table(request)
    if (fragment := render_table(request, table)) is not None:
        return fragment
    return render(request, "web/design.html", _sample_console() | {"table": table, "now": _now(request)})


@for_demo
def design_phone(request: HttpRequest) -> HttpResponse:
    return render(request, "web/design_phone.html", {"title": "Hotpot", "places": _sample_places()})


@for_demo
def design_trouble(request: HttpRequest, status: int) -> HttpResponse:
    if status not in (400, 403, 404, 409, 422, 429, 500):
        raise Http404
    return render(request, f"{status}.html", status=status)


def _now(request: HttpRequest) -> Any:
    return cast("Clock", request.clock).now()  # type: ignore[attr-defined]


def _sample_console() -> dict[str, Any]:
    nouns = [
        ("Overview", "house"), ("Customers", "building-2"), ("People", "users"), ("Apps", "layout-grid"),
        ("Connectors", "cable"), ("Bills", "receipt"), ("Books", "scale"), ("Record", "history"),
    ]  # fmt: skip
    rail: list[dict[str, Any]] = [
        {"label": label, "url": "#", "icon": icon, "active": label == "Customers"} for label, icon in nouns
    ]
    rail[4]["badge"] = 2
    return {
        "title": "Customers",
        "intro": "Companies that order apps on the phone bill, with what they pay each month.",
        "rail": rail,
        "who": {"name": "Lin Yue", "detail": "+86 138 0013 8000", "places": []},
        "switcher": {
            "label": "Chongqing Mobile",
            "detail": "Operator",
            "url": "#",
            "items": [
                {"value": 1, "label": "Chongqing Mobile", "detail": "Operator", "active": True},
                {"value": 2, "label": "Jialing Systems", "detail": "Integrator", "active": False},
            ],
        },
        "fees": Money(4_521_000, "CNY"),
        "chart": {
            "xAxis": {"data": ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]},
            "series": [
                {"type": "line", "name": "Operator", "data": [18200, 19900, 22400, 24100, 27800, 30140]},
                {"type": "line", "name": "Integrators", "data": [9100, 9950, 11200, 12050, 13900, 15070]},
            ],
        },
        "bars": {
            "xAxis": {"data": ["Approvals", "Mail", "Stock", "Site"]},
            "series": [{"type": "bar", "name": "Seats", "data": [1240, 880, 410, 96]}],
        },
    }


def _sample_places() -> list[dict[str, Any]]:
    return [
        {"label": "Home", "url": "#", "icon": "house", "active": True},
        {"label": "Inbox", "url": "#", "icon": "inbox", "badge": 3},
        {"label": "Shop", "url": "#", "icon": "store"},
        {"label": "Wallet", "url": "#", "icon": "wallet"},
    ]


def _sample_table(request: HttpRequest) -> Table:
    names = ("Yangtze Freight", "Three Gorges Tea", "Nan'an Hospital", "Liangjiang Motors", "Ciqikou Paper")
    states = ("active", "coming", "suspended", "active", "applied", "ended")
    rows = [
        {
            "id": number,
            "name": f"{names[number % 5]} {number // 5 + 1}",
            "integrator": ("Jialing Systems", "Bayu Networks")[number % 2],
            "state": states[number % 6],
            "seats": 12 + number * 37 % 400,
            "fee_minor": (12 + number * 37 % 400) * 1500,
            "currency": "CNY",
            "number": f"+86138001380{number:02d}",
            "since": _now(request) - timedelta(days=number * 9, minutes=number * 77),
        }
        for number in range(72)
    ]
    columns = [
        Column("name", "Customer", sortable=True, filterable=True),
        Column("integrator", "Integrator", filterable=True),
        Column("state", "State", "chip", sortable=True),
        Column("seats", "Seats", "number", sortable=True),
        Column("fee_minor", "Fees a month", "money", sortable=True),
        Column("number", "Contact", "phone", hidden=True),
        Column("since", "Since", "time", sortable=True),
    ]
    return Table(
        rows,
        columns,
        Empty("building-2", "No customer yet", "Customers appear here when they order.", "Invite one", "#"),
        name="customers",
        order="name",
        href=lambda row: f"#customer-{row['id']}",
        caption="Customers",
        filter_hint="Filter by name or integrator",
    )
