from __future__ import annotations

from django.urls import path

from hotpot.pot.console.handset import pages

app_name = "handset"
urlpatterns = [
    path("", pages.handset, name="handset"),
    path("phone/", pages.phone, name="phone"),
    path("news/", pages.news, name="news"),
    path("answer/", pages.answer, name="answer"),
]
