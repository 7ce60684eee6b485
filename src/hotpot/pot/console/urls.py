"""The console at /console/, and the pages beside it that have a room of their own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from hotpot.pot.console import pages

console: list[URLPattern | URLResolver] = [
    path("", pages.start, name="start"),
    path("party/", pages.switch, name="switch"),
    path("operator/", include("hotpot.pot.console.operator.urls")),
    path("integrator/", include("hotpot.pot.console.integrator.urls")),
    path("customer/", include("hotpot.pot.console.customer.urls")),
    path("developer/", include("hotpot.pot.console.developer.urls")),
    path("", include("hotpot.pot.console.shared.urls")),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/", include((console, "console"))),
    path("console/bills/", include("hotpot.pot.console.shared.bill_urls")),
    path("console/statements/", include("hotpot.pot.console.shared.statement_urls")),
    path("console/bills/why/", include("hotpot.pot.console.explain.urls")),
]
