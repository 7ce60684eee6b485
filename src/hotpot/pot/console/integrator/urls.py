from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.integrator import certification, overview

app_name = "integrator"
urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("customers/", overview.customers, name="customers"),
    path("customers/new/", overview.onboard, name="onboard"),
    path("customers/<int:customer_id>/", overview.customer, name="customer"),
    path("certification/", certification.certifications, name="certifications"),
    path("certification/apply/", certification.apply, name="apply"),
    path("certification/<int:certification_id>/", certification.certification, name="certification"),
]
