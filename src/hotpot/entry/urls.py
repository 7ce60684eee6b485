"""Which room answers which address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from hotpot.entry import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", probes.healthz),
    path("metrics", probes.metrics),
    path("", include("hotpot.pot.web.urls")),
    path("", include("hotpot.pot.realtime.urls")),
    path("", include("hotpot.pot.console.landing.urls")),
    path("", include("hotpot.pot.console.sign_in.urls")),
    path("", include("hotpot.pot.console.member.urls")),
    path("record/", include("hotpot.pot.events.urls")),
    path("connectors/", include("hotpot.pot.console.connectors.urls")),
    path("", include("hotpot.pot.console.urls")),
    path("n/", include("hotpot.pot.notification.urls")),
    path("apps/", include("hotpot.sdk.urls")),
    path("handset/", include("hotpot.pot.console.handset.urls")),
    path("pay/", include("hotpot.pot.payment.urls")),
    path("api/", include("hotpot.entry.api")),
]
