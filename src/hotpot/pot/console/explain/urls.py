from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.explain import pages

app_name = "explain"
urlpatterns: list[URLPattern] = [
    path("lines/<int:line_id>/", pages.line, name="line"),
]
