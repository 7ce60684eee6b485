"""The addresses of bills: their page here, their files in billing."""

from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.billing.urls import urlpatterns as files
from hotpot.pot.console.shared import bill

app_name = "billing"
urlpatterns: list[URLPattern] = [path("<int:id>/", bill.bill, name="bill"), *files]
