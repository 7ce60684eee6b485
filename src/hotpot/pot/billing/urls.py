from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.billing import pages

# The page of a bill, `billing:bill`, is added by the console, which knows what was paid.
urlpatterns: list[URLPattern] = [
    path("<int:id>/pdf/", pages.bill_pdf, name="bill_pdf"),
    path("<int:id>/csv/", pages.bill_csv, name="bill_csv"),
    path("<int:id>/charges/csv/", pages.bill_charges_csv, name="bill_charges_csv"),
    path("<int:id>/lines/<int:line_id>/", pages.bill_line, name="bill_line"),
]
