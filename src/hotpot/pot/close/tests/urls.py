"""Every address of the house, with statements at their own."""

from __future__ import annotations

from django.urls import include, path

from hotpot.entry import urls

urlpatterns = [
    path("statements/", include("hotpot.pot.settlement.urls")),
    *urls.urlpatterns,
]
