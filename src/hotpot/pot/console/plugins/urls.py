"""The same addresses in the areas of operators and of customers."""

from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.plugins import pages, wizard

shared: list[URLPattern] = [
    path("plugins/", pages.listing, name="plug_ins"),
    path("plugins/<int:pk>/", pages.detail, name="plug_in"),
    path("plugins/<int:pk>/pause/", pages.pause, name="pause_plug_in"),
    path("plugins/<int:pk>/resume/", pages.resume, name="resume_plug_in"),
    path("plugins/<int:pk>/retry/", pages.retry, name="retry_plug_in"),
    path("plugins/<int:pk>/mail-server/", pages.change_mail_server, name="change_mail_server"),
    path("plugins/<int:pk>/mail-server/test/", pages.test_mail_server, name="test_mail_server"),
    path("plugins/<int:pk>/test/", pages.test, name="test_plug_in"),
]
operators: list[URLPattern] = [
    *shared,
    path("plugins/new/", wizard.choose, name="new_plug_in"),
    path("plugins/new/<str:kind>/", wizard.connect, name="connect_plug_in"),
]
