from __future__ import annotations

from django.urls import path

from hotpot.pot.realtime import pages

app_name = "realtime"
urlpatterns = [path("live", pages.live, name="live")]
