from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.connectors import pages, wizard

app_name = "connectors"
urlpatterns: list[URLPattern] = [
    path("", pages.listing, name="list"),
    path("new/", wizard.new, name="new"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/start/", pages.start, name="start"),
    path("<int:pk>/pause/", pages.pause, name="pause"),
    path("<int:pk>/write-backs/<int:write_back>/retry/", pages.retry, name="retry"),
    path("<int:pk>/address/", wizard.address, name="address"),
    path("<int:pk>/source/", wizard.source, name="source"),
    path("<int:pk>/columns/", wizard.columns, name="columns"),
    path("<int:pk>/write-back/", wizard.write_back, name="write-back"),
    path("<int:pk>/directory/", wizard.directory, name="directory"),
    path("<int:pk>/columns/preview/", wizard.preview_columns, name="preview"),
    path("<int:pk>/write-back/test/", wizard.test_write_back, name="test"),
]
