from __future__ import annotations

from django.urls import path

from hotpot.pot.settlement import pages

app_name = "settlement"
urlpatterns = [
    path("<int:id>/pdf/", pages.statement_pdf, name="statement_pdf"),
    path("<int:id>/csv/", pages.statement_csv, name="statement_csv"),
    path("<int:id>/lines/<int:line_id>/", pages.statement_line, name="statement_line"),
]
