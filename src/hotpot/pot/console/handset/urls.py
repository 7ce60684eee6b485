from __future__ import annotations

from django.urls import path

from hotpot.pot.console.handset import pages
from hotpot.pot.web.demo import for_demo

app_name = "handset"
urlpatterns = [
    path("", for_demo(pages.handset), name="handset"),
    path("phone/", for_demo(pages.phone), name="phone"),
    path("news/", for_demo(pages.news), name="news"),
    path("answer/", for_demo(pages.answer), name="answer"),
]
