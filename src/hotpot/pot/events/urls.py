from __future__ import annotations

from django.urls import path

from hotpot.pot.events import pages

app_name = "events"
urlpatterns = [
    path("", pages.record, name="record"),
    path("<int:sequence>/", pages.event, name="event"),
]
