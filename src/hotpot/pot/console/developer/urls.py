from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.developer import apps, usage

app_name = "developer"
urlpatterns: list[URLPattern] = [
    path("", apps.overview, name="overview"),
    path("apps/", apps.apps, name="apps"),
    path("apps/<slug:app_id>/", apps.app, name="app"),
    path("usage/", usage.usage, name="usage"),
    path("usage/meters/", usage.add_meter, name="add_meter"),
    path("usage/meters/<int:meter_id>/end/", usage.end_meter, name="end_meter"),
    path("usage/sources/", usage.add_source, name="add_source"),
    path("usage/tokens/", usage.make_token, name="make_usage_token"),
    path("customers/", apps.customers, name="customers"),
    path("customers/<int:subscription_id>/", apps.customer, name="customer"),
]
