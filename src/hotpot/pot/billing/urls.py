from __future__ import annotations

from django.urls import path

from hotpot.pot.billing import pages

app_name = "billing"
urlpatterns = [
    path("<int:id>/", pages.bill, name="bill"),
    path("<int:id>/csv/", pages.bill_csv, name="bill_csv"),
    path("<int:id>/lines/<int:line_id>/", pages.bill_line, name="bill_line"),
]
