from __future__ import annotations

from django.urls import path

from hotpot.pot.payment import pages

app_name = "payment"
urlpatterns = [path("<slug:provider>/callback/", pages.callback, name="callback")]
