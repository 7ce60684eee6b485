"""The addresses of statements: their page here, their files in settlement."""

from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.shared import statement
from hotpot.pot.settlement.urls import urlpatterns as files

app_name = "settlement"
urlpatterns: list[URLPattern] = [
    path("<int:id>/", statement.statement, name="statement"),
    path("<int:id>/dispute/", statement.open_dispute, name="open_dispute"),
    path("disputes/<int:dispute_id>/", statement.dispute, name="dispute"),
    *(
        path(f"disputes/<int:dispute_id>/{name}/", statement.verb, {"name": name}, name=f"dispute_{name}")
        for name in statement.VERBS
    ),
    *files,
]
