from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.developer import apps

app_name = "developer"
urlpatterns: list[URLPattern] = [
    path("", apps.overview, name="overview"),
    path("apps/", apps.apps, name="apps"),
    path("apps/<slug:app_id>/", apps.app, name="app"),
    path("customers/", apps.customers, name="customers"),
    path("customers/<int:subscription_id>/", apps.customer, name="customer"),
]
