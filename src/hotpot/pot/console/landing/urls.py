from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.landing import pages

app_name = "landing"
urlpatterns: list[URLPattern] = [path("", pages.landing, name="landing")]
